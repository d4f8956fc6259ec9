"""What those responsible for a node see of its birthdays: the month's list, thirty days before it begins or when they ask; and
a week before the day each card as it will be.
"""

from datetime import date, datetime, timedelta
from typing import Any

from models.birthday.editing import editing
from models.birthday.people import Celebrant, celebrants
from models.birthday.planning import Planned, known, show
from models.birthday.ways import RIGHT, kept_by, way_of
from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.gathering.choice import YES
from models.member import Actor
from models.organisation import Node, wishes
from models.organisation.kinds import GROUPS
from models.pages import LONGEST, page
from models.responsible import tell

PAGES = 100  # the last two digits of a button's number are the page, those before it year and month
EARLIEST, LATEST = 2000, 2100
NEXT_MONTH = timedelta(days=32)


async def preview(node: Node, week: list[Planned], now: datetime, due_at: datetime) -> None:
    """Those of the coming week that have not been shown yet: one as its card, several in one message with a button for each."""
    fresh = [one for one in week if not one.previewed][:LONGEST]
    if not fresh:
        return
    first, alone = fresh[0], len(fresh) == 1
    card = Card("birthday/preview", {"birthday": first.id}, editing(first.id, first.state)) if alone else several(fresh)
    about = first.about if alone else ""
    occasion = f"birthday:{first.id}:preview:{first.of.day:%Y%m%d}"
    await tell(RIGHT, node.path, card, occasion, now, about=about, live=alone, due_at=due_at, kind="duty")
    await show(fresh)


def several(fresh: list[Planned]) -> Card:
    taps = tuple((Tap("named", "birthday_see", one.id, YES, one.of.name),) for one in fresh)
    return Card("birthday/previews", {"birthdays": [one.id for one in fresh]}, taps)


async def tell_month(node: Node, month: date, people: list[Celebrant], now: datetime, due_at: datetime) -> None:
    """The list of a month that has anybody, also somebody who is passed over; once."""
    if people:
        card = await month_card(node, number_of(month), 1, people)
        await tell(RIGHT, node.path, card, f"birthdays:{node.id}:{month:%Y%m}", now, due_at=due_at, kind="duty")


def number_of(day: date) -> int:
    return day.year * 100 + day.month


def month_of(number: int) -> date:
    """The first day of a month; a refusal for a number that is none."""
    year, month = divmod(number, 100)
    if not EARLIEST <= year <= LATEST or not 1 <= month <= 12:
        raise Refusal("action/unknown")
    return date(year, month, 1)


async def month_card(node: Node, number: int, wanted: int, people: list[Celebrant]) -> Card:
    """A page of a month; whose celebration is planned has a button."""
    shown = page(people, wanted)
    planned = await known(shown.shown)
    keyed = [(one.name, planned.get((one.id, one.day.year))) for one in shown.shown if not one.skipped]
    there = [(name, birthday) for name, birthday in keyed if birthday is not None]
    named = [Tap("named", "birthday_see", birthday, YES, name) for name, birthday in there]
    pairs = tuple(tuple(named[start : start + 2]) for start in range(0, len(named), 2))
    turning = turning_of(node.id, number, shown.number, shown.count)
    taps = (*pairs, *turning, (next_month(node.id, number), ways_of(node.id)))
    return Card("birthday/month", {"birthday_month": [node.id, number, shown.number]}, taps)


def turning_of(node_id: int, number: int, at: int, count: int) -> tuple[tuple[Tap, ...], ...]:
    before = [Tap("page.before", "birthday_list", node_id, number * PAGES + at - 1)] if at > 1 else []
    after = [Tap("page.after", "birthday_list", node_id, number * PAGES + at + 1)] if at < count else []
    return ((*before, *after),) if before or after else ()


def next_month(node_id: int, number: int) -> Tap:
    following = number_of(month_of(number) + NEXT_MONTH)
    return Tap("birthday.next", "birthday_list", node_id, following * PAGES + 1)


def ways_of(node_id: int) -> Tap:
    return Tap("birthday.ways", "birthday_ways", node_id, YES)


async def turn(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """A month of a node, and which page of it."""
    node = await kept_by(actor, node_id)
    number, at = divmod(choice, PAGES)
    if at < 1:
        raise Refusal("action/unknown")
    return await asked(node, month_of(number), at, now)


async def asked(node: Node, month: date, at: int, now: datetime) -> Answer:
    people = await in_month(node, month, now)
    return Answer(screen=await month_card(node, number_of(month), at, people))


async def in_month(node: Node, month: date, now: datetime) -> list[Celebrant]:
    people, _ = await celebrants(node, await way_of(node.id), month, now)
    return [one for one in people if (one.day.year, one.day.month) == (month.year, month.month)]


KEEPING = """
SELECT n.id FROM node n WHERE ({reach}) AND n.closed_at IS NULL AND n.kind NOT IN ({groups}) AND EXISTS (
  SELECT 1 FROM membership h JOIN node at ON at.id = h.node_id
  WHERE h.kind = 'home' AND h.until_at IS NULL AND (at.id = n.id OR (at.parent_id = n.id AND at.kind IN ({groups})))
) ORDER BY n.path
"""


async def ask(actor: Actor, words: str, now: datetime) -> Answer:
    """/birthday for those responsible: this month of their node; of several, one is chosen by button or by name."""
    reach = actor.must_somewhere(RIGHT)
    sql = KEEPING.format(reach=" OR ".join(["n.path LIKE ?"] * len(reach)), groups=", ".join(f"'{kind}'" for kind in GROUPS))
    found = await rows(sql, *(f"{path}%" for path in reach))
    nodes = [node for node in await Node.filter(id__in=[row["id"] for row in found]).order_by("path") if words in node.name]
    if not nodes:
        raise Refusal("birthday/nowhere")
    month = local(now, (await wishes(nodes[0].id)).zone).date().replace(day=1)
    if len(nodes) == 1:
        return await asked(nodes[0], month, 1, now)
    choice = number_of(month) * PAGES + 1
    taps = tuple((Tap("named", "birthday_list", node.id, choice, node.name),) for node in nodes[:LONGEST])
    return Answer(screen=Card("birthday/which", {"others": max(len(nodes) - LONGEST, 0)}, taps))


async def describe(asked_for: list[int], now: datetime) -> dict[str, Any]:
    """`asked_for`: node, month as a number, page. Its lines, and the names of those whose date nobody knows."""
    node_id, number, at = asked_for
    node, month = await Node.get(id=node_id), month_of(number)
    way = await way_of(node_id)
    everybody, unknown = await celebrants(node, way, month, now)
    people = [one for one in everybody if (one.day.year, one.day.month) == (month.year, month.month)]
    shown = page(people, at)
    lines = [line(one) for one in shown.shown]
    said = {"node": node.name, "year": month.year, "month": month.month, "basis": way.basis, "lines": lines, "unknown": unknown}
    return said | {"total": len([one for one in people if not one.skipped]), "page": shown.number, "pages": shown.count}


def line(one: Celebrant) -> dict[str, Any]:
    said = {"name": one.name, "day": one.day.isoformat(), "since": one.since.isoformat(), "years": one.years}
    return said | {"skipped": one.skipped, "bound": one.bound, "how": one.how}
