"""The operator's address: nobody without the token, nothing but loopback, and never a 500 for a wrong question."""

import json
import stat
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import operations
from bot.web.admin import FILE, LARGEST_REQUEST, Admin
from models.card import Refusal
from models.clock import ClockFixed
from models.organisation import Bot
from tests.bot.web.wire import raw


class Asked:
    """A service that says what it was asked; like the real one it moves no clock in production."""

    def __init__(self) -> None:
        self.fine = True
        self.sandbox = True
        self.travelled: list[datetime] = []

    async def healthy(self) -> dict[str, Any]:
        return {"ok": self.fine}

    async def clock(self) -> dict[str, Any]:
        return {"now": "2026-11-21T12:00:00+08:00", "on": True, "next_due": None}

    async def travel(self, to: datetime) -> dict[str, Any]:
        if not self.sandbox:
            raise ClockFixed("only in the sandbox")
        self.travelled.append(to)
        return await self.clock()

    async def power(self, on: bool) -> dict[str, Any]:
        if not self.sandbox:
            raise ClockFixed("only in the sandbox")
        return {"on": on}

    async def outbox(self) -> dict[str, Any]:
        return {"rows": [], "counts": {}}

    async def counters(self) -> dict[str, Any]:
        return {}

    async def command(self, name: str, wishes: dict[str, Any]) -> dict[str, Any]:
        if wishes.get("refused"):
            raise Refusal("binding/member_taken")
        return await operations.perform(Bot(id=1, telegram_id=1, username="a_bot"), name, wishes)


@pytest.fixture
def service() -> Asked:
    return Asked()


@pytest.fixture
async def admin(service: Asked, tmp_path: Path) -> AsyncIterator[Admin]:
    one = Admin(service, tmp_path)
    await one.start(0)
    yield one
    await one.stop()


@pytest.fixture
async def client(admin: Admin) -> AsyncIterator[aiohttp.ClientSession]:
    url = json.loads(admin.file.read_text())["url"]
    async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {admin.token}"}) as session:
        yield session


DOORS = [("GET", "/clock"), ("POST", "/clock"), ("POST", "/power"), ("GET", "/outbox"), ("GET", "/counters"),
         ("POST", "/command/init"), ("GET", "/nowhere")]  # fmt: skip


@pytest.mark.parametrize(
    "given", [None, "", "Bearer ", "Bearer wrong", "Basic x", "Bearer \udcff\udcfe", "{token}", "bearer {token}"]
)
async def test_without_the_token_every_door_is_shut(admin: Admin, client: aiohttp.ClientSession, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.format(token=admin.token)}
    async with aiohttp.ClientSession(client._base_url) as stranger:
        for method, path in DOORS:
            async with stranger.request(method, path, json={"now": "2027-01-01T00:00Z"}, headers=headers) as answer:
                assert answer.status == 403, path


async def test_a_token_of_no_characters_at_all_is_a_wrong_one(admin: Admin) -> None:
    assert admin.runner is not None
    assert await raw(admin.runner.addresses[0][1], b"GET /clock", b"Authorization: Bearer \xff\xfe") == 403


async def test_the_file_is_for_its_owner_only_and_goes_with_the_service(admin: Admin, tmp_path: Path) -> None:
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {"url": json.loads(file.read_text())["url"], "token": admin.token}
    await admin.stop()
    assert not file.exists()


async def test_a_file_left_by_a_killed_service_is_replaced_with_its_mode(service: Asked, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("left over")
    (tmp_path / FILE).chmod(0o644)
    one = Admin(service, tmp_path)
    await one.start(0)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    await one.stop()


async def test_it_listens_on_loopback_only(admin: Admin) -> None:
    assert admin.runner is not None
    assert [address[0] for address in admin.runner.addresses] == ["127.0.0.1"]


async def test_health_needs_no_token_and_tells_nothing_else(service: Asked, client: aiohttp.ClientSession) -> None:
    async with aiohttp.ClientSession(client._base_url) as stranger:
        async with stranger.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"ok": True})
        service.fine = False
        async with stranger.get("/healthz") as answer:
            assert answer.status == 503


BODIES: list[bytes] = [b"", b"{", b"[]", b"null", b"3", b'"x"', b"\xff\xfe", b"[" * 5000, b'{"now": 1']


@pytest.mark.parametrize("path", ["/clock", "/power", "/command/init"])
async def test_a_body_that_is_no_object_is_a_bad_request(client: aiohttp.ClientSession, path: str) -> None:
    for body in BODIES:
        async with client.post(path, data=body, headers={"Content-Type": "application/json"}) as answer:
            assert (answer.status, "error" in await answer.json()) == (400, True), body
    async with client.post(path, data=b"{}", headers={"Content-Type": "application/json; charset=martian"}) as answer:
        assert answer.status == 400
    async with client.post(path, data=b" " * (LARGEST_REQUEST + 1)) as answer:
        assert answer.status == 413


async def test_an_instant_is_moved_to_and_nothing_else(service: Asked, client: aiohttp.ClientSession) -> None:
    for wrong in ({}, {"now": None}, {"now": 5}, {"now": "tomorrow"}, {"now": "2026-12-01T15:00"}, {"now": ["x"]}):
        async with client.post("/clock", json=wrong) as answer:
            assert answer.status == 400, wrong
    assert service.travelled == []
    async with client.post("/clock", json={"now": "2026-12-01T15:00+08:00"}) as answer:
        assert answer.status == 200
    assert [to.isoformat() for to in service.travelled] == ["2026-12-01T15:00:00+08:00"]


async def test_in_production_no_clock_moves_and_nothing_is_switched(service: Asked, client: aiohttp.ClientSession) -> None:
    service.sandbox = False
    for path, body in (("/clock", {"now": "2026-12-01T15:00+08:00"}), ("/power", {"on": False})):
        async with client.post(path, json=body) as answer:
            assert (answer.status, await answer.json()) == (400, {"error": "only in the sandbox"})


async def test_a_command_asked_wrongly_is_told_so(client: aiohttp.ClientSession) -> None:
    good = {"name": "党工委", "admin": "刘明", "zone": "Asia/Shanghai"}
    wrong = [{}, {"name": "党工委"}, good | {"more": 1}, good | {"name": 5}, good | {"name": " "}, good | {"admin": "长" * 81},
             good | {"admin": "a\nb"}, good | {"name": "\u202e"}]  # fmt: skip
    for wishes in wrong:
        async with client.post("/command/init", json=wishes) as answer:
            assert answer.status == 400, wishes
            assert (await answer.json())["error"]
    async with client.post("/command/fly", json=good) as answer:
        assert answer.status == 400


async def test_a_refusal_is_told_in_its_own_words(client: aiohttp.ClientSession) -> None:
    async with client.post("/command/init", json={"refused": True}) as answer:
        assert answer.status == 409
        assert (await answer.json())["error"].startswith("这个名字已经由另一个账号绑定")
