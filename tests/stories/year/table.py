"""Reads a hand-made table: what is done in a year, and everything that reaches anybody because of it.

A line: when (there), who, what, and, for a message that is changed later, behind `=>` what it shows in the end. A line whose
third column begins with `>` is a deed, all others are messages. Columns are two or more spaces apart; several people who
get the same, or do the same, share a line. `#` begins a remark.

What comes every day or every Monday is one line: `each day 01-02..12-31  08:30  group  question`; a line of its own with the
same moment, person and first word stands in for it, and `none question` says that it does not come.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.stories.year.branch import THERE

FOLDER = Path(__file__).parent
ATTENDANCE = FOLDER / "attendance.txt"
Counts = tuple[int, int, int, int]  # expected, present, on leave, absent
APART = re.compile(r" {2,}")
EVERY = re.compile(r"each (day|Monday) (\S+)\.\.(\S+)")
STEP = {"day": timedelta(days=1), "Monday": timedelta(weeks=1)}
NONE = "none "


@dataclass(frozen=True, order=True)
class Message:
    """One message: when to the minute, to whom, what it says, and what it says in the end ("": the same)."""

    when: str
    who: str
    what: str
    last: str = ""

    def __str__(self) -> str:
        return f"{self.when}  {self.who:<16}  {self.what}{f'  => {self.last}' if self.last else ''}"

    @property
    def place(self) -> tuple[str, str, str]:
        """What one line stands in for another by."""
        return self.when, self.who, self.what.removeprefix(NONE).split()[0].rstrip(":")


@dataclass(frozen=True)
class Deed:
    when: datetime
    who: str
    what: str


@dataclass(frozen=True)
class Table:
    """A file, where its hours are read, and the year in front of its dates, where they do not say it themselves."""

    file: Path
    zone: ZoneInfo
    year: str = ""

    def lines(self) -> list[list[str]]:
        return list(lines(self.file))

    def deeds(self) -> list[Deed]:
        """What is done, in the order of the table."""
        done = [(when, who, what[1:].strip()) for when, who, what, *_ in self.single() if what.startswith(">")]
        return [Deed(self.moment(when), one, what) for when, who, what in done for one in who.split()]

    def messages(self) -> list[Message]:
        """What is to reach whom."""
        owed = [line for line in self.single() if not line[2].startswith(">")]
        own = [one for when, who, what, *last in owed for one in each(when, who, what, last)]
        ruled = {one.place: one for one in self.ruled()}
        vain = [str(one) for one in own if one.what.startswith(NONE) and one.place not in ruled]
        assert vain == [], "nothing comes there anyway"
        for one in own:
            ruled.pop(one.place, None)
        return sorted([*ruled.values(), *(one for one in own if not one.what.startswith(NONE))])

    def single(self) -> list[list[str]]:
        return [line for line in self.lines() if not EVERY.match(line[0])]

    def ruled(self) -> Iterator[Message]:
        """The lines of every day and every Monday, written out."""
        for rule, at, who, what, *last in (line for line in self.lines() if EVERY.match(line[0])):
            found = EVERY.match(rule)
            assert found is not None
            step, first, end = found.groups()
            moment, until = self.moment(f"{first} {at}"), self.moment(f"{end} {at}")
            while moment <= until:
                yield from each(self.written(moment), who, what, last)
                moment += STEP[step]  # by the clock of the place: the hour stays

    def moment(self, written: str) -> datetime:
        """`03-05 15:00` of the year, or with it."""
        return datetime.strptime(f"{self.year}{written}", "%Y-%m-%d %H:%M").replace(tzinfo=self.zone)

    def written(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}".removeprefix(self.year)


YEAR = Table(FOLDER / "year.txt", THERE, "2026-")


def lines(file: Path) -> Iterator[list[str]]:
    """The columns of every line that is not empty, without remarks."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if said := line.split("#")[0].strip():
            yield APART.split(said)


def each(when: str, who: str, what: str, last: list[str]) -> list[Message]:
    return [Message(when, one, what, *map(ending, last)) for one in who.split()]


def ending(column: str) -> str:
    assert column.startswith("=> "), column
    return column.removeprefix("=> ")


def attendance() -> dict[int, Counts]:
    """By month."""
    return {int(month): (int(a), int(b), int(c), int(d)) for month, a, b, c, d in lines(ATTENDANCE)}
