"""PostgreSQL behind Tortoise and asyncpg, safe against cancellation: a connection borrowed always comes back.

Tortoise 1.1.9's own client loses one pooled connection whenever a task is cancelled during BEGIN, also in its
`get_or_create`. Here BEGIN may be cancelled (giving the connection back rolls it back), COMMIT and savepoints are seen
through to their end, and a COMMIT that PostgreSQL quietly turned into a ROLLBACK is an error.
"""

import asyncio
import logging
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    ConnectionWrapper,
    PoolConnectionWrapper,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import get_connections
from tortoise.exceptions import DBConnectionError, TransactionManagementError

from bot.engines.cancellation import through
from bot.engines.counts import Counts
from bot.engines.parts import OVER, Part

END_SECONDS = 30.0  # for a COMMIT, a ROLLBACK, a way back to the pool: no dead network holds a task for ever
logger = logging.getLogger(__name__)


class Link(asyncpg.Connection):  # type: ignore[misc]
    """A pooled connection that goes back without a round trip.

    asyncpg sends RESET ALL and three more statements after every use. We change no session settings, take no
    session-wide advisory locks and open no cursors: there is nothing to reset but a transaction left open.
    """

    def get_reset_query(self) -> str:
        return ""

    async def reset(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 (asyncpg's signature)
        if self.is_in_transaction():  # else asyncpg reports it as a mistake of ours
            await self.execute("ROLLBACK", timeout=timeout)
        await super().reset(timeout=timeout)


class Loan(PoolConnectionWrapper[Link]):
    """A connection borrowed for one statement."""

    __slots__ = ()

    async def __aenter__(self) -> Link:
        await self.ensure_connection()
        self.connection = await borrowed(self.client._pool)
        return self.connection

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        await self.client._pool.release(self.connection, timeout=END_SECONDS)


class Statements(AsyncpgDBClient):
    """What engine and transaction share."""

    counts: Counts

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[Any]]:
        """Rows, and how many were touched by the server's own account: INSERT, WITH and RETURNING count too."""
        async with self.acquire_connection() as link:
            found, status, _ = await link._execute(query, values or (), 0, None, return_status=True)
            return touched(status.decode()), found


class PostgresEngine(Statements):
    """The engine of a PostgreSQL database: a pool of connections."""

    connection_class = Link

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.counts = Counts()

    @property
    def statements(self) -> int:
        return self.counts.statements

    def acquire_connection(self) -> Loan:
        self.counts.note(1)
        return Loan(self, self._pool_init_lock)

    async def create_connection(self, with_db: bool) -> None:
        try:
            await super().create_connection(with_db)
        except OSError as error:
            raise DBConnectionError("PostgreSQL cannot be reached") from error

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)

    def _in_transaction(self) -> "Whole":
        return Whole(PostgresTransaction(self))


class PostgresTransaction(Statements, TransactionWrapper):
    """One connection as seen from inside a transaction, or (`enclosing` set) from inside one of its savepoints."""

    _parent: "PostgresEngine | PostgresTransaction"

    def __init__(self, parent: "PostgresEngine | PostgresTransaction") -> None:
        super().__init__(parent)
        self.counts = parent.counts
        self.capabilities = parent.capabilities
        self.enclosing = parent if isinstance(parent, PostgresTransaction) else None
        self.whole: PostgresTransaction = parent.whole if isinstance(parent, PostgresTransaction) else self
        self._savepoint: str | None = None
        self._kept: str | None = None  # of the whole: a savepoint that was left, and that the server still holds

    @property
    def over(self) -> bool:
        return self._finalized or (self.enclosing is not None and self.enclosing.over)

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        if self.over:
            raise TransactionManagementError(OVER)
        self.counts.note(1)
        return ConnectionWrapper(self._lock, self)

    def _in_transaction(self) -> "Part":
        return Part(PostgresTransaction(self))

    @translate_exceptions
    async def begin(self) -> None:
        self.counts.note(1)
        await self._connection.execute("BEGIN")

    @translate_exceptions
    async def commit(self) -> None:
        self._finish()
        if await self._say("COMMIT") != "COMMIT":
            raise TransactionManagementError("a statement had failed in this transaction: nothing was saved")

    async def rollback(self) -> None:
        self._finish()
        await self._say("ROLLBACK")

    async def savepoint(self) -> None:
        """A savepoint that was left is released on the way to the next one: two statements, one trip to the server."""
        self._savepoint = self.counts.savepoint()
        left, self.whole._kept = self.whole._kept, None
        await self._say(*([f"RELEASE SAVEPOINT {left}"] if left else []), f"SAVEPOINT {self._savepoint}")

    async def release_savepoint(self) -> None:
        """Asks the server for nothing: releasing this one later, or whatever encloses it, comes to the same.

        So a savepoint inside this one needs no word of its own any more, and before a COMMIT none does.
        """
        self._finish()
        self.whole._kept = self._savepoint

    async def savepoint_rollback(self) -> None:
        self._finish()
        self.whole._kept = None  # it lay inside this one
        await self._say(f"ROLLBACK TO SAVEPOINT {self._savepoint}", f"RELEASE SAVEPOINT {self._savepoint}")

    def _finish(self) -> None:
        if self.over:
            raise TransactionManagementError(OVER)
        self._finalized = True

    async def _say(self, *statements: str) -> str:
        """In one trip; the tag of the last."""
        self.counts.note(len(statements))
        sql = "; ".join(statements)
        status: str = await through(asyncio.ensure_future(self._connection.execute(sql, timeout=END_SECONDS)))
        return status


class Whole(TransactionContext):
    """A transaction from BEGIN to its end, on a connection of its own."""

    __slots__ = ("connection_name", "token", "transaction")

    def __init__(self, transaction: PostgresTransaction) -> None:
        self.transaction = transaction
        self.connection_name = transaction.connection_name

    async def __aenter__(self) -> TransactionalDBClient:
        engine = self.transaction._parent
        await Loan(engine, engine._pool_init_lock).ensure_connection()
        self.transaction._connection = await borrowed(engine._pool)
        try:
            await self.transaction.begin()
        except BaseException:
            await self._give_back()
            raise
        self.token = get_connections().set(self.connection_name, self.transaction)
        return self.transaction

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if exc_type is None and not self.transaction._finalized:
                await self.transaction.commit()
        finally:
            get_connections().reset(self.token)
            await self._give_back()

    async def _give_back(self) -> None:
        """Back to the pool, which rolls back what is still open; a connection that cannot is replaced by the pool."""
        self.transaction._finalized = True
        pool, link = self.transaction._parent._pool, self.transaction._connection
        if pool is None:  # closed meanwhile, and the connection with it
            return
        try:
            await through(asyncio.ensure_future(pool.release(link, timeout=END_SECONDS)))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            # What the transaction did is decided by now: this must neither hide its own error nor undo its success.
            logger.warning("a connection was dropped", extra={"action": "database.dropped"}, exc_info=error)


async def borrowed(pool: asyncpg.Pool) -> Link:
    try:
        link: Link = await pool.acquire()
    except OSError as error:
        raise DBConnectionError("PostgreSQL cannot be reached") from error
    return link


def touched(status: str) -> int:
    """Rows in a command tag: `INSERT 0 1`, `UPDATE 3`, `SELECT 2`; none in `CREATE TABLE`."""
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


client_class = PostgresEngine
