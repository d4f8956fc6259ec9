"""The alarm: while the database does not answer, or cannot be written, nothing can be owed; the keepers of the service are told
directly, as long as that lasts and nobody has heard.

The lease is renewed every few seconds and needs all a press needs, a write: when it has not been for a while, nothing is kept.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

from bot import wording
from bot.channels import Address, Channel, Rendered, Undeliverable
from bot.holder import Holder
from bot.throttle import Throttle
from models.card import Card
from models.database import retryable

logger = logging.getLogger(__name__)

LOOK_EVERY = 5.0  # seconds
PATIENCE = 60.0  # seconds without a database before anybody is told
ONE_IN = 3600.0  # seconds: at most one outage is told in so many
RENEW_EVERY = 300.0  # seconds; who has the office since then, or has it no more
ASK_SECONDS = 5.0  # the database may hang just then

Keepers = Callable[[], Awaitable[list[int]]]


class Alarm:
    """`keepers` asks the database for Telegram chats; they are kept in memory for when it cannot be asked."""

    def __init__(self, holder: Holder, channel: Channel, throttle: Throttle, keepers: Keepers) -> None:
        self.holder, self.channel, self.throttle, self.ask = holder, channel, throttle, keepers
        self.keepers: list[int] = []
        self.renewed = self.told = float("-inf")  # both in monotonic seconds
        self.suspected = False  # whether it looked bad the last time: a process that was stopped wakes up into old news
        self.since: float | None = None  # the beginning of the outage that is told
        self.waiting: dict[int, Card] = {}  # who is still to be told what

    async def keep(self) -> None:
        """For ever. What goes wrong with telling is logged, and stops nothing."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        bad = PATIENCE <= self.holder.silent() < math.inf  # a lease that another installation took is no outage
        if self.holder.holds():
            self.over()
            await self.renew()
        elif bad and self.suspected:
            self.begin()
        self.suspected = bad
        for chat_id, card in list(self.waiting.items()):
            if await self.tell(chat_id, card):
                self.waiting.pop(chat_id)

    def begin(self) -> None:
        """One word for an outage, and for those that follow it soon."""
        now = self.holder.ticks()
        if self.since is None and now - self.told >= ONE_IN:
            self.since, self.told = now - self.holder.silent(), now
            logger.error("the database does not answer", extra={"action": "alarm.begun", "keepers": len(self.keepers)})
            self.waiting = dict.fromkeys(self.keepers, Card("outage/begun"))

    def over(self) -> None:
        """Whoever was told that it began is told how long it was."""
        if self.since is not None:
            minutes = max(1, round((self.holder.ticks() - self.since) / 60))
            told = [each for each in self.keepers if each not in self.waiting]
            self.since, self.waiting = None, dict.fromkeys(told, Card("outage/over", {"minutes": minutes}))
            logger.warning("the database answers again", extra={"action": "alarm.over", "minutes": minutes})

    async def renew(self) -> None:
        if self.holder.ticks() - self.renewed < RENEW_EVERY:
            return
        try:
            async with asyncio.timeout(ASK_SECONDS):
                self.keepers = await self.ask()
            self.renewed = self.holder.ticks()
        except Exception as error:
            if not retryable(error):
                raise
            logger.warning("the keepers could not be looked up", extra={"action": "alarm.unasked"})

    async def tell(self, chat_id: int, card: Card) -> bool:
        """Whether that is done with: said, perhaps said, or of no use to be said again."""
        try:
            await self.send(chat_id, card)
        except Undeliverable as no:
            if no.retry_after is not None:
                self.throttle.pause(no.scope, no.retry_after, chat_id)
            logger.warning("a keeper was not told", extra={"action": "alarm.untold", "why": no.reason})
            return no.permanent
        except Exception as error:  # an unknown outcome, or a bug of ours: no reason to stop what still works
            logger.warning("a keeper was perhaps not told", exc_info=error, extra={"action": "alarm.untold"})
        return True

    async def send(self, chat_id: int, card: Card) -> None:
        """Past the outbox, in turn with what it sends: wait and take are one step to whoever else asks."""
        rendered = Rendered(wording.block(card.name, "body", wording.cleaned(dict(card.facts))))
        while (pause := self.throttle.wait(chat_id)) > 0:  # noqa: ASYNC110 (a throttle has no event)
            await asyncio.sleep(pause)
        self.throttle.take(chat_id)
        await self.channel.send(Address(chat_id), rendered)
