"""The database as the organisation sees it: transactions, instants, and hot SQL written once for both databases.

Two decisions worth knowing:

- An instant is a BIGINT of milliseconds since the epoch on both databases (`InstantField`, `to_ms`, `from_ms`): text
  instants compare wrongly in raw SQLite queries, and `timestamptz` would need another binding there.
- JSON columns use Tortoise's own `JSONField` (JSONB on PostgreSQL, JSON text on SQLite). Through the models both give
  equal Python values; raw `rows()` give *text* on both, so `json.loads` it. Only that text differs: PostgreSQL reorders
  keys and spaces, and refuses NUL. Never compare the raw text, never filter on JSON (SQLite cannot).
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, TypeVar, overload

import asyncpg
from tortoise import Model
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import DBConnectionError
from tortoise.fields.base import Field
from tortoise.transactions import in_transaction

CONNECTION = "default"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

MARK = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | (?P<mark>\?)""",
    re.DOTALL | re.VERBOSE,
)
# Classes 08 connection exceptions, 53 out of disk, memory or connections, 57 the operator or the server ends it, 58 I/O errors;
# 25006 read-only, 25P03 and 55P03 waited too long, 40001 serialization, 40P01 deadlock.
RETRYABLE_STATES = ("08", "25006", "25P03", "40001", "40P01", "53", "55P03", "57", "58")

INSTANT = TypeVar("INSTANT", datetime, datetime | None)


def connection() -> BaseDBAsyncClient:
    """The transaction's connection inside `atomic()`, else the engine itself."""
    return get_connection(CONNECTION)


def dialect() -> Literal["sqlite", "postgres"]:
    return "sqlite" if connection().capabilities.dialect == "sqlite" else "postgres"


@asynccontextmanager
async def atomic() -> AsyncIterator[None]:
    """All or nothing. The outermost is a transaction (SQLite: BEGIN IMMEDIATE), one inside another is a savepoint.

    However it ends, and whenever its task is cancelled, no transaction stays open and no connection is lost: our
    engines (bot/engines) see a commit or rollback to its end and only then let the cancellation through. Start no tasks
    inside: they would inherit the connection and be refused once the transaction is over.
    """
    async with in_transaction(CONNECTION):
        yield


async def rows(sql: str, *args: Any) -> list[dict[str, Any]]:
    """What a SELECT, or a statement with RETURNING, gives; `?` marks an argument. SQLite gives 0 and 1 for booleans."""
    link = connection()
    return await link.execute_query_dict(for_dialect(sql, link.capabilities.dialect), [bound(arg) for arg in args])


async def run(sql: str, *args: Any) -> int:
    """Do an INSERT, UPDATE or DELETE (also behind WITH) and return how many rows it touched itself."""
    link = connection()
    affected, _ = await link.execute_query(for_dialect(sql, link.capabilities.dialect), [bound(arg) for arg in args])
    return affected


async def run_many(sql: str, many: list[tuple[Any, ...]]) -> None:
    """Do one statement with many sets of arguments, on PostgreSQL in one trip."""
    link = connection()
    await link.execute_many(for_dialect(sql, link.capabilities.dialect), [[bound(arg) for arg in args] for args in many])


async def scour() -> None:
    """On SQLite: what was deleted leaves the write-ahead log too (the pages themselves are overwritten at once: secure_delete).
    To be called outside of transactions. PostgreSQL's own vacuum and log rotation do their part without being asked.
    """
    if dialect() == "sqlite":
        await rows("PRAGMA wal_checkpoint(TRUNCATE)")


@lru_cache(maxsize=1024)
def for_dialect(sql: str, name: str) -> str:
    """`?` becomes `$1, $2 …` on PostgreSQL, except in strings, quoted names, comments and dollar quotes."""
    return sql if name == "sqlite" else numbered(sql)


def numbered(sql: str) -> str:
    count = 0

    def number(match: re.Match[str]) -> str:
        nonlocal count
        if match["mark"] is None:
            return match[0]
        count += 1
        return f"${count}"

    return MARK.sub(number, sql)


def bound(value: Any) -> Any:
    """What the driver gets for a Python value: instants as milliseconds, enums as their values."""
    if isinstance(value, datetime):
        return to_ms(value)
    return value.value if isinstance(value, Enum) else value


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970 UTC, rounded down. TypeError for a naive datetime: nobody knows what it means."""
    if instant.utcoffset() is None:
        raise TypeError(f"an instant needs a zone: {instant!r}")
    return (instant - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    return EPOCH + milliseconds * MILLISECOND


class InstantField(Field[INSTANT], datetime):
    """An aware datetime in UTC, kept to the millisecond, stored as BIGINT on both databases."""

    SQL_TYPE = "BIGINT"

    @overload
    def __init__(self: "InstantField[datetime]", *, null: Literal[False] = False, **kwargs: Any) -> None: ...

    @overload
    def __init__(self: "InstantField[datetime | None]", *, null: Literal[True], **kwargs: Any) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> int | None:
        self.validate(value)
        return to_ms(value) if isinstance(value, datetime) else value

    def to_python_value(self, value: Any) -> datetime | None:
        # A new object keeps at once what the database will give back: UTC, no microseconds.
        return None if value is None else from_ms(to_ms(value) if isinstance(value, datetime) else value)


def retryable(error: BaseException) -> bool:
    """Whether the same deed, done again from its beginning, may well succeed: the database was busy or gone."""
    return any(transient(one) for one in causes(error))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def transient(error: BaseException) -> bool:
    match error:
        case asyncpg.PostgresError():
            return str(error.sqlstate).startswith(RETRYABLE_STATES)
        case asyncpg.InterfaceError():  # also wrong arguments, which stay wrong
            return bool(re.search(r"connection (is|was|has been) (closed|released)|pool is clos", str(error)))
        case sqlite3.OperationalError():
            return bool(re.search("locked|is full|disk I/O|readonly|unable to open", str(error)))
        case DBConnectionError():
            return isinstance(error.__cause__, OSError | TimeoutError)
        case _:
            return isinstance(error, asyncpg.InternalClientError | ConnectionError | TimeoutError)
