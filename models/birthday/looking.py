"""The clock's daily look at a node's birthdays, at the node's own hour: call today's to be greeted, show those of the coming
week to the secretary, list the month that begins within thirty days, and in spring those whom the medal is due.

A look finds what is due from the dates themselves and owes by key, for many nodes together. One that comes late, or again
because a date was entered, does what is still worth it: nobody is greeted on another day than their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models import due, rounds
from models.birthday import greeting, listing, medals
from models.birthday.greeting import called, hour_of, waking
from models.birthday.missed import missed, tell_missed
from models.birthday.people import Celebrant, Row, at_home, celebrants, of_rows
from models.birthday.planning import Planned, Wanted, plan
from models.birthday.rules import MEDAL_DAY
from models.birthday.ways import Way, way_of, ways_along
from models.calendar import local
from models.database import from_ms, rows, run
from models.due import marks
from models.organisation import Node, Wishes, wishes, wishes_along
from models.organisation.kinds import GROUPS

LISTED, PREVIEWED, MEDALS = timedelta(days=30), timedelta(days=7), timedelta(days=90)
DAY = timedelta(days=1)
AT_ONCE, MOST = 25, 1000  # nodes of one transaction, and of one beat


async def look(now: datetime) -> int:
    """Looks at every node whose hour has come; a Party group's people are its branch's."""
    await rounds.begin(GROUPS, now)
    looked_at = 0
    while looked_at < MOST and (some := await due.sweep_many("node_round", "look_due", now, looked, AT_ONCE)):
        looked_at += some
    return looked_at


@dataclass(frozen=True, slots=True)
class Watch:
    """A node on the day it is looked at; `begins`: the hour of that day."""

    node: Node
    way: Way
    there: Wishes
    today: date
    begins: datetime

    def following(self, now: datetime) -> datetime:
        return self.begins if now < self.begins else hour_of(self.way, self.there, self.today + DAY)


OPEN = (
    "SELECT n.* FROM node_round r JOIN node n ON n.id = r.node_id WHERE r.id IN ({marks}) AND n.closed_at IS NULL ORDER BY n.id"
)
AGAIN = "UPDATE node_round SET look_due = ? WHERE node_id IN ({marks})"


async def looked(numbers: list[int], now: datetime) -> None:
    """In a closed node is nobody any more: it is not looked at again."""
    nodes = [Node(**row) for row in await rows(OPEN.format(marks=marks(numbers)), *numbers)]
    watches = await watched(nodes, now)
    for following in sorted({watch.following(now) for watch in watches}):
        some = [watch.node.id for watch in watches if watch.following(now) == following]
        await run(AGAIN.format(marks=marks(some)), following, *some)
    if begun := [watch for watch in watches if now >= watch.begins]:
        await seen(begun, now)


async def watched(nodes: Sequence[Node], now: datetime) -> list[Watch]:
    paths = [node.path for node in nodes]
    ways, there = await ways_along(paths), await wishes_along(paths)
    return [watch_of(node, ways[node.path], there[node.path], now) for node in nodes]


def watch_of(node: Node, way: Way, there: Wishes, now: datetime) -> Watch:
    today = local(now, there.zone).date()
    return Watch(node, way, there, today, hour_of(way, there, today))


async def seen(watches: Sequence[Watch], now: datetime) -> None:
    """What the day asks for in these nodes."""
    people = await at_home([watch.node for watch in watches], now)
    soon = {watch.node.id: coming(watch, people[watch.node.id]) for watch in watches}
    planned = await plan([one for watch in watches for one in wanted(watch, soon[watch.node.id], now)])
    week: dict[int, list[Planned]] = {watch.node.id: [] for watch in watches}
    for one in planned:
        week[one.node_id].append(one)
    await told_late(watches, now)
    for watch in watches:
        await told(watch, soon[watch.node.id], week[watch.node.id], now)
        if medal_season(watch.today):
            await medals.draft(watch.node, people[watch.node.id], watch.today.year, now, waking(watch.there, now))


def coming(watch: Watch, people: Iterable[Row]) -> list[Celebrant]:
    """Whose day comes within the time that is listed or shown today."""
    known, _ = of_rows(people, watch.way, watch.today)
    last = last_listed(watch.today)
    return [one for one in known if one.day <= last]


def wanted(watch: Watch, soon: Iterable[Celebrant], now: datetime) -> Iterator[Wanted]:
    return (called(watch.node, watch.way, watch.there, one, now) for one in soon if not one.skipped)


async def told_late(watches: Sequence[Watch], now: datetime) -> None:
    for today in sorted({watch.today for watch in watches}):
        found = await missed([watch.node for watch in watches if watch.today == today], today)
        for watch in watches:
            await tell_missed(watch.node, found.get(watch.node.id, []), now, waking(watch.there, now))


async def told(watch: Watch, soon: Sequence[Celebrant], planned: Sequence[Planned], now: datetime) -> None:
    """Those responsible are told ahead; not at night."""
    due_at = waking(watch.there, now)
    week = [one for one in planned if watch.today < one.of.day <= watch.today + PREVIEWED]
    await listing.preview(watch.node, week, now, due_at)
    for month in months(watch.today):
        await listing.tell_month(watch.node, month, [one for one in soon if same_month(one.day, month)], now, due_at)


def months(today: date) -> Iterator[date]:
    """First days of the months to be listed: those that begin within thirty days."""
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    while first - LISTED <= today:
        yield first
        first = (first + timedelta(days=32)).replace(day=1)


def last_listed(today: date) -> date:
    """The end of the last month that is listed today, or the week that is shown."""
    listed = [last_of(month) for month in months(today)]
    return max([today + PREVIEWED, *listed])


def last_of(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - DAY


def same_month(day: date, month: date) -> bool:
    return (day.year, day.month) == (month.year, month.month)


def medal_spring(first: date) -> date:
    """The next day on which the medal's list is drawn up."""
    this_year = date(first.year, *MEDAL_DAY) - MEDALS
    return this_year if this_year >= first else date(first.year + 1, *MEDAL_DAY) - MEDALS


def medal_season(today: date) -> bool:
    """From ninety days before 1 July to the day before."""
    medal_day = date(today.year, *MEDAL_DAY)
    return medal_day - MEDALS <= today < medal_day


AHEAD = "SELECT node_id, look_due FROM node_round WHERE look_due IS NOT NULL ORDER BY node_id"


async def next_due() -> datetime | None:
    """When a look will next have something to say: a look at a day on which nothing happens is nobody's business."""
    instants = [moment for row in await rows(AHEAD) if (moment := await next_of(row["node_id"], from_ms(row["look_due"])))]
    greetings = await greeting.next_due()
    return min(instants if greetings is None else [*instants, greetings], default=None)


async def next_of(node_id: int, look_due: datetime) -> datetime | None:
    node = await Node.get(id=node_id)
    if node.closed_at is not None:
        return None
    there, way = await wishes(node_id), await way_of(node_id)
    first = local(look_due, there.zone).date()
    people, _ = await celebrants(node, way, first, look_due)
    spring = medal_spring(first)
    days = [day for one in people for day in occasions(one, first)]
    days += [spring] if await medals.expected(node, spring.year, look_due) else []
    return max(look_due, hour_of(way, there, min(days))) if days else None


def occasions(one: Celebrant, first: date) -> Iterator[date]:
    """Days from `first` on that a member's next anniversary has something to do with."""
    wanted = (one.day.replace(day=1) - LISTED, *(() if one.skipped else (one.day - PREVIEWED, one.day)))
    return (day for day in wanted if day >= first)
