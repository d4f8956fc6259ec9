"""Telegram as a channel: sends worded cards and says exactly what became of each.

python-telegram-bot's `call` here gives the raw result. A message that was sent must not become an error because the
library cannot read a new field in its answer.
"""

import html
import logging
import re
from collections.abc import Mapping
from typing import Any

from telegram import InputFile
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot import logs
from bot.channels import Address, Ballot, Button, Rendered, Sent, Undeliverable, Unknown
from bot.channels.judgement import judged
from bot.channels.request import AiohttpRequest
from bot.channels.uploads import Upload, upload
from bot.settings import BadSettings, Settings, words

logger = logging.getLogger(__name__)

# Answers to presses go out beside the senders.
CONNECTIONS_FOR_ANSWERS = 32
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


class ApiBot(ExtBot[None]):
    """The library's bot, with raw calls, and without the token in its repr and in the error at its start."""

    def __repr__(self) -> str:
        return f"ApiBot(id={self.id if self._bot_user else None})"

    async def initialize(self) -> None:
        rejected = False
        try:
            await super().initialize()
        except InvalidToken:
            rejected = True
        if rejected:
            raise InvalidToken("the token was rejected by the server")

    async def call(self, method: str, fields: Mapping[str, object], *, read_timeout: float | None = None) -> Any:
        """The `result` of a method of the Bot API as parsed JSON; getUpdates needs a read_timeout above its own."""
        if read_timeout is None:
            return await self._post(method, dict(fields))
        return await self._post(method, dict(fields), read_timeout=read_timeout)


MOST_CAPTIONED = 1000  # messages kept in mind


class Telegram:
    """The channel of one bot token; see `bot.channels.Channel`."""

    def __init__(self, bot: ApiBot) -> None:
        self._bot = bot
        self._captioned: dict[
            tuple[int, int], None
        ] = {}  # messages found to have an attachment: chat, message; the oldest first

    async def send(self, address: Address, rendered: Rendered) -> Sent:
        result, picture = await self._sent(address, rendered)
        if not isinstance(result, dict) or not isinstance(result.get("message_id"), int):
            raise Unknown("bad_answer", "no message_id")
        poll = result.get("poll")
        return Sent(result["message_id"], str(poll["id"]) if isinstance(poll, dict) and "id" in poll else None, picture)

    async def _sent(self, address: Address, rendered: Rendered) -> tuple[Any, Upload | None]:
        """A picture that is there already is named; should Telegram know it no longer, its bytes follow."""
        if rendered.file_id is not None:
            try:
                return await self._new(address, rendered, rendered.file_id), None
            except Undeliverable as no:
                if no.reason != "bad_request":
                    raise
        result = await self._new(address, rendered, None)
        return result, None if rendered.photo is None else upload(rendered.photo, result)

    async def _new(self, address: Address, rendered: Rendered, file_id: str | None) -> Any:
        method, fields = _new_message(rendered, file_id)
        fields |= {"chat_id": address.chat_id, "message_thread_id": address.thread_id or None}
        return await (self._call if rendered.ballot else self._worded)(method, fields)

    async def edit(self, address: Address, message_id: int, rendered: Rendered) -> None:
        """The attachment of a message stays; its caption and buttons are what changes."""
        if rendered.ballot is not None:
            if rendered.ballot.over:
                await self._stop(address, message_id, rendered)
            return
        target = {"chat_id": address.chat_id, "message_id": message_id, "reply_markup": _keyboard(rendered.buttons)}
        attached = rendered.photo is not None or rendered.document is not None
        try:
            if not attached and (address.chat_id, message_id) not in self._captioned:
                await self._edit_text({**target, **_text(rendered)}, (address.chat_id, message_id))
            if attached or (address.chat_id, message_id) in self._captioned:
                await self._worded("editMessageCaption", {**target, "caption": rendered.text})
        except Undeliverable as no:
            if no.reason != "not_modified":
                raise

    async def _stop(self, address: Address, message_id: int, rendered: Rendered) -> None:
        """Ends a poll; the counts follow as an update, as after every vote."""
        try:
            target = {"chat_id": address.chat_id, "message_id": message_id}
            await self._call("stopPoll", {**target, "reply_markup": _keyboard(rendered.buttons)})
        except Undeliverable as no:
            if no.reason != "closed":
                raise

    async def delete(self, address: Address, message_id: int) -> None:
        try:
            await self._call("deleteMessage", {"chat_id": address.chat_id, "message_id": message_id})
        except Undeliverable as no:
            if no.reason != "gone":
                raise

    async def answer(self, callback_id: str, text: str | None = None, alert: bool = False, url: str | None = None) -> None:
        """Answer a press, once. Telegram no longer listens to some; those are only counted."""
        fields = {"callback_query_id": callback_id, "text": text or None, "show_alert": alert or None, "url": url}
        try:
            await self._call("answerCallbackQuery", fields)
        except Undeliverable as no:
            if no.reason != "too_old":
                raise
            logs.count("answer.too_old")

    async def _edit_text(self, fields: Mapping[str, object], place: tuple[int, int]) -> None:
        """Finds out, and keeps in mind, whether the words are a caption: each try counts against Telegram's limits, and the two
        of them together would be one too many again and again.
        """
        try:
            await self._worded("editMessageText", fields)
        except Undeliverable as no:
            if no.reason != "no_text":  # it was sent with an attachment
                raise
            self._captioned[place] = None
            if len(self._captioned) > MOST_CAPTIONED:
                del self._captioned[next(iter(self._captioned))]

    async def _worded(self, method: str, fields: Mapping[str, object]) -> Any:
        """Call with HTML; if Telegram cannot read it, once more as plain text, so that the words arrive."""
        try:
            return await self._call(method, {**fields, "parse_mode": "HTML"})
        except Undeliverable as no:
            if no.reason != "parse":
                raise
        logger.warning("Telegram could not read our HTML; sent plainly", extra={"action": "delivery.plain"})
        return await self._call(method, _plainly(fields))

    async def _call(self, method: str, fields: Mapping[str, object]) -> Any:
        try:
            return await self._bot.call(method, fields)
        except TelegramError as error:
            raise judged(error, fields.get("chat_id")) from error


