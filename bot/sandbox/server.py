"""The HTTP server of the sandbox: the Bot API, its files, and the stage, on one loopback port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.arguments import Args
from bot.sandbox.cast import BotAccount
from bot.sandbox.errors import ApiError, StageError
from bot.sandbox.methods import play
from bot.sandbox.stage import Stage
from bot.sandbox.webhook import HttpCourier
from bot.sandbox.wire import answered, arguments, guard
from bot.sandbox.world import World

QUIET_METHODS = ("get", "setwebhook", "deletewebhook")


class Sandbox:
    """One played Telegram with one bot. `retry` is the first pause of the webhook's retries, in seconds."""

    def __init__(self, bot: BotAccount, token: str, service: Path | None = None, retry: float = 1.0) -> None:
        self.world = World(bot)
        self.token = token
        self.stage = Stage(self.world, token, service)
        self.courier = HttpCourier(self.world.inbox, self._reply, retry)
        self.world.inbox.courier = self.courier

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        try:
            guard(request)
            if path.startswith("/bot"):
                return await self._call(request, path[4:])
            if path.startswith("/file/bot"):
                return self._file(path[9:])
        except StageError as refusal:
            return answered({"error": refusal.sentence, "code": refusal.key}, refusal.status)
        return await self.stage.answer(request)

    async def _call(self, request: web.BaseRequest, path: str) -> web.Response:
        token, _, method = path.partition("/")
        call = self.world.log.begin(method)
        try:
            if token != self.token:
                raise ApiError(401, "Unauthorized")
            call.arguments = await arguments(request)
            return answered({"ok": True, "result": await play(self.world, call, Args(call.arguments))})
        except ApiError as refusal:
            call.status, call.error = refusal.code, refusal.description
            return refused(refusal)

    async def _reply(self, method: str, given: dict[str, Any]) -> None:
        """A method answered by the webhook: played, and whatever comes of it is not told."""
        call = self.world.log.begin(method, via="webhook")
        call.arguments = given
        try:
            if method.lower().startswith(QUIET_METHODS):
                raise ApiError(400, "Bad Request: method can't be used in a webhook answer")
            await play(self.world, call, Args(given))
        except ApiError as refusal:
            call.status, call.error = refusal.code, refusal.description

    def _file(self, path: str) -> web.Response:
        token, _, name = path.partition("/")
        if token != self.token:
            return refused(ApiError(401, "Unauthorized"))
        kept = self.world.files.by_path.get(name)
        if kept is None:
            return refused(ApiError(404, "Not Found"))
        disposition = f"attachment; filename*=UTF-8''{quote(kept.upload.name)}"
        return web.Response(
            body=kept.upload.content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": disposition},
        )

    async def close(self) -> None:
        self.world.inbox.close()
        self.stage.close()
        await self.courier.end()
        await self.stage.service.close()


def refused(error: ApiError) -> web.Response:
    told = {"ok": False, "error_code": error.code, "description": error.description}
    return answered(told | ({"parameters": error.parameters} if error.parameters else {}), error.code)


@asynccontextmanager
async def serving(sandbox: Sandbox, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback; gives the address. Long polls and listeners are let go at the end."""
    runner = web.ServerRunner(web.Server(sandbox.answer, access_log=None), shutdown_timeout=2.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        address = runner.addresses[0]
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        await sandbox.close()
        await asyncio.shield(runner.cleanup())
