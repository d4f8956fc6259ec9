"""What goes wrong on order: by method, chat, share and time, with the deed done or not done."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox.faults import CALLS, Faults, Order
from bot.sandbox.visitor import Refused, Visitor
from tests.bot.sandbox.conftest import GROUP, LI, ZHANG, keys
from tests.bot.sandbox.raw import Json, RawBot

SEND: dict[str, Any] = {"chat_id": ZHANG, "text": "好"}


async def texts(visitor: Visitor, chat: int = ZHANG) -> list[str]:
    return [message["text"] for message in await visitor.sees(chat)]


async def cut(raw: RawBot, method: str = "sendMessage", **given: Any) -> None:
    """The line must be dead before any answer."""
    with pytest.raises(aiohttp.ClientError):
        await raw.ask(method, **(given or SEND))


@pytest.mark.parametrize("done", [False, True])
async def test_a_failing_answer_hides_whether_the_deed_was_done(raw: RawBot, visitor: Visitor, done: bool) -> None:
    await visitor.faults({"kind": "error", "status": 502, "method": "sendMessage", "done": done})
    told = await raw.ask("sendMessage", **SEND)
    assert (told["error_code"], told["description"]) == (502, "Bad Gateway")
    assert await texts(visitor) == (["好"] if done else [])
    (call,) = await visitor.log()
    assert (call["status"], call["fault"], call["result"] is not None) == (502, "error", done)
    assert await raw.does("getMe")


@pytest.mark.parametrize("done", [False, True])
async def test_a_line_is_cut_before_or_after_the_deed(raw: RawBot, visitor: Visitor, done: bool) -> None:
    await visitor.faults({"kind": "reset", "done": done, "times": 1})
    await cut(raw)
    assert await texts(visitor) == (["好"] if done else [])
    assert (await visitor.log())[0]["status"] is None
    await raw.does("sendMessage", **SEND)


@pytest.mark.parametrize("done", [False, True])
async def test_a_call_hangs_and_is_never_answered(raw: RawBot, visitor: Visitor, done: bool) -> None:
    await visitor.faults({"kind": "hang", "done": done})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(raw.ask("sendMessage", **SEND), 0.2)
    assert await texts(visitor) == (["好"] if done else [])


async def test_a_deed_that_is_refused_stays_undone_whatever_was_ordered(raw: RawBot, visitor: Visitor) -> None:
    await visitor.faults({"kind": "error", "done": True})
    assert (await raw.ask("sendMessage", chat_id=ZHANG, text=""))["error_code"] == 502
    assert await texts(visitor) == []


@pytest.mark.parametrize("done", [False, True])
async def test_a_slow_call_is_answered_late(raw: RawBot, visitor: Visitor, done: bool) -> None:
    await visitor.faults({"kind": "slow", "seconds": 0.3, "done": done})
    sending = asyncio.create_task(raw.does("sendMessage", **SEND))
    await asyncio.sleep(0.15)
    assert await texts(visitor) == (["好"] if done else [])
    assert not sending.done()
    assert (await sending)["text"] == "好"


async def test_a_flood_of_429_says_how_long(raw: RawBot, visitor: Visitor) -> None:
    await visitor.faults({"kind": "error", "status": 429, "retry_after": 7, "chat": ZHANG})
    told = await raw.ask("sendMessage", **SEND)
    assert told["parameters"] == {"retry_after": 7}
    assert await raw.does("sendMessage", chat_id=LI, text="好")


async def test_an_order_strikes_only_what_it_names(raw: RawBot, visitor: Visitor) -> None:
    await visitor.faults({"kind": "error", "method": "send*", "chat": GROUP, "times": 2})
    codes = [(await raw.ask("sendMessage", chat_id=GROUP, text="好")).get("error_code") for _ in range(3)]
    assert codes == [502, 502, None]
    assert await visitor.struck() == [2]
    await visitor.faults()
    assert await visitor.struck() == []


def test_a_share_is_struck_and_the_same_seed_strikes_the_same() -> None:
    struck = []
    for _ in range(2):
        faults = Faults()
        faults.place([Order("error", share=0.2)], seed=5)
        struck.append([faults.strike("sendMessage", None) is not None for _ in range(1000)])
    assert struck[0] == struck[1]
    assert 150 < sum(struck[0]) < 250


def test_an_order_has_its_time() -> None:
    now = 100.0
    faults = Faults(lambda: now)
    faults.place([Order("outage", after=10, lasts=5)])
    out = []
    for elapsed in (0, 9, 10, 14, 15):
        now = 100.0 + elapsed
        out.append(faults.out())
        assert (faults.strike("getMe", None, CALLS) is not None) == faults.out()
    assert out == [False, False, True, True, False]


async def test_an_outage_takes_the_poll_and_the_webhook_down_too(raw: RawBot, visitor: Visitor) -> None:
    polling = asyncio.create_task(cut(raw, "getUpdates", timeout=30))
    await visitor.until(visitor.log)
    await visitor.faults({"kind": "outage"})
    await asyncio.wait_for(polling, 2)
    await cut(raw, "getMe", x=1)
    await visitor.says(ZHANG, "断线时说的")
    await visitor.faults()
    assert [update["message"]["text"] for update in await raw.does("getUpdates")] == ["断线时说的"]


async def confirmed(raw: RawBot) -> list[Json]:
    """All updates there are, each batch confirmed."""
    found: list[Json] = []
    while batch := await raw.does("getUpdates", offset=found[-1]["update_id"] + 1 if found else 0):
        found += batch
    return found


async def test_an_update_comes_again_with_the_same_number(raw: RawBot, visitor: Visitor) -> None:
    await raw.does("sendMessage", chat_id=GROUP, text="点", reply_markup=keys([("甲", "a")]))
    await visitor.faults({"kind": "duplicate", "method": "callback_query", "copies": 4})
    await visitor.taps(ZHANG, "甲", chat=GROUP, wait=0)
    await visitor.says(ZHANG, "好")
    found = await confirmed(raw)
    presses = [update for update in found if "callback_query" in update]
    assert len(presses) == 5
    assert len({update["update_id"] for update in presses}) == 1
    assert len(found) == 6


async def test_an_update_comes_after_a_later_one(raw: RawBot, visitor: Visitor) -> None:
    await visitor.faults({"kind": "reorder", "times": 1, "seconds": 0.1})
    for text in "一二":
        await visitor.says(ZHANG, text)
    (second,) = await raw.does("getUpdates")
    await asyncio.sleep(0.15)
    (first,) = await raw.does("getUpdates", offset=second["update_id"] + 1)
    assert (first["message"]["text"], second["message"]["text"]) == ("一", "二")
    assert first["update_id"] == second["update_id"] - 1


async def test_a_broken_update_stands_before_the_good_one(raw: RawBot, visitor: Visitor) -> None:
    await visitor.faults({"kind": "malformed", "method": "message"}, seed=3)
    for count in range(30):
        said = await visitor.says(ZHANG, str(count))
        broken, good = await raw.does("getUpdates", offset=said["update_id"] - 1)
        assert (good["update_id"], good["message"]["text"]) == (said["update_id"], str(count))
        assert broken["update_id"] == good["update_id"] - 1
        assert broken.get("message") != good["message"]


@pytest.mark.parametrize("order", [{}, {"kind": "earthquake"}, {"kind": "error", "share": 2}, {"kind": "error", "status": 200}])
async def test_an_order_that_makes_no_sense_is_refused(visitor: Visitor, order: Json) -> None:
    with pytest.raises(Refused, match="400"):
        await visitor.faults(order)
