"""The throttle against a plain restatement of its rules."""

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import Scope
from bot.throttle import LEAST_WAIT, Throttle
from tests.bot.conftest import Clock
from tests.bot.test_edits import edits

EPSILON = 1e-6  # what sums of doubles may be off

Call = tuple[float, int, bool]


def goes(throttle: Throttle, clock: Clock, chat_id: int, edit: bool = False) -> float:
    """Wait as told and take; returns how long it took."""
    started = clock.now
    while (wait := throttle.wait(chat_id, edit)) > 0:
        clock.now += wait
    throttle.take(chat_id, edit)
    return clock.now - started


def most_within(times: Sequence[float], span: float) -> int:
    """The most calls in any half-open window of that length; `times` in order."""
    ends = (bisect_left(times, start + span - EPSILON) - index for index, start in enumerate(times))
    return max(ends, default=0)


def fullest_bucket(times: Sequence[float]) -> float:
    """How full a bucket gets that loses one call a second; `times` in order."""
    fullest, level, before = 0.0, 0.0, -1.0
    for time in times:
        level, before = max(0.0, level - (time - before)) + 1, time
        fullest = max(fullest, level)
    return fullest


def breaks_a_rule(calls: list[Call]) -> str | None:
    if most_within([time for time, _, _ in calls], 1) > 30:
        return "30 a second"
    for chat in {chat for _, chat, _ in calls}:
        times = [time for time, one, _ in calls if one == chat]
        edits = [time for time, one, edit in calls if one == chat and edit]
        if fullest_bucket(times) > 3 + EPSILON:
            return "1 a second with a burst of 3"
        if chat < 0 and most_within(times, 60) > 20:
            return "20 a minute in a group"
        if chat < 0 and most_within(edits, 60) > 8:
            return "8 edits a minute in a group"
    return None


# A stretch of calls: to one chat, or (0) each to a chat of its own; edits or not; the rest after each; how many.
STRETCHES = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, -1, -1, -2]), st.booleans(), st.sampled_from([0, 0, 0.013, 0.5, 2.5]), st.integers(1, 45)
    ),
    min_size=2,
    max_size=6,
)
SCOPES: st.SearchStrategy[Scope] = st.sampled_from(["chat", "token"])


def one_by_one(stretches: list[tuple[int, bool, float, int]]) -> Iterator[tuple[int, bool, float]]:
    fresh = itertools.count(100)
    for chat, edit, rest, times in stretches:
        yield from ((chat or next(fresh), edit, rest) for _ in range(times))


@settings(max_examples=60, deadline=None)
@given(STRETCHES, st.floats(0, 1e8))
def test_no_window_is_ever_exceeded_and_nobody_waits_without_need(
    stretches: list[tuple[int, bool, float, int]], start: float
) -> None:
    clock = Clock(start)
    throttle = Throttle(clock)
    calls: list[Call] = []
    for chat, edit, rest in one_by_one(stretches):
        waited = goes(throttle, clock, chat, edit)
        calls.append((clock.now, chat, edit))
        if waited > 0.002:  # one moment earlier would have been too early
            assert breaks_a_rule([*calls[:-1], (clock.now - 0.001, chat, edit)])
        clock.now += rest
    assert breaks_a_rule(calls) is None


@settings(max_examples=40, deadline=None)
@given(STRETCHES, st.lists(st.tuples(st.integers(0, 60), st.floats(0.1, 90), SCOPES), min_size=1, max_size=6))
def test_pauses_are_kept_to_their_end_and_no_window_is_exceeded_after_them(
    stretches: list[tuple[int, bool, float, int]], pauses: list[tuple[int, float, Scope]]
) -> None:
    clock = Clock()
    throttle = Throttle(clock)
    closed_until: dict[int | None, float] = {}
    calls: list[Call] = []
    for number, (chat, edit, rest) in enumerate(one_by_one(stretches)):
        goes(throttle, clock, chat, edit)
        assert clock.now >= max(closed_until.get(None, 0), closed_until.get(chat, 0)) - EPSILON
        calls.append((clock.now, chat, edit))
        for seconds, scope in [(seconds, scope) for after, seconds, scope in pauses if after == number]:
            throttle.pause(scope, seconds, chat)
            whom = chat if scope == "chat" else None
            closed_until[whom] = max(closed_until.get(whom, 0), clock.now + seconds)
        clock.now += rest
    assert breaks_a_rule(calls) is None


def test_thirty_go_at_once_and_the_next_when_the_second_is_over(throttle: Throttle, clock: Clock) -> None:
    assert [goes(throttle, clock, chat) for chat in range(1, 31)] == [0.0] * 30
    assert throttle.wait(31) == 1.0
    clock.now += 1.0
    assert throttle.wait(31) == 0.0


