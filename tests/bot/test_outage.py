"""The database away: nothing is confirmed while it is, and everything is done once when it is back."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.cast import MEMBER
from bot.web.webhook import PATH, hook
from models.database import run
from models.deed import Deed
from models.outbox import Delivery
from tests.bot.machine import Machine, number
from tests.bot.test_receiver import offsets, polling, settled
from tests.bot.updates import Json, said

MEMBER_ID = number(MEMBER)


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.receiver.RESTS", (0.05,))


@asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """SQLite: another process writes and does not end. PostgreSQL: every connection is cut, again and again."""
    if url.startswith("sqlite"):
        await run("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(url.removeprefix("sqlite://"), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
        other.close()
    else:
        link = await asyncpg.connect(url)
        cutting = asyncio.create_task(cut(link))
        yield
        cutting.cancel()
        await asyncio.gather(cutting, return_exceptions=True)
        await link.close()


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"


async def cut(link: asyncpg.Connection) -> None:
    name = await link.fetchval("SELECT current_database()")
    while True:
        await link.fetch(CUT, name)
        await asyncio.sleep(0.001)


async def test_nothing_is_confirmed_while_the_database_is_away(
    machine: Machine, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with polling(machine) as task:
        await machine.world.until(lambda: offsets(machine))
        async with away(database):
            told = [await machine.world.says(MEMBER_ID, "/help") for _ in range(3)]
            async with asyncio.timeout(10):
                while caplog.text.count("intake waits") < 2:  # noqa: ASYNC110 (a log has no event)
                    await asyncio.sleep(0.02)
            assert max(await offsets(machine)) <= told[0]["update_id"]
            assert not task.done()
        await settled(machine, told[-1]["update_id"])
    assert await Deed.all().count() == 3
    assert await Delivery.all().count() == 3


async def test_a_webhook_says_try_again_while_the_database_is_away(machine: Machine, database: str) -> None:
    update, headers = said("/help", MEMBER_ID), {"X-Telegram-Bot-Api-Secret-Token": "secret"}
    async with TestClient(TestServer(hook(machine.receiver.take, "secret"))) as client:
        async with away(database):
            statuses = await posted(client, update, headers)
        answer = await client.post(PATH, json=update, headers=headers)
        assert answer.status in (200, 503)
        if answer.status == 503:  # a connection that was cut while idle is found out at its next use
            answer = await client.post(PATH, json=update, headers=headers)
        assert answer.status == 200
    assert 503 in statuses
    assert statuses <= {200, 503}
    assert await Deed.all().count() == 1
    assert await Delivery.all().count() == 1


async def posted(client: "TestClient[Any, Any]", update: Json, headers: dict[str, str]) -> set[int]:
    """What is answered until one was too late for a line that is cut again and again."""
    statuses: set[int] = set()
    async with asyncio.timeout(10):
        while 503 not in statuses:
            statuses.add((await client.post(PATH, json=update, headers=headers)).status)
    return statuses


async def test_the_dispatcher_waits_for_the_database_and_sends_once(machine: Machine, database: str) -> None:
    for _ in range(3):
        await machine.take(said("/help", MEMBER_ID))
    async with away(database):
        sending = asyncio.create_task(machine.dispatcher.run())
        await asyncio.sleep(0.2)
        assert not sending.done()

    async def arrived() -> bool:
        return len(await machine.world.sees(MEMBER_ID)) >= 3

    await machine.world.until(arrived, 10)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert len(await machine.world.log(method="sendMessage")) == 3
    assert {each.state for each in await Delivery.all()} == {"sent"}
