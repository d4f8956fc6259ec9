"""间隔复习: when a mistake comes back, and how long somebody has answered without a gap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PAUSES = (1, 3, 7, 14, 30)  # days until it comes back, by box; right once more after the last, it is learnt


@dataclass(frozen=True, slots=True)
class Standing:
    """How well a mistake is learnt, and the day it comes back."""

    box: int
    due_on: date


def graded(standing: Standing | None, right: bool, today: date) -> Standing | None:
    """What becomes of an item after an answer; None: there is nothing to come back to.

    Wrong begins anew tomorrow. Right counts only once it was due: asked twice in a row is not learnt twice.
    """
    if not right:
        return Standing(0, today + timedelta(days=PAUSES[0]))
    if standing is None or today < standing.due_on:
        return standing
    if standing.box + 1 >= len(PAUSES):
        return None
    return Standing(standing.box + 1, today + timedelta(days=PAUSES[standing.box + 1]))


def streak(answered: Sequence[bool], still_open: bool) -> int:
    """How many of the questions asked were answered in a row, the newest first; one that is still open breaks nothing.

    Counted in questions, not in days: where none was asked, none was missed.
    """
    line = answered[1:] if still_open and answered and not answered[0] else answered
    return next((count for count, said in enumerate(line) if not said), len(line))
