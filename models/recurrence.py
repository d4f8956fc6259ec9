"""Recurrence: on which day of each month a rule falls, and where a day that is no working day goes.

Pure. A rule gives one nominal day a month; a shift moves a day that collides with a day off; the guard keeps every month its
own day: within a week, within the month, else the last working day before (rules.md §10.3).
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Protocol

WEEK = timedelta(days=7)
ONE = timedelta(days=1)
SATURDAY = 5
LAST = 0  # the nth of a weekday that is the last one
NONE, NEXT_WORKING_DAY, NEXT_WEEK, ASK = "none", "next_working_day", "next_week", "ask"  # what is done where a day collides


@dataclass(frozen=True, slots=True)
class Holidays:
    """What is known of days off and of working weekends. A year that is not known: Monday to Friday work."""

    known: frozenset[int] = frozenset()
    off: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))  # and what is celebrated
    work: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        return day in self.work or (day.weekday() < SATURDAY and day not in self.off)


class Rule(Protocol):
    """Which day of a month."""

    @property
    def wire(self) -> str:
        """The rule as a short text (at most 32 characters); `read` is the reverse."""
        ...

    @property
    def weekend(self) -> bool:
        """Whether the rule names a Saturday or Sunday: whoever says so means it."""
        ...

    def nominal(self, year: int, month: int, adjusted: bool, holidays: Holidays) -> date: ...


@dataclass(frozen=True, slots=True)
class Nth:
    """The nth (1 to 4, or LAST) of a weekday (Monday is 0). A fifth is not offered: few months have one."""

    nth: int
    weekday: int

    def __post_init__(self) -> None:
        judged(0 <= self.nth <= 4 and 0 <= self.weekday <= 6)

    @property
    def wire(self) -> str:
        return f"nth {self.nth} {self.weekday}"

    @property
    def weekend(self) -> bool:
        return self.weekday >= SATURDAY

    def nominal(self, year: int, month: int, adjusted: bool, holidays: Holidays) -> date:
        first = date(year, month, 1)
        first += ONE * ((self.weekday - first.weekday()) % 7)
        if self.nth != LAST:
            return first + WEEK * (self.nth - 1)
        return first + WEEK * ((last_of(year, month).day - first.day) // 7)


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day of the month. A day the month lacks is its last day: the 31st is the 28th in most Februaries."""

    day: int

    def __post_init__(self) -> None:
        judged(1 <= self.day <= 31)

    @property
    def wire(self) -> str:
        return f"day {self.day}"

    @property
    def weekend(self) -> bool:
        return False

    def nominal(self, year: int, month: int, adjusted: bool, holidays: Holidays) -> date:
        return clipped(year, month, self.day)


@dataclass(frozen=True, slots=True)
class Window:
    """The first working day from one day of the month to another, both included; the first day where none of them works."""

    first: int
    last: int

    def __post_init__(self) -> None:
        judged(1 <= self.first <= self.last <= 31)

    @property
    def wire(self) -> str:
        return f"window {self.first} {self.last}"

    @property
    def weekend(self) -> bool:
        return False

    def nominal(self, year: int, month: int, adjusted: bool, holidays: Holidays) -> date:
        first, last = clipped(year, month, self.first), clipped(year, month, self.last)
        fitting = (day for day in days(first, last) if target(day, adjusted, holidays))
        return next(fitting, first)


WIRE = re.compile(r"nth (?P<nth>\d) (?P<weekday>\d)|day (?P<day>\d{1,2})|window (?P<first>\d{1,2}) (?P<last>\d{1,2})")


def read(wire: str) -> Rule:
    """A rule from its wire form; ValueError for what is none."""
    found = WIRE.fullmatch(wire)
    if found is None:
        raise ValueError("no rule")
    if found["nth"]:
        return Nth(int(found["nth"]), int(found["weekday"]))
    return DayOfMonth(int(found["day"])) if found["day"] else Window(int(found["first"]), int(found["last"]))


def judged(fine: bool) -> None:
    if not fine:
        raise ValueError("no month has such a day")


@dataclass(frozen=True, slots=True)
class Day:
    """The day of one month. `nominal` is what the rule says; `provisional`: the year's holidays are not known yet.

    `why`: "" as the rule says, next_working_day, next_week, `before` (the guard failed: the last working day before), `kept`
    (it collides, and nothing moves), `ask` (it collides, and somebody has to decide).
    """

    day: date
    nominal: date
    provisional: bool
    why: str = ""


def planned(rule: Rule, shift: str, adjusted: bool, year: int, month: int, holidays: Holidays) -> Day:
    """The day of a month by a rule and what is done where it collides."""
    return shifted(rule.nominal(year, month, adjusted, holidays), rule, shift, adjusted, holidays)


def shifted(day: date, rule: Rule, shift: str, adjusted: bool, holidays: Holidays) -> Day:
    """Where a nominal day goes. `adjusted`: a weekend that is worked instead of a day off is one to move to; a nominal day
    that is such a weekend day stays in any case.
    """
    provisional = day.year not in holidays.known
    if not collides(day, rule, holidays):
        return Day(day, day, provisional)
    if shift in (NONE, ASK):
        return Day(day, day, provisional, "kept" if shift == NONE else ASK)
    fits = weekly if shift == NEXT_WEEK else daily
    moved = fits(day, rule, adjusted, holidays)
    if moved is not None:
        return Day(moved, day, provisional, shift)
    before = last_before(day, adjusted, holidays)
    return Day(before or day, day, provisional, "before" if before else "kept")


def collides(day: date, rule: Rule, holidays: Holidays) -> bool:
    """Whether a day is no day to meet on; to a rule that names a weekend only a day off is."""
    return day in holidays.off if rule.weekend else not holidays.works(day)


def daily(day: date, rule: Rule, adjusted: bool, holidays: Holidays) -> date | None:
    """The next working day within the guard."""
    last = min(day + WEEK, last_of(day.year, day.month))
    return next((each for each in days(day + ONE, last) if target(each, adjusted, holidays)), None)


def weekly(day: date, rule: Rule, adjusted: bool, holidays: Holidays) -> date | None:
    """The same weekday a week later, if it is one to meet on and within the guard."""
    later = day + WEEK
    fits = later.month == day.month and not collides(later, rule, holidays)
    return later if fits and (rule.weekend or target(later, adjusted, holidays)) else None


def last_before(day: date, adjusted: bool, holidays: Holidays) -> date | None:
    """The last working day of the month before a day."""
    earlier = reversed(list(days(day.replace(day=1), day - ONE)))
    return next((each for each in earlier if target(each, adjusted, holidays)), None)


def target(day: date, adjusted: bool, holidays: Holidays) -> bool:
    """Whether something may be moved to a day."""
    return holidays.works(day) and (adjusted or day.weekday() < SATURDAY)


def days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def clipped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, last_of(year, month).day))
