import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, LI, ZHANG, keys
from tests.bot.sandbox.raw import Json, RawBot


class Listener:
    """A webhook that answers as it is told; without orders it takes everything."""

    def __init__(self) -> None:
        self.orders: list[web.Response] = []
        self.heard: list[Json] = []
        self.secrets: set[str | None] = set()
        self.times: list[float] = []
        app = web.Application()
        app.router.add_post("/hook", self.take)
        self.server = TestServer(app)

    async def take(self, request: web.Request) -> web.Response:
        self.times.append(asyncio.get_running_loop().time())
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        answer = self.orders.pop(0) if self.orders else web.Response()
        if answer.status == 200:
            self.heard.append(await request.json())
        return answer

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.heard if "message" in update]


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    await listener.server.start_server()
    yield listener
    await listener.server.close()


@pytest.fixture
async def hooked(raw: RawBot, listener: Listener) -> str:
    url = str(listener.server.make_url("/hook"))
    await raw.does("setWebhook", url=url, secret_token="s3cret")
    return url


async def test_updates_are_posted_with_the_secret(hooked: str, listener: Listener, visitor: Visitor) -> None:
    await visitor.says(ZHANG, "你好")
    await visitor.until(lambda: _true(listener.texts() == ["你好"]))
    assert listener.secrets == {"s3cret"}


async def _true(holds: bool) -> bool:
    return holds


async def test_what_was_not_taken_comes_again_in_order(hooked: str, listener: Listener, visitor: Visitor, raw: RawBot) -> None:
    listener.orders = [web.Response(status=500), web.Response(status=503)]
    for text in "一二三":
        await visitor.says(ZHANG, text)
    await visitor.until(lambda: _true(listener.texts() == ["一", "二", "三"]))
    first, second = listener.times[1] - listener.times[0], listener.times[2] - listener.times[1]
    assert second > first * 1.5
    info = await raw.does("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (hooked, 0)
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_one_chat_that_must_wait_does_not_hold_up_another(hooked: str, listener: Listener, visitor: Visitor) -> None:
    listener.orders = [web.Response(status=500, headers={"Retry-After": "1"})]
    await visitor.says(ZHANG, "慢")
    await visitor.until(lambda: _true(bool(listener.times)))
    await visitor.says(LI, "快")
    await visitor.until(lambda: _true(listener.texts() == ["快", "慢"]))
    assert listener.times[-1] - listener.times[0] >= 0.95  # as Retry-After asked


async def test_polling_and_webhook_exclude_each_other(hooked: str, raw: RawBot, visitor: Visitor) -> None:
    assert "can't use getUpdates method while webhook is active" in await raw.refused("getUpdates")
    await raw.does("deleteWebhook")
    await visitor.says(ZHANG, "轮询")
    assert len(await raw.does("getUpdates")) == 1


async def test_what_waited_before_the_webhook_is_posted_or_dropped(raw: RawBot, listener: Listener, visitor: Visitor) -> None:
    await visitor.says(ZHANG, "旧")
    url = str(listener.server.make_url("/hook"))
    await raw.does("setWebhook", url=url, drop_pending_updates=True)
    await raw.does("deleteWebhook")
    await visitor.says(ZHANG, "新")
    await raw.does("setWebhook", url=url)
    await visitor.until(lambda: _true(bool(listener.heard)))
    assert listener.texts() == ["新"]


async def test_a_webhook_may_answer_a_press_in_its_reply(
    hooked: str, listener: Listener, visitor: Visitor, raw: RawBot
) -> None:
    await raw.does("sendMessage", chat_id=GROUP, text="点", reply_markup=keys([("甲", "a")]))

    async def reply(request: web.Request) -> web.Response:
        query = (await request.json())["callback_query"]["id"]
        return web.json_response({"method": "answerCallbackQuery", "callback_query_id": query, "text": "好"})

    app = web.Application()
    app.router.add_post("/hook", reply)
    async with TestServer(app) as server:
        await raw.does("setWebhook", url=str(server.make_url("/hook")))
        answer = await visitor.taps(ZHANG, "甲", chat=GROUP)
    assert answer is not None
    assert answer["text"] == "好"
    assert [call["via"] for call in await visitor.log(method="answerCallbackQuery")] == ["webhook"]


@pytest.mark.parametrize("address", ["https://example.com/hook", "ftp://127.0.0.1/", "nonsense"])
async def test_only_loopback_addresses_can_be_webhooks(raw: RawBot, address: str) -> None:
    assert (await raw.refused("setWebhook", url=address)).startswith("Bad Request: bad webhook:")


async def test_a_webhook_that_is_gone_for_23_hours_is_removed(
    hooked: str, listener: Listener, visitor: Visitor, raw: RawBot
) -> None:
    listener.orders = [web.Response(status=410) for _ in range(50)]
    await visitor.says(ZHANG, "一")
    await visitor.until(lambda: _true(len(listener.times) > 0))
    assert (await raw.does("getWebhookInfo"))["url"] == hooked
    await visitor.clock(await visitor.clock() + timedelta(hours=23, seconds=1))
    await visitor.until(lambda: _unhooked(raw))


async def _unhooked(raw: RawBot) -> bool:
    return bool((await raw.does("getWebhookInfo"))["url"] == "")


async def test_nothing_is_posted_during_an_outage(hooked: str, listener: Listener, visitor: Visitor) -> None:
    await visitor.faults({"kind": "outage"})
    await visitor.says(ZHANG, "断线时说的")
    await asyncio.sleep(0.2)
    assert listener.times == []
    await visitor.faults()
    await visitor.until(lambda: _true(listener.texts() == ["断线时说的"]))


async def test_a_method_in_the_reply_tells_nobody_that_it_was_refused(
    hooked: str, visitor: Visitor, raw: RawBot, listener: Listener
) -> None:
    listener.orders = [web.json_response({"method": "sendMessage", "chat_id": 5, "text": "好"})]
    await visitor.says(ZHANG, "一")
    await visitor.says(ZHANG, "二")
    await visitor.until(lambda: _true(listener.texts() == ["一", "二"]))
    (call,) = await visitor.log(method="sendMessage")
    assert (call["via"], call["error"]) == ("webhook", "Bad Request: chat not found")
