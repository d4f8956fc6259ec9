"""SQLite behind Tortoise, safe against cancellation: one connection, one thread, one lock.

Tortoise 1.1.9's own client takes the lock and then awaits BEGIN; a task cancelled there keeps the lock for ever, and a
cancelled bulk insert leaves its transaction open. Here all rests on one property of aiosqlite: what is queued for the
connection's thread runs, in order, whatever becomes of the task that waits for it. So a cancelled BEGIN is answered
by queueing a ROLLBACK behind it, with no await in between, and a COMMIT that fails rolls back in the same trip.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError, TransactionManagementError

from bot.engines import deeds
from bot.engines.cancellation import settled, through
from bot.engines.counts import Counts
from bot.engines.parts import OVER, Part

T = TypeVar("T")
Deed = Callable[[sqlite3.Connection], T]

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "1000",  # nobody else should have it open; who presses is not to wait long
    "secure_delete": "ON",  # who was forgotten is not to be read from freed pages
}


class Turn(ConnectionWrapper[aiosqlite.Connection]):
    """One statement's turn on the connection; a failed or cancelled opening gives the lock back."""

    __slots__ = ()

    async def __aenter__(self) -> aiosqlite.Connection:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class Statements(SqliteClient):
    """What engine and transaction share: every statement is one function, run on the connection's thread."""

    counts: Counts

    def acquire_connection(self) -> Turn:
        return Turn(self._lock, self)

    def submit(self, deed: Deed[T], statements: int = 1) -> "asyncio.Future[T]":
        """Queue `deed` for the thread at once; it runs even if nobody waits for it any more."""
        link = self._connection
        if link is None or not link._running:
            raise OperationalError("the database is closed")
        self.counts.note(statements, hops=1)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        link._tx.put_nowait((future, partial(deeds.translated, deed, link._conn)))
        return future

    async def on_thread(self, deed: Deed[T], statements: int = 1) -> T:
        """Run `deed` on the connection's thread, alone: many statements for the price of one hop. It must not await."""
        async with self.acquire_connection():
            return await self.submit(deed, statements)

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        return await self.on_thread(partial(deeds.insert, query, values))

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
        return await self.on_thread(partial(deeds.fetch, query, values or ()))

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        _, found = await self.execute_query(query, values)
        return [dict(row) for row in found]


class SqliteEngine(Statements):
    """The engine of a SQLite database. Reads wait behind writes: there is one connection."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **{**PRAGMAS, **kwargs})
        self.counts = Counts()

    @property
    def statements(self) -> int:
        return self.counts.statements

    @property
    def hops(self) -> int:
        return self.counts.hops

    async def create_connection(self, with_db: bool) -> None:
        """Open the file; nothing is kept of a connection whose pragmas were not all set."""
        if self._connection is not None:
            return
        # Two threads use it, never at once: see `SqliteTransaction.in_place`.
        link = aiosqlite.connect(self.filename, isolation_level=None, check_same_thread=False)
        link._thread.daemon = True  # a process that dies without closing must end, not wait for this thread for ever
        await link
        try:
            await link._execute(partial(deeds.settle, link._conn, self.pragmas))  # type: ignore[no-untyped-call]
            await self._post_connect()
        except BaseException:
            if (stopping := link.stop()) is not None:
                await settled(stopping)
            raise
        self._connection = link

    def _in_transaction(self) -> "Whole":
        return Whole(SqliteTransaction(self), self._lock)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await self.on_thread(partial(deeds.whole_batch, query, values), statements=3)

    async def execute_script(self, query: str) -> None:
        await self.on_thread(partial(deeds.script, query))


class SqliteTransaction(Statements, SqliteTransactionWrapper):
    """The connection as seen from inside one transaction, or (`enclosing` set) from inside one of its savepoints."""

    _parent: "SqliteEngine | SqliteTransaction"

    def __init__(self, parent: "SqliteEngine | SqliteTransaction") -> None:
        super().__init__(parent)
        self.counts = parent.counts
        self.enclosing = parent if isinstance(parent, SqliteTransaction) else None
        self.in_place: bool = self.enclosing is not None and self.enclosing.in_place

    @property
    def over(self) -> bool:
        return self._finalized or (self.enclosing is not None and self.enclosing.over)

    def submit(self, deed: Deed[T], statements: int = 1) -> "asyncio.Future[T]":
        if self.over:
            raise TransactionManagementError(OVER)
        return self.done(deed, statements) if self.in_place else super().submit(deed, statements)

    def stay_in_place(self) -> None:
        """From here on statements are done where they are said, without a trip to the thread: for many short ones in a row.

        To be called right after BEGIN. Whoever holds the transaction holds the connection's lock, and BEGIN was waited for:
        the thread has nothing to do until COMMIT or ROLLBACK, which wait for the disk and stay with it.
        """
        self.in_place = True

    def done(self, deed: Deed[T], statements: int) -> "asyncio.Future[T]":
        """What `submit` gives, done already."""
        link = self._connection
        if link is None or not link._running:
            raise OperationalError("the database is closed")
        self.counts.note(statements)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        future.set_result(deeds.translated(deed, link._conn))
        return future

    def _in_transaction(self) -> "Part":
        return Part(SqliteTransaction(self))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await self.on_thread(partial(deeds.batch, query, values))

    async def execute_script(self, query: str) -> None:
        raise TransactionManagementError("a script would commit the transaction it runs in")

    async def begin(self) -> None:
        self._connection = self._parent._connection  # type: ignore[assignment]
        await self.submit(partial(deeds.say, ["BEGIN IMMEDIATE"]))

    def abandon(self) -> None:
        """Leave nothing open behind a BEGIN nobody waits for: the rollback is queued, not awaited."""
        if self._connection is not None and self._connection._running:
            super().submit(deeds.roll_back)
        self._finalized = True

    async def commit(self) -> None:
        await self._end(deeds.commit)

    async def rollback(self) -> None:
        await self._end(deeds.roll_back)

    async def _end(self, deed: Deed[None]) -> None:
        self.in_place = False
        ending = self.submit(deed)
        self._finalized = True
        await through(ending)

    async def savepoint(self) -> None:
        self._savepoint = self.counts.savepoint()
        await through(self.submit(partial(deeds.say, [f"SAVEPOINT {self._savepoint}"])))

    async def savepoint_rollback(self) -> None:
        await self._end_part(f"ROLLBACK TO {self._savepoint}", f"RELEASE {self._savepoint}")

    async def release_savepoint(self) -> None:
        await self._end_part(f"RELEASE {self._savepoint}")

    async def _end_part(self, *statements: str) -> None:
        ending = self.submit(partial(deeds.say, statements), len(statements))
        self._finalized = True
        await through(ending)


class Whole(TransactionContext):
    """A transaction from BEGIN IMMEDIATE to its end, holding the connection's lock."""

    __slots__ = ("connection_name", "lock", "token", "transaction")

    def __init__(self, transaction: SqliteTransaction, lock: asyncio.Lock) -> None:
        self.transaction = transaction
        self.connection_name = transaction.connection_name
        self.lock = lock

    async def __aenter__(self) -> TransactionalDBClient:
        await self.lock.acquire()
        try:
            await self.transaction._parent.create_connection(with_db=True)
            await self.transaction.begin()
        except BaseException:
            self.transaction.abandon()
            self.lock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.transaction)
        return self.transaction

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if not self.transaction._finalized:
                await (self.transaction.rollback() if exc_type else self.transaction.commit())
        finally:
            get_connections().reset(self.token)
            self.lock.release()


client_class = SqliteEngine
