"""时间旅行: the sandbox and the service move through time together, stopping wherever something falls due."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.clock import ZONE, Clock, instant
from bot.sandbox.errors import StageError, sentence
from bot.sandbox.feed import Feed

Json = dict[str, Any]

ASKING = aiohttp.ClientTimeout(total=10)
WORKING = aiohttp.ClientTimeout(total=120)
MOST_STOPS = 10_000
MOST_REPEATS = 50


class Service:
    """The service's loopback admin address, told by a JSON file {"url", "token"} that is read at each use."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.session: aiohttp.ClientSession | None = None

    def _door(self) -> tuple[str, dict[str, str]]:
        if self.file is None:
            raise StageError(502, "no_service", reason=sentence("no_service_option"))
        try:
            told = json.loads(self.file.read_text("utf-8"))
            return str(told["url"]).rstrip("/"), {"Authorization": f"Bearer {told['token']}"}
        except OSError:
            raise StageError(502, "no_service", reason=sentence("service_not_started")) from None
        except (ValueError, KeyError, TypeError):
            raise StageError(502, "no_service", reason=sentence("service_file_unreadable")) from None

    async def ask(self, method: str, path: str, data: Json | None = None) -> Json:
        """One request to the service. Raises StageError in words a person understands."""
        url, headers = self._door()
        if self.session is None:
            self.session = aiohttp.ClientSession()
        patience = ASKING if method == "GET" else WORKING
        try:
            async with self.session.request(method, url + path, json=data, headers=headers, timeout=patience) as got:
                told = await got.json(content_type=None)
        except TimeoutError:
            raise StageError(504, "no_service", reason=sentence("service_late")) from None
        except (aiohttp.ClientError, ValueError):
            raise StageError(502, "no_service", reason=sentence("service_gone")) from None
        if got.status != 200 or not isinstance(told, dict):
            reason = told.get("error", got.status) if isinstance(told, dict) else got.status
            raise StageError(502, "service_refused", reason=reason)
        return told

    async def clock(self) -> "ServiceClock":
        return read_clock(await self.ask("GET", "/clock"))

    async def set_clock(self, now: datetime) -> "ServiceClock":
        return read_clock(await self.ask("POST", "/clock", {"now": now.isoformat()}))

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()


class ServiceClock:
    def __init__(self, now: datetime, on: bool, next_due: datetime | None) -> None:
        self.now = now
        self.on = on
        self.next_due = next_due


def read_clock(told: Json) -> ServiceClock:
    try:
        due = told.get("next_due")
        return ServiceClock(instant(told["now"]), bool(told["on"]), instant(due) if due else None)
    except (KeyError, TypeError, ValueError):
        raise StageError(502, "service_refused", reason=sentence("clock_unreadable")) from None


class Journey:
    """One way from now to a later instant."""

    def __init__(self, clock: Clock, service: Service, feed: Feed) -> None:
        self.clock = clock
        self.service = service
        self.feed = feed
        self.stops = 0
        self.repeats = 0
        self.furthest: datetime | None = None

    async def go(self, target: datetime) -> Json:
        """Stop at every due instant up to the target; answer {"now", "stops"}."""
        told = await self.service.clock()
        while told.on and told.next_due is not None and told.next_due <= target:
            self._watch(told.next_due)
            told = await self._step(max(told.next_due, self.clock.now(), told.now), target)
        await self._step(max(target, told.now), target)
        return {"now": self.clock.now().isoformat(), "stops": self.stops}

    async def _step(self, moment: datetime, target: datetime) -> ServiceClock:
        before = self.clock.offset
        self.clock.set(moment)
        try:
            told = await self.service.set_clock(moment)
        except StageError:
            self.clock.offset = before
            raise
        shown = {"now": moment.astimezone(ZONE).isoformat(), "to": target.isoformat(), "stops": self.stops}
        self.feed.publish("travel", lambda: shown)
        return told

    def _watch(self, due: datetime) -> None:
        """A service that never gets past an instant must not hold the page for ever."""
        self.stops += 1
        now = self.clock.now().isoformat(timespec="seconds")
        if self.stops > MOST_STOPS:
            raise StageError(508, "too_many_stops", stops=MOST_STOPS, now=now)
        advanced = self.furthest is None or due > self.furthest
        self.repeats = 0 if advanced else self.repeats + 1
        self.furthest = due if advanced else self.furthest
        if self.repeats >= MOST_REPEATS:
            raise StageError(508, "stuck", due=due.isoformat(timespec="seconds"), now=now)
