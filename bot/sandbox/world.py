"""The state of the played Telegram: people, chats, messages, open presses. Pure Python, no HTTP.

A message is kept as the Bot API's own JSON and is never changed in place: an edit replaces it, so that
updates, log entries and answers that hold the older one keep telling what was true then.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.cast import BotAccount
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.files import Files
from bot.sandbox.inbox import Inbox
from bot.sandbox.limits import Limits, Rates
from bot.sandbox.log import Log
from bot.sandbox.poll import Poll
from bot.sandbox.shown import seen

Json = dict[str, Any]

EPOCH_2026 = 1_767_225_600


@dataclass(slots=True)
class Person:
    id: int
    name: str
    about: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def as_user(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "zh-hans"}


@dataclass(slots=True)
class Chat:
    """A private chat has the id of its person; a group's id is negative."""

    id: int
    title: str
    head: Json
    members: set[int]
    threads: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    moved_to: int | None = None
    bot_in: bool = True
    bot_left: bool = False
    bot_silent: bool = False
    bot_admin: bool = False
    deleted: bool = False
    messages: dict[int, Json] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.id > 0

    @property
    def instance(self) -> str:
        return str(4_600_000_000_000_000_000 + self.id)


@dataclass(slots=True)
class Press:
    """A tap that waits for its answer."""

    id: str
    user: int
    chat: int
    message_id: int
    at: float
    answer: asyncio.Future[Json] | None = None


class World:
    """`rates` are the limits of the token, None for none; with `privacy` the bot hears in groups only what is for it."""

    def __init__(self, bot: BotAccount, rates: Rates | None = None, *, privacy: bool = True) -> None:
        self.clock = Clock()
        self.limits = Limits(rates)
        self.privacy = privacy
        # Ids go on rising over restarts, because the bot remembers those of the last run.
        first = max(int(time.time()) - EPOCH_2026, 1)
        self.bot = bot
        self.faults = Faults()
        self.inbox = Inbox(self.clock, first, self.faults, strict=rates is not None)
        self.feed = Feed()
        self.files = Files()
        self.log = Log(self.clock)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.without_telegram: list[Json] = []
        self.presses: dict[str, Press] = {}
        self.polls: dict[str, Poll] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self._message_id = first
        self._press_id = first * 1_000_000

    def bot_user(self) -> Json:
        return {"id": self.bot.id, "is_bot": True, "first_name": self.bot.name, "username": self.bot.username}

    def admit(self, person: Person) -> Person:
        """Add somebody, or take over a new name; the private chat comes into being with the person."""
        known = self.people.get(person.id)
        if known is not None:
            known.name = person.name
            person = known
        self.people[person.id] = person
        head = {"id": person.id, "type": "private", "first_name": person.name}
        self._chat(person.id, person.name, head, {person.id})
        self.feed.publish("people", dict)
        return person

    def open_group(
        self, chat_id: int, title: str, members: Iterable[int], threads: Iterable[int] = (), *, basic: bool = False
    ) -> Chat:
        head: Json = {"id": chat_id, "type": "group" if basic else "supergroup", "title": title}
        rooms = frozenset(threads)
        if rooms:
            head["is_forum"] = True
        chat = self._chat(chat_id, title, head, set(members))
        chat.threads = rooms
        self.feed.publish("people", dict)
        return chat

    def _chat(self, chat_id: int, title: str, head: Json, members: set[int]) -> Chat:
        chat = self.chats.setdefault(chat_id, Chat(chat_id, title, head, set()))
        chat.title, chat.head = title, head
        chat.members |= members
        return chat

    def post(self, chat: Chat, sender: Json, body: Json) -> Json:
        """Put a new message into a chat."""
        self._message_id += 1
        message = {
            "message_id": self._message_id,
            "from": sender,
            "chat": chat.head,
            "date": int(self.clock.seconds()),
            **body,
        }
        chat.messages[self._message_id] = message
        self.feed.publish("message", lambda: {"chat": chat.id, "message": seen(message)})
        return message

    def replace(self, chat: Chat, message: Json) -> Json:
        chat.messages[message["message_id"]] = message
        self.feed.publish("edit", lambda: {"chat": chat.id, "message": seen(message)})
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        self.feed.publish("delete", lambda: {"chat": chat.id, "message_id": message_id})

    def album(self) -> str:
        """A number for messages that belong together, as for polls."""
        self._press_id += 1
        return str(self._press_id)

    def press(self, user: int, chat: int, message_id: int) -> Press:
        self._press_id += 1
        press = Press(str(self._press_id), user, chat, message_id, self.clock.seconds())
        self.presses[press.id] = press
        return press
