"""The calendar of political birthdays: anniversaries, complete years, since when 党龄 counts, who earns the medal."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.birthday.rules import (
    FEB28,
    MAR1,
    NO_PROBATION,
    anniversary,
    celebrated,
    completed,
    counts_from,
    earns_medal,
    milestones,
)

DAYS = st.dates(date(1930, 1, 1), date(2060, 12, 31))
LEAPS = st.sampled_from([FEB28, MAR1])
LEAP_DAY = date(1972, 2, 29)


@pytest.mark.parametrize(
    ("since", "year", "leap", "day"),
    [
        (date(1999, 7, 1), 2026, FEB28, date(2026, 7, 1)),
        (LEAP_DAY, 2026, FEB28, date(2026, 2, 28)),
        (LEAP_DAY, 2026, MAR1, date(2026, 3, 1)),
        (LEAP_DAY, 2028, FEB28, date(2028, 2, 29)),
        (LEAP_DAY, 2028, MAR1, date(2028, 2, 29)),
        (LEAP_DAY, 2100, MAR1, date(2100, 3, 1)),
        (date(1972, 2, 28), 2028, FEB28, date(2028, 2, 28)),
        (date(1976, 12, 31), 2026, FEB28, date(2026, 12, 31)),
    ],
)
def test_the_day_of_a_year_is_the_same_day_and_29_february_as_the_branch_wishes(
    since: date, year: int, leap: str, day: date
) -> None:
    assert anniversary(since, year, leap) == day


@given(DAYS, LEAPS, st.integers(1, 80))
def test_every_year_has_one_anniversary_and_on_it_the_years_are_complete(since: date, leap: str, years: int) -> None:
    day = anniversary(since, since.year + years, leap)
    assert day.year == since.year + years
    assert completed(since, day, leap) == years
    assert completed(since, day - timedelta(days=1), leap) == years - 1


@given(DAYS, DAYS, LEAPS)
def test_the_next_anniversary_is_never_past_never_the_day_itself_and_within_a_year(since: date, first: date, leap: str) -> None:
    day = celebrated(since, first, leap)
    assert day >= first
    assert day > since
    assert completed(since, day, leap) >= 1
    if first > since:
        assert day - first <= timedelta(days=366)


@given(DAYS, DAYS, DAYS, LEAPS)
def test_years_never_become_fewer(since: date, one: date, other: date, leap: str) -> None:
    early, late = sorted((one, other))
    assert 0 <= completed(since, early, leap) <= completed(since, late, leap)


@pytest.mark.parametrize(
    ("joined", "full", "since"),
    [
        (date(1999, 7, 1), date(2000, 7, 1), date(2000, 7, 1)),
        (date(1999, 7, 1), None, None),  # never guessed by adding a year
        (None, date(2000, 7, 1), date(2000, 7, 1)),
        (None, None, None),
        (date(1969, 3, 31), None, None),
        (date(1969, 4, 1), None, date(1969, 4, 1)),
        (date(1977, 8, 11), None, date(1977, 8, 11)),
        (date(1977, 8, 12), None, None),
        (date(1975, 5, 4), date(1976, 5, 4), date(1976, 5, 4)),  # what the file says holds
    ],
)
def test_standing_counts_from_full_membership_and_without_probation_from_joining(
    joined: date | None, full: date | None, since: date | None
) -> None:
    assert counts_from(joined, full) == since


@given(DAYS)
def test_nobody_else_counts_from_joining(joined: date) -> None:
    assert counts_from(joined, None) == (joined if NO_PROBATION[0] <= joined <= NO_PROBATION[1] else None)


@pytest.mark.parametrize(
    ("since", "earns"),
    [
        (date(1976, 6, 30), True),
        (date(1976, 7, 1), True),
        (date(1976, 7, 2), False),
        (date(1977, 7, 1), False),
        (date(1950, 1, 1), True),
    ],
)
def test_fifty_years_are_complete_by_the_first_of_july_that_day_included(since: date, earns: bool) -> None:
    assert earns_medal(since, 2026) is earns


@pytest.mark.parametrize(
    ("since", "honoured"),
    [
        (date(1976, 7, 2), ()),
        (date(1976, 7, 1), (50,)),
        (date(1967, 1, 1), (50,)),
        (date(1966, 7, 2), (50,)),
        (date(1966, 7, 1), (50, 60)),
        (date(1965, 7, 2), (50, 60)),
        (date(1965, 7, 1), (50,)),  # sixty were complete a year ago
        (date(1956, 3, 1), (50, 70)),
        (date(1946, 3, 1), (50, 80)),
    ],
)
def test_fifty_years_are_honoured_until_listed_and_the_tens_after_it_in_their_year(
    since: date, honoured: tuple[int, ...]
) -> None:
    assert milestones(since, 2026) == honoured
