"""A Bot API on loopback that answers as scripted, one step a call, and misbehaves on the socket when told to."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

TOKEN = "7000000001:CANARY-canary_CANARY-canary_CANARY1"
Step = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(result: object) -> Step:
    return answers(200, {"ok": True, "result": result})


def sent(message_id: int = 7) -> Step:
    return says({"message_id": message_id, "date": 1, "chat": {"id": 1, "type": "private"}})


def refuses(status: int, description: str, **parameters: object) -> Step:
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    return answers(status, body | ({"parameters": parameters} if parameters else {}))


def answers(status: int, body: object, headers: dict[str, str] | None = None) -> Step:
    text = body if isinstance(body, str) else json.dumps(body)

    async def step(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=headers, content_type="application/json")

    return step


async def hangs(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    raise AssertionError("nobody waits this long")


async def resets(request: web.Request) -> web.StreamResponse:
    """RST after the whole request was read."""
    assert request.transport is not None
    connection = request.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    request.transport.abort()
    return web.Response()


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """FIN after the whole request was read."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    """Half of an answer, then the end."""
    response = web.StreamResponse(headers={"Content-Length": "500"})
    await response.prepare(request)
    await response.write(b'{"ok": true, "result": {"message_')
    assert request.transport is not None
    request.transport.close()
    return response


async def dribbles(request: web.Request) -> web.StreamResponse:
    """Never silent and never done."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(300):
        await response.write(b" ")
        await asyncio.sleep(0.1)
    return response


class ScriptedApi:
    """`script` is used up from the front; every call is kept as (method, fields)."""

    def __init__(self) -> None:
        self.url = ""
        self.script: list[Step] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        fields = {
            name: (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
            for name, value in form.items()
        }
        self.calls.append((request.match_info["method"], fields))
        return await self.script.pop(0)(request)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["ScriptedApi"]:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()
