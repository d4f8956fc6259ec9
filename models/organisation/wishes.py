"""A node's own wishes. What it does not say itself, its nearest ancestor that says it decides."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import time
from typing import Any

from models.database import rows
from models.organisation.tables import Node
from models.rounds import lineage


@dataclass(frozen=True, slots=True)
class Wishes:
    """Local zone, quiet hours, the hour of the daily quiz, whether newcomers to its groups are greeted."""

    zone: str = "Asia/Shanghai"
    quiet_from: time = time(21)
    quiet_until: time = time(8, 30)
    quiz_at: time = time(8)
    greets: bool = False


# From the node itself up to its root: every ancestor's path is a beginning of its own.
LINE = """
SELECT a.zone, a.quiet_from, a.quiet_until, a.quiz_at, a.greets
FROM node n JOIN node a ON n.path LIKE a.path || '%' AND a.root_id = n.root_id
WHERE n.id = ? ORDER BY LENGTH(a.path) DESC
"""
NAMES = tuple(each.name for each in fields(Wishes))


async def wishes(node_id: int) -> Wishes:
    """What holds for a node now."""
    return worded(await rows(LINE, node_id))


def worded(line: list[dict[str, Any]]) -> Wishes:
    """`line`: a node and those above it, nearest first."""
    said = {name: first(line, name) for name in NAMES}
    return Wishes(**{name: typed(name, value) for name, value in said.items() if value is not None})


ALONG = "SELECT id, zone, quiet_from, quiet_until, quiz_at, greets FROM node WHERE id IN ({marks})"


async def wishes_along(paths: Iterable[str]) -> dict[str, Wishes]:
    """What holds for many nodes now, by their paths: a path names all nodes above it."""
    lines = {path: lineage(path) for path in paths}
    asked = sorted({number for line in lines.values() for number in line})
    found = await rows(ALONG.format(marks=", ".join("?" * len(asked))), *asked) if asked else []
    known = {row["id"]: row for row in found}
    return {path: worded([known[number] for number in line if number in known]) for path, line in lines.items()}


async def zone_of(node: Node) -> str:
    """Where its people live."""
    return node.zone or (await wishes(node.id)).zone


def first(line: list[dict[str, Any]], name: str) -> Any:
    return next((row[name] for row in line if row[name] is not None), None)


def typed(name: str, value: Any) -> Any:
    if name == "greets":
        return bool(value)
    return value if name == "zone" else time.fromisoformat(value)
