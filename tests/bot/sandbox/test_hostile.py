"""Whatever is thrown at the sandbox, it answers in its own words and goes on."""

import random
from typing import Any

import aiohttp
import pytest

from bot.sandbox.methods import METHODS
from bot.sandbox.server import Sandbox
from bot.sandbox.shapes import table
from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, ZHANG
from tests.bot.sandbox.raw import RawBot

ODD: list[Any] = [None, True, 0, -1, 2**80, 1.5, "", "x", "\ud800", "🀄" * 50, [], [[]], [[{}]], {}, {"type": []}, GROUP, ZHANG]
SHAPED: list[Any] = [
    {"inline_keyboard": [[{"text": "甲", "callback_data": 5}]]},
    {"inline_keyboard": [[{"text": "甲", "url": {}}]]},
    {"inline_keyboard": [[5]]},
    [{"type": [], "offset": 0, "length": 1}],
    [{"type": "text_link", "offset": 0, "length": 1, "url": 5}],
    [{"type": "bold", "offset": -5, "length": 2**40}],
    {"message_id": []},
    [{"command": [], "description": 5}],
    {"inline_keyboard": {"a": 1}},
]
FIELDS = (
    "user",
    "chat",
    "text",
    "message_id",
    "data",
    "wait",
    "users",
    "groups",
    "blocked",
    "member",
    "update",
    "to",
    "seconds",
)


@pytest.mark.parametrize("method", [name for name in table().methods if name not in ("getUpdates", "setWebhook")])
async def test_no_argument_breaks_a_method(raw: RawBot, method: str) -> None:
    dice = random.Random(method)
    names = sorted(table().methods[method])
    for _ in range(150 if method in METHODS else 5):
        given = {name: dice.choice(ODD + SHAPED) for name in names if dice.random() < 0.5}
        if "chat_id" in names:
            given["chat_id"] = GROUP
        async with raw.session.post(raw.address + method, json=given) as answer:
            assert answer.status in (200, 400, 403, 501), given
            assert isinstance(await answer.json(), dict)


async def test_no_question_breaks_the_stage(visitor: Visitor, sandbox: Sandbox, url: str) -> None:
    dice = random.Random(7)
    async with aiohttp.ClientSession() as session:
        for path in sandbox.stage.deeds:
            for _ in range(100):
                given = {name: dice.choice(ODD + SHAPED) for name in FIELDS if dice.random() < 0.6}
                async with session.post(url + path, json=given) as answer:
                    assert answer.status < 500 or answer.status == 502, (path, given)


@pytest.mark.parametrize(
    "part",
    [
        b'Content-Disposition: form-data; name="document"; filename="\xff\xfe.x"\r\n\r\nabc',
        b'Content-Disposition: form-data; name="document"; filename="../../etc/passwd"\r\n\r\nabc',
        b"Content-Disposition: form-data\r\n\r\nabc",
        b'Content-Disposition: form-data; name="chat_id"\r\nContent-Length: x\r\n\r\nabc',
        b"nonsense",
    ],
)
async def test_a_strange_form_is_taken_or_refused(raw: RawBot, visitor: Visitor, part: bytes) -> None:
    chat = b'--cut\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n' + str(GROUP).encode()
    body = chat + b"\r\n--cut\r\n" + part + b"\r\n--cut--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=cut"}
    async with raw.session.post(raw.address + "sendDocument", data=body, headers=headers) as answer:
        assert answer.status in (200, 400)
        await answer.json()
    for message in await visitor.sees(GROUP):
        assert "/" not in message["document"]["name"]


async def test_stray_bytes_in_a_form_do_not_travel_on(raw: RawBot) -> None:
    chat = b'--cut\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n' + str(GROUP).encode()
    part = b'Content-Disposition: form-data; name="document"; filename="a.x"\r\nContent-Type: x/\xff\r\n\r\nabc'
    body = chat + b"\r\n--cut\r\n" + part + b"\r\n--cut--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=cut"}
    async with raw.session.post(raw.address + "sendDocument", data=body, headers=headers) as answer:
        assert (await answer.json())["result"]["document"]["mime_type"] == "x/?"


async def test_a_form_without_a_boundary_is_refused(raw: RawBot, visitor: Visitor, url: str) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    for address in (raw.address + "sendDocument", f"{url}/stage/file"):
        async with raw.session.post(address, data=b"x", headers=headers) as answer:
            assert answer.status == 400
