"""What a handler is given: who said what, where and when; and how a command is declared."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from models.card import Answer
from models.deed import Tries
from models.member import Actor
from models.organisation import Node


@dataclass(frozen=True, slots=True)
class Heard:
    """A command somebody gave. `words` follow it; `node` is what the group is linked to, None in private."""

    actor: Actor
    words: str
    private: bool
    node: Node | None
    now: datetime


Say = Callable[[Heard], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command, what answers it, and for one that can be guessed at: the counter that guards it.

    `menu`: where Telegram's command menu offers it (`private`, `group`); its words are in labels.toml.
    """

    name: str
    say: Say
    menu: frozenset[str] = frozenset({"private", "group"})
    tries: Callable[[Heard], Tries | None] | None = None
