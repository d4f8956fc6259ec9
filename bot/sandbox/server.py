"""The HTTP server of the sandbox: the Bot API, its files, and the stage, on one loopback port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.calls import Calls, refused
from bot.sandbox.cast import BotAccount
from bot.sandbox.errors import ApiError, StageError
from bot.sandbox.limits import Rates
from bot.sandbox.stage import Stage
from bot.sandbox.webhook import HttpCourier
from bot.sandbox.wire import answered, guard
from bot.sandbox.world import World


class Sandbox:
    """One played Telegram with one bot; its limits are switched on by `rates`.

    `retry` is the first pause of the webhook's retries, in seconds.
    """

    def __init__(
        self,
        bot: BotAccount,
        token: str,
        service: Path | None = None,
        retry: float = 1.0,
        rates: Rates | None = None,
        *,
        privacy: bool = True,
    ) -> None:
        self.world = World(bot, rates, privacy=privacy)
        self.token = token
        self.calls = Calls(self.world, token)
        self.stage = Stage(self.world, token, service)
        self.courier = HttpCourier(self.world.inbox, self.calls.reply, retry)
        self.world.inbox.courier = self.courier

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        try:
            guard(request)
            if path.startswith("/bot"):
                return await self.calls.answer(request, path[4:])
            if path.startswith("/file/bot"):
                return self._file(path[9:])
        except StageError as refusal:
            return answered({"error": refusal.sentence, "code": refusal.key}, refusal.status)
        return await self.stage.answer(request)

    def _file(self, path: str) -> web.Response:
        token, _, name = path.partition("/")
        if token != self.token:
            return refused(ApiError(401, "Unauthorized"))
        kept = self.world.files.fetch(name, self.world.clock.seconds())
        if kept is None:
            return refused(ApiError(404, "Not Found"))
        disposition = f"attachment; filename*=UTF-8''{quote(kept.upload.name)}"
        return web.Response(
            body=kept.upload.content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": disposition},
        )

    async def close(self) -> None:
        self.calls.closing.set()
        self.world.inbox.close()
        self.stage.close()
        await self.courier.end()
        await self.stage.service.close()


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
