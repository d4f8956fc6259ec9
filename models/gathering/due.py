"""What the clock does with a gathering: the sweep that announcing, reminding, opening and ending share.

Due-ness is a column. Each sweep owes by key and empties the column in one transaction: run twice, run late or run on three
machines, it owes once.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from models.database import atomic, from_ms, retryable, rows, run, to_ms
from models.deed import stumbled
from models.gathering.moving import called_off
from models.gathering.organising import AHEAD

GATHERING = "SELECT g.*, n.path, n.closed_at AS node_closed FROM gathering g JOIN node n ON n.id = g.node_id"
DUE = "SELECT id FROM gathering WHERE {column} <= ? ORDER BY {column}, id LIMIT 100"
LATER = "UPDATE gathering SET {column} = ? WHERE id = ?"
DONE = "UPDATE gathering SET {column} = NULL WHERE id = ? AND {column} <= ?"

Row = dict[str, Any]
Act = Callable[[Row, datetime], Awaitable[None]]


async def sweep(column: str, now: datetime, act: Act) -> int:
    """Acts on every gathering whose column is due, one transaction each; returns how many.

    One that fails stops none behind it: it is looked at again in an hour, three times in all, and all failures are told at
    the end.
    """
    failures: list[Exception] = []
    due = await rows(DUE.format(column=column), now)
    for each in due:
        try:
            await once(column, each["id"], now, act)
        except Exception as error:
            if retryable(error):
                raise
            async with atomic():
                await run(
                    LATER.format(column=column), await stumbled(f"gathering.{column}:{each['id']}", error, now), each["id"]
                )
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{column} of {len(failures)} gatherings", failures)
    return len(due)


async def once(column: str, gathering_id: int, now: datetime, act: Act) -> None:
    """The row is read when it is ours: it may have been moved or called off since it was found due."""
    async with atomic():
        if await run(DONE.format(column=column), gathering_id, now):
            row = (await rows(f"{GATHERING} WHERE g.id = ?", gathering_id))[0]
            if row["node_closed"] is not None and row["state"] in AHEAD:  # nobody is in it any more
                await called_off(row, now, "clock")
            else:
                await act(row, now)


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
