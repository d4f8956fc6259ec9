"""What the clock does with a gathering: the sweep that announcing, reminding, opening and ending share."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from models import due
from models.database import from_ms, rows, to_ms
from models.gathering.moving import called_off
from models.gathering.organising import AHEAD

GATHERING = "SELECT g.*, n.path, n.closed_at AS node_closed FROM gathering g JOIN node n ON n.id = g.node_id WHERE g.id = ?"

Row = dict[str, Any]
Act = Callable[[Row, datetime], Awaitable[None]]


async def sweep(column: str, now: datetime, act: Act) -> int:
    """Acts on every gathering whose column is due; returns how many."""

    async def once(gathering_id: int, now: datetime) -> None:
        """The row is read when it is ours: it may have been moved or called off since it was found due."""
        row = (await rows(GATHERING, gathering_id))[0]
        if row["node_closed"] is not None and row["state"] in AHEAD:  # nobody is in it any more
            await called_off(row, now, "clock")
        else:
            await act(row, now)

    return await due.sweep("gathering", column, now, once)


def is_open(row: Row, now: datetime) -> bool:
    """Whether answers are still taken: a sweep may come late, or after the one that closes."""
    return bool(row["closes_at"] > to_ms(now))


def about(row: Row) -> str:
    return f"gathering:{row['id']}"


NEXT = """
SELECT MIN(at) AS at FROM (
  SELECT MIN(announce_due) AS at FROM gathering UNION ALL SELECT MIN(remind_due) FROM gathering
  UNION ALL SELECT MIN(close_due) FROM gathering UNION ALL SELECT MIN(end_due) FROM gathering
) due
"""


async def next_due() -> datetime | None:
    """When the clock has to act on a gathering next."""
    found = (await rows(NEXT))[0]["at"]
    return None if found is None else from_ms(found)
