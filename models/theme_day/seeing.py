"""Seeing the year: a node's days as a list, its rule, the file of a calendar, and what a preview shows."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from models import errand
from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.gathering import Gathering
from models.holidays import EARLIEST, LATEST, known
from models.member import Actor
from models.organisation import Node, serving, wishes
from models.recurrence import NEXT_WEEK, NEXT_WORKING_DAY, Day, Holidays, Rule, planned, read, shifted
from models.theme_day.tables import Series

CALENDAR = "calendar"  # the errand that makes a file of a year
MOST_LINES = 20
YES = 1


async def where(by: Actor) -> Node:
    """Where somebody looks who asks in private: what they organise, else where they belong; rather where there is a rule."""
    paths = list(dict.fromkeys([*by.reach("gathering.plan"), *(up for home in by.homes for up in upwards(home))]))
    if not paths:
        by.must("gathering.see", "nowhere")
    found = {node.path: node for node in await Node.filter(path__in=paths)}
    ruled = set(await Series.filter(node_id__in=[node.id for node in found.values()], ended_at=None).values_list("node_id"))
    places = [found[path] for path in paths if path in found]
    return next((node for node in places if (node.id,) in ruled), places[0])


def upwards(path: str) -> list[str]:
    """A path and those above it, nearest first."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:length])}/" for length in range(len(parts), 0, -1)]


async def year_list(by: Actor, node: Node, now: datetime) -> Answer:
    """/plan: what there is this year, or the first year there is anything coming."""
    by.must("gathering.see", node.path)
    today = local(now, (await wishes(node.id)).zone).date()
    coming = await Gathering.filter(node_id=node.id, local_date__gte=today).order_by("local_date").first()
    if coming is None and not await Series.exists(node_id=node.id, ended_at=None):
        raise Refusal("theme_day/none" if by.may("gathering.plan", node.path) else "theme_day/nothing")
    return Answer(screen=await year_card(by, node, coming.local_date.year if coming else today.year, now))


async def turn(by: Actor, node_id: int, year: int, now: datetime) -> Answer:
    """The button of another year."""
    return Answer(screen=await year_card(by, await seen(by, node_id, year), year, now))


async def seen(by: Actor, node_id: int, year: int) -> Node:
    node = await Node.get_or_none(id=node_id)
    by.must("gathering.see", node.path if node else "nowhere")
    assert node is not None, "nobody may see what is not there"
    if not EARLIEST <= year <= LATEST:
        raise Refusal("action/unknown")
    return node


async def year_card(by: Actor, node: Node, year: int, now: datetime) -> Card:
    others = [other for other in (year - 1, year + 1) if await Gathering.filter(node_id=node.id, **within(other)).exists()]
    first = [Tap("year.file", "year_file", node.id, year)]
    if by.may("gathering.plan", node.path):
        first.append(Tap("year.rule", "rule", node.id, YES))
    second = [Tap("year.other", "year", node.id, other, str(other)) for other in others]
    return Card("theme_day/year", {"year_of": [node.id, year]}, tuple(tuple(row) for row in (first, second) if row))


def within(year: int) -> dict[str, date]:
    return {"local_date__gte": date(year, 1, 1), "local_date__lte": date(year, 12, 31)}


async def rule(by: Actor, node_id: int, choice: int, _: datetime) -> Answer:
    """规则: by which rule the days fall, and how another is settled."""
    node = await Node.get_or_none(id=node_id)
    by.must("gathering.plan", node.path if node else "nowhere")
    if choice != YES:
        raise Refusal("action/unknown")
    return Answer(screen=Card("theme_day/rule", {"rule_of": node_id}))


async def fetch(by: Actor, node_id: int, year: int, now: datetime) -> Answer:
    """日历文件: it follows in private."""
    await seen(by, node_id, year)
    assert by.root_id is not None and by.member_id is not None, "only members see a plan"  # noqa: PT018
    facts = {"node": node_id, "year": year}
    await errand.send(by.root_id, await serving(by.root_id), by.member_id, CALENDAR, facts, now)
    return Answer(toast=Card("theme_day/coming"))


async def gatherings(node_id: int, year: int) -> list[Gathering]:
    return await Gathering.filter(node_id=node_id, **within(year)).order_by("local_date", "local_time", "id")


