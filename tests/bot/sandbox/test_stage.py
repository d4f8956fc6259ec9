import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import telegram

from bot.sandbox.cast import DEMO_TOKEN
from bot.sandbox.server import Sandbox
from bot.sandbox.visitor import Refused, Visitor
from tests.bot.sandbox.conftest import GROUP, LI, STRANGER, ZHANG, keys
from tests.bot.sandbox.pictures import png
from tests.bot.sandbox.raw import RawBot

SAY = {"user": ZHANG, "chat": ZHANG, "text": "好"}
TAP = {"user": ZHANG, "chat": GROUP, "message_id": 1, "data": "a"}


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("say", {}, 400),
        ("say", SAY | {"user": "501"}, 400),
        ("say", SAY | {"user": True}, 400),
        ("say", SAY | {"user": 2**70}, 400),
        ("say", SAY | {"user": 999}, 404),
        ("say", SAY | {"chat": 999}, 404),
        ("say", SAY | {"chat": LI}, 403),
        ("say", SAY | {"text": "  "}, 400),
        ("say", SAY | {"text": "字" * 4097}, 400),
        ("say", SAY | {"text": "\ud800"}, 400),
        ("say", SAY | {"reply_to": 1}, 404),
        ("say", {"user": STRANGER, "text": "还没开始"}, 409),
        ("tap", TAP, 404),
        ("tap", TAP | {"wait": 1e9}, 400),
        ("tap", TAP | {"wait": "long"}, 400),
        ("tap", TAP | {"forged": 1}, 400),
        ("people", {"users": {}}, 400),
        ("people", {"users": [1]}, 400),
        ("people", {"users": [{"id": -1, "name": "负"}]}, 400),
        ("people", {"groups": [{"id": 5, "title": "正"}]}, 400),
        ("people", {"groups": [{"id": -5, "title": "空", "members": [777]}]}, 404),
        ("block", {"user": ZHANG, "blocked": "yes"}, 400),
        ("membership", {"user": ZHANG, "chat": ZHANG, "member": False}, 400),
        ("inject", {"update": []}, 400),
        ("inject", {"update": {"update_id": "x"}}, 400),
        ("clock", {"now": "昨天"}, 400),
        ("clock", {"now": "1999-01-01"}, 400),
        ("travel", {"seconds": -1}, 400),
        ("travel", {"seconds": float("nan")}, 400),
        ("travel", {"to": "2001-01-01"}, 400),
        ("travel", {"to": "2200-01-01"}, 400),
        ("travel", {"seconds": 60}, 502),
        ("nothing", {}, 404),
        ("state", {}, 405),
    ],
)
async def test_bad_input_is_refused_with_a_sentence(visitor: Visitor, path: str, given: Any, status: int) -> None:
    with pytest.raises(Refused) as caught:
        await visitor.ask("POST", path, json=given)
    assert caught.value.status == status
    assert caught.value.sentence.endswith("。")


@pytest.mark.parametrize("body", ["", "[]", "{", "null", "[" * 100_000, '"x"'])
async def test_a_body_that_is_no_object_is_refused(visitor: Visitor, body: str) -> None:
    with pytest.raises(Refused, match="400"):
        await visitor.ask("POST", "say", data=body)


async def test_more_than_a_mebibyte_is_refused(visitor: Visitor, raw: RawBot) -> None:
    with pytest.raises(Refused, match="413"):
        await visitor.ask("POST", "say", json=SAY | {"text": "x" * 1_100_000})
    assert await raw.refused("sendMessage", chat_id=ZHANG, text="x" * 1_100_000) == "Request Entity Too Large"

    async def unmeasured() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100_000

    with pytest.raises(Refused, match="413"):
        await visitor.ask("POST", "say", data=unmeasured())


