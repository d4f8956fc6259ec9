"""表格: the same as a workbook. Asked for by a button, made by the machine, sent once and for a quarter of an hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models import errand
from models.audit import note
from models.card import Answer, Card
from models.database import rows
from models.gathering.sheet import standing
from models.member import Actor
from models.organisation import Node, serving
from models.pages import place
from models.report.places import judged
from models.report.span import day_of, spanned
from models.report.table import Table, table

KIND = "report.sheet"
MOST = 50_000  # people of a file: more would take a small machine's memory

PEOPLE = """
SELECT g.id, g.kind, g.title, g.local_date, n.name AS node, n.path, m.name, e.ground,
  p.standing AS line, p.via, r.choice, r.decision, k.done_at, d.closed_at
FROM expected e JOIN gathering g ON g.id = e.gathering_id JOIN node n ON n.id = g.node_id JOIN member m ON m.id = e.member_id
LEFT JOIN record d ON d.gathering_id = g.id AND d.kind = g.kind
LEFT JOIN presence p ON p.id = (
  SELECT MAX(q.id) FROM presence q WHERE q.gathering_id = e.gathering_id AND q.member_id = e.member_id
)
LEFT JOIN rsvp r ON r.gathering_id = e.gathering_id AND r.member_id = e.member_id
LEFT JOIN make_up k ON k.gathering_id = e.gathering_id AND k.member_id = e.member_id
WHERE n.path LIKE ? AND g.local_date >= ? AND g.local_date < ? AND g.state IN ('closed', 'recorded')
ORDER BY g.starts_at DESC, g.id DESC, e.member_id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Person:
    """How one person stood at one occasion; `title` is empty where it is worded from kind and month."""

    day: date
    node: str
    kind: str
    title: str
    name: str
    standing: str
    via: str
    made_up: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the file says, not yet worded; `cut`: people of earlier occasions are left out, because they are too many."""

    node: str
    year: int
    month: int  # 0: the whole year
    table: Table
    people: list[Person]
    cut: bool = False


async def press(actor: Actor, node_id: int, span: int, now: datetime) -> Answer:
    """The button: the file follows in private."""
    node = await judged(actor, node_id)
    await send(actor, node, spanned(span).number, now)
    return Answer(toast=Card("report/file_coming"))


async def send(actor: Actor, node: Node, span: int, now: datetime) -> None:
    """Leaves the file to be made, for whoever may see it."""
    assert actor.member_id is not None, "an office is held by a member"
    root_id = node.root_id or node.id
    await errand.send(root_id, await serving(root_id), actor.member_id, KIND, {"node": node.id, "span": span}, now)
    await note(root_id, actor.label, "report.export", f"node:{node.id}", now, None, {"span": span})


async def extract(actor: Actor, node_id: int, number: int, now: datetime) -> Workbook:
    """The workbook's content, judged anew: who lost the office meanwhile gets a Refusal and no names."""
    node, span = await judged(actor, node_id), spanned(number)
    found = await rows(PEOPLE, f"{node.path}%", *span.days, MOST + 1)
    people = [person(row) for row in in_tree_order(found[:MOST])]
    month = 0 if span.whole_year else int(span.first[5:])
    return Workbook(node.name, span.year, month, await table(node, span, now), people, cut=len(found) > MOST)


def in_tree_order(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """By organisation as the tree has them, within one by time."""
    yield from sorted(reversed(found), key=lambda row: place(row["path"]))


def person(row: dict[str, Any]) -> Person:
    stands = standing(row["ground"], row["line"], row["choice"], row["decision"])
    return Person(
        day=day_of(row["local_date"]),
        node=row["node"],
        kind=row["kind"],
        title=row["title"],
        name=row["name"],
        standing=stands,
        via=row["via"] or "",
        made_up=row["done_at"] is not None,
        locked=row["closed_at"] is not None,
    )
