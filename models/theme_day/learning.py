"""Learning a year of holidays: what is only planned moves as the rule says, what is announced is put to people."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from models import errand, holidays
from models.card import Answer, Card
from models.database import run, to_ms
from models.gathering import Gathering
from models.holidays import Year, known
from models.member import OPERATOR, Actor
from models.organisation import Node
from models.recurrence import Day, Holidays, collides, read
from models.responsible import tell
from models.theme_day.drawing import ask_due, day_of, on, redate
from models.theme_day.tables import Series


@dataclass(slots=True)
class Changed:
    """What a year did to one series: days moved (old, new in turn) and days that collide and were left, as ordinals."""

    moves: list[int] = field(default_factory=list)
    clashes: list[int] = field(default_factory=list)


ERRAND = "holidays"
LARGEST = 200_000  # bytes; a year has three thousand


async def offer(by: Actor, bot_id: int, file_id: str, size: int, now: datetime) -> Answer:
    """Somebody sent a file of holidays in private: the machine fetches it and says what came of it."""
    by.must_somewhere("holiday.load")
    assert by.root_id is not None and by.member_id is not None, "an office is held by a member of a tree"  # noqa: PT018
    if size > LARGEST:
        raise holidays.wrong("large")
    await errand.send(by.root_id, bot_id, by.member_id, ERRAND, {"file": file_id}, now)
    return Answer()


async def tops(by: Actor) -> list[Node]:
    """The nodes whose year somebody may load, without those below another of them."""
    paths = by.must_somewhere("holiday.load")
    highest = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    return await Node.filter(path__in=highest).order_by("id")


# A rule that is settled meanwhile (`settling`) waits for the year, or the year for it: neither goes by the other's past.
ONE_AT_A_TIME = "UPDATE node SET kind = kind WHERE path LIKE ?"


async def learn(by: Actor, node: Node | None, year: Year, now: datetime) -> Answer:
    """A node (None: everybody) learns a year of holidays; every series below it follows. The same again changes nothing."""
    await run(ONE_AT_A_TIME, f"{node.path if node else '/'}%")
    before = {series.id: await known(place) async for series, place in below(node)}
    await holidays.load(by, node, year, now)
    moved = 0
    async for series, place in below(node):
        after = await known(place)
        if after != before.get(series.id):
            changed = await followed(by, series, place, before[series.id], after, year.year, now)
            moved += len(changed.moves) // 2
            await told(series, place, changed, year.year, now)
    off, work = len(year.off), len(year.work)
    return Answer(screen=Card("theme_day/learnt", {"year": year.year, "count": off, "work": work, "moved": moved}))


async def below(node: Node | None) -> AsyncIterator[tuple[Series, Node]]:
    """Every rule in force at a node or below it, but where nobody is any more."""
    places = {place.id: place for place in await Node.filter(path__startswith=node.path if node else "/", closed_at=None)}
    for series in await Series.filter(ended_at=None).order_by("id"):
        if series.node_id in places:
            yield series, places[series.node_id]


async def followed(
    by: Actor, series: Series, node: Node, before: Holidays, after: Holidays, year: int, now: datetime
) -> Changed:
    """Whatever still stands where the rule had put it follows the rule; what somebody moved by hand stays."""
    changed = Changed()
    mine = Gathering.filter(series_id=series.id, month__startswith=f"{year}-", state__in=["planned", "announced"])
    for one in await mine.filter(starts_at__gt=now).order_by("local_date"):
        assert one.month is not None, "a series owes it for a month"
        was, will = (day_of(series, year, int(one.month[5:]), known) for known in (before, after))
        if one.state == "planned" and one.local_date == was.day:
            await follow(by, node, one, will, changed, now)
        elif collides(one.local_date, read(series.rule), after) and not collides(one.local_date, read(series.rule), before):
            changed.clashes.append(one.local_date.toordinal())
    await mine.update(provisional=False)
    return changed


async def follow(by: Actor, node: Node, one: Gathering, will: Day, changed: Changed, now: datetime) -> None:
    due = await ask_due(node, will, now)
    if will.day == one.local_date:
        if due != one.ask_due:
            await Gathering.filter(id=one.id).update(ask_due=due)
    elif await redate(by, node, one, on(one, will.day), now, ask_due=due):
        changed.moves += [one.local_date.toordinal(), will.day.toordinal()]
    else:
        changed.clashes.append(one.local_date.toordinal())


async def told(series: Series, node: Node, changed: Changed, year: int, now: datetime) -> None:
    """The organisers hear it once."""
    if changed.moves or changed.clashes:
        moves, clashes = changed.moves, changed.clashes
        card = Card("theme_day/recomputed", {"node": node.id, "year": year, "moves": moves, "clashes": clashes})
        await tell("gathering.plan", node.path, card, f"holidays:{series.id}:{to_ms(now)}", now)


async def ship(years: list[Year], now: datetime) -> int:
    """The years that come with the product are what everybody knows; how many are news."""
    news = [each for year in years if (each := await holidays.ships(year))]
    for year in news:
        await learn(OPERATOR, None, year, now)
    return len(news)
