"""Recurrence: the vectors of rules.md §10.3, and what holds for any rule in any year with any holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recurrence import (
    ASK,
    LAST,
    NEXT_WEEK,
    NEXT_WORKING_DAY,
    NONE,
    Day,
    DayOfMonth,
    Holidays,
    Nth,
    Rule,
    Window,
    collides,
    days,
    planned,
    read,
    shifted,
)
from tests.models.years import YEAR_2026

SHIFTS = (NONE, NEXT_WORKING_DAY, NEXT_WEEK, ASK)
TUESDAY, FRIDAY, MONDAY = Nth(1, 1), Nth(1, 4), Nth(1, 0)
OFFICIAL = Holidays(frozenset({2026}), YEAR_2026.off, YEAR_2026.work)


def year(rule: Rule, shift: str, adjusted: bool = False, known: Holidays = OFFICIAL, number: int = 2026) -> list[Day]:
    return [planned(rule, shift, adjusted, number, month, known) for month in range(1, 13)]


def moved(rule: Rule, shift: str, adjusted: bool = False) -> dict[str, str]:
    """Nominal day → day, of those that move, without the year."""
    return {f"{each.nominal:%m-%d}": f"{each.day:%m-%d}" for each in year(rule, shift, adjusted) if each.day != each.nominal}


@pytest.mark.parametrize(
    ("rule", "shift", "adjusted", "expected"),
    [
        (TUESDAY, NEXT_WORKING_DAY, False, {"05-05": "05-06", "10-06": "10-08"}),
        (TUESDAY, NEXT_WEEK, False, {"05-05": "05-12", "10-06": "10-13"}),
        (FRIDAY, NEXT_WORKING_DAY, False, {"01-02": "01-05", "05-01": "05-06", "10-02": "10-08"}),
        (FRIDAY, NEXT_WORKING_DAY, True, {"01-02": "01-04", "05-01": "05-06", "10-02": "10-08"}),
        (MONDAY, NEXT_WORKING_DAY, False, {"04-06": "04-07", "05-04": "05-06", "10-05": "10-08"}),
        (DayOfMonth(20), NEXT_WORKING_DAY, False, {"02-20": "02-24", "06-20": "06-22", "12-20": "12-21"}),
        (TUESDAY, NONE, False, {}),
        (TUESDAY, ASK, False, {}),
    ],
)
def test_the_days_of_2026_move_as_the_rules_say(rule: Rule, shift: str, adjusted: bool, expected: dict[str, str]) -> None:
    assert moved(rule, shift, adjusted) == expected


def test_the_first_tuesdays_of_2026_are_these() -> None:
    nominal = [f"{each.nominal.month}-{each.nominal.day}" for each in year(TUESDAY, NONE)]
    assert nominal == ["1-6", "2-3", "3-3", "4-7", "5-5", "6-2", "7-7", "8-4", "9-1", "10-6", "11-3", "12-1"]


def test_a_sunday_that_is_worked_stays() -> None:
    september = planned(DayOfMonth(20), NEXT_WORKING_DAY, False, 2026, 9, OFFICIAL)
    assert september == Day(date(2026, 9, 20), date(2026, 9, 20), provisional=False)


def test_a_year_nobody_has_loaded_is_provisional_and_works_monday_to_friday() -> None:
    found = year(TUESDAY, NEXT_WORKING_DAY, number=2027)
    assert {each.provisional for each in found} == {True}
    assert [each.day for each in found if each.nominal.month in (5, 10)] == [date(2027, 5, 4), date(2027, 10, 5)]
    assert planned(DayOfMonth(20), NEXT_WORKING_DAY, False, 2027, 2, OFFICIAL).day == date(2027, 2, 22)  # a Saturday


@pytest.mark.parametrize(
    ("rule", "month", "day"),
    [
        (Nth(LAST, 4), 2, 27), (Nth(LAST, 4), 7, 31), (Nth(LAST, 1), 6, 30), (Nth(4, 2), 7, 22), (DayOfMonth(31), 2, 28),
        (DayOfMonth(31), 4, 30), (Window(1, 10), 1, 5), (Window(1, 7), 10, 1), (Window(28, 31), 2, 28), (Window(1, 31), 5, 6),
    ],
)  # fmt: skip
def test_a_rule_says_one_day_of_a_month(rule: Rule, month: int, day: int) -> None:
    assert rule.nominal(2026, month, False, OFFICIAL) == date(2026, month, day)


def test_a_window_takes_a_worked_weekend_only_where_it_counts() -> None:
    assert Window(1, 10).nominal(2026, 1, True, OFFICIAL) == date(2026, 1, 4)


def test_where_the_guard_fails_it_is_the_last_working_day_before_and_said_so() -> None:
    last_day = planned(DayOfMonth(31), NEXT_WORKING_DAY, False, 2026, 5, OFFICIAL)  # a Sunday; Monday is June
    assert (last_day.day, last_day.why) == (date(2026, 5, 29), "before")
    spring = planned(Nth(3, 0), NEXT_WEEK, False, 2026, 2, OFFICIAL)  # 16 and 23 February are both off
    assert (spring.day, spring.why) == (date(2026, 2, 13), "before")


def test_a_rule_that_names_a_weekend_means_it() -> None:
    assert moved(Nth(1, 5), NEXT_WORKING_DAY) == {"01-03": "01-05", "04-04": "04-07", "05-02": "05-06", "10-03": "10-08"}
    assert moved(Nth(1, 5), NEXT_WEEK) == {"01-03": "01-10", "04-04": "04-11", "05-02": "05-09", "10-03": "10-10"}


@pytest.mark.parametrize("wire", ["", "nth 5 1", "nth 1 7", "day 0", "day 32", "window 9 3", "window 0 3", "day 1 ", "nth 1"])
def test_what_is_no_rule_is_not_read(wire: str) -> None:
    with pytest.raises(ValueError, match="no "):
        read(wire)


RULES = st.one_of(
    st.builds(Nth, st.integers(0, 4), st.integers(0, 6)),
    st.builds(DayOfMonth, st.integers(1, 31)),
    st.lists(st.integers(1, 31), min_size=2, max_size=2).map(lambda ends: Window(*sorted(ends))),
)
MONTHS = st.tuples(st.integers(2020, 2040), st.integers(1, 12))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, str, bool, int, int, Holidays]:
    """A rule in a month with any days off and any worked weekends, also absurdly many."""
    number, month = draw(MONTHS)
    around = list(days(date(number, month, 1) - timedelta(days=5), date(number, month, 28) + timedelta(days=8)))
    off = draw(st.sets(st.sampled_from(around)))
    weekends = [day for day in around if day.weekday() >= 5 and day not in off]
    work = draw(st.sets(st.sampled_from(weekends))) if weekends else set()
    known = frozenset({number}) if draw(st.booleans()) else frozenset[int]()
    holidays = Holidays(known, dict.fromkeys(off, "休"), frozenset(work))
    return draw(RULES), draw(st.sampled_from(SHIFTS)), draw(st.booleans()), number, month, holidays


@given(cases())
def test_every_month_has_its_day_near_the_one_the_rule_says(case: tuple[Rule, str, bool, int, int, Holidays]) -> None:
    rule, shift, adjusted, number, month, holidays = case
    found = planned(rule, shift, adjusted, number, month, holidays)
    assert found == planned(rule, shift, adjusted, number, month, holidays)
    assert {(each.year, each.month) for each in (found.day, found.nominal)} == {(number, month)}
    assert abs(found.day - found.nominal) <= timedelta(days=7) or found.why == "before"
    assert found.provisional == (number not in holidays.known)
    assert bool(found.why) == collides(found.nominal, rule, holidays)
    assert (found.day == found.nominal) == (found.why in ("", "kept", ASK))


@given(cases())
def test_what_was_moved_is_a_day_to_meet_on_and_moves_no_more(case: tuple[Rule, str, bool, int, int, Holidays]) -> None:
    rule, shift, adjusted, number, month, holidays = case
    found = planned(rule, shift, adjusted, number, month, holidays)
    if found.day != found.nominal:
        assert not collides(found.day, rule, holidays)
        assert rule.weekend or holidays.works(found.day)
        assert rule.weekend or adjusted or found.day.weekday() < 5
        assert shifted(found.day, rule, shift, adjusted, holidays).day == found.day


@given(RULES)
def test_a_rule_survives_the_wire(rule: Rule) -> None:
    assert read(rule.wire) == rule
    assert len(rule.wire) <= 32


def test_a_week_later_is_never_the_next_month() -> None:
    known = Holidays(frozenset({2026}), {date(2026, 7, 31): "休"})  # the last Friday; a week later is August
    july = planned(Nth(LAST, 4), NEXT_WEEK, False, 2026, 7, known)
    assert (july.day, july.why) == (date(2026, 7, 30), "before")