@pytest.mark.parametrize("chat", ["", "x", "9" * 30, "999"])
async def test_a_question_about_no_chat_is_refused(visitor: Visitor, chat: str) -> None:
    with pytest.raises(Refused):
        await visitor.ask("GET", "messages", params={"chat": chat})


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "[::2]:1", ""])
async def test_other_host_names_are_refused_against_rebinding(url: str, host: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/stage/state", headers={"Host": host}) as answer:
        assert answer.status == 403


async def test_other_web_pages_cannot_act_but_this_one_can(url: str, visitor: Visitor) -> None:
    with pytest.raises(Refused, match="其他网页"):
        await visitor.ask("POST", "say", json=SAY, headers={"Origin": "https://evil.example"})
    with pytest.raises(Refused, match="其他网页"):
        await visitor.ask("POST", "say", json=SAY, headers={"Origin": "null"})
    await visitor.ask("POST", "say", json=SAY, headers={"Origin": url})


async def test_the_log_tells_every_call_and_never_the_token(raw: RawBot, visitor: Visitor) -> None:
    await raw.does("sendMessage", chat_id=GROUP, text=f"我的口令是{DEMO_TOKEN}")
    await raw.refused("sendMessage", chat_id=999, text="x")
    async with raw.session.post(raw.address.replace("AAdemo", "AAother") + "getMe") as answer:
        assert answer.status == 401
    sent, refused, stranger = await visitor.log()
    assert (sent["method"], sent["status"], sent["chat_id"]) == ("sendMessage", 200, GROUP)
    assert sent["message_id"] == (await visitor.sees(GROUP))[0]["message_id"]
    assert (refused["seq"], refused["status"], refused["error"]) == (2, 400, "Bad Request: chat not found")
    assert (stranger["method"], stranger["status"]) == ("getMe", 401)
    assert DEMO_TOKEN not in json.dumps([sent, refused, stranger], ensure_ascii=False)
    assert "<token>" in sent["arguments"]["text"]
    assert [call["seq"] for call in await visitor.log(after=2)] == [3]


async def test_an_open_poll_is_in_the_log_without_a_status(raw: RawBot, visitor: Visitor) -> None:
    poll = asyncio.create_task(raw.does("getUpdates", timeout=30))
    await visitor.until(lambda: visitor.log(method="getUpdates"))
    assert (await visitor.log())[0]["status"] is None
    said = await visitor.says(ZHANG, "好")
    await poll
    (call,) = await visitor.log()
    assert (call["status"], call["result"]) == (200, [said["update_id"]])


async def frames(url: str, after: str, count: int, headers: dict[str, str] | None = None) -> list[dict[str, str]]:
    """The next events of the stream, without the heartbeat and the retry line."""
    found: list[dict[str, str]] = []
    async with aiohttp.ClientSession() as session:
        stream = await session.get(f"{url}/stage/events", params={"after": after}, headers=headers)
        frame: dict[str, str] = {}
        async for line in stream.content:
            name, _, value = line.decode().strip().partition(": ")
            if name:
                frame[name] = value
            elif "event" in frame or len(frame) == 0:
                found += [frame] if frame else []
                frame = {}
            else:
                frame = {}
            if len(found) == count:
                break
    return found


async def test_events_tell_what_happens_and_go_on_after_a_gap(
    url: str, raw: RawBot, visitor: Visitor, sandbox: Sandbox
) -> None:
    mark = (await visitor.ask("GET", "state"))["mark"]
    listening = asyncio.create_task(frames(url, mark, 4))
    await visitor.until(lambda: _listened(sandbox))
    sent = await raw.does("sendMessage", chat_id=GROUP, text="一", reply_markup=keys([("甲", "a")]))
    place = {"chat_id": GROUP, "message_id": sent["message_id"]}
    await raw.does("editMessageText", text="二", **place)
    await raw.does("deleteMessage", **place)
    await visitor.clock(await visitor.clock())
    events = await asyncio.wait_for(listening, 5)
    assert [event["event"] for event in events] == ["message", "edit", "delete", "clock"]
    assert json.loads(events[1]["data"])["message"]["text"] == "二"
    resumed = await asyncio.wait_for(frames(url, "", 2, {"Last-Event-ID": events[1]["id"]}), 5)
    assert [event["event"] for event in resumed] == ["delete", "clock"]


async def _listened(sandbox: Sandbox) -> bool:
    return bool(sandbox.world.feed.listeners)


async def test_who_missed_too_much_or_another_process_is_told_to_reload(url: str, visitor: Visitor) -> None:
    for mark in ("", "x.1", "x", "deadbeef.99999999999999999999"):
        (event,) = await asyncio.wait_for(frames(url, mark, 1), 5)
        assert event["event"] == "reload"


async def test_without_listeners_events_are_not_even_made(sandbox: Sandbox) -> None:
    sandbox.world.feed.publish("message", lambda: pytest.fail("nobody listens"))


async def test_the_page_is_ours_small_and_guarded(url: str) -> None:
    size = 0
    async with aiohttp.ClientSession() as session:
        for path in (
            "/",
            "/stage.css",
            "/stage.js",
            "/stage_chat.js",
            "/stage_message.js",
            "/stage_time.js",
            "/stage_faults.js",
        ):
            async with session.get(url + path) as answer:
                assert answer.status == 200
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                body = await answer.text()
                size += len(body.encode())
                assert "innerHTML" not in body
                assert "//" not in body.replace("https?:\\/\\/", "").replace("// ", "").replace("/\\/", "")
    assert size < 100_000


async def test_files_are_shown_only_when_they_are_pictures(url: str, bot: telegram.Bot, visitor: Visitor) -> None:
    await bot.send_photo(ZHANG, png(2, 2))
    await bot.send_document(ZHANG, b"<script>alert(1)</script>", filename="x.html")
    photo, page = await visitor.sees(ZHANG)
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/stage/file", params={"id": photo["photo"]["id"]}) as answer:
            assert answer.content_type == "image/png"
        async with session.get(f"{url}/stage/file", params={"id": page["document"]["id"]}) as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment")
