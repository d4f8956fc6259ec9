"""How often one message is edited: a group's card seldom, what one person taps through as fast as a chat goes."""

from bot.throttle import Throttle
from tests.bot.conftest import Clock


def edits(throttle: Throttle, clock: Clock, chat_id: int, message: int) -> float:
    """Edits as soon as it may; returns how long it took."""
    started = clock.now
    while (wait := throttle.wait(chat_id, True, message)) > 0:
        clock.now += wait
    throttle.take(chat_id, True, message)
    return clock.now - started


def test_a_message_of_a_group_is_edited_every_five_seconds_and_eight_times_a_minute(throttle: Throttle, clock: Clock) -> None:
    assert [edits(throttle, clock, -5, 9) for _ in range(10)] == [0.0, *[5.0] * 7, 25.0, 5.0]


def test_another_message_of_the_group_has_a_gap_of_its_own_and_so_has_another_group(throttle: Throttle, clock: Clock) -> None:
    assert [edits(throttle, clock, -5, 9), edits(throttle, clock, -5, 8), edits(throttle, clock, -6, 9)] == [0.0] * 3
    assert throttle.wait(-5, True, 9) == 5.0
    assert throttle.wait(-5) == 0.0


def test_what_one_person_taps_through_is_edited_as_fast_as_a_chat_goes(throttle: Throttle, clock: Clock) -> None:
    assert [edits(throttle, clock, 5, 9) for _ in range(5)] == [0.0, 0.0, 0.0, 1.0, 1.0]


def test_a_higher_rate_of_edits_needs_a_smaller_gap(clock: Clock) -> None:
    throttle = Throttle(clock, edits_per_minute=20, group_per_minute=100)
    assert [edits(throttle, clock, -5, 9) for _ in range(3)] == [0.0, 3.0, 3.0]
