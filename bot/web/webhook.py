"""Telegram's webhook: check the secret, do, commit, and only then 200. What cannot be read is put aside and gets 200 too."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from models.database import retryable

logger = logging.getLogger(__name__)

PATH = "/telegram"
LARGEST = 128 * 1024  # bytes; Telegram's own updates end at 64 KiB
RETRY_AFTER = "5"  # seconds

Take = Callable[[list[dict[str, Any]]], Awaitable[None]]


def hook(take: Take, secret: str) -> web.Application:
    """The application that receives updates for one bot."""

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, secret.encode()):
            raise web.HTTPForbidden
        update = readable(await request.read())
        if update is None:
            logger.warning("a webhook call held no update", extra={"action": "webhook.unreadable"})
            return web.Response()
        try:
            await take([update])
        except Exception as error:
            if not retryable(error):
                raise
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        return web.Response()

    app = web.Application(client_max_size=LARGEST)
    app.router.add_post(PATH, receive)
    return app


def readable(body: bytes) -> dict[str, Any] | None:
    """An update, or None: without an id it could not even be put aside."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
