"""/attendance: whoever asks is shown what is theirs to see, about the months and the organisation they name.

A member: the own record. Who is responsible for a branch: its month, with names. A committee: the table of its branches.
In a group: counts of that node.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.member import Actor
from models.organisation import Node, zone_of
from models.report import coming, trend
from models.report.own import own
from models.report.places import covers_branches, inside, judged, meant, tops
from models.report.sheet import send
from models.report.span import Span, before, month_number, spanned
from models.report.table import table

MOST_LINES = 36  # of the table in one message


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks about: months (`models.report.span`; None: now), an organisation by name or 编号, or themselves."""

    span: int | None = None
    place: str = ""
    own: bool = False


async def attendance(actor: Actor, node: Node | None, asked: Question, now: datetime) -> Answer:
    """The answer to /attendance; `node` is that of the group where it is asked, None in private."""
    if node is not None:
        return await in_group(actor, node, asked, now)
    if asked.own or not actor.reach("gathering.attendance"):
        return await mine(actor, asked, now)
    nodes = await meant(actor, asked.place) if asked.place else await tops(actor)
    if not nodes:
        raise Refusal("report/no_branch")
    if len(nodes) > 1:
        return await choose(nodes, asked, now)
    return await shown(actor, nodes[0], asked.span, now)


async def in_group(actor: Actor, node: Node, asked: Question, now: datetime) -> Answer:
    """Counts of the group's own node, and of no other."""
    actor.must("gathering.attendance", node.path)
    if asked.place or asked.own:
        raise Refusal("report/in_private")
    if asked.span is None:
        return await coming.answers(node, private=False, now=now)
    if spanned(asked.span).whole_year:
        return Answer(screen=trend.picture(node, asked.span))
    return Answer(screen=Card("report/totals", {"branch_totals": [node.id, asked.span]}))


async def mine(actor: Actor, asked: Question, now: datetime) -> Answer:
    """A member's own record. To them there is no branch they could ask about, be it there or not."""
    if actor.member_id is not None and asked.place:
        raise Refusal("report/no_branch")
    return await own(actor, asked.span, now)


async def choose(nodes: list[Node], asked: Question, now: datetime) -> Answer:
    """Several are meant: a button for each."""
    span = asked.span or month_number(local(now, await zone_of(nodes[0])))
    taps = tuple((Tap("named", "report", node.id, span, node.name),) for node in nodes)
    return Answer(screen=Card("report/which", {}, taps))


async def shown(actor: Actor, node: Node, span: int | None, now: datetime) -> Answer:
    """A node's attendance: the coming occasion where nothing else is asked for and it has its own people."""
    many = await covers_branches(node)
    if span is None and not many:
        return await coming.answers(node, private=True, now=now)
    months = spanned(span or month_number(local(now, await zone_of(node))))
    if many:
        return await as_table(actor, node, months, now)
    if months.whole_year:
        return await trend.press(actor, node.id, months.number, now)
    return Answer(screen=Card("report/month", {"branch_month": [node.id, months.number]}, buttons(node, months)))


async def as_table(actor: Actor, node: Node, months: Span, now: datetime) -> Answer:
    """The table; what does not fit into a message follows as a file."""
    long = await inside(node) + 1 > MOST_LINES
    if long:
        await send(actor, node, months.number, now)
    return Answer(screen=Card("report/table", {"subtree": [node.id, months.number], "long": long}, buttons(node, months)))


def buttons(node: Node, months: Span) -> tuple[tuple[Tap, ...], ...]:
    return (
        (Tap("report.sheet", "report_file", node.id, months.number), Tap("report.trend", "trend", node.id, months.year)),
        (Tap("report.year_before" if months.whole_year else "report.month_before", "report", node.id, before(months)),),
    )


async def press(actor: Actor, node_id: int, span: int, now: datetime) -> Answer:
    """A button that shows a node's months."""
    node = await judged(actor, node_id)
    return await shown(actor, node, spanned(span).number, now)


async def describe(asked: list[int], now: datetime) -> dict[str, Any]:
    """`asked`: node and span. What a text may say of a table: its first lines."""
    node_id, number = asked
    node, span = await Node.get(id=node_id), spanned(number)
    found = await table(node, span, now)
    lines = [{"name": each.name, "role": each.role, "depth": min(each.depth, 3), **asdict(each.sums)} for each in found.lines]
    month = 0 if span.whole_year else int(span.first[5:])
    return {
        "node": node.name,
        "year": span.year,
        "month": month,
        "first": int(found.first[5:]),
        "last": int(found.last[5:]),
        "lines": lines[:MOST_LINES],
        "more": max(len(lines) - MOST_LINES, 0),
        "unlocked": any(each["unlocked"] for each in lines),
    }