def test_a_private_chat_has_a_burst_of_three_and_then_one_a_second(throttle: Throttle, clock: Clock) -> None:
    assert [goes(throttle, clock, 5) for _ in range(6)] == [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    assert throttle.wait(6) == 0.0


def test_edits_of_a_private_chat_count_as_sends(throttle: Throttle, clock: Clock) -> None:
    assert [goes(throttle, clock, 5, edit=True) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_a_group_has_twenty_a_minute_edits_included(throttle: Throttle, clock: Clock) -> None:
    for number in range(20):
        goes(throttle, clock, -5, edit=number < 5)
    assert clock.now == 1000.0 + 17
    assert throttle.wait(-5) == 60 - 17
    assert throttle.wait(-5, edit=True) == 60 - 17
    assert throttle.wait(-6) == 0.0


def test_the_ninth_edit_in_a_group_waits_while_a_message_may_go(throttle: Throttle, clock: Clock) -> None:
    for _ in range(8):
        goes(throttle, clock, -5, edit=True)
    clock.now += 2
    assert throttle.wait(-5) == 0.0
    assert throttle.wait(-5, edit=True) > 50


def test_asking_changes_nothing(throttle: Throttle) -> None:
    assert [throttle.wait(chat) for chat in range(100)] == [0.0] * 100
    assert len(throttle) == 0


def test_taking_before_the_time_is_an_error_and_books_nothing(throttle: Throttle, clock: Clock) -> None:
    for _ in range(3):
        throttle.take(5)
    with pytest.raises(RuntimeError):
        throttle.take(5)
    assert throttle.wait(5) == 1.0


def test_a_limited_chat_leaves_the_others_alone(throttle: Throttle, clock: Clock) -> None:
    throttle.pause("chat", 35, -5)
    assert (throttle.wait(-5), throttle.wait(-6), throttle.wait(6)) == (35.0, 0.0, 0.0)
    throttle.pause("chat", 10, -5)
    assert throttle.wait(-5) == 35.0
    assert throttle.per_second == 30


def test_a_limited_token_stops_everything(throttle: Throttle, clock: Clock) -> None:
    throttle.pause("token", 12)
    throttle.pause("token", 3, 7)
    assert {throttle.wait(chat) for chat in (7, 8, -9)} == {12.0}


def test_after_a_flood_of_the_token_the_rate_is_lower_and_comes_back(throttle: Throttle, clock: Clock) -> None:
    throttle.pause("token", 5)
    throttle.pause("token", 5)  # brought home by a call that was on its way
    assert throttle.per_second == 21
    clock.now += 5
    assert [goes(throttle, clock, chat) for chat in range(1, 22)] == [0.0] * 21
    assert throttle.wait(22) == 1.0
    clock.now += 56
    assert throttle.per_second == 22
    throttle.pause("token", 5)
    assert throttle.per_second == 15
    clock.now += 15 * 60
    assert throttle.per_second == 30
    clock.now += 3600
    assert throttle.per_second == 30


def test_a_rate_lowered_again_and_again_stays_above_nothing(throttle: Throttle, clock: Clock) -> None:
    for _ in range(40):
        throttle.pause("token", 1)
        clock.now += 1
    assert throttle.per_second == 1
    assert throttle.wait(1) == 0.0


def test_several_chats_limited_at_once_mean_the_token(throttle: Throttle, clock: Clock) -> None:
    throttle.pause("chat", 20, -1)
    throttle.pause("chat", 20, -1)
    throttle.pause("chat", 20, -2)
    assert throttle.wait(1) == 0.0
    throttle.pause("chat", 20, -3)
    assert throttle.wait(1) == 20.0


def test_chats_limited_one_after_the_other_do_not_mean_the_token(throttle: Throttle, clock: Clock) -> None:
    for chat in range(-20, 0):
        throttle.pause("chat", 100, chat)
        clock.now += 5.1
        assert throttle.wait(1) == 0.0


def test_idle_chats_are_forgotten(throttle: Throttle, clock: Clock) -> None:
    most = 0
    for number in range(1, 12_001):
        goes(throttle, clock, -number if number % 2 else number)
        most = max(most, len(throttle))
    assert most < 4000  # 30 a second, of which half are groups that stay for a minute
    for message in range(30):
        edits(throttle, clock, -1, message)
    clock.now += 61
    for number in range(2500):
        goes(throttle, clock, 1 + number % 30)
    assert len(throttle) <= 32


def test_a_group_is_remembered_until_its_minute_is_over(throttle: Throttle, clock: Clock) -> None:
    for number in range(20):
        goes(throttle, clock, -5, edit=number < 8)
    clock.now += 5
    for number in range(100):
        goes(throttle, clock, 1000 + number)
    assert throttle.wait(-5) == pytest.approx(1060 - clock.now)


def test_chats_that_stay_busy_do_not_keep_idle_ones_in_memory(throttle: Throttle, clock: Clock) -> None:
    throttle.pause("chat", 9999, -1)
    throttle.pause("chat", 9999, -2)
    for number in range(1, 1001):
        goes(throttle, clock, number)
    assert len(throttle) < 300


def test_a_paused_chat_is_not_forgotten_before_its_time(throttle: Throttle, clock: Clock) -> None:
    throttle.pause("chat", 500, 77)
    for number in range(1, 3001):
        goes(throttle, clock, 1000 + number)
    assert throttle.wait(77) == pytest.approx(1500 - clock.now)


def test_a_wait_is_never_too_small_to_move_a_clock(clock: Clock) -> None:
    clock.now = 0.1
    throttle = Throttle(clock, per_second=1)
    throttle.take(1)
    clock.now = 1.1 - 1e-16
    assert throttle.wait(2) in (0.0, LEAST_WAIT)


def test_the_rates_are_those_it_is_given(clock: Clock) -> None:
    throttle = Throttle(clock, per_second=2, chat_burst=1, group_per_minute=3, edits_per_minute=1)
    throttle.take(-1, edit=True)
    assert throttle.wait(-1) == 1.0
    throttle.take(2)
    assert throttle.wait(3) == 1.0
    clock.now += 1
    assert throttle.wait(-1, edit=True) == 59.0
