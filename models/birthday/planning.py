"""A celebration becomes a row, so that its 寄语 can be changed and its greeting withheld before the day.

By hand and many rows a statement: as objects of the ORM ten thousand of them cost more than all else that is done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.birthday.people import Celebrant
from models.database import rows, run
from models.due import marks
from models.organisation import Node

AT_ONCE, ASKED = 100, 500  # rows written, members asked about, in one statement
PLANNED, WITHHELD, GREETED, MISSED = "planned", "withheld", "greeted", "missed"
COLUMNS = ("root_id", "node_id", "member_id", "year", "day", "since", "basis", "in_group", "greet_due", "greet_until")
NEW = f"({', '.join('?' * len(COLUMNS))}, '', '{PLANNED}', FALSE)"
REDATED = "(birthday.basis = excluded.basis AND birthday.since <> excluded.since AND birthday.day <> excluded.day)"
# Who was greeted on a day that turned out to be the wrong one is to be greeted on the right one.
ANEW = f"birthday.state IN ('{GREETED}', '{MISSED}') AND {REDATED}"
PLAN = f"""
INSERT INTO birthday ({", ".join(COLUMNS)}, words, state, previewed) VALUES {{values}}
ON CONFLICT (member_id, year) DO UPDATE SET
  node_id = excluded.node_id, day = excluded.day, since = excluded.since, basis = excluded.basis,
  in_group = excluded.in_group, greet_until = excluded.greet_until,
  greet_due = CASE WHEN birthday.state = '{PLANNED}' OR {ANEW} THEN excluded.greet_due END,
  state = CASE WHEN {ANEW} THEN '{PLANNED}' ELSE birthday.state END,
  previewed = birthday.previewed AND NOT {REDATED}
RETURNING id, member_id, year, state, previewed
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A celebration of a node's; once its day has come, from when and until when it is to be greeted, and whether in public."""

    node: Node
    of: Celebrant
    in_group: bool = False
    due: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of `birthday`, and whose it is."""

    node_id: int
    of: Celebrant
    id: int
    state: str
    previewed: bool

    @property
    def about(self) -> str:
        return f"birthday:{self.id}"


async def plan(wanted: Sequence[Wanted]) -> list[Planned]:
    """The rows of these celebrations; what the roster says today of their day and date is written into them."""
    kept: dict[tuple[int, int], dict[str, Any]] = {}
    for some in portions(wanted, AT_ONCE):
        values = [value for one in some for value in facts(one)]
        for row in await rows(PLAN.format(values=", ".join([NEW] * len(some))), *values):
            kept[row["member_id"], row["year"]] = row
    return [of(one, kept[one.of.id, one.of.day.year]) for one in wanted]


def facts(one: Wanted) -> tuple[Any, ...]:
    """In the order of `COLUMNS`."""
    node, of = one.node, one.of
    whose = node.root_id, node.id, of.id, of.day.year, of.day, of.since, of.basis
    return *whose, one.in_group, one.due, one.until


def of(one: Wanted, row: dict[str, Any]) -> Planned:
    return Planned(one.node.id, one.of, row["id"], row["state"], bool(row["previewed"]))


async def known(people: Sequence[Celebrant]) -> dict[tuple[int, int], int]:
    """Numbers of the celebrations that are planned, by member and year."""
    found: list[dict[str, Any]] = []
    for some in portions([one.id for one in people], ASKED):
        found += await rows(f"SELECT id, member_id, year FROM birthday WHERE member_id IN ({marks(some)})", *some)
    return {(row["member_id"], row["year"]): row["id"] for row in found}


async def show(planned: Sequence[Planned]) -> None:
    """They were shown to those responsible."""
    numbers = [one.id for one in planned]
    await run(f"UPDATE birthday SET previewed = TRUE WHERE id IN ({marks(numbers)})", *numbers)


def portions(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))
