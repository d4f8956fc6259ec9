"""Cancelling a deed again and again, each time a little later, and what must be true afterwards."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime

from models.database import atomic, rows, run

Deed = Callable[[int], Awaitable[object]]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def moments(rounds: int) -> Iterator[float]:
    """From nothing to 4 ms, unevenly: from before BEGIN to after COMMIT."""
    for number in range(rounds):
        yield (number * 0.618034 % 1.0) ** 2 * 0.004


async def storm(deed: Deed, rounds: int) -> int:
    """Start and cancel the deed `rounds` times; gives how many were really cancelled."""
    ends = [await cancelled(deed(number), moment) for number, moment in enumerate(moments(rounds))]
    return ends.count(True)


async def crowd(deed: Deed, tasks: int, rounds: int) -> int:
    """The same with many at once, so that some wait for the connection while they are cancelled."""
    numbers = itertools.count()

    async def one(moments: Iterable[float]) -> int:
        return [await cancelled(deed(next(numbers)), moment) for moment in moments].count(True)

    pauses = list(moments(tasks * rounds))
    return sum(await asyncio.gather(*(one(pauses[start::tasks]) for start in range(tasks))))


async def cancelled(work: Awaitable[object], after: float) -> bool:
    task = asyncio.ensure_future(work)
    for _ in range(int(after * 1e5) % 7):  # some cancels fall between two steps of the loop
        await asyncio.sleep(0)
    await asyncio.sleep(after)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return True
    return False


async def usable(connections: int, seconds: float = 5.0) -> bool:
    """Whether that many transactions can be open at one time (SQLite: whether one can be opened at all)."""
    barrier = asyncio.Barrier(connections)

    async def hold() -> None:
        async with atomic():
            await rows("SELECT 1 AS one")
            await barrier.wait()

    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(hold() for _ in range(connections)))
            return True
    return False


async def open_accounts(*names: str) -> None:
    for name in names:
        await run("INSERT INTO account (name, balance, opened_at) VALUES (?, 1000, ?)", name, NOW)


async def move(number: int) -> None:
    """One coin from the first account to the second: four statements that belong together, two of them in a savepoint."""
    async with atomic():
        await run("UPDATE account SET balance = balance - 1 WHERE id = 1")
        await run("INSERT INTO entry (account_id, number, amount) VALUES (1, ?, -1)", number)
        async with atomic():
            await run("UPDATE account SET balance = balance + 1 WHERE id = 2")
            await run("INSERT INTO entry (account_id, number, amount) VALUES (2, ?, 1)", number)


async def books() -> tuple[int | None, int, int]:
    """What all accounts hold, what all entries sum up to, and moves of which only half is there: 2000, 0, 0."""
    held = (await rows("SELECT CAST(SUM(balance) AS BIGINT) AS held FROM account"))[0]["held"]
    summed = (await rows("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS summed FROM entry"))[0]["summed"]
    halves = await rows("SELECT number FROM entry GROUP BY number HAVING COUNT(*) <> 2")
    return held, summed, len(halves)


async def moved() -> int:
    return int((await rows("SELECT COUNT(*) AS moves FROM entry WHERE account_id = 2"))[0]["moves"])
