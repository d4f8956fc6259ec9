"""Whose political birthdays a node keeps: those at home in it, or in a Party group below it; why one is passed over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.birthday.rules import celebrated, completed, counts_from
from models.birthday.ways import FULL, Way
from models.database import rows
from models.due import marks
from models.organisation import Node
from models.organisation.kinds import BRANCHES, GROUPS

NONE, PRIVATE, GROUP = "none", "private", "group"  # what a member may wish; empty: never said
WISH = "wish"  # passed over because the member wants it so
GREETED = ("full", "probationary")  # of all others the secretary is told why they are passed over
ASKED = 500  # nodes asked about in one statement

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Celebrant:
    """A member, the date that is celebrated (`since`), and the first anniversary asked about; `skipped`: why not, or empty."""

    id: int
    name: str
    since: date
    basis: str
    day: date
    years: int
    skipped: str
    bound: bool
    how: str
    hides_years: bool
    counts_from: date | None


async def celebrants(node: Node, way: Way, first: date, now: datetime) -> tuple[list[Celebrant], list[str]]:
    """Everybody with their first anniversary on `first` or later, in its order; and the names of those without a date."""
    return of_rows((await at_home([node], now))[node.id], way, first)


GROUPS_BELOW = """
SELECT g.id, k.id AS keeper FROM node k JOIN node g ON g.root_id = k.root_id AND g.path LIKE k.path || '%'
WHERE k.id IN ({{marks}}) AND k.kind IN ({branches}) AND g.kind IN ({groups})
""".format(branches=", ".join(f"'{kind}'" for kind in BRANCHES), groups=", ".join(f"'{kind}'" for kind in GROUPS))
HOME = """
SELECT h.node_id, m.id, m.name, m.status, m.joined_on, m.full_member_on, a.id AS account_id, w.how, w.hides_years
FROM membership h JOIN member m ON m.id = h.member_id
LEFT JOIN account a ON a.member_id = m.id LEFT JOIN birthday_wish w ON w.member_id = m.id
WHERE h.kind = 'home' AND h.from_at <= ? AND (h.until_at IS NULL OR h.until_at > ?) AND h.node_id IN ({marks})
  AND m.status NOT IN ('officer', 'transferred') ORDER BY m.id
"""


async def at_home(nodes: Sequence[Node], now: datetime) -> dict[int, list[Row]]:
    """Rows of the people each of these nodes keeps, by its number."""
    numbers = [node.id for node in nodes]
    keeper = {number: number for number in numbers}
    keeper |= {row["id"]: row["keeper"] for row in await rows(GROUPS_BELOW.format(marks=marks(numbers)), *numbers)}
    found: dict[int, list[Row]] = {number: [] for number in numbers}
    for start in range(0, len(keeper), ASKED):
        some = list(keeper)[start : start + ASKED]
        for row in await rows(HOME.format(marks=marks(some)), now, now, *some):
            found[keeper[row["node_id"]]].append(row)
    return found


def of_rows(people: Iterable[Row], way: Way, first: date) -> tuple[list[Celebrant], list[str]]:
    """What `celebrants` says of these."""
    known: list[Celebrant] = []
    unknown: list[str] = []
    for row in people:
        since = day_of(row["full_member_on"] if way.basis == FULL else row["joined_on"]) or fallback(row, way)
        if since is not None:
            known.append(celebrant(row, way, since, first))
        elif row["status"] in GREETED:
            unknown.append(row["name"])
    return sorted(known, key=lambda one: (one.day, one.id)), unknown


def fallback(row: Row, way: Way) -> date | None:
    """Who had no probation became a full member by joining."""
    return counts_from(day_of(row["joined_on"]), None) if way.basis == FULL else None


def celebrant(row: Row, way: Way, since: date, first: date) -> Celebrant:
    day = celebrated(since, first, way.leap)
    return Celebrant(
        id=row["id"],
        name=row["name"],
        since=since,
        basis=way.basis,
        day=day,
        years=completed(since, day, way.leap),
        skipped=row["status"] if row["status"] not in GREETED else WISH if row["how"] == NONE else "",
        bound=row["account_id"] is not None,
        how=row["how"] or "",
        hides_years=bool(row["hides_years"]),
        counts_from=counts_from(day_of(row["joined_on"]), day_of(row["full_member_on"])),
    )


def day_of(value: Any) -> date | None:
    """A date of a raw row: text on SQLite."""
    return None if value is None else date.fromisoformat(str(value))
