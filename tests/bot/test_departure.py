"""A call counts when it leaves, not when it was booked: words take their time, and what leaves late must not crowd the next."""

import random

import pytest

from bot.throttle import Throttle
from tests.bot.conftest import Clock
from tests.bot.test_throttle import breaks_a_rule


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock)


def test_a_second_begins_when_the_last_of_a_crowd_has_left(throttle: Throttle, clock: Clock) -> None:
    booked = [throttle.take(chat) for chat in range(1, 31)]
    clock.now += 0.4
    for chat, at in enumerate(booked, start=1):
        throttle.left(at, chat)
    clock.now += 0.6
    assert throttle.wait(99) == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(5))
def test_no_rule_is_broken_by_departures_however_late_words_are_found(throttle: Throttle, clock: Clock, seed: int) -> None:
    dice, left = random.Random(seed), []
    for _ in range(300):
        chat, edit = dice.choice([-1, -2, 7, *range(100, 140)]), dice.random() < 0.3
        while (wait := throttle.wait(chat, edit)) > 0:
            clock.now += wait
        booked = throttle.take(chat, edit)
        clock.now += dice.choice([0, 0, 0.05, 0.7])
        throttle.left(booked, chat)
        left.append((clock.now, chat, edit))
    assert breaks_a_rule(left) is None


def test_a_telegram_that_is_away_rests_everything_and_says_nothing_of_the_rate(throttle: Throttle, clock: Clock) -> None:
    for _ in range(10):
        throttle.rest(2)
        clock.now += 2
    assert throttle.wait(1) == 0
    throttle.rest(5)
    throttle.rest(1)
    assert throttle.wait(1) == 5
    assert throttle.per_second == 30


def test_what_another_process_sent_a_moment_ago_counts(throttle: Throttle, clock: Clock) -> None:
    for age in (2.0, 1.5, 0.5):
        throttle.recall(7, age)
    assert throttle.wait(7) == 0, "there has been time for two more"
    throttle.take(7)
    throttle.take(7)
    assert throttle.wait(7) > 0.9
    for place in range(20):
        throttle.recall(-5, 50 - place)
    assert throttle.wait(-5) == pytest.approx(10)
    assert throttle.wait(8) == 0
