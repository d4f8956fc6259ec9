"""The metronome: APScheduler beats, the sweeps of the timetable look what is due. It holds no state of its own."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from models.database import retryable
from schedules import TIMETABLE, Entry

logger = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds a sweep may take to end when we are asked to stop


class Ticker:
    """Beats each entry of the timetable; one sweep at a time."""

    def __init__(self, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self.now, self.wake = now, wake
        self.turn = asyncio.Lock()
        self.paused = False
        self.scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})

    def start(self) -> None:
        at_once = datetime.now(UTC)  # whatever fell due while nobody ran
        for entry in TIMETABLE:
            self.scheduler.add_job(self.beat, "interval", [entry], seconds=entry.every, id=entry.name, next_run_time=at_once)
        self.scheduler.start()

    async def stop(self) -> None:
        """Beats no more; the sweep under way ends first: APScheduler would cancel it, and complain of its own doing."""
        self.paused = True
        self.scheduler.pause()
        await asyncio.sleep(0)  # beats that were just about to begin see the pause
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self.turn:
                pass
        self.scheduler.shutdown(wait=False)

    async def beat(self, entry: Entry) -> None:
        """One look of one sweep. A bug in it stops neither the others nor its own next beat."""
        async with self.turn:
            if self.paused:
                return
            try:
                await entry.sweep(self.now())
            except Exception as error:
                level = logging.WARNING if retryable(error) else logging.ERROR
                logger.log(level, "a sweep failed", exc_info=error, extra={"action": "sweep.failed", "sweep": entry.name})
        self.wake()

    async def sweep_all(self) -> None:
        """Every sweep once, in the timetable's order."""
        for entry in TIMETABLE:
            await self.beat(entry)
