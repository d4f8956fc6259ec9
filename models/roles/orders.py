"""Orders: "this office for that name" read as who is meant, and where, within the reach of whoever says it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.database import rows
from models.organisation import Node
from models.organisation.kinds import GROUPS


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for: an office, for whom (a name or a 编号), and at which organisation if they said so."""

    name: str
    kind: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to understand an order. `shown` tells it from the others; `role_id` is the office to end."""

    member_id: int
    node_id: int
    path: str
    shown: str
    code: str
    role_id: int = 0


NAMED = """
SELECT m.id, m.code, n.name, n.path FROM member m
LEFT JOIN membership s ON s.member_id = m.id AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
JOIN node n ON n.id = COALESCE(s.node_id, m.root_id)
WHERE m.name = ? OR m.code = ? ORDER BY m.id, CASE WHEN s.kind = 'home' THEN 0 ELSE 1 END, n.path
"""  # who belongs nowhere, like an administrator, is looked for at the root


async def people(paths: list[str], name: str, now: datetime) -> list[dict[str, Any]]:
    """Whom a name can mean within these subtrees: each once, at home if that is within."""
    found = [row for row in await rows(NAMED, now, now, name, name) if row["path"].startswith(tuple(paths))]
    return [row for place, row in enumerate(found) if row["id"] not in {each["id"] for each in found[:place]}]


async def seats(order: Order, home: str, paths: list[str]) -> list[Node]:
    """Where an office is held: as was said; else a leader's in the own group, any other in the branch of their home."""
    if order.place:
        nodes = await Node.filter(name=order.place, closed_at__isnull=True).order_by("path")
    else:
        above = await Node.filter(id__in=home.strip("/").split("/")).order_by("-path")
        nodes = [node for node in above if (node.kind in GROUPS) == (order.kind == "group_leader")][:1]
    return [node for node in nodes if node.path.startswith(tuple(paths))]


async def appointments(paths: list[str], order: Order, now: datetime) -> list[Option]:
    """Every way to understand whom to appoint where."""
    found = await people(paths, order.name, now)
    return told_apart(
        [
            Option(one["id"], node.id, node.path, one["name"] if len(found) > 1 else node.name, one["code"] or str(one["id"]))
            for one in found
            for node in await seats(order, one["path"], paths)
        ]
    )


HELD = """
SELECT r.id, r.member_id, r.node_id, r.kind, r.from_at, m.name, m.code, n.name AS place, n.path
FROM role r JOIN member m ON m.id = r.member_id JOIN node n ON n.id = r.node_id
WHERE r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
"""
HELD_BY = f"{HELD} AND r.kind = ? AND (m.name = ? OR m.code = ?) ORDER BY n.path, r.id"


async def dismissals(paths: list[str], order: Order, now: datetime) -> list[Option]:
    """Every office in force that an order to end one can mean."""
    found = [row for row in await rows(HELD_BY, now, now, order.kind, order.name, order.name)]
    return told_apart(
        [
            Option(row["member_id"], row["node_id"], row["path"], row["place"], row["code"] or str(row["member_id"]), row["id"])
            for row in found
            if row["path"].startswith(tuple(paths)) and order.place in ("", row["place"])
        ]
    )


def told_apart(options: list[Option]) -> list[Option]:
    """Two of one name in one place are told apart by their 编号, or by our number."""
    shown = [each.shown for each in options]
    return [each if shown.count(each.shown) == 1 else replace(each, shown=f"{each.code} {each.shown}") for each in options]
