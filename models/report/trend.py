"""走势: the theme days of a year, month by month, with denominators. A month without a record is 0 of 0, and no rate."""

from datetime import datetime
from typing import Any

from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.member import Actor
from models.organisation import Node
from models.report.places import judged
from models.report.span import spanned

YEAR = """
SELECT r.month, SUM(r.expected) AS expected, SUM(r.present) AS present FROM record r JOIN node n ON n.id = r.node_id
WHERE n.path LIKE ? AND r.kind = 'theme_day' AND r.month >= ? AND r.month <= ? GROUP BY r.month
"""


async def press(actor: Actor, node_id: int, year: int, _: datetime) -> Answer:
    """The picture of a year, in private with the buttons of its table and of the year before."""
    node = await judged(actor, node_id)
    if not spanned(year).whole_year:
        raise Refusal("action/unknown")
    taps = Tap("report.sheet", "report_file", node.id, year), Tap("report.year_before", "trend", node.id, year - 1)
    return Answer(screen=picture(node, year, (taps,)))


def picture(node: Node, year: int, taps: tuple[tuple[Tap, ...], ...] = ()) -> Card:
    return Card("report/trend", {"trend": [node.id, year]}, taps)


async def describe(asked: list[int], _: datetime) -> dict[str, Any]:
    """`asked`: node and year. Twelve months of {month, expected, present}."""
    node_id, year = asked
    span, node = spanned(year), await Node.get(id=node_id)
    found = {row["month"]: row for row in await rows(YEAR, f"{node.path}%", span.first, span.last)}
    months = [counted(month, found.get(f"{year}-{month:02}", {})) for month in range(1, 13)]
    expected, present = (sum(each[name] for each in months) for name in ("expected", "present"))
    return {"node": node.name, "year": year, "months": months, "expected": expected, "present": present}


def counted(month: int, row: dict[str, Any]) -> dict[str, int]:
    return {"month": month, "expected": int(row.get("expected", 0)), "present": int(row.get("present", 0))}
