"""The courier of updates to a webhook: in order within a queue, queues side by side, again until it is taken."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.sandbox.inbox import Hook, Inbox, Pending

OUT = 0.1
LONGEST_PAUSE = 64.0
GONE = 23 * 3600.0
LONGEST_OBEYED = 3600.0
TIMEOUT = aiohttp.ClientTimeout(total=60)
Reply = Callable[[str, dict[str, Any]], Awaitable[None]]


class HttpCourier:
    """Telegram's queues: one per chat for messages, one per person for presses and one for memberships.

    `reply` plays the method a webhook may answer with; its result goes nowhere, as at Telegram.
    """

    def __init__(self, inbox: Inbox, reply: Reply, first_pause: float = 1.0) -> None:
        self.inbox = inbox
        self.reply = reply
        self.first_pause = first_pause
        self.lanes: dict[str, deque[Pending]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.session: aiohttp.ClientSession | None = None
        self.slots = asyncio.Semaphore(1)

    async def begin(self, hook: Hook) -> None:
        self.slots = asyncio.Semaphore(hook.max_connections)
        self.session = aiohttp.ClientSession(timeout=TIMEOUT, connector=aiohttp.TCPConnector(limit=0))
        for pending in list(self.inbox.pending()):
            self.push(pending)

    async def end(self) -> None:
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.lanes.clear()
        if self.session is not None:
            await self.session.close()
            self.session = None

    def push(self, pending: Pending) -> None:
        lane = self.lanes.get(pending.lane)
        if lane is not None:
            lane.append(pending)
            return
        self.lanes[pending.lane] = deque([pending])
        task = asyncio.create_task(self._run(pending.lane))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _run(self, name: str) -> None:
        lane = self.lanes[name]
        while lane:
            await self._deliver(lane[0])
            self.inbox.settle(lane.popleft())
        del self.lanes[name]

    async def _deliver(self, pending: Pending) -> None:
        """Until it is taken or too old: at once, then after 1, 2, 4 … seconds, or as Retry-After asks."""
        pause = self.first_pause
        while pending.expires > self.inbox.clock.seconds():
            if self.inbox.faults.out():
                await asyncio.sleep(OUT)
                continue
            async with self.slots:
                asked = await self._post(pending)
            if asked is None:
                return
            await asyncio.sleep(asked or pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, pending: Pending) -> float | None:
        """None when it was taken, else the pause asked for (0: none asked)."""
        hook, session = self.inbox.hook, self.session
        if hook is None or session is None:
            return None
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        data = json.dumps(pending.update, ensure_ascii=False).encode(errors="backslashreplace")
        try:
            async with session.post(hook.url, data=data, headers=headers, allow_redirects=False) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as failure:
            self._failed(hook, "Connection timed out" if isinstance(failure, TimeoutError) else "Connection refused")
            return 0.0
        if 200 <= answer.status < 300:
            await self._replied(body)
            return None
        self._gone(hook, answer.status == HTTPStatus.GONE)
        self._failed(hook, f"Wrong response from the webhook: {answer.status} {_phrase(answer.status)}")
        return _obeyed(answer.headers.get("Retry-After", ""))

    def _gone(self, hook: Hook, gone: bool) -> None:
        """A webhook that has answered 410 for 23 hours is removed."""
        now = self.inbox.clock.seconds()
        hook.gone_since = (hook.gone_since or now) if gone else None
        if hook.gone_since is not None and now - hook.gone_since >= GONE:
            self.inbox.hook = None

    def _failed(self, hook: Hook, reason: str) -> None:
        hook.last_error, hook.last_error_at = reason, int(self.inbox.clock.seconds())

    async def _replied(self, body: bytes) -> None:
        if not body.startswith(b"{"):
            return
        try:
            call = json.loads(body)
        except ValueError:
            return
        method = call.pop("method", None)
        if isinstance(method, str):
            await self.reply(method, call)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _obeyed(header: str) -> float:
    return min(float(header), LONGEST_OBEYED) if header.isdecimal() else 0.0
