"""A branch's month: every occasion with its counts, and for whoever may see them the names of those on leave and absent."""

from datetime import datetime
from typing import Any

from models.database import rows, to_ms
from models.gathering.sheet import ABSENT, ON_LEAVE, lines
from models.gathering.views import standings, tally
from models.member import members_of
from models.organisation import Node
from models.report.span import spanned

MOST, NAMES = 4, 32  # occasions of a message, names they share

OCCASIONS = """
SELECT g.id, g.kind, g.title, g.local_date, g.local_time, g.state, g.starts_at, n.name AS node, n.path,
  r.id AS record, r.expected, r.present, r.on_leave, r.absent, r.observers, r.closed_at,
  (SELECT COUNT(*) FROM make_up k WHERE k.gathering_id = g.id AND k.done_at IS NOT NULL) AS made_up
FROM gathering g JOIN node n ON n.id = g.node_id
LEFT JOIN record r ON r.gathering_id = g.id AND r.kind = g.kind
WHERE n.path LIKE ? AND g.local_date >= ? AND g.local_date < ? AND g.state <> 'cancelled'
ORDER BY g.starts_at, g.id
"""
Row = dict[str, Any]


async def month(asked: list[int], now: datetime) -> dict[str, Any]:
    """`asked`: node and month. Occasions in their order, with names."""
    told = await totals(asked, now)
    for each in told["occasions"]:
        each["on_leave_names"], each["absent_names"] = [], []
        if each["recorded"]:
            sheet = await lines(each["id"])
            each["on_leave_names"] = [line.name for line in sheet if line.standing == ON_LEAVE]
            each["absent_names"] = [line.name for line in sheet if line.standing == ABSENT]
    return told | {"names": NAMES // max(len(told["occasions"]), 1)}


async def totals(asked: list[int], now: datetime) -> dict[str, Any]:
    """The same with counts only: what a group may read."""
    node_id, number = asked
    span, node = spanned(number), await Node.get(id=node_id)
    found = await rows(OCCASIONS, f"{node.path}%", *span.days)
    told = [await occasion(row, now) for row in found[:MOST]]
    return {
        "node": node.name,
        "year": span.year,
        "month": int(span.first[5:]),
        "occasions": told,
        "more": max(len(found) - MOST, 0),
    }


async def occasion(row: Row, now: datetime) -> Row:
    """One occasion: as its record says once sign-in has ended, before it begins as people have answered."""
    kept = {name: row[name] for name in ("id", "kind", "title", "node", "made_up")}
    counts = {name: row[name] or 0 for name in ("expected", "present", "on_leave", "absent", "observers")}
    facts = kept | counts | {"starts": f"{row['local_date']}T{row['local_time']}", "recorded": row["record"] is not None}
    facts |= {"over": row["state"] in ("closed", "recorded")}
    facts |= {"locked": row["closed_at"] is not None, "coming": row["starts_at"] > to_ms(now), "replied": 0, "joining": 0}
    return facts if facts["recorded"] else facts | await so_far(row, now)


async def so_far(row: Row, now: datetime) -> dict[str, int]:
    """Those expected by now, and their answers."""
    kept = await standings(row["id"])
    counts = tally(kept.get(member["id"], "silent") for member in await members_of(row["path"], now))
    return {name: counts[name] for name in ("expected", "replied", "joining")} | {"on_leave": counts["leaving"]}
