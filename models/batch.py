"""Many deeds in one transaction: what can wait for its end is said there, many in one trip to the database.

A press that shares its transaction with ninety others would else ask the server ten times, each time waiting for an answer
nobody reads.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from models.database import run, run_many

Args = tuple[Any, ...]


@dataclass(slots=True)
class Batch:
    """`waiting`: statements to be said at the end, by what makes one of them needless. `known`: see `models.outbox.adopt`."""

    waiting: dict[tuple[str, Hashable], Args] = field(default_factory=dict)
    known: set[tuple[int, int, int]] = field(default_factory=set)  # delivery, Telegram's chat, message
    claimed: dict[str, bool] = field(default_factory=dict)  # keys of deeds asked for at once: whether each is still to be used


CURRENT: ContextVar[Batch | None] = ContextVar("batch", default=None)


async def later(sql: str, *args: Any, once: str | None = None) -> None:
    """A statement whose outcome nobody waits for: before the commit; where there is no batch, at once. Of those with the same
    `once` the last is said.
    """
    batch = CURRENT.get()
    if batch is None:
        await run(sql, *args)
    else:
        batch.waiting[sql, len(batch.waiting) if once is None else once] = args


async def said() -> None:
    """For who reads what was to be said later: it is said now."""
    batch = CURRENT.get()
    if batch is not None:
        await say(batch)


async def say(batch: Batch) -> None:
    """Rows that many batches change are always changed in the same order, so that none waits for another that waits for it."""
    waiting: dict[str, list[tuple[str, Args]]] = defaultdict(list)
    for (sql, once), args in batch.waiting.items():
        waiting[sql].append((once if isinstance(once, str) else "", args))
    batch.waiting.clear()
    for sql, several in waiting.items():
        await run_many(sql, [args for _, args in sorted(several, key=lambda each: each[0])])


@contextmanager
def undoing() -> Iterator[None]:
    """What fails in here, and is undone, also leaves nothing to be said later."""
    batch = CURRENT.get()
    before = dict(batch.waiting) if batch else {}
    try:
        yield
    except BaseException:
        if batch:
            batch.waiting = before
        raise


@asynccontextmanager
async def batched() -> AsyncIterator[None]:
    """Many deeds in the transaction that is open."""
    batch = Batch()
    token = CURRENT.set(batch)
    try:
        yield
        await say(batch)
    finally:
        CURRENT.reset(token)
