"""Mistakes come back after growing pauses, and a line of answers is counted in questions."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.quiz.spacing import PAUSES, Standing, graded, streak

TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2100, 1, 1))
standings = st.builds(Standing, st.integers(0, len(PAUSES) - 1), days)


def test_a_mistake_comes_back_tomorrow_then_after_three_seven_fourteen_and_thirty_days_and_is_learnt() -> None:
    stands, today, pauses = graded(None, False, TODAY), TODAY, []
    while stands is not None:
        pauses.append((stands.due_on - today).days)
        today = stands.due_on
        stands = graded(stands, True, today)
    assert pauses == [1, 3, 7, 14, 30]


def test_what_was_right_at_once_is_no_mistake() -> None:
    assert graded(None, True, TODAY) is None


@given(standing=standings | st.none(), today=days)
def test_wrong_always_begins_anew_tomorrow(standing: Standing | None, today: date) -> None:
    assert graded(standing, False, today) == Standing(0, today + DAY)


@given(standing=standings, today=days)
def test_right_before_its_day_changes_nothing(standing: Standing, today: date) -> None:
    if today < standing.due_on:
        assert graded(standing, True, today) == standing


@given(standing=standings)
def test_right_on_its_day_pauses_longer_than_before_or_ends_it(standing: Standing) -> None:
    after = graded(standing, True, standing.due_on)
    if standing.box == len(PAUSES) - 1:
        assert after is None
    else:
        assert after is not None
        assert after.due_on - standing.due_on > timedelta(days=PAUSES[standing.box])


@given(answers=st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=60), today=days)
def test_whatever_is_answered_it_comes_back_in_the_future_or_never(answers: list[tuple[bool, int]], today: date) -> None:
    stands: Standing | None = None
    for right, later in answers:
        today = min(today, date(2090, 1, 1)) + DAY * later
        before, stands = stands, graded(stands, right, today)
        if stands is not None and stands != before:
            assert today < stands.due_on <= today + timedelta(days=max(PAUSES))
            assert 0 <= stands.box < len(PAUSES)


def test_a_line_ends_at_the_first_question_missed_and_one_still_open_breaks_nothing() -> None:
    assert streak([], still_open=False) == 0
    assert streak([True, True, False, True], still_open=False) == 2
    assert streak([False, True, True], still_open=True) == 2
    assert streak([False, True, True], still_open=False) == 0
    assert streak([True, True], still_open=True) == 2


@given(answered=st.lists(st.booleans(), max_size=50), still_open=st.booleans())
def test_a_line_is_never_longer_than_what_was_answered(answered: list[bool], still_open: bool) -> None:
    assert 0 <= streak(answered, still_open) <= sum(answered)
    assert streak([True, *answered], False) == streak(answered, False) + 1
