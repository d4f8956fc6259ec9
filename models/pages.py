"""翻页: one of many is chosen by button. As many are shown as fit on a phone; 前一页 and 后一页 turn the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.card import Tap

LONGEST = 8  # buttons

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """What is shown of a list; `number` counts from 1."""

    shown: tuple[T, ...]
    number: int
    count: int

    def turning(self, verb: str, target: int) -> tuple[tuple[Tap, ...], ...]:
        """The row of buttons that turn it: the choice of such a tap is the page. Nothing where there is but one."""
        before = [Tap("page.before", verb, target, self.number - 1)] if self.number > 1 else []
        after = [Tap("page.after", verb, target, self.number + 1)] if self.number < self.count else []
        return ((*before, *after),) if before or after else ()


def page(items: Sequence[T], number: int) -> Page[T]:
    """A page of a list; the nearest there is, because the list may have become shorter since its button was made."""
    count = max(1, -(-len(items) // LONGEST))
    number = min(max(number, 1), count)
    return Page(tuple(items[(number - 1) * LONGEST : number * LONGEST]), number, count)


def place(path: str) -> list[int]:
    """Where a node stands in its tree, to list nodes by: from above, siblings as they were founded (in text 10 is before 9)."""
    return [int(number) for number in path.split("/") if number]
