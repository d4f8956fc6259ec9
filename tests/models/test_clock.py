"""Civil time moves forwards, in the sandbox only."""

from datetime import UTC, datetime, timedelta

import pytest

from models import clock
from models.clock import Civil, ClockFixed

HOUR = timedelta(hours=1)


def sandbox() -> Civil:
    civil = Civil()
    civil.movable = True
    return civil


def test_production_refuses_to_move() -> None:
    civil = Civil()
    with pytest.raises(ClockFixed, match="sandbox"):
        civil.travel(civil.now() + HOUR)
    assert civil.offset == timedelta()


def test_the_process_clock_is_fixed_until_somebody_unlocks_it() -> None:
    assert not clock.civil.movable
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


def test_the_sandbox_moves_forwards() -> None:
    civil = sandbox()
    there = civil.now() + 30 * HOUR
    civil.travel(there)
    assert timedelta() <= civil.now() - there < timedelta(seconds=5)


def test_nobody_moves_backwards() -> None:
    civil = sandbox()
    civil.travel(civil.now() + HOUR)
    with pytest.raises(ClockFixed, match="forwards"):
        civil.travel(civil.now() - timedelta(seconds=1))
    assert civil.offset > timedelta(minutes=59)


def test_several_journeys_add_up() -> None:
    civil, start = sandbox(), datetime.now(UTC)
    for hours in range(1, 4):
        civil.travel(start + hours * HOUR)
    assert timedelta() <= civil.now() - start - 3 * HOUR < timedelta(seconds=5)


def test_monotonic_time_does_not_travel() -> None:
    civil, before = sandbox(), clock.ticks()
    civil.travel(civil.now() + 1000 * HOUR)
    assert clock.ticks() - before < 5
