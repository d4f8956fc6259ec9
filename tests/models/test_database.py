"""Instants, placeholders, raw rows, and errors worth a second try: the same on both databases."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum, StrEnum

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from models.database import atomic, dialect, for_dialect, from_ms, retryable, rows, run, to_ms
from tests.ledger import Account

NOON = datetime(2026, 11, 21, 12, 0, 0, 123_000, tzinfo=UTC)
SHANGHAI = timezone(timedelta(hours=8))


async def names(accounts: QuerySet[Account]) -> list[str]:
    return [account.name for account in await accounts]


class Kind(StrEnum):
    CASH = "cash"


class Rank(IntEnum):
    FIRST = 1


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_every_instant_comes_back_from_its_milliseconds(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds


@given(st.datetimes(timezones=st.timezones()))
def test_milliseconds_keep_the_order_of_instants(instant: datetime) -> None:
    kept = from_ms(to_ms(instant))
    assert timedelta(0) <= instant - kept < timedelta(milliseconds=1)
    assert kept.tzinfo is UTC


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(TypeError, match="zone"):
        to_ms(NOON.replace(tzinfo=None))


async def test_a_naive_datetime_is_refused_by_models_queries_and_raw_sql(ledger: str) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(TypeError):
        await Account.create(name="cash", opened_at=naive)
    with pytest.raises(TypeError):
        await Account.filter(opened_at__lt=naive).count()
    with pytest.raises(TypeError):
        await rows("SELECT 1 AS one FROM account WHERE opened_at < ?", naive)


async def test_an_instant_is_kept_as_utc_milliseconds_and_null_as_null(ledger: str) -> None:
    moment = NOON.astimezone(SHANGHAI) + timedelta(microseconds=456)
    account = await Account.create(name="cash", opened_at=moment)
    assert account.opened_at == NOON
    found = await Account.get(id=account.id)
    assert (found.opened_at, found.opened_at.tzinfo, found.closed_at) == (NOON, UTC, None)
    assert await Account.all().values_list("opened_at", "closed_at") == [(NOON, None)]
    assert await rows("SELECT opened_at, closed_at FROM account") == [{"opened_at": to_ms(NOON), "closed_at": None}]


async def test_instants_are_compared_alike_by_models_and_raw_sql(ledger: str) -> None:
    """As text, `…-01 23:00` would come before `…-01T07:00`."""
    morning, night = datetime(2026, 12, 1, 7, tzinfo=UTC), datetime(2026, 12, 1, 23, tzinfo=SHANGHAI)
    await Account.create(name="morning", opened_at=morning)
    await Account.create(name="night", opened_at=night, closed_at=NOON)
    assert await names(Account.filter(opened_at__gt=morning)) == ["night"]
    assert await Account.filter(opened_at__range=(morning, night)).count() == 2
    assert await Account.filter(opened_at__in=[night.astimezone(UTC)]).count() == 1
    assert await names(Account.filter(closed_at__isnull=True)) == ["morning"]
    assert await rows("SELECT name FROM account WHERE opened_at > ?", morning) == [{"name": "night"}]
    assert await Account.filter(name="night").update(closed_at=None) == 1
    assert await names(Account.all().order_by("-opened_at")) == ["night", "morning"]


async def test_json_reads_equal_through_models_and_as_text_in_raw_rows(ledger: str) -> None:
    notes = {"b": [1, 2.5, None, True], "a": {"汉字": "值", "empty": ""}}
    account = await Account.create(name="cash", opened_at=NOON, notes=notes)
    assert (await Account.get(id=account.id)).notes == notes
    raw = (await rows("SELECT notes FROM account"))[0]["notes"]
    assert isinstance(raw, str)
    assert json.loads(raw) == notes


async def test_one_question_mark_serves_both_databases(ledger: str) -> None:
    await run("INSERT INTO account (name, balance, opened_at) VALUES (?, ?, ?)", Kind.CASH, Rank.FIRST, NOON)
    found = await rows("SELECT name, 'why?' AS question FROM account WHERE name = ? AND balance = ? -- ?", "cash", 1)
    assert found == [{"name": "cash", "question": "why?"}]


async def test_returning_gives_rows(ledger: str) -> None:
    insert = "INSERT INTO account (name, balance, opened_at) VALUES (?, 1, ?) ON CONFLICT (name) DO NOTHING RETURNING id"
    assert len(await rows(insert, "cash", NOON)) == 1
    assert await rows(insert, "cash", NOON) == []
    assert await rows("UPDATE account SET balance = balance + 1 RETURNING balance") == [{"balance": 2}]
    async with atomic():
        assert await rows("DELETE FROM account RETURNING name") == [{"name": "cash"}]


def test_marks_in_strings_names_comments_and_dollar_quotes_are_left_alone() -> None:
    sql = """SELECT '?', 'it''s ?', "odd?", $$ ? $$, $a$ ? $a$, ? /* ? */, ? -- ?\n, ?"""
    numbered = """SELECT '?', 'it''s ?', "odd?", $$ ? $$, $a$ ? $a$, $1 /* ? */, $2 -- ?\n, $3"""
    assert for_dialect(sql, "postgres") == numbered
    assert for_dialect(sql, "sqlite") == sql


async def test_the_dialect_is_the_same_inside_a_transaction(ledger: str, database_kind: str) -> None:
    assert dialect() == database_kind
    async with atomic():
        assert dialect() == database_kind


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.DeadlockDetectedError("deadlock"),
        asyncpg.SerializationError("again"),
        asyncpg.CannotConnectNowError("starting"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.AdminShutdownError("going down"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InterfaceError("cannot call Connection.execute(): connection has been released back to the pool"),
        asyncpg.InternalClientError("got result for unknown protocol state 3"),
        ConnectionRefusedError(),
        ConnectionResetError(),
    ],
)
def test_a_database_that_is_busy_or_gone_is_worth_a_second_try(error: Exception) -> None:
    assert retryable(error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UniqueViolationError("twice"),
        asyncpg.DataError("an int is wanted"),
        asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"),
        IntegrityError("twice"),
        KeyError("database is locked"),
    ],
)
def test_what_would_fail_again_is_not(error: Exception) -> None:
    assert not retryable(error)


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.OperationalError("disk I/O error"),
        sqlite3.OperationalError("attempt to write a readonly database"),
        sqlite3.OperationalError("unable to open database file"),
        asyncpg.DiskFullError("no space"),
        asyncpg.ReadOnlySQLTransactionError("standby"),
        asyncpg.QueryCanceledError("statement timeout"),
        TimeoutError(),
    ],
)
def test_a_full_disk_or_a_silent_network_is_an_outage_and_no_fault_of_the_deed(error: Exception) -> None:
    assert retryable(error)
