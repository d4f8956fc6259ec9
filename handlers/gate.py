"""The gate: the one wrapper around every handler. It finds out who speaks, does the deed once, owes the answer's screen.

It runs inside the receiver's transaction, which a bug undoes as a whole: the receiver then does the others one by one. What may
only be said after the commit (the toast of a press) it leaves in `outcomes`; what went wrong too.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram import CallbackQuery, Chat, Message, Update

from handlers.context import Command, File, Heard
from handlers.group import Happening, placed
from models import draft, organisation, outbox, reach
from models.actions import perform
from models.card import Action, Answer, BadCode, Card, Refusal
from models.deed import Tries, counted, deed
from models.member import Actor, actor
from models.organisation import Node

Callback = Callable[[Update, Any], Coroutine[Any, Any, None]]
LONGEST_FILE_NAME = 60  # its last characters: the ending tells what it is
MOST_ANSWERS, ANSWERS_WINDOW = 10, timedelta(minutes=15)  # to somebody who is in no roster
LONGEST_WORDS = 1000  # characters of a command anybody reads
STOPS = "，；！？"  # stay as wide as they were typed: a reason or a title is read by people, and kept in records
STOP = re.compile(f"([{STOPS}])")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one update: the press to answer, what to answer it, or the bug that stopped it."""

    query_id: str | None = None
    answer: Answer | None = None
    error: Exception | None = None


