"""Calls of the Bot API as they come in: played, written down, and gone wrong where a fault was ordered."""

import asyncio
from typing import Any

from aiohttp import web

from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Order
from bot.sandbox.limits import aim, too_many
from bot.sandbox.log import Call
from bot.sandbox.methods import play
from bot.sandbox.wire import answered, arguments
from bot.sandbox.world import World

QUIET_METHODS = ("get", "setwebhook", "deletewebhook", "close", "logout")
PHRASES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


class Calls:
    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.closing = asyncio.Event()

    async def answer(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        token, _, method = path.partition("/")
        call = self.world.log.begin(method)
        try:
            if token != self.token:
                raise ApiError(401, "Unauthorized")
            call.arguments = await arguments(request)
            order = self.world.faults.strike(method, aim(call.arguments.get("chat_id")))
            if order is None:
                return answered({"ok": True, "result": await play(self.world, call)})
            return await self._broken(request, call, order)
        except ApiError as refusal:
            call.status, call.error = refusal.code, refusal.description
            return refused(refusal)
        except ConnectionAbortedError:
            return _cut(request, call, "outage")

    async def _broken(self, request: web.BaseRequest, call: Call, order: Order) -> web.StreamResponse:
        """The call with its fault. A deed that is refused stays undone, whatever was ordered."""
        call.fault = order.kind
        if order.kind == "slow" and not order.done:
            await self._patience(order.seconds)
        if order.done or order.kind == "slow":
            played = await self._played(call)
        if order.kind == "slow":
            await self._patience(order.seconds if order.done else 0)
            return played
        if order.kind == "error":
            raise failure(order)
        if order.kind == "hang":
            await self._patience(order.seconds)
        return _cut(request, call, order.kind)

    async def _played(self, call: Call) -> web.Response:
        try:
            return answered({"ok": True, "result": await play(self.world, call)})
        except ApiError as refusal:
            return refused(refusal)

    async def _patience(self, seconds: float) -> None:
        """Wait, but not beyond the end of the sandbox."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    async def reply(self, method: str, given: dict[str, Any]) -> None:
        """A method answered by the webhook: played, and whatever comes of it is not told."""
        call = self.world.log.begin(method, via="webhook")
        call.arguments = given
        try:
            if method.lower().startswith(QUIET_METHODS):
                raise ApiError(400, "Bad Request: method can't be used in a webhook answer")
            await play(self.world, call)
        except ApiError as refusal:
            call.status, call.error = refusal.code, refusal.description


def failure(order: Order) -> ApiError:
    if order.status == 429:
        return too_many(order.retry_after or 1)
    return ApiError(order.status, PHRASES.get(order.status, "Internal Server Error"))


def _cut(request: web.BaseRequest, call: Call, kind: str) -> web.Response:
    """The line is dead before any answer."""
    call.status, call.fault = None, kind
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def refused(error: ApiError) -> web.Response:
    told = {"ok": False, "error_code": error.code, "description": error.description}
    return answered(told | ({"parameters": error.parameters} if error.parameters else {}), error.code)
