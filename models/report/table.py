"""The table of the branches below a node: what each held and who was there, in the order of the tree and with sums per level.

It counts records of theme days. A branch with nothing stands there with noughts. Nothing is ordered by rate.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.calendar import local
from models.database import from_ms, rows
from models.organisation import Node, zone_of
from models.organisation.kinds import BRANCHES, GROUPS
from models.pages import place
from models.report.span import Span, months_between

# One statement for the whole subtree, however many branches: a row per node, with what it held in these months.
TABLE = """
SELECT n.id, n.name, n.path, n.kind, n.closed_at, COUNT(DISTINCT r.month) AS held, COUNT(r.id) AS times, MIN(r.month) AS first,
  COALESCE(SUM(r.expected), 0) AS expected, COALESCE(SUM(r.present), 0) AS present,
  COALESCE(SUM(r.on_leave), 0) AS on_leave, COALESCE(SUM(r.absent), 0) AS absent,
  COALESCE(SUM(r.observers), 0) AS observers, COUNT(r.id) - COUNT(r.closed_at) AS unlocked
FROM node n LEFT JOIN record r ON r.node_id = n.id AND r.kind = 'theme_day' AND r.month >= ? AND r.month <= ?
WHERE n.path LIKE ? GROUP BY n.id, n.name, n.path, n.kind, n.closed_at
"""
SUMMED = ("expected", "present", "on_leave", "absent", "observers", "unlocked")


@dataclass(slots=True)
class Sums:
    """Branch-months held of those that should be, and people over all of them; `unlocked` records may still change."""

    held: int = 0
    should: int = 0
    expected: int = 0
    present: int = 0
    on_leave: int = 0
    absent: int = 0
    observers: int = 0
    unlocked: int = 0

    def add(self, row: dict[str, Any]) -> None:
        for name in SUMMED:
            setattr(self, name, getattr(self, name) + int(row[name]))

    @property
    def rate(self) -> float | None:
        """实到 of 应到; None where nobody was expected, which is not 0 %."""
        return self.present / self.expected if self.expected else None


@dataclass(slots=True)
class Line:
    """`role`: branch (what is in its groups too), sum (a level, with all below), own (what a level held itself)."""

    node_id: int
    name: str
    role: str
    depth: int
    sums: Sums = field(default_factory=Sums)


@dataclass(frozen=True, slots=True)
class Table:
    """Lines in tree order; months from `first` to `last` are counted."""

    first: str
    last: str
    lines: list[Line]


async def table(node: Node, span: Span, now: datetime) -> Table:
    """Everything below a node in these months. A year runs from its first month with a record to now, or to its end."""
    found = await rows(TABLE, span.first, span.last, f"{node.path}%")
    ordered = sorted(found, key=lambda row: place(row["path"]))
    first, last, zone = span.first, span.last, await zone_of(node)
    if span.whole_year:
        this_month = f"{local(now, zone):%Y-%m}"
        last = max(min(last, this_month), span.first)
        first = min((row["first"] for row in ordered if row["first"]), default=last)
    return Table(first, max(first, last), lines(ordered, months_between(first, max(first, last)), zone))


def lines(ordered: list[dict[str, Any]], months: list[str], zone: str) -> list[Line]:
    """The lines of rows in tree order: every row is summed into its own node and those above it."""
    totals = {row["path"]: Sums() for row in ordered}
    inner: set[str] = set()
    for row in ordered:
        should = owed(row, months, zone)
        for path in upwards(row["path"], totals):
            totals[path].add(row)
            if row["kind"] in BRANCHES:
                totals[path].held += int(row["held"])
                totals[path].should += should
                inner |= {path} - {row["path"]}
    return [line for row in ordered for line in lines_of(row, totals, inner)]


def lines_of(row: dict[str, Any], totals: dict[str, Sums], inner: set[str]) -> Iterator[Line]:
    path, sums = row["path"], totals[row["path"]]
    depth = sum(above in inner for above in upwards(path, totals)) - (path in inner)
    if path in inner:
        yield Line(row["id"], row["name"], "sum", depth, sums)
    elif row["kind"] in BRANCHES and (sums.should or sums.expected or sums.held):
        yield Line(row["id"], row["name"], "branch", depth, sums)
    if row["kind"] not in BRANCHES and row["times"] and not below_a_branch(row, totals):
        own = Sums()
        own.add(row)
        yield Line(row["id"], row["name"], "own", depth + 1, own)


def below_a_branch(row: dict[str, Any], totals: dict[str, Sums]) -> bool:
    """A group's own record is in the line of its branch, if that is in the table."""
    return row["kind"] in GROUPS and len(list(upwards(row["path"], totals))) > 1


def owed(row: dict[str, Any], months: list[str], zone: str) -> int:
    """How many of these months a branch should meet in: until the one it was closed in."""
    if row["closed_at"] is None:
        return len(months)
    last = f"{local(from_ms(row['closed_at']), zone):%Y-%m}"
    return max(sum(month <= last for month in months), int(row["held"]))


def upwards(path: str, known: dict[str, Sums]) -> Iterator[str]:
    """A path and all above it that are in the table."""
    parts = path.strip("/").split("/")
    for length in range(len(parts), 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        if above in known:
            yield above
