"""The operator's address: loopback only, behind a token in a file nobody else can read (`var/admin.json`, mode 0600).

Commands talk to it while the service runs, because one process opens the SQLite file; the sandbox's page moves the clock by it.
"""

import hmac
import json
import os
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from bot.web.listening import listen
from bot.wording import toast
from models.card import Refusal
from models.clock import ClockFixed

FILE = "admin.json"
LARGEST_REQUEST = 28 * 1024 * 1024  # bytes: a roster of 20 MB in base64

Json = dict[str, Any]


class BadWish(ValueError):
    """The operator asked for what cannot be; the text says why."""


class Operated(Protocol):
    """What the operator may ask of a running service."""

    async def healthy(self) -> Json: ...
    async def clock(self) -> Json: ...
    async def travel(self, to: datetime) -> Json: ...
    async def power(self, on: bool) -> Json: ...
    async def outbox(self) -> Json: ...
    async def counters(self) -> Json: ...
    async def command(self, name: str, wishes: Json) -> Json: ...


class Admin:
    """The loopback server of one service."""

    def __init__(self, service: Operated, data_dir: Path) -> None:
        self.service, self.file = service, data_dir / FILE
        self.token = secrets.token_urlsafe(32)
        self.runner: web.AppRunner | None = None

    async def start(self, port: int) -> None:
        app = web.Application(middlewares=[self.guard, politely], client_max_size=LARGEST_REQUEST)
        app.add_routes(
            [
                web.get("/healthz", self.healthz),
                web.get("/clock", self.clock),
                web.post("/clock", self.set_clock),
                web.post("/power", self.power),
                web.get("/outbox", self.outbox),
                web.get("/counters", self.counters),
                web.post("/command/{name}", self.command),
            ]
        )
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        await listen(self.runner, "127.0.0.1", port, "BRANCHLIFE_ADMIN_PORT")
        url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        write_private(self.file, json.dumps({"url": url, "token": self.token}))

    async def stop(self) -> None:
        self.file.unlink(missing_ok=True)
        if self.runner:
            await self.runner.cleanup()

    @web.middleware
    async def guard(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if request.path != "/healthz" and not hmac.compare_digest(given, f"Bearer {self.token}".encode()):
            raise web.HTTPForbidden
        return await handler(request)

    async def healthz(self, _: web.Request) -> web.Response:
        health = await self.service.healthy()
        return web.json_response(health, status=200 if health["ok"] else 503)

    async def clock(self, _: web.Request) -> web.Response:
        return web.json_response(await self.service.clock())

    async def set_clock(self, request: web.Request) -> web.Response:
        return web.json_response(await self.service.travel(instant((await wishes(request)).get("now"))))

    async def power(self, request: web.Request) -> web.Response:
        return web.json_response(await self.service.power(bool((await wishes(request)).get("on"))))

    async def outbox(self, _: web.Request) -> web.Response:
        return web.json_response(await self.service.outbox())

    async def counters(self, _: web.Request) -> web.Response:
        return web.json_response(await self.service.counters())

    async def command(self, request: web.Request) -> web.Response:
        return web.json_response(await self.service.command(request.match_info["name"], await wishes(request)))


@web.middleware
async def politely(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
    """What cannot be done as it was asked is told as {"error": a sentence}; a bug stays a 500."""
    try:
        return await handler(request)
    except Refusal as no:
        return web.json_response({"error": toast(no.card)}, status=409)
    except (BadWish, ClockFixed) as wrong:
        return web.json_response({"error": str(wrong)}, status=400)


async def wishes(request: web.Request) -> Json:
    """The JSON object of a request."""
    try:
        given = await request.json()
    except (ValueError, LookupError, RecursionError):  # no JSON, a charset nobody knows, too deep
        given = None
    if not isinstance(given, dict):
        raise BadWish("the body has to be a JSON object")
    return given


def instant(written: object) -> datetime:
    try:
        to = datetime.fromisoformat(str(written))
    except ValueError:
        raise BadWish("`now` has to be an instant in ISO 8601") from None
    if to.utcoffset() is None:
        raise BadWish("`now` needs a zone")
    return to


def write_private(file: Path, text: str) -> None:
    """Readable by its owner only, from its first byte."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
