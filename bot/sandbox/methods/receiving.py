"""Updates and presses: getUpdates, the webhook methods, answerCallbackQuery."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.arguments import Args
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.inbox import Hook
from bot.sandbox.limits import too_many
from bot.sandbox.world import Json, World

LONGEST_POLL = 50
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
ANSWERABLE = 15.0  # seconds after the press; measured by others, and officially so for ephemeral messages
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def get_updates(world: World, args: Args) -> list[Json]:
    if world.inbox.hook is not None:
        raise ApiError(409, HOOKED)
    if "allowed_updates" in args.given:
        world.inbox.allow(args.list("allowed_updates"))
    limit = args.whole("limit", 100)
    seconds = min(max(args.whole("timeout"), 0), LONGEST_POLL)
    return await world.inbox.poll(args.whole("offset"), limit if 1 <= limit <= 100 else 100, seconds)


async def set_webhook(world: World, args: Args) -> bool:
    """Loopback addresses only: the sandbox never talks to the world outside."""
    url = args.text("url").strip()
    if not url:
        return await delete_webhook(world, args)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: Failed to resolve host: the sandbox knows loopback addresses only")
    _not_too_often(world)
    secret = args.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    await _drop(world, args)
    if "allowed_updates" in args.given:
        world.inbox.allow(args.list("allowed_updates"))
    hook = Hook(url, secret, min(max(args.whole("max_connections", 40), 1), 100))
    world.inbox.hook = hook
    if world.inbox.courier is not None:
        await world.inbox.courier.begin(hook)
    return True


def _not_too_often(world: World) -> None:
    now = time.monotonic()
    if world.inbox.strict and now - world.inbox.hooked_at < 1:
        raise too_many(1)
    world.inbox.hooked_at = now


async def delete_webhook(world: World, args: Args) -> bool:
    await _drop(world, args)
    return True


async def _drop(world: World, args: Args) -> None:
    world.inbox.hook = None
    if world.inbox.courier is not None:
        await world.inbox.courier.end()
    if args.flag("drop_pending_updates"):
        world.inbox.waiting.clear()


def get_webhook_info(world: World, args: Args) -> Json:
    hook = world.inbox.hook or Hook("")
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": sum(1 for _ in world.inbox.pending()),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    if world.inbox.allowed is not None:
        info["allowed_updates"] = sorted(world.inbox.allowed)
    return info


def answer_callback_query(world: World, args: Args) -> bool:
    """Each press can be answered once, and only while it is young."""
    press = world.presses.get(args.text("callback_query_id"))
    if press is None or world.clock.seconds() - press.at >= ANSWERABLE:
        raise bad_request(TOO_OLD)
    answer: Json = {"text": args.text("text"), "show_alert": args.flag("show_alert"), "url": args.text("url") or None}
    if len(answer["text"]) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if answer["url"] and not _deep_link(world, answer["url"]):
        raise bad_request("URL_INVALID")
    del world.presses[press.id]
    if press.answer is not None and not press.answer.done():
        press.answer.set_result(answer)
    shown = {"callback_id": press.id, "user": press.user, "chat": press.chat, "message_id": press.message_id, **answer}
    world.feed.publish("callbackanswer", lambda: shown)
    return True


def _deep_link(world: World, url: str) -> bool:
    return url.startswith((f"https://t.me/{world.bot.username}?start=", f"t.me/{world.bot.username}?start="))
