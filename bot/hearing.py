"""Hearing: until when all that was pressed has come in. Telegram keeps a press for a short while only; after a longer silence
the groups with buttons to press are asked to press again.

For a bot that polls. By webhook Telegram itself tries again for up to a day, and nobody here could tell how long it has failed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import gathering, organisation
from models.database import atomic, retryable

logger = logging.getLogger(__name__)

FORGOTTEN = timedelta(seconds=150)  # how old a press becomes at Telegram
WORTH_SAYING = timedelta(days=1)  # after a longer silence nobody remembers what they pressed
WRITE_EVERY = 60.0  # seconds; a process that is killed was silent for up to so much less than it seems


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant by both clocks: civil time survives a restart, monotonic seconds stay true when civil time is moved."""

    civil: datetime
    ticks: float


class Hearing:
    """What one bot has heard. `wake` tells the dispatcher that something was owed."""

    def __init__(self, bot_id: int, now: Callable[[], datetime], ticks: Callable[[], float], wake: Callable[[], None]) -> None:
        self.bot_id, self.now, self.ticks, self.wake = bot_id, now, ticks, wake
        self.last: Moment | None = None
        self.by_civil = False  # whether it was switched off since: only civil time knows for how long
        self.written = float("-inf")

    @property
    def anew(self) -> bool:
        """Whether it begins to listen: what was missed is found out at once, and not after a long poll."""
        return self.last is None or self.by_civil

    def moment(self) -> Moment:
        return Moment(self.now(), self.ticks())

    def switched_off(self) -> None:
        self.by_civil = True

    async def heard(self, at: Moment) -> None:
        """All that was pressed until then, and that Telegram still had, is kept. Raises what the database does."""
        silence = await self.silence(at)
        if FORGOTTEN < silence <= WORTH_SAYING:
            await self.asked_again(at.civil - silence, at)
        self.last, self.by_civil = at, False
        if at.ticks - self.written >= WRITE_EVERY:
            await organisation.heard(self.bot_id, at.civil)
            self.written = at.ticks

    async def silence(self, at: Moment) -> timedelta:
        """How long nothing was heard; nothing, if nobody ever listened."""
        if self.last is None:
            before = await organisation.last_heard(self.bot_id)
            return at.civil - before if before else timedelta(0)
        return at.civil - self.last.civil if self.by_civil else timedelta(seconds=at.ticks - self.last.ticks)

    async def asked_again(self, since: datetime, at: Moment) -> None:
        """A bug in it must not end every life anew: the same silence would be found at each start."""
        try:
            await self.missed(since, at)
        except Exception as error:
            if retryable(error):
                raise
            logger.error("nobody was asked to press again", exc_info=error, extra={"action": "intake.missed_bug"})

    async def missed(self, since: datetime, at: Moment) -> None:
        """One outage, told once: it is over in the same transaction."""
        async with atomic():
            told = await gathering.press_again(self.bot_id, since, at.civil)
            await organisation.heard(self.bot_id, at.civil)
        self.written = at.ticks
        logger.warning("presses may be lost", extra={"action": "intake.missed", "groups": told})
        self.wake()