def build_bot(settings: Settings) -> ApiBot:
    """A bot over aiohttp, not yet initialised; raises BadSettings when there is no token."""
    token = settings.token.get_secret_value()
    if not token:
        raise BadSettings([words()["wrong"]["token_missing"]])
    return ApiBot(
        token,
        base_url=f"{settings.api_base_url}/bot",
        base_file_url=f"{settings.api_base_url}/file/bot",
        request=AiohttpRequest(settings.senders + CONNECTIONS_FOR_ANSWERS),
        get_updates_request=AiohttpRequest(2),
    )


def plain(text: str) -> str:
    """Telegram HTML without tags and entities; a `<` that opens no tag stays."""
    return html.unescape(TAG.sub("", text))


def _new_message(rendered: Rendered, file_id: str | None) -> tuple[str, dict[str, object]]:
    keyboard = {"reply_markup": _keyboard(rendered.buttons)}
    if rendered.ballot is not None:
        return "sendPoll", _poll(rendered.ballot) | keyboard
    if rendered.photo is not None:
        photo = file_id or InputFile(rendered.photo, filename="picture.png")
        return "sendPhoto", {"photo": photo, "caption": rendered.text, **keyboard}
    if rendered.document is not None:
        name, content = rendered.document
        return "sendDocument", {"document": InputFile(content, filename=name), "caption": rendered.text, **keyboard}
    return "sendMessage", {**_text(rendered), **keyboard}


def _poll(ballot: Ballot) -> dict[str, object]:
    return {
        "question": ballot.question,
        "options": [{"text": option} for option in ballot.options],
        "type": "quiz",
        "is_anonymous": True,
        "allows_multiple_answers": len(ballot.right) > 1,
        "correct_option_ids": list(ballot.right),
        "explanation": ballot.explanation,
        "close_date": ballot.closes,
    }


def _text(rendered: Rendered) -> dict[str, object]:
    return {"text": rendered.text, "link_preview_options": {"is_disabled": True}}


def _plainly(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: plain(str(value)) if name in ("text", "caption") else value for name, value in fields.items()}


def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> dict[str, object] | None:
    if not rows:
        return None
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": button.data or ""}
