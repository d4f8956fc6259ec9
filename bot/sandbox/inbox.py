"""The bot's queue of updates: what Telegram keeps until the bot confirms it, and for how long."""

import asyncio
import json
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import randrange
from typing import Any, Protocol

from bot.sandbox.clock import Clock
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import UPDATES, Faults, Order
from bot.sandbox.spoiled import spoiled

Update = dict[str, Any]

DAY = 24 * 3600.0
WEEK = 7 * DAY
PRESS = 150.0
LIFE = {"callback_query": PRESS, "inline_query": 30.0, "chosen_inline_result": 600.0}
LARGEST_UPDATE = 64 * 1024
LARGEST_ANSWER = 4 * 1024 * 1024
LEAP = 1_000_000
# Who asks for the same again so soon gets one update, or waits at least so long.
HASTE, HURRY, SLOWED = 0.5, 3.0, 3.0
# Kinds that come only when they are asked for.
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def weight(update: Update) -> int:
    """Bytes it takes in an answer."""
    return len(json.dumps(update, ensure_ascii=False).encode(errors="replace"))


def chat_of(body: Any) -> int | None:
    """The chat an update is about, as far as it says so."""
    told = body.get("message", body) if isinstance(body, dict) else {}
    chat = told.get("chat") if isinstance(told, dict) else None
    return int(chat["id"]) if isinstance(chat, dict) and "id" in chat else None


@dataclass(slots=True)
class Pending:
    """One update that waits. `lane` is Telegram's webhook queue: per chat, for presses per user.

    A `late` one was injected with an id of the past; it is kept until it was delivered once.
    """

    number: int
    update: Update
    kind: str
    lane: str
    expires: float
    size: int = 0
    late: bool = False
    seen: bool = False


@dataclass
class Hook:
    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0
    gone_since: float | None = None


class Courier(Protocol):
    """Carries updates to a webhook."""

    async def begin(self, hook: Hook) -> None: ...
    async def end(self) -> None: ...
    def push(self, pending: Pending) -> None: ...


