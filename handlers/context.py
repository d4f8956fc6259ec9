"""What a handler is given: who said what, where and when; and how a command is declared."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from models.card import Answer
from models.deed import Tries
from models.draft import Question
from models.group import Place
from models.member import Actor
from models.organisation import Node


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody sent: its number at Telegram, its name, its size in bytes."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said: a command, or plain words in private. `words` follow the command; `node` is what the group is
    linked to, None in private; `question` is what plain words answer; `place` is the group or topic, None in private;
    `file` is what was sent.
    """

    actor: Actor
    words: str
    private: bool
    node: Node | None
    now: datetime
    bot_id: int
    question: Question | None = None
    place: Place | None = None
    file: File | None = None


Say = Callable[[Heard], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command, what answers it, and for one that can be guessed at: the counter that guards it.

    `menu`: where Telegram's command menu offers it (`private`, `group`, `admins` of groups); its words are in labels.toml.
    `right`: /help tells of it to those who have this right somewhere; without one to every member.
    """

    name: str
    say: Say
    menu: frozenset[str] = frozenset({"private", "group"})
    tries: Callable[[Heard], Tries | None] | None = None
    right: str | None = None
