"""日历文件: the theme days of a year as an .ics, as RFC 5545 wants it; the library folds lines and escapes what people typed.

A gathering keeps its UID for life and counts its revisions, so that opening a newer file moves what is in the calendar.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bot.wording import clean, labels, titled
from models.gathering import Gathering

PRODUCT = "-//branchlife//theme days//ZH"
LONGEST = 120  # characters of anything a person typed


def year(node: str, found: list[Gathering], now: datetime) -> bytes:
    """The file. Cancelled ones stay in it as cancelled, so that a calendar that knows them hears of it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words("name").format(node=clean(node)))
    for one in found:
        calendar.add_component(event(one, now))
    calendar.add_missing_timezones(first_date=date(now.year - 1, 1, 1), last_date=date(now.year + 3, 1, 1))
    return bytes(calendar.to_ical())


def event(one: Gathering, now: datetime) -> Event:
    starts = datetime.combine(one.local_date, time.fromisoformat(one.local_time), ZoneInfo(one.zone))
    found = Event()
    found.add("uid", f"gathering-{one.id}.{one.root_id}@branchlife")
    found.add("sequence", one.revision)
    found.add("dtstamp", now)
    found.add("dtstart", starts)
    found.add("dtend", starts + timedelta(minutes=one.minutes))
    found.add("summary", clean(named(one), LONGEST))
    found.add("location", clean(one.place, LONGEST))
    if one.theme:
        found.add("description", clean(one.theme, LONGEST))
    found.add("status", status(one))
    return found


def named(one: Gathering) -> str:
    return titled({"title": one.title, "kind": one.kind, "starts": one.local_date.isoformat()})


def status(one: Gathering) -> str:
    """Tentative as long as the holidays of its year are not known."""
    if one.state == "cancelled":
        return "CANCELLED"
    return "TENTATIVE" if one.provisional else "CONFIRMED"


def words(name: str) -> str:
    return str(labels()["calendar"][name])
