"""Drawing up: the theme days of a year as gatherings, and moving one that nobody has been told of yet."""

from datetime import date, datetime, time, timedelta
from typing import Any

from tortoise.expressions import F

from models.audit import note
from models.calendar import instant
from models.card import Card
from models.gathering import Gathering, habits
from models.gathering.moving import put_aside
from models.gathering.organising import AHEAD
from models.gathering.plan import Wish, announced_at, draw_up, instants, local_start
from models.member import Actor
from models.organisation import Node, wishes
from models.recurrence import ASK, Day, Holidays, planned, read
from models.theme_day.tables import Series

FARTHEST = timedelta(days=430)  # from 1 November to the end of the following year
ASKED_BEFORE = timedelta(days=21)
KIND = "theme_day"


async def draw_up_year(by: Actor, node: Node, series: Series, year: int, known: Holidays, now: datetime) -> int:
    """Draws up what of a year lies ahead and is not there yet; how many."""
    there = {one.month for one in await Gathering.filter(series_id=series.id).only("id", "month")}
    drawn = 0
    for day in days_of(series, year, known):
        wish = wish_of(series, day.day)
        if f"{day.nominal:%Y-%m}" not in there and await ahead(node, wish, now) and not await adopted(node, series, day):
            await draw_up(by, node, wish, now, farthest=FARTHEST, **await columns(node, series, day, now))
            drawn += 1
    return drawn


async def adopted(node: Node, series: Series, day: Day) -> bool:
    """A theme day somebody planned for that very day is the month's own: there are no two of them."""
    there = Gathering.filter(node_id=node.id, kind=KIND, series_id=None, local_date=day.day, state__in=AHEAD)
    one = await there.order_by("id").first()
    if one is None:
        return False
    await Gathering.filter(id=one.id).update(series_id=series.id, month=f"{day.nominal:%Y-%m}")
    return True


def days_of(series: Series, year: int, known: Holidays) -> list[Day]:
    """The twelve days of a year."""
    return [day_of(series, year, month, known) for month in range(1, 13)]


def day_of(series: Series, year: int, month: int, known: Holidays) -> Day:
    return planned(read(series.rule), series.shift, series.adjusted, year, month, known)


def wish_of(series: Series, day: date) -> Wish:
    at = time.fromisoformat(series.local_time)
    return Wish("", series.place, day, at, kind=KIND, minutes=series.minutes)


def on(one: Gathering, day: date) -> Wish:
    """The same on another day."""
    return Wish(one.title, one.place, day, time.fromisoformat(one.local_time), one.kind, one.minutes)


async def ahead(node: Node, wish: Wish, now: datetime) -> bool:
    return instant(wish.day, wish.at, (await wishes(node.id)).zone) > now


async def columns(node: Node, series: Series, day: Day, now: datetime) -> dict[str, Any]:
    return {
        "series_id": series.id,
        "month": f"{day.nominal:%Y-%m}",
        "provisional": day.provisional,
        "ask_due": await ask_due(node, day, now),
    }


async def ask_due(node: Node, day: Day, now: datetime) -> datetime | None:
    """When organisers are asked where a colliding day goes: three weeks before, as soon as they are awake."""
    if day.why != ASK:
        return None
    wanted = await wishes(node.id)
    return max(now, instant(day.day - ASKED_BEFORE, wanted.quiet_until, wanted.zone))


async def redate(by: Actor, node: Node, one: Gathering, wish: Wish, now: datetime, **more: Any) -> bool:
    """Moves what is planned and not announced. False: it has been announced or moved since `one` was read, or the new day is
    over.
    """
    if not await ahead(node, wish, now):
        return False
    wanted, custom = await wishes(node.id), await habits(node.id)
    changed = {
        **local_start(wish),
        **instants(instant(wish.day, wish.at, wanted.zone), wanted, custom, now),
        "zone": wanted.zone,
        "place": wish.place,
        "minutes": wish.minutes,
        "announce_due": max(now, announced_at(wish, wanted, custom)),
        "revision": F("revision") + 1,
        **more,
    }
    if not await Gathering.filter(id=one.id, state="planned", revision=one.revision).update(**changed):
        return False
    before = {"day": f"{one.local_date}", "time": one.local_time, "place": one.place}
    after = {"day": f"{wish.day}", "time": f"{wish.at:%H:%M}", "place": wish.place}
    await note(one.root_id, by.label, "redate", f"gathering:{one.id}", now, before, after)
    read = {"id": one.id, "revision": one.revision}
    await put_aside(read, Card("gathering/moved_card", {"gathering": one.id}), [f"ceremony:{one.id}"], now)
    return True
