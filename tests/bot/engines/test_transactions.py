"""All or nothing, also in parts, also when the commit itself fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError, TransactionManagementError

from models.database import atomic, dialect, rows, run
from tests.bot.engines.storm import NOW, books, open_accounts, usable
from tests.ledger import Account, Entry

TIMES = "INSERT INTO entry (account_id, number, amount) VALUES (?, ?, 0)"


class Undone(Exception):
    """Somebody's error."""


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """A transaction, or a part of one, that ends in an error."""
    with suppress(Undone):
        async with atomic():
            yield
            raise Undone


async def refer_to_nothing() -> None:
    async with atomic():
        await open_accounts("cash")
        await run(TIMES, 4711, 1)  # checked at COMMIT: there is no such account


async def names() -> list[str]:
    return [row["name"] for row in await rows("SELECT name FROM account ORDER BY id")]


async def test_an_error_undoes_everything(ledger: str) -> None:
    async with undone():
        await open_accounts("cash")
    assert await names() == []


async def test_undoing_is_nothing_to_report(ledger: str) -> None:
    """asyncpg reports a connection that comes back with an open transaction as our mistake."""
    reports: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, report: reports.append(report))
    async with undone():
        await open_accounts("cash")
    assert reports == []


async def test_a_part_is_undone_and_the_whole_is_kept(ledger: str) -> None:
    async with atomic():
        await open_accounts("cash")
        async with undone():
            await open_accounts("bank")
            async with atomic():
                await open_accounts("purse")
        await open_accounts("card")
    assert await names() == ["cash", "card"]


async def test_a_kept_part_goes_with_an_undone_whole(ledger: str) -> None:
    async with undone(), atomic():
        await open_accounts("cash")
    assert await names() == []


async def test_a_broken_rule_inside_a_part_leaves_the_whole_alive(ledger: str) -> None:
    async with atomic():
        await open_accounts("cash")
        with pytest.raises(IntegrityError):
            async with atomic():
                await open_accounts("cash")
        await open_accounts("bank")
    assert await names() == ["cash", "bank"]


async def test_a_broken_rule_outside_of_a_part_never_loses_work_silently(ledger: str) -> None:
    """PostgreSQL answers COMMIT with ROLLBACK after a failed statement; that must not look like success."""
    saved = True
    try:
        async with atomic():
            await open_accounts("cash")
            with pytest.raises(IntegrityError):
                await open_accounts("cash")
    except TransactionManagementError:
        saved = False
    assert await names() == (["cash"] if saved else [])
    assert saved == (dialect() == "sqlite")


async def test_a_commit_that_fails_says_so_saves_nothing_and_blocks_nothing(ledger: str) -> None:
    for _ in range(12):  # more often than the pool has connections
        with pytest.raises(IntegrityError):
            await refer_to_nothing()
    assert await usable(1)
    assert await names() == []
    await open_accounts("cash")
    assert await names() == ["cash"]


async def test_models_and_raw_sql_share_the_transaction(ledger: str) -> None:
    async with undone():
        account = await Account.create(name="cash", opened_at=NOW)
        assert await run("UPDATE account SET balance = 5 WHERE id = ?", account.id) == 1
        await account.refresh_from_db()
        assert account.balance == 5
        await Entry.bulk_create([Entry(account_id=account.id, number=one, amount=one) for one in range(3)])
        assert await Entry.all().count() == 3
    assert await Account.all().count() == 0
    assert await Entry.all().count() == 0


async def test_a_bulk_insert_that_fails_halfway_leaves_nothing(ledger: str) -> None:
    with pytest.raises(IntegrityError):
        await Account.bulk_create([Account(name=name, opened_at=NOW) for name in ("cash", "bank", "cash")])
    assert await names() == []
    assert await usable(1)


async def test_ending_a_transaction_by_hand_ends_it(ledger: str) -> None:
    async with atomic():
        await open_accounts("cash")
        await get_connection("default").rollback()  # type: ignore[attr-defined]
        with pytest.raises(TransactionManagementError):
            await open_accounts("bank")
    assert await names() == []


async def test_affected_rows_are_those_of_the_statement_itself(ledger: str) -> None:
    await open_accounts("cash", "bank")
    assert await run("INSERT INTO entry (account_id, number, amount) VALUES (1, 1, 1), (1, 2, 1), (2, 1, 1)") == 3
    assert await run("UPDATE account SET balance = 0 WHERE name = ?", "nobody") == 0
    assert await run("UPDATE account SET balance = 0") == 2
    assert await run("WITH rich AS (SELECT 1 AS id) UPDATE account SET balance = 1 WHERE id IN (SELECT id FROM rich)") == 1
    assert await run("UPDATE entry SET amount = 2 WHERE account_id = 1 RETURNING id") == 2
    assert await run("DELETE FROM account WHERE id = 1") == 1  # its entries go with it and are not counted
    assert await Account.filter(id=2).update(balance=9) == 1
    assert await Account.filter(id=2).delete() == 1
    assert await books() == (None, 0, 0)


async def test_parts_after_and_inside_each_other_keep_what_was_kept_and_no_more(ledger: str) -> None:
    """On PostgreSQL a part that was left lingers on the server until the next one, or the commit."""
    async with atomic():
        async with atomic():
            await open_accounts("a")
            async with atomic():
                await open_accounts("b")
        await open_accounts("c")
        async with undone():
            await open_accounts("x")
            async with atomic():
                await open_accounts("y")
        async with atomic():
            await open_accounts("d")
            async with undone():
                await open_accounts("z")
            await open_accounts("e")
    assert await names() == ["a", "b", "c", "d", "e"]


async def test_what_follows_a_part_that_was_left_is_undone_with_what_encloses_both(ledger: str) -> None:
    async with atomic():
        async with undone():
            async with atomic():
                await open_accounts("a")
            await open_accounts("b")
        async with atomic():
            await open_accounts("c")
    assert await names() == ["c"]


async def test_a_broken_rule_after_a_part_that_was_left_is_undone_alone(ledger: str) -> None:
    async with atomic():
        async with atomic():
            await open_accounts("a")
        with pytest.raises(IntegrityError):
            async with atomic():
                await open_accounts("a")
        await open_accounts("b")
    assert await names() == ["a", "b"]
