"""The bot's queue of updates: what Telegram keeps until the bot confirms it, and for how long."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from bot.sandbox.clock import Clock
from bot.sandbox.errors import ApiError

Update = dict[str, Any]

DAY = 24 * 3600.0
PRESS = 150.0
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


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
    late: bool = False
    seen: bool = False


@dataclass
class Hook:
    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


class Courier(Protocol):
    """Carries updates to a webhook."""

    async def begin(self, hook: Hook) -> None: ...
    async def end(self) -> None: ...
    def push(self, pending: Pending) -> None: ...


class Inbox:
    def __init__(self, clock: Clock, first_id: int) -> None:
        self.clock = clock
        self.next_id = first_id
        self.arrivals = 0
        self.waiting: dict[int, Pending] = {}
        self.allowed: frozenset[str] | None = None
        self.hook: Hook | None = None
        self.courier: Courier | None = None
        self.poller: asyncio.Future[bool] | None = None
        self.closed = False

    def add(self, kind: str, body: Any, lane: str) -> int | None:
        """Queue one update and give its id; None when the bot did not ask for this kind."""
        if self.allowed is not None and kind not in self.allowed:
            return None
        update_id = self.next_id
        self._arrive({"update_id": update_id, kind: body}, kind, lane)
        return update_id

    def inject(self, update: Update) -> int:
        """Queue anything at all, also what Telegram would never send; an older id is delivered once."""
        late = update.setdefault("update_id", self.next_id) < self.next_id
        kind = next((key for key in update if key != "update_id"), "")
        self._arrive(update, kind, "injected", late=late)
        return int(update["update_id"])

    def _arrive(self, update: Update, kind: str, lane: str, *, late: bool = False) -> None:
        self.next_id = max(self.next_id, update["update_id"] + 1)
        self.arrivals += 1
        expires = self.clock.seconds() + (PRESS if kind == "callback_query" else DAY)
        pending = Pending(self.arrivals, update, kind, lane, expires, late)
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
        for entry in self.waiting.values():
            if len(taken) == limit:
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

    def _conflict(self) -> None:
        if self.poller is not None and not self.poller.done():
            self.poller.set_exception(ApiError(409, CONFLICT))
        self.poller = None

    def allow(self, kinds: Iterable[str]) -> None:
        """Applies to updates that arrive later, as at Telegram. None at all means the default set."""
        self.allowed = frozenset(kinds) or None

    def close(self) -> None:
        self.closed = True
        self._wake()
