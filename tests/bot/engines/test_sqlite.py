"""What SQLite alone does: its settings, its lock, and whole functions on its thread."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError, TransactionManagementError

from bot.engines import connect, disconnect, engine, stay_in_place
from bot.engines.sqlite import SqliteEngine
from models.database import atomic, retryable, rows
from models.migrations import migrate
from tests.bot.engines.storm import open_accounts, usable
from tests.bot.engines.test_transactions import undone
from tests.connections import connect_freshly
from tests.ledger import LEDGER


def sqlite_engine() -> SqliteEngine:
    found = engine()
    assert isinstance(found, SqliteEngine)
    return found


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[str]:
    path = tmp_path / "branchlife.db"
    await connect_freshly(f"sqlite://{path}", ["tests.ledger"])
    await migrate(LEDGER)
    yield str(path)
    await disconnect()


@pytest.mark.parametrize(
    ("pragma", "column", "value"),
    [
        ("synchronous", "synchronous", 2),
        ("foreign_keys", "foreign_keys", 1),
        ("journal_mode", "journal_mode", "wal"),
        ("busy_timeout", "timeout", 1000),
        ("secure_delete", "secure_delete", 1),
    ],
)
async def test_sqlite_is_durable_and_checks_its_references(file: str, pragma: str, column: str, value: object) -> None:
    assert await rows(f"PRAGMA {pragma}") == [{column: value}]


async def test_sqlite_begins_with_the_right_to_write(file: str) -> None:
    """A deferred BEGIN that reads first fails at its first write as soon as anybody else writes."""
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    async with atomic():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


async def test_a_begin_refused_by_another_writer_is_retryable_and_blocks_nothing(file: str) -> None:
    await disconnect()
    await connect(f"sqlite://{file}?busy_timeout=50", ["tests.ledger"])
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError) as refused:
        async with atomic():
            pass
    assert retryable(refused.value)
    other.execute("ROLLBACK")
    other.close()
    assert await usable(1)


async def test_a_script_is_refused_inside_a_sqlite_transaction(file: str) -> None:
    """Python's executescript commits first: what the transaction had done would survive its rollback."""
    async with undone():
        await open_accounts("cash")
        with pytest.raises(TransactionManagementError):
            await get_connection("default").execute_script("CREATE TABLE surprise (id INTEGER)")
    assert await rows("SELECT name FROM account") == []


async def test_a_function_on_the_thread_is_one_hop_and_part_of_the_transaction(file: str) -> None:
    await open_accounts("cash")

    def spend(db: sqlite3.Connection) -> int:
        for _ in range(10):
            db.execute("UPDATE account SET balance = balance - 1")
        return int(db.execute("SELECT balance FROM account").fetchone()[0])

    before = sqlite_engine().hops
    assert await sqlite_engine().on_thread(spend, statements=11) == 990
    assert sqlite_engine().hops == before + 1
    async with undone():
        assert await get_connection("default").on_thread(spend) == 980  # type: ignore[attr-defined]
    assert await rows("SELECT balance FROM account") == [{"balance": 990}]


async def test_statements_in_place_make_no_trip_but_begin_and_commit_do(file: str) -> None:
    before = sqlite_engine().hops
    async with atomic():
        stay_in_place()
        await open_accounts("cash")
        async with undone():
            await open_accounts("bank")
        assert await rows("SELECT name FROM account") == [{"name": "cash"}]
    assert sqlite_engine().hops == before + 2
    assert await rows("SELECT name FROM account") == [{"name": "cash"}]


async def test_what_was_said_in_place_is_undone_with_its_transaction(file: str) -> None:
    async with undone():
        stay_in_place()
        await open_accounts("cash")
    assert await rows("SELECT name FROM account") == []
    assert await usable(1)


async def test_a_mistake_in_place_is_told_like_any_other(file: str) -> None:
    async with undone():
        stay_in_place()
        with pytest.raises(OperationalError):
            await rows("SELECT nothing FROM nowhere")
    await rows("SELECT name FROM account")


async def test_only_the_transaction_that_asked_for_it_stays_in_place(file: str) -> None:
    async with atomic():
        stay_in_place()
    before = sqlite_engine().hops
    async with atomic():
        await rows("SELECT name FROM account")
    assert sqlite_engine().hops == before + 3
