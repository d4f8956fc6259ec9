"""Holding the lease on a token: taking it, keeping it, and knowing when to stop before somebody else may have it."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from bot import crash
from models import lease
from models.database import retryable

logger = logging.getLogger(__name__)

RENEW_EVERY = 3.0  # seconds
RETRY_EVERY = 1.0
GUARD = 10.0  # no send starts when less of the lease is left: a call of 8 s and its settling must fit


def installation(data_dir: Path) -> str:
    """This installation's own name, made once and kept in its data folder."""
    file = data_dir / "installation"
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_hex(16))
    return file.read_text().strip()


class LeaseLost(RuntimeError):
    """Another installation sends for this bot now."""

    def __init__(self) -> None:
        super().__init__("the lease on the bot was lost to another installation")


class Holder:
    """The lease of one bot as this process sees it, judged by monotonic time."""

    def __init__(self, bot_id: int, owner: str, ticks: Callable[[], float]) -> None:
        self.bot_id, self.owner, self.ticks = bot_id, owner, ticks
        self.epoch = 0
        self.until = float("-inf")

    def holds(self) -> bool:
        return self.ticks() < self.until - GUARD

    def silent(self) -> float:
        """Seconds since the database last did what it was asked."""
        return self.ticks() - (self.until - lease.SECONDS)

    async def take(self) -> int:
        """Waits until the lease is ours; returns its epoch."""
        while True:
            asked = self.ticks()
            epoch = await lease.take(self.bot_id, self.owner)
            if epoch is not None:
                self.epoch, self.until = epoch, asked + lease.SECONDS
                crash.here("lease.taken")
                return epoch
            logger.info("another installation sends for this bot; waiting", extra={"action": "lease.waiting"})
            await asyncio.sleep(RETRY_EVERY)

    async def keep(self) -> None:
        """Renews for ever; LeaseLost once another installation has it. Nothing is sent while the database is away."""
        while True:
            await asyncio.sleep(RENEW_EVERY)
            asked, epoch = self.ticks(), self.epoch
            try:
                kept = await lease.renew(self.bot_id, self.owner, epoch)
            except Exception as error:
                if not retryable(error):
                    raise
                continue
            if epoch != self.epoch:  # taken anew by ourselves meanwhile
                continue
            if not kept:
                self.until = float("-inf")
                raise LeaseLost
            self.until = asked + lease.SECONDS
