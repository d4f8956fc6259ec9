"""The stages are one table; the steps of a campaign fall in order however late the clock comes."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.pledge.stages import (
    COUNTED,
    LONG_ENOUGH,
    LONGEST,
    MOVES,
    SHORTEST,
    STAYS_OPEN,
    UNDER_WAY,
    WEEK,
    after,
    first_step,
    next_step,
    round_of,
    steps,
)

STAGES = ("choosing", "made", "approved", "shown", "quiet", "hidden", "rated", "withdrawn")
# Written down a second time and by hand: what each act makes of each stage, in the order above; a dot where it is impossible.
TABLE = {
    "begin":     ".        .         .        .       .      .       .      choosing",
    "make":      "made     .         .        .       .      .       .      .",
    "give_back": ".        choosing  .        .       .      .       .      .",
    "approve":   ".        approved  .        .       .      .       .      .",
    "withdraw":  ".        withdrawn withdrawn .      withdrawn .    .      .",
    "publish":   ".        .         shown    .       shown  shown   .      .",
    "keep":      ".        .         quiet    .       .      .       .      .",
    "hide":      ".        .         .        hidden  .      .       .      .",
    "take_down": ".        .         .        .       .      .       rated  .",
    "rate":      ".        .         rated    rated   rated  rated   rated  .",
}  # fmt: skip


@pytest.mark.parametrize("act", MOVES)
def test_every_act_leads_where_the_table_says_and_nowhere_else(act: str) -> None:
    assert [after(stage, act) or "." for stage in STAGES] == TABLE[act].split()


def test_what_counts_is_what_was_given_and_not_taken_back() -> None:
    assert set(STAGES) - set(COUNTED) == {"choosing", "withdrawn"}
    assert set(COUNTED) - set(UNDER_WAY) == {"made"}  # who does not say whether it may be published is asked all the same
    assert TABLE.keys() == MOVES.keys()


def test_a_year_asks_at_its_half_and_a_week_before_its_end() -> None:
    begins, ends = date(2027, 1, 1), date(2027, 12, 31)
    assert [(name, str(day)) for name, day in steps(begins, ends)] == [
        ("ask1", "2027-07-02"), ("urge1", "2027-07-09"), ("tell1", "2027-07-16"), ("ask2", "2027-12-24"),
        ("urge2", "2028-01-01"), ("tell2", "2028-01-08"), ("close", "2028-01-30"),
    ]  # fmt: skip


def test_a_leap_year_and_a_short_campaign_have_their_own_days() -> None:
    assert steps(date(2028, 1, 1), date(2028, 12, 31))[0] == ("ask1", date(2028, 7, 1))
    assert [name for name, _ in steps(date(2027, 7, 1), date(2027, 9, 30))] == ["ask2", "urge2", "tell2", "close"]


def test_opened_late_it_does_not_ask_about_a_half_that_is_over() -> None:
    begins, ends = date(2027, 1, 1), date(2027, 12, 31)
    assert first_step(begins, ends, date(2027, 1, 5))[0] == "ask1"
    assert first_step(begins, ends, date(2027, 7, 2)) == ("ask2", date(2027, 12, 24))
    assert first_step(begins, ends, date(2027, 12, 30)) == ("ask2", date(2027, 12, 24))  # due at once


periods = st.builds(
    lambda begins, days: (begins, begins + timedelta(days=days)),
    st.dates(date(2025, 1, 1), date(2037, 12, 31)),
    st.integers(SHORTEST.days, LONGEST.days),
)


@given(periods, st.lists(st.integers(0, 200), min_size=8, max_size=8))
def test_however_late_it_comes_each_round_asks_then_urges_then_tells_a_week_apart(
    period: tuple[date, date], delays: list[int]
) -> None:
    begins, ends = period
    step, today, done = first_step(begins, ends, begins), begins, list[tuple[str, date]]()
    for delay in delays:
        today = max(today, step[1]) + timedelta(days=delay)
        done.append((step[0], today))
        following = next_step(step[0], today, begins, ends)
        if following is None:
            break
        step = following
    names = [name for name, _ in done]
    assert names[-1] == "close"
    assert names == [name for name, _ in steps(begins, ends) if name in names]
    assert names[-4:] == ["ask2", "urge2", "tell2", "close"]
    days = dict(done)
    for before, later in itertools.pairwise(names):
        if round_of(before) == round_of(later):
            assert days[later] - days[before] >= WEEK
    assert days["close"] >= ends + STAYS_OPEN


@given(periods)
def test_on_time_every_step_is_on_its_day(period: tuple[date, date]) -> None:
    begins, ends = period
    planned = steps(begins, ends)
    assert [day for _, day in planned] == sorted(day for _, day in planned)
    assert ("ask1" in dict(planned)) == (ends - begins >= LONG_ENOUGH)
    for (name, today), (follows, day) in itertools.pairwise(planned):
        assert next_step(name, today, begins, ends) == (follows, day)
