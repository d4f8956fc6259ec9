"""Civil dates and instants: a gathering is kept as local date, local time and zone; its instant is derived."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant(day: date, at: time, zone: str) -> datetime:
    """The instant of a local time. A time the clocks skip means the first valid one after it; a doubled one, the first.

    >>> instant(date(2026, 12, 1), time(15), "Asia/Shanghai").isoformat()
    '2026-12-01T07:00:00+00:00'
    """
    local = datetime.combine(day, at, ZoneInfo(zone))
    there = local.astimezone(UTC)
    if there.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return there
    return first_valid(local)


def first_valid(skipped: datetime) -> datetime:
    """The end of the gap that swallowed a local time: where the zone's offset changes."""
    before = (skipped - timedelta(days=1)).astimezone(UTC)
    after = (skipped + timedelta(days=1)).astimezone(UTC)
    old = before.astimezone(skipped.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(skipped.tzinfo).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def local(moment: datetime, zone: str) -> datetime:
    """An instant as people there read it."""
    return moment.astimezone(ZoneInfo(zone))


QUIET_FROM, QUIET_UNTIL = time(21), time(8, 30)


def awake(moment: datetime, zone: str, quiet_from: time = QUIET_FROM, quiet_until: time = QUIET_UNTIL) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into; they may lie within one day, and equal ends mean none."""
    at = local(moment, zone).time()
    if not quiet(at, quiet_from, quiet_until):
        return moment
    today = local(moment, zone).date()
    return instant(today if at < quiet_until else today + timedelta(days=1), quiet_until, zone)


def quiet(at: time, quiet_from: time, quiet_until: time) -> bool:
    """Whether a local time lies in the quiet hours, which may run over midnight."""
    if quiet_from <= quiet_until:
        return quiet_from <= at < quiet_until
    return at >= quiet_from or at < quiet_until
