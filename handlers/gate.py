"""The gate: the one wrapper around every handler. It finds out who speaks, does the deed once, owes the answer's screen.

It runs inside the receiver's transaction, each update in a savepoint of its own: one that fails leaves nothing behind and the
others untouched. What may only be said after the commit (the toast of a press) it leaves in `outcomes`; what went wrong too.
"""

import unicodedata
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Chat, Message, Update

from handlers.context import Command, Heard
from models import organisation, outbox
from models.actions import perform
from models.card import Action, Answer, BadCode, Card, Refusal
from models.database import atomic
from models.deed import deed
from models.member import Actor, actor
from models.organisation import Node

Callback = Callable[[Update, Any], Coroutine[Any, Any, None]]
LONGEST_WORDS = 1000  # characters of a command anybody reads


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
            async with atomic():
                await self.answer_command(command, update.update_id, message)

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
        if screen:
            to = await self.there(message, heard.actor)
            await self.owe(screen, to, update_id, heard.now)

    async def said(self, command: Command, heard: Heard, message: Message) -> Answer:
        if message.sender_chat is not None:
            raise Refusal("gate/anonymous")
        return await command.say(heard)

    async def heard(self, message: Message) -> Heard:
        assert message.from_user is not None
        now = self.now()
        private = message.chat.type == Chat.PRIVATE
        node = None if private else await self.node(message)
        return Heard(await actor(message.from_user.id, now), following(message.text or ""), private, node, now)

    async def node(self, message: Message) -> Node | None:
        chat = await organisation.linked(self.bot_id, message.chat.id, thread(message))
        return await Node.get(id=chat.node_id) if chat else None

    async def there(self, message: Message, by: Actor) -> outbox.Recipient:
        """Where a command was given: the member's own chat, the linked group, or a chat we keep no row of."""
        if message.chat.type == Chat.PRIVATE:
            return self.privately(by, message.chat.id)
        chat = await organisation.linked(self.bot_id, message.chat.id, thread(message))
        if chat is None:
            return outbox.Recipient(self.bot_id, address=message.chat.id)
        return outbox.Recipient(self.bot_id, chat.root_id, chat_id=chat.id)

    def privately(self, by: Actor, chat_id: int) -> outbox.Recipient:
        if by.member_id is None:
            return outbox.Recipient(self.bot_id, address=chat_id)
        return outbox.Recipient(self.bot_id, by.root_id, member_id=by.member_id)

    async def tap(self, update: Update, _: Any) -> None:
        """The callback python-telegram-bot calls for every press."""
        query = update.callback_query
        if query is None:
            return
        async with atomic():
            answer = await self.pressed(update.update_id, query)
        self.outcomes[update.update_id] = Outcome(query.id, answer)

    async def pressed(self, update_id: int, query: CallbackQuery) -> Answer | None:
        """None: this very press was done before."""
        now = self.now()
        by = await actor(query.from_user.id, now)
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
    return message.from_user is not None and (not message.from_user.is_bot or message.sender_chat is not None)


def following(text: str) -> str:
    """The words after a command, in plain letters and digits, without what a database cannot keep (NUL, half characters)."""
    kept = text[:LONGEST_WORDS].encode(errors="ignore").decode().replace("\0", " ")
    parts = unicodedata.normalize("NFKC", kept).split(maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""


def thread(message: Message) -> int:
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def carries(message: Message, data: str | None) -> bool:
    """Whether the pressed message really has this button: a modified client may send any data from any message."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(button.callback_data == data for row in keyboard for button in row)