async def describe(place: list[int], now: datetime) -> dict[str, Any]:
    """A year of a node ([node, year]) as lines: those over by their days only, those coming one by one."""
    node_id, year = place
    node = await Node.get(id=node_id)
    series = await Series.get_or_none(node_id=node_id, ended_at=None)
    holidays, found = await known(node), await gatherings(node_id, year)
    over = [one.local_date.isoformat() for one in found if one.state != "cancelled" and one.starts_at <= now]
    coming = [line(one, series, holidays) for one in found if one.starts_at > now]
    return {
        "node": node.name,
        "year": year,
        "at": series.local_time if series else "",
        "place": series.place if series else "",
        "over": over,
        "coming": coming[:MOST_LINES],
        "more": max(0, len(coming) - MOST_LINES),
        "provisional": any(each["provisional"] for each in coming),
    }


def line(one: Gathering, series: Series | None, holidays: Holidays) -> dict[str, Any]:
    """`nominal`: the day the rule says, if it is another; `feast`: what is celebrated on it."""
    nominal = None
    if series is not None and one.series_id == series.id and one.month:
        nominal = read(series.rule).nominal(int(one.month[:4]), int(one.month[5:]), series.adjusted, holidays)
    moved = nominal is not None and nominal != one.local_date
    return {
        "title": one.title,
        "day": one.local_date.isoformat(),
        "at": one.local_time,
        "place": one.place,
        "state": one.state,
        "provisional": one.provisional,
        "nominal": nominal.isoformat() if nominal and moved else "",
        "feast": holidays.off.get(nominal, "") if nominal and moved else "",
    }


async def describe_rule(node_id: int, _: datetime) -> dict[str, Any]:
    """The rule that holds at a node; `rule` is empty where there is none."""
    node, series = await Node.get(id=node_id), await Series.get_or_none(node_id=node_id, ended_at=None)
    if series is None:
        return {"node": node.name, "rule": ""}
    facts = {"rule": series.rule, "shift": series.shift, "at": series.local_time, "place": series.place}
    return {"node": node.name, **facts, "minutes": series.minutes, "adjusted": series.adjusted}


async def preview(errand_id: int, now: datetime) -> dict[str, Any] | None:
    """What a rule that waits for its tap would mean; None once it was tapped or dropped."""
    one = await errand.task(errand_id, "waiting")
    node = await Node.get_or_none(id=one.facts["node"]) if one else None
    if one is None or node is None:
        return None
    holidays, wanted, adjusted = await known(node), read(one.facts["rule"]), bool(one.facts["adjusted"])
    today = local(now, (await wishes(node.id)).zone).date()
    days = list(coming_days(wanted, adjusted, today, holidays))
    return {
        "node": node.name,
        **{name: one.facts[name] for name in ("rule", "at", "place", "minutes", "adjusted")},
        "years": [year_of(each, days, holidays) for each in sorted({day.nominal.year for day in days})],
        "collisions": [collision(day, wanted, adjusted, holidays) for day in days if day.why],
    }


def coming_days(rule: Rule, adjusted: bool, today: date, holidays: Holidays) -> Iterable[Day]:
    """The nominal days of the rest of this year, and of the next one."""
    months = [(year, month) for year in (today.year, today.year + 1) for month in range(1, 13)]
    days = (planned(rule, "none", adjusted, year, month, holidays) for year, month in months)
    return (day for day in days if day.day >= today)


def year_of(year: int, days: list[Day], holidays: Holidays) -> dict[str, Any]:
    listed = [day.nominal.isoformat() for day in days if day.nominal.year == year]
    return {"year": year, "days": listed, "provisional": year not in holidays.known}


def collision(day: Day, rule: Rule, adjusted: bool, holidays: Holidays) -> dict[str, str]:
    """Where each policy would put a day that collides."""
    moved = {shift: shifted(day.nominal, rule, shift, adjusted, holidays).day for shift in (NEXT_WORKING_DAY, NEXT_WEEK)}
    feast = holidays.off.get(day.nominal, "")
    return {"day": day.nominal.isoformat(), "feast": feast, "next": f"{moved[NEXT_WORKING_DAY]}", "week": f"{moved[NEXT_WEEK]}"}
