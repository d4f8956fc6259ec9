"""What a member may answer to a gathering, and the buttons of whatever asks for it."""

from enum import IntEnum
from typing import Any

from models.card import Tap

YES = 1  # the choice of a button that has one meaning


class Choice(IntEnum):
    """What a member may answer; `MAYBE` where the gathering offers it."""

    JOIN = 1
    LEAVE = 2
    MAYBE = 3


def answering(row: dict[str, Any], detail: bool = True) -> tuple[tuple[Tap, ...], ...]:
    """The buttons of a card people answer; `row` is one of `gathering`. Without `detail` for a screen that shows all."""
    number = row["id"]
    first = (
        Tap("gathering.join", "rsvp", number, Choice.JOIN),
        Tap("gathering.leave", "rsvp", number, Choice.LEAVE),
    )
    more = (
        *((Tap("gathering.maybe", "rsvp", number, Choice.MAYBE),) if row["offers_maybe"] else ()),
        *((Tap("gathering.detail", "detail", number, YES),) if detail else ()),
    )
    return (first, more) if more else (first,)
