"""Reads the hand-made table: what is done in the year, and everything that reaches anybody because of it.

A line: when (there), who, what, and, for a message that is changed later, behind `=>` what it shows in the end. A line whose
third column begins with `>` is a deed, all others are messages. Columns are two or more spaces apart; several people who
get the same, or do the same, share a line. `#` begins a remark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.stories.year.branch import THERE

YEAR = Path(__file__).with_name("year.txt")
ATTENDANCE = Path(__file__).with_name("attendance.txt")
Counts = tuple[int, int, int, int]  # expected, present, on leave, absent
APART = re.compile(r" {2,}")


@dataclass(frozen=True, order=True)
class Message:
    """One message: when to the minute, to whom, what it says, and what it says in the end ("": the same)."""

    when: str
    who: str
    what: str
    last: str = ""

    def __str__(self) -> str:
        return f"{self.when}  {self.who:<16}  {self.what}{f'  => {self.last}' if self.last else ''}"


@dataclass(frozen=True)
class Deed:
    when: datetime
    who: str
    what: str


def lines(file: Path) -> Iterator[list[str]]:
    """The columns of every line that is not empty, without remarks."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if said := line.split("#")[0].strip():
            yield APART.split(said)


def deeds() -> list[Deed]:
    """What is done, in the order of the table."""
    done = [(when, who, what[1:].strip()) for when, who, what, *_ in lines(YEAR) if what.startswith(">")]
    return [Deed(moment(when), one, what) for when, who, what in done for one in who.split()]


def messages() -> list[Message]:
    """What is to reach whom."""
    owed = [(when, who, what, *last) for when, who, what, *last in lines(YEAR) if not what.startswith(">")]
    return sorted(Message(when, one, what, *map(ending, last)) for when, who, what, *last in owed for one in who.split())


def ending(column: str) -> str:
    assert column.startswith("=> "), column
    return column.removeprefix("=> ")


def moment(written: str) -> datetime:
    """`03-05 15:00` of the year."""
    return datetime.strptime(f"2026-{written}", "%Y-%m-%d %H:%M").replace(tzinfo=THERE)


def attendance() -> dict[int, Counts]:
    """By month."""
    return {int(month): (int(a), int(b), int(c), int(d)) for month, a, b, c, d in lines(ATTENDANCE)}
