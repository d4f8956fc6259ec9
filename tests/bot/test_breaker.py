"""The breaker alone: when it rests, for how long, and what makes it well again."""

import pytest

from bot.breaker import LONGEST_REST, STRANGE, Breaker
from tests.bot.conftest import Clock


@pytest.fixture
def rests() -> list[float]:
    return []


@pytest.fixture
def breaker(clock: Clock, rests: list[float]) -> Breaker:
    return Breaker(clock, rests.append)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.unknown()


def test_a_few_unknown_outcomes_are_the_messages_own(breaker: Breaker, rests: list[float]) -> None:
    for _ in range(10):
        fail(breaker, STRANGE - 1)
        breaker.answered()
    assert rests == []
    assert not breaker.strange


def test_many_in_a_row_rest_everything_once_though_they_come_in_a_crowd(breaker: Breaker, rests: list[float]) -> None:
    fail(breaker, STRANGE + 20)
    assert rests == [1.0]
    assert breaker.strange


def test_each_try_in_vain_rests_longer_up_to_an_end(breaker: Breaker, clock: Clock, rests: list[float]) -> None:
    fail(breaker, STRANGE - 1)
    for _ in range(7):
        fail(breaker)
        clock.now += LONGEST_REST
    assert rests == [1.0, 2.0, 4.0, 8.0, *[LONGEST_REST] * 3]


def test_an_answer_makes_it_well_again(breaker: Breaker, clock: Clock, rests: list[float]) -> None:
    fail(breaker, STRANGE)
    clock.now += LONGEST_REST
    fail(breaker)
    breaker.answered()
    assert not breaker.strange
    clock.now += LONGEST_REST
    fail(breaker, STRANGE)
    assert rests == [1.0, 2.0, 1.0]
