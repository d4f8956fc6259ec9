"""到期: the one pattern of every sweep. Due-ness is a column; what is done empties it, in the same transaction.

Run twice, run late or run on three machines, each row is acted on once.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

from models.database import atomic, retryable, rows, run
from models.deed import stumbled

DUE = "SELECT id FROM {table} WHERE {column} <= ? ORDER BY {column}, id LIMIT ?"
DONE = "UPDATE {table} SET {column} = NULL WHERE id = ? AND {column} <= ?"
TAKE = "UPDATE {table} SET {column} = NULL{also} WHERE id IN ({marks}) AND {column} <= ? RETURNING id"
LATER = "UPDATE {table} SET {column} = ? WHERE id = ?"
AT_ONCE = 100

Act = Callable[[int, datetime], Awaitable[None]]
ActOnMany = Callable[[list[int], datetime], Awaitable[None]]


async def sweep(table: str, column: str, now: datetime, act: Act) -> int:
    """Acts on every row whose column is due, one transaction each; returns how many.

    One that fails stops none behind it: it is looked at again in an hour, three times in all, and all failures are told at
    the end.
    """
    failures: list[Exception] = []
    due = await rows(DUE.format(table=table, column=column), now, AT_ONCE)
    for each in due:
        try:
            async with atomic():
                if await run(DONE.format(table=table, column=column), each["id"], now):
                    await act(each["id"], now)
        except Exception as error:
            if retryable(error):
                raise
            await again(table, column, each["id"], error, now)
            failures.append(error)
    tell(failures, table, column)
    return len(due)


async def sweep_many(table: str, column: str, now: datetime, act: ActOnMany, at_once: int, also: str = "") -> int:
    """The same for rows that are cheaper together: up to `at_once` of them, in one transaction; returns how many.

    `also`: what else becomes of a row by being taken, in SQL, beginning with a comma.
    """
    due = [each["id"] for each in await rows(DUE.format(table=table, column=column), now, at_once)]
    take = TAKE.format(table=table, column=column, also=also, marks="{marks}")
    tell(await together(table, column, take, due, act, now) if due else [], table, column)
    return len(due)


async def together(table: str, column: str, take: str, ids: list[int], act: ActOnMany, now: datetime) -> list[Exception]:
    """One transaction; where it fails, one for each half, until the row that is wrong stands alone."""
    try:
        async with atomic():
            await one_at_a_time(await roots(table, ids))
            taken = await rows(take.format(marks=marks(ids)), *ids, now)
            if taken:
                await act(sorted(row["id"] for row in taken), now)
        return []
    except Exception as error:
        if retryable(error):
            raise
        if len(ids) == 1:
            await again(table, column, ids[0], error, now)
            return [error]
    middle = len(ids) // 2
    halves = [await together(table, column, take, half, act, now) for half in (ids[:middle], ids[middle:])]
    return [failure for half in halves for failure in half]


async def again(table: str, column: str, row_id: int, error: Exception, now: datetime) -> None:
    async with atomic():
        later = await stumbled(f"{table}.{column}:{row_id}", error, now)
        await run(LATER.format(table=table, column=column), later, row_id)


async def roots(table: str, ids: list[int]) -> set[int]:
    return {row["root_id"] for row in await rows(f"SELECT DISTINCT root_id FROM {table} WHERE id IN ({marks(ids)})", *ids)}


async def one_at_a_time(root_ids: Iterable[int]) -> None:
    """What takes many rows of a tree, or counts them, takes turns. Lower roots first: nobody waits for each other."""
    for root_id in sorted(root_ids):
        await run("UPDATE node SET kind = kind WHERE id = ?", root_id)


def marks(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))


def tell(failures: list[Exception], table: str, column: str) -> None:
    if failures:
        raise ExceptionGroup(f"{column} of {len(failures)} {table}", failures)
