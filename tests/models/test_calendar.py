"""Local times become instants, through gaps and overlaps, and nobody is woken at night."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.calendar import QUIET_FROM, QUIET_UNTIL, awake, instant, local

ZONES = ["Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
QUARTER = timedelta(minutes=15)

days = st.dates(date(2025, 1, 1), date(2037, 12, 31))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def quarters_before(moment: datetime, hours: int) -> Iterator[datetime]:
    """The second before a moment, and every quarter of an hour before that."""
    return (moment - timedelta(seconds=1) - n * QUARTER for n in range(hours * 4))


@given(days, times, zones)
@example(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
@example(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
@example(date(2026, 10, 25), time(3), "Europe/Berlin")
@example(date(2026, 9, 6), time(0, 30), "America/Santiago")
@example(date(2026, 4, 4), time(23, 30), "America/Santiago")
@example(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe")
@example(date(2026, 4, 5), time(1, 45), "Australia/Lord_Howe")
def test_an_instant_is_the_first_at_which_the_clocks_there_show_that_time_or_later(day: date, at: time, zone: str) -> None:
    wanted, found = datetime.combine(day, at), instant(day, at, zone)
    assert found.tzinfo is UTC
    assert wall(found, zone) >= wanted
    assert all(wall(earlier, zone) < wanted for earlier in quarters_before(found, hours=26))


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Asia/Shanghai", date(2026, 12, 1), time(15), "2026-12-01T07:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(3), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),
        ("America/Santiago", date(2026, 9, 6), time(0, 30), "2026-09-06T04:00"),
        ("America/Santiago", date(2026, 4, 4), time(23, 30), "2026-04-05T02:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),
        ("Pacific/Apia", date(2011, 12, 30), time(12), "2011-12-30T10:00"),  # a day that never was
    ],
)
def test_gaps_end_at_the_first_valid_instant_and_overlaps_begin_at_the_first(
    zone: str, day: date, at: time, expected: str
) -> None:
    assert instant(day, at, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(moments, zones)
def test_people_there_read_the_same_instant(moment: datetime, zone: str) -> None:
    assert local(moment, zone) == moment
    assert local(moment, zone).tzinfo == ZoneInfo(zone)


def is_awake(moment: datetime, zone: str) -> bool:
    return QUIET_UNTIL <= wall(moment, zone).time() < QUIET_FROM


@given(moments, zones)
def test_the_quiet_hours_are_waited_out_and_nothing_more(moment: datetime, zone: str) -> None:
    woken = awake(moment, zone)
    assert is_awake(woken, zone)
    if is_awake(moment, zone):
        assert woken == moment
    else:
        assert wall(woken, zone).time() == QUIET_UNTIL
        assert not any(is_awake(asleep, zone) for asleep in quarters_before(woken, hours=14) if asleep > moment)


@pytest.mark.parametrize(
    ("there", "woken"),
    [
        ("2026-11-21T08:29", "2026-11-21T08:30"),
        ("2026-11-21T08:30", "2026-11-21T08:30"),
        ("2026-11-21T20:59", "2026-11-21T20:59"),
        ("2026-11-21T21:00", "2026-11-22T08:30"),
        ("2026-12-31T23:59", "2027-01-01T08:30"),
        ("2026-11-21T00:00", "2026-11-21T08:30"),
    ],
)
def test_quiet_hours_last_from_nine_to_half_past_eight(there: str, woken: str) -> None:
    zone = "Asia/Shanghai"
    moment = datetime.fromisoformat(there).replace(tzinfo=ZoneInfo(zone))
    assert wall(awake(moment, zone), zone) == datetime.fromisoformat(woken)
