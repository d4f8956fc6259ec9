"""The webhook: a secret first, 200 only after the commit, and nothing that Telegram would repeat for ever."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.cast import MEMBER
from bot.web.webhook import LARGEST, PATH, hook
from models.deed import Deed
from models.outbox import Delivery
from tests.bot.machine import assembled, number
from tests.bot.updates import said
from tests.bot.web.wire import raw

SECRET = "a-secret_of-ours"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Taken:
    """What the hook hands on; `error` is raised, `held` keeps it from ending."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self.held = asyncio.Event()
        self.held.set()

    async def take(self, updates: list[dict[str, Any]]) -> None:
        await self.held.wait()
        if self.error:
            raise self.error
        self.updates += updates


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
async def client(taken: Taken) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(hook(taken.take, SECRET))) as one:
        yield one


async def test_without_the_secret_nothing_is_even_read(client: TestClient[Any, Any], taken: Taken) -> None:
    for given in (None, "", "wrong", SECRET[:-1], f"{SECRET} x", "\udcff\udcfe", "é"):
        headers = {} if given is None else {HEADER: given}
        answer = await client.post(PATH, json={"update_id": 1}, headers=headers)
        assert answer.status == 403, given
    assert taken.updates == []


async def test_a_secret_of_no_characters_at_all_is_a_wrong_one(client: TestClient[Any, Any]) -> None:
    assert client.port is not None
    assert await raw(client.port, f"POST {PATH}".encode(), HEADER.encode() + b": \xff\xfe") == 403


async def test_an_update_is_handed_on(client: TestClient[Any, Any], taken: Taken) -> None:
    answer = await client.post(PATH, json={"update_id": 1, "message": {}}, headers={HEADER: SECRET})
    assert (answer.status, await answer.read()) == (200, b"")
    assert taken.updates == [{"update_id": 1, "message": {}}]


async def test_what_cannot_be_read_is_not_asked_for_again(client: TestClient[Any, Any], taken: Taken) -> None:
    unreadable = [b"", b"{", b"null", b"[]", b"7", b"{}", b'{"update_id": "1"}', b'{"update_id": 1.5}', b"\xff", b"[" * 50_000]
    for body in unreadable:
        answer = await client.post(PATH, data=body, headers={HEADER: SECRET})
        assert answer.status == 200, body[:20]
    assert taken.updates == []


async def test_a_body_beyond_telegrams_own_size_is_refused(client: TestClient[Any, Any], taken: Taken) -> None:
    answer = await client.post(PATH, data=b" " * (LARGEST + 1), headers={HEADER: SECRET})
    assert answer.status == 413
    assert (await client.get(PATH)).status == 405
    assert (await client.post("/")).status == 404


async def test_the_answer_waits_for_the_commit(client: TestClient[Any, Any], taken: Taken) -> None:
    taken.held.clear()
    asking = asyncio.create_task(client.post(PATH, json={"update_id": 1}, headers={HEADER: SECRET}))
    await asyncio.sleep(0.1)
    assert not asking.done()
    taken.held.set()
    assert (await asking).status == 200


async def test_a_database_that_is_away_asks_for_it_again(client: TestClient[Any, Any], taken: Taken) -> None:
    taken.error = ConnectionResetError()
    answer = await client.post(PATH, json={"update_id": 1}, headers={HEADER: SECRET})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_the_played_telegram_delivers_by_webhook_and_each_is_done_once(database: str) -> None:
    async with assembled() as machine, TestClient(TestServer(hook(machine.receiver.take, SECRET))) as client:
        update = said("/help", number(MEMBER))
        for _ in range(2):
            assert (await client.post(PATH, json=update, headers={HEADER: SECRET})).status == 200
        await machine.application.bot.set_webhook(str(client.make_url(PATH)), secret_token=SECRET)
        await machine.world.says(number(MEMBER), "/help")

        async def owed() -> bool:
            return await Delivery.all().count() == 2

        await machine.world.until(owed)
        assert await Deed.all().count() == 2
