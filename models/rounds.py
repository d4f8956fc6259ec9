"""巡视: once a day the clock looks at a node for what belongs to that day; here is when it looks next.

Whoever changes who is at home in a node, or what holds there, has it looked at again at once (`hasten`): what belongs to this
very day is not left until tomorrow.
"""

from collections.abc import Iterable
from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField, run


class Round(Model):
    """A node's next look; `look_due` is empty once the node is closed."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(unique=True)
    look_due: datetime | None = InstantField(null=True)

    class Meta:
        table = "node_round"


BEGIN = """
INSERT INTO node_round (root_id, node_id, look_due)
SELECT n.root_id, n.id, CAST(? AS BIGINT) FROM node n
WHERE n.closed_at IS NULL AND n.root_id IS NOT NULL AND n.kind NOT IN ({kinds})
  AND NOT EXISTS (SELECT 1 FROM node_round r WHERE r.node_id = n.id)
ON CONFLICT (node_id) DO NOTHING
"""


async def begin(besides: tuple[str, ...], now: datetime) -> None:
    """Every open node has its round, but for those of some kinds; a new one is looked at now."""
    await run(BEGIN.format(kinds=", ".join(f"'{kind}'" for kind in besides)), now)


# Also what is due already: it may be looked at this very moment, by somebody who does not see yet what we change.
SOONER = "UPDATE node_round SET look_due = ? WHERE look_due IS NOT NULL AND node_id IN ({marks})"
BELOW = "UPDATE node_round SET look_due = ? WHERE look_due IS NOT NULL AND node_id IN (SELECT id FROM node WHERE path LIKE ?)"


async def hasten(paths: Iterable[str], now: datetime) -> None:
    """These nodes, and those above them that keep their people, are looked at again."""
    numbers = sorted({number for path in paths for number in lineage(path)})
    if numbers:
        await run(SOONER.format(marks=", ".join("?" * len(numbers))), now, *numbers)


async def hasten_below(path: str, now: datetime) -> None:
    """A whole subtree is looked at again."""
    await run(BELOW, now, f"{path}%")


def lineage(path: str) -> list[int]:
    """The node of a path and those above it, nearest first."""
    return [int(each) for each in reversed(path.split("/")) if each]