class Gate:
    """One gate serves one bot."""

    def __init__(self, bot_id: int, now: Callable[[], datetime]) -> None:
        self.bot_id = bot_id
        self.now = now
        self.outcomes: dict[int, Outcome] = {}

    def key(self, update_id: int) -> str:
        return f"tg:{self.bot_id}:{update_id}"

    def hear(self, command: Command) -> Callback:
        """The callback python-telegram-bot calls for a command."""

        async def callback(update: Update, _: Any) -> None:
            message = update.message
            if message is None or not spoken(message):
                return
            await self.answer_command(command, update.update_id, message)

        return callback

    def witness(self, happening: Happening) -> Callback:
        """The callback for what happens without anybody saying it."""

        async def callback(update: Update, _: Any) -> None:
            now = self.now()

            async def told() -> Answer:
                await happening(self.bot_id, update, now)
                return Answer()

            await deed(self.key(update.update_id), told, now)

        return callback

    async def failed(self, update: object, context: Any) -> None:
        """python-telegram-bot catches what a handler raises, or the choice of one; the receiver has to know of it."""
        if isinstance(update, Update):
            self.outcomes[update.update_id] = Outcome(error=context.error)

    async def answer_command(self, command: Command, update_id: int, message: Message) -> None:
        heard = await self.heard(message)
        tries = command.tries(heard) if command.tries else None
        answer = await deed(self.key(update_id), lambda: self.said(command, heard, message), heard.now, tries)
        screen = answer and (answer.screen or answer.toast)
        if screen and not await self.flooding(heard):
            to = await self.there(message, heard.actor)
            await self.owe(screen, to, update_id, heard.now)

    async def flooding(self, heard: Heard) -> bool:
        """Whether somebody unknown has been answered enough: their replies would use up the group's and the token's rate."""
        if heard.actor.member_id is not None:
            return False
        key = f"stranger:{hashlib.sha256(str(heard.actor.telegram_id).encode()).hexdigest()}"
        return await counted(Tries(key, MOST_ANSWERS, ANSWERS_WINDOW), heard.now) > MOST_ANSWERS

    async def said(self, command: Command, heard: Heard, message: Message) -> Answer:
        if message.sender_chat is not None:
            raise Refusal("gate/anonymous")
        return await command.say(heard)

    async def heard(self, message: Message) -> Heard:
        assert message.from_user is not None
        now = self.now()
        private, plain = message.chat.type == Chat.PRIVATE, not (message.text or "").startswith("/")
        node = None if private else await self.node(message)
        by = await actor(message.from_user.id, now)
        question = await draft.asked(self.bot_id, message.from_user.id, now) if private and plain else None
        place = None if private else placed(self.bot_id, message.chat, thread(message))
        await self.reached(by, message.chat, now)
        return Heard(by, following(message.text or ""), private, node, now, self.bot_id, question, place, attached(message))

    async def reached(self, by: Actor, chat: Chat, now: datetime) -> None:
        """Who writes or presses in private can be written to."""
        if by.member_id is not None and chat.type == Chat.PRIVATE:
            await reach.note_reach(self.bot_id, by.member_id, "ok", now)

    async def node(self, message: Message) -> Node | None:
        chat = await organisation.linked(self.bot_id, message.chat.id, thread(message))
        return await Node.get(id=chat.node_id) if chat else None

    async def there(self, message: Message, by: Actor) -> outbox.Recipient:
        """Where a command was given: the member's own chat, the linked group, or a chat we keep no row of; and its topic."""
        if message.chat.type == Chat.PRIVATE:
            return self.privately(by, message.chat.id)
        topic = thread(message)
        chat = await organisation.linked(self.bot_id, message.chat.id, topic)
        if chat is None:
            return outbox.Recipient(self.bot_id, address=message.chat.id, thread_id=topic or None)
        return outbox.Recipient(self.bot_id, chat.root_id, chat_id=chat.id, thread_id=topic or None)

    def privately(self, by: Actor, chat_id: int) -> outbox.Recipient:
        if by.member_id is None:
            return outbox.Recipient(self.bot_id, address=chat_id)
        return outbox.Recipient(self.bot_id, by.root_id, member_id=by.member_id)

    async def tap(self, update: Update, _: Any) -> None:
        """The callback python-telegram-bot calls for every press."""
        query = update.callback_query
        if query is None:
            return
        answer = await self.pressed(update.update_id, query)
        self.outcomes[update.update_id] = Outcome(query.id, answer)

    async def pressed(self, update_id: int, query: CallbackQuery) -> Answer | None:
        """None: this very press was done before."""
        now = self.now()
        by = await actor(query.from_user.id, now)
        if query.message is not None:
            await self.reached(by, query.message.chat, now)
        try:
            action = Action.parse(query.data or "")
        except BadCode:
            return Refusal("action/unknown").answer
        if action.delivery and isinstance(query.message, Message) and carries(query.message, query.data):
            await outbox.adopt(action.delivery, query.message.chat.id, query.message.message_id, now)
        answer = await deed(self.key(update_id), lambda: perform(by, action, now), now)
        if answer and answer.screen:
            await self.owe(answer.screen, self.privately(by, query.from_user.id), update_id, now)
        return answer

    async def owe(self, screen: Card, to: outbox.Recipient, update_id: int, now: datetime) -> None:
        await outbox.owe("reply", screen, to, f"reply:{self.bot_id}:{update_id}", now)


def spoken(message: Message) -> bool:
    """Whether a person said it, be it as an anonymous admin: two bots could answer each other for ever."""
    if message.from_user is None or message.is_automatic_forward:  # what a channel posts into its group
        return False
    return not message.from_user.is_bot or message.sender_chat is not None


def attached(message: Message) -> File | None:
    """The file of a message, if it carries one."""
    one = message.document
    return File(one.file_id, clean_name(one.file_name or ""), one.file_size or 0) if one else None


def clean_name(text: str) -> str:
    return "".join(letter for letter in plain(text) if letter.isprintable())[-LONGEST_FILE_NAME:]


def following(text: str) -> str:
    """The words after a command, or all that was said without one: in plain letters and digits, without what a database
    cannot keep (NUL, half characters).
    """
    kept = plain(text[:LONGEST_WORDS])
    narrow = "".join(each if each in STOPS else unicodedata.normalize("NFKC", each) for each in STOP.split(kept)).strip()
    if not text.startswith("/"):
        return narrow
    parts = narrow.split(maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""


def plain(text: str) -> str:
    return text.encode(errors="ignore").decode().replace("\0", " ")


def thread(message: Message) -> int:
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def carries(message: Message, data: str | None) -> bool:
    """Whether the pressed message really has this button: a modified client may send any data from any message."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(button.callback_data == data for row in keyboard for button in row)