class Inbox:
    """`strict` slows down who asks for the same updates again and again, as Telegram does."""

    def __init__(self, clock: Clock, first_id: int, faults: Faults, *, strict: bool = False) -> None:
        self.clock = clock
        self.faults = faults
        self.strict = strict
        self.last_asked = (0, -math.inf)
        self.last_arrival = clock.seconds()
        self.next_id = first_id
        self.arrivals = 0
        self.waiting: dict[int, Pending] = {}
        self.allowed: frozenset[str] | None = None
        self.hook: Hook | None = None
        self.hooked_at = -math.inf
        self.courier: Courier | None = None
        self.poller: asyncio.Future[bool] | None = None
        self.closed = False

    def add(self, kind: str, body: Any, lane: str) -> int | None:
        """Queue one update and give its id; None when the bot did not ask for this kind, or it is too large to be told.

        After a week of silence the next id is anybody's guess; here it leaps ahead.
        """
        if kind in UNASKED if self.allowed is None else kind not in self.allowed:
            return None
        if self.clock.seconds() - self.last_arrival > WEEK:
            self.next_id += randrange(1, LEAP)
        update = {"update_id": self.next_id, kind: body}
        if weight(update) > LARGEST_UPDATE:
            return None
        order = self.faults.strike(kind, chat_of(body), UPDATES) if self.faults.orders else None
        if order is None:
            self._arrive(update, kind, lane)
        else:
            self._go_wrong(order, update, kind, lane)
        return int(update["update_id"])

    def _go_wrong(self, order: Order, update: Update, kind: str, lane: str) -> None:
        """Twice, after what comes later, or with a broken one ahead of it."""
        if order.kind == "reorder":
            self.next_id = update["update_id"] + 1
            asyncio.get_running_loop().call_later(order.seconds, self._arrive, update, kind, lane, True)
            return
        if order.kind == "malformed":
            self.inject(spoiled(self.faults.dice, kind, update[kind]))
            update["update_id"] = self.next_id
        self._arrive(update, kind, lane)
        for _ in range(order.copies if order.kind == "duplicate" else 0):
            self._arrive(dict(update), kind, lane, True)

    def inject(self, update: Update) -> int:
        """Queue anything at all, also what Telegram would never send; an older id is delivered once."""
        late = update.setdefault("update_id", self.next_id) < self.next_id
        kind = next((key for key in update if key != "update_id"), "")
        self._arrive(update, kind, "injected", late)
        return int(update["update_id"])

    def _arrive(self, update: Update, kind: str, lane: str, late: bool = False) -> None:
        self.next_id = max(self.next_id, update["update_id"] + 1)
        self.arrivals += 1
        self.last_arrival = self.clock.seconds()
        expires = self.last_arrival + LIFE.get(kind, DAY)
        pending = Pending(self.arrivals, update, kind, lane, expires, weight(update), late)
        self.waiting[pending.number] = pending
        if self.hook is not None and self.courier is not None:
            self.courier.push(pending)
        self._wake()

    def _wake(self) -> None:
        if self.poller is not None and not self.poller.done():
            self.poller.set_result(True)

    def pending(self) -> Iterator[Pending]:
        """What still waits, oldest first; what waited too long is forgotten on the way."""
        now = self.clock.seconds()
        for entry in list(self.waiting.values()):
            if entry.expires <= now:
                self.settle(entry)
            else:
                yield entry

    def settle(self, entry: Pending) -> None:
        self.waiting.pop(entry.number, None)

    def confirm(self, offset: int) -> None:
        """Forget all before `offset`; negative: all but the last -offset."""
        if offset < 0:
            for number in list(self.waiting)[:offset]:
                del self.waiting[number]
            return
        for entry in list(self._below(offset)):
            self.settle(entry)

    def _below(self, offset: int) -> Iterator[Pending]:
        for entry in self.waiting.values():
            if entry.update["update_id"] < offset:
                if entry.seen or not entry.late:
                    yield entry
            elif not entry.late:
                return  # ids only rise from here

    def first(self, limit: int) -> list[Update]:
        now = self.clock.seconds()
        taken: list[Update] = []
        late: list[Pending] = []
        room = LARGEST_ANSWER
        for entry in self.waiting.values():
            room -= entry.size
            if len(taken) == limit or (room < 0 and taken):
                break
            if entry.expires <= now:
                late.append(entry)
                continue
            entry.seen = True
            taken.append(entry.update)
        for entry in late:
            self.settle(entry)
        return taken

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """getUpdates: an older poller is ended with 409; wakes by the arrival, never by looking again."""
        self._conflict()
        limit, seconds = self._hurried(offset, limit, seconds)
        if offset:
            self.confirm(offset)
        ready = self.first(limit)
        if ready or seconds <= 0 or self.closed:
            return ready
        waiter = asyncio.get_running_loop().create_future()
        self.poller = waiter
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return []
        finally:
            if self.poller is waiter:
                self.poller = None
        return self.first(limit)

    def _hurried(self, offset: int, limit: int, seconds: float) -> tuple[int, float]:
        """Limit and seconds for who asked the same a moment ago."""
        (before, at), now = self.last_asked, time.monotonic()
        self.last_asked = (offset, now)
        if not self.strict or offset != before:
            return limit, seconds
        return 1 if now - at < HASTE else limit, max(seconds, SLOWED) if now - at < HURRY else seconds

    def _conflict(self) -> None:
        if self.poller is not None and not self.poller.done():
            self.poller.set_exception(ApiError(409, CONFLICT))
        self.poller = None

    def allow(self, kinds: Iterable[str]) -> None:
        """Applies to updates that arrive later, as at Telegram. None at all means the default set."""
        self.allowed = frozenset(kinds) or None

    def cut(self) -> None:
        """An outage ends the poll under way without an answer."""
        if self.poller is not None and not self.poller.done():
            self.poller.set_exception(ConnectionAbortedError())
        self.poller = None

    def close(self) -> None:
        self.closed = True
        self._wake()
