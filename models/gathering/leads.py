"""When reminders leave: so long before the start, and never in the quiet hours but at the last instant before them.

A lead is so many minutes. Two that leave at the same instant are one message, that of the shorter.
"""

from datetime import datetime, timedelta

from models.calendar import instant, local, quiet
from models.organisation import Wishes

BEFORE_QUIET = timedelta(minutes=1)  # the quiet hours include their first instant

Departure = tuple[int, datetime]


def read(leads: str) -> tuple[int, ...]:
    """Leads as a gathering keeps them: "4320,1440,60"."""
    return tuple(int(each) for each in leads.split(",") if each)


def departures(leads: tuple[int, ...], starts_at: datetime, wanted: Wishes) -> list[Departure]:
    """Every lead that leaves, and when; the earliest first."""
    shortest = {awake_before(starts_at - timedelta(minutes=lead), wanted): lead for lead in sorted(leads, reverse=True)}
    return [(shortest[moment], moment) for moment in sorted(shortest)]


def first_lead(
    leads: tuple[int, ...], starts_at: datetime, wanted: Wishes, now: datetime
) -> tuple[int | None, datetime | None]:
    """The first lead still ahead, and when it is due. Those behind are left out: the card has just been read."""
    return next((each for each in departures(leads, starts_at, wanted) if each[1] > now), (None, None))


def newest_lead(leads: tuple[int, ...], due: int, starts_at: datetime, wanted: Wishes, now: datetime) -> int:
    """Of the lead that is due and those that fell due after it unnoticed, the last: one message stands for all."""
    return min([due, *(lead for lead, moment in departures(leads, starts_at, wanted) if moment <= now)])


def next_lead(leads: tuple[int, ...], done: int, starts_at: datetime, wanted: Wishes, now: datetime) -> Departure | None:
    """The lead that leaves next once `done` has, and when."""
    ahead = (each for each in departures(leads, starts_at, wanted) if each[0] < done and each[1] > now)
    return next(ahead, None)


def awake_before(moment: datetime, wanted: Wishes) -> datetime:
    """The moment itself, or the last allowed instant before the quiet hours it falls into."""
    there = local(moment, wanted.zone)
    if not quiet(there.time(), wanted.quiet_from, wanted.quiet_until):
        return moment
    day = there.date() if there.time() >= wanted.quiet_from else there.date() - timedelta(days=1)
    return instant(day, wanted.quiet_from, wanted.zone) - BEFORE_QUIET
