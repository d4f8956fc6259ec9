"""When reminders leave, against a plain restatement: look back minute by minute until it is not quiet any more."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar import local, quiet
from models.gathering.leads import awake_before, departures, first_lead, newest_lead, next_lead, read
from models.organisation import Wishes

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Shanghai without summer time; New York, Lord Howe (half an hour) and Beirut (at midnight) with it; Apia lost a whole day.
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia"])
CLOCK = st.sampled_from([time(minute // 60, minute % 60) for minute in range(0, 1440, 30)])
MOMENTS = st.integers(0, 23 * 365 * 1440).map(lambda minutes: datetime(2008, 1, 1, tzinfo=UTC) + minutes * MINUTE)
LEADS = st.lists(st.integers(16, 7 * 1440), min_size=1, max_size=5, unique=True).map(
    lambda some: tuple(sorted(some, reverse=True))
)


@st.composite
def wishes(draw: st.DrawFn) -> Wishes:
    """Quiet hours over midnight, within one day, or none."""
    start = draw(CLOCK)
    return Wishes(zone=draw(ZONES), quiet_from=start, quiet_until=draw(st.just(start) | CLOCK))


def silent(moment: datetime, wanted: Wishes) -> bool:
    return quiet(local(moment, wanted.zone).time(), wanted.quiet_from, wanted.quiet_until)


def shifted(start: datetime, end: datetime, zone: str) -> bool:
    """Whether the clocks were changed between two instants."""
    return local(start, zone).utcoffset() != local(end, zone).utcoffset()


@settings(max_examples=400, deadline=None)
@given(MOMENTS, wishes())
def test_no_reminder_leaves_in_the_night_or_after_its_time(moment: datetime, wanted: Wishes) -> None:
    leaves = awake_before(moment, wanted)
    assert leaves <= moment
    assert not silent(leaves, wanted)
    assert leaves == moment or silent(moment, wanted)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, wishes())
def test_it_leaves_at_the_last_instant_before_the_night(moment: datetime, wanted: Wishes) -> None:
    """Where the clocks change within the night, an hour of it occurs twice or never; there the rule above is enough."""
    leaves = awake_before(moment, wanted)
    if leaves == moment or shifted(leaves - DAY, moment + DAY, wanted.zone):
        return
    between = int((moment - leaves) / MINUTE)
    assert all(silent(leaves + each * MINUTE, wanted) for each in range(1, between + 1))


@settings(max_examples=300, deadline=None)
@given(MOMENTS, LEADS, wishes())
def test_leads_leave_in_order_at_instants_of_their_own_and_none_is_lost(
    starts_at: datetime, leads: tuple[int, ...], wanted: Wishes
) -> None:
    found = departures(leads, starts_at, wanted)
    moments = [moment for _, moment in found]
    assert moments == sorted(set(moments))
    assert {awake_before(starts_at - lead * MINUTE, wanted) for lead in leads} == set(moments)
    for lead, moment in found:
        together = [each for each in leads if awake_before(starts_at - each * MINUTE, wanted) == moment]
        assert lead == min(together)


@settings(max_examples=300, deadline=None)
@given(MOMENTS, LEADS, wishes(), st.lists(st.integers(0, 8 * 1440), min_size=1, max_size=6))
def test_however_late_the_sweeps_come_each_lead_is_spoken_of_at_most_once_and_the_newest_always(
    starts_at: datetime, leads: tuple[int, ...], wanted: Wishes, looks: list[int]
) -> None:
    """The sweeps look at these instants only; what fell due between two of them is one message."""
    begin = starts_at - 8 * DAY
    lead, due = first_lead(leads, starts_at, wanted, begin)
    spoken: list[int] = []
    for now in sorted(begin + look * MINUTE for look in looks):
        if lead is None or due is None or due > now:
            continue
        spoken.append(newest_lead(leads, lead, starts_at, wanted, now))
        gone = [each for each, moment in departures(leads, starts_at, wanted) if begin < moment <= now]
        assert spoken[-1] == min(gone)
        following = next_lead(leads, spoken[-1], starts_at, wanted, now)
        lead, due = following or (None, None)
        assert due is None or due > now
    assert spoken == sorted(set(spoken), reverse=True)


def test_two_leads_of_one_evening_are_the_shorter() -> None:
    starts_at = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)  # 8:00 in Shanghai
    evening = datetime(2026, 11, 30, 12, 59, tzinfo=UTC)
    assert departures((480, 60), starts_at, Wishes()) == [(60, evening)]
    assert first_lead((480, 60), starts_at, Wishes(), evening - MINUTE) == (60, evening)
    assert first_lead((480, 60), starts_at, Wishes(), evening) == (None, None)


def test_leads_are_read_as_they_are_kept() -> None:
    assert read("4320,1440,60") == (4320, 1440, 60)
    assert read("") == ()
