"""The dispatcher: carries what is owed out of the house, in order per chat, within Telegram's rates, and settles each.

One per token. It holds a few dozen parcels in memory, lets the most urgent that may leave go, and never more than one at a
time to the same chat. `wire` is committed, together with the words, before the bytes leave.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from bot import crash, settling, wording
from bot.breaker import Breaker
from bot.channels import Address, Channel, Rendered, Sent, Undeliverable, Unknown
from bot.destination import Resting, busy, destination
from bot.holder import Holder
from bot.illustrating import illustrated
from bot.settling import insist
from bot.throttle import Throttle
from models import group, outbox
from models.database import atomic, retryable
from models.outbox import Parcel

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds; a wake-up in the process comes sooner
IN_HAND = 64  # parcels held in memory, and as many urgent ones beside them
OF_ONE = 3  # of them to one destination; more could not leave within the second anyway
URGENT_LANES, OTHER_LANES = (0, 1), (2, 4)
PAUSE_UNREACHABLE = 2.0  # seconds the token rests when the other side is down or says who are you
IN_PLACE = 3  # so often a message whose outcome is unknown is tried again first of its chat; then it may be overtaken


class Dispatcher:
    """Runs until cancelled; `wake` it when something was owed."""

    def __init__(
        self, holder: Holder, channel: Channel, throttle: Throttle, now: Callable[[], datetime], senders: int = 8
    ) -> None:
        self.holder, self.channel, self.throttle, self.now, self.senders = holder, channel, throttle, now, senders
        self.waiting: list[Parcel] = []
        self.sending: dict[asyncio.Task[None], Parcel] = {}
        self.woken = asyncio.Event()
        self.paused = False
        self.turn = asyncio.Lock()
        self.unsure = False  # whether a claim was cut short: what it leased, nobody told us
        self.resting = Resting(holder.ticks)
        self.breaker = Breaker(holder.ticks, throttle.rest)
        self.recalled = False  # whether the throttle knows what left before we started

    def wake(self) -> None:
        self.woken.set()

    async def run(self) -> None:
        """Sends for ever. A database that is away for a while is waited for."""
        while True:
            try:
                pause = await self.step()
            except Exception as error:
                if not retryable(error):
                    raise
                logger.warning("the database does not answer; trying again", extra={"action": "dispatcher.database"})
                pause = LOOK_EVERY
            with suppress(TimeoutError):  # not wait_for: before Python 3.12 it can swallow a cancellation
                async with asyncio.timeout(pause):
                    await self.woken.wait()
            self.woken.clear()

    async def step(self) -> float:
        """Takes what is due in hand, lets go what may leave, and says how long there is nothing to do."""
        if self.paused or not self.holder.holds():
            return LOOK_EVERY
        async with self.turn:
            await self.recall()
            if self.unsure:
                await self.begin_anew()
            self.unsure = True
            await self.refill()
            self.unsure = False
            self.waiting.sort(key=lambda one: one.lane)
            return LOOK_EVERY if self.paused else self.let_go()

    async def recall(self) -> None:
        """Telegram counts on over our restarts, and waits for what it asked: so does who comes after."""
        if self.recalled:
            return
        for chat_id, age in await outbox.recent(self.holder.bot_id, self.now()):
            self.throttle.recall(chat_id, age)
        for scope, chat_id, seconds in await outbox.pauses(self.holder.bot_id, self.now()):
            self.throttle.pause("chat" if scope == "chat" else "token", seconds, chat_id)
        self.recalled = True

    async def begin_anew(self) -> None:
        """As after a restart: what is on its way is settled first, then a new epoch frees all that was leased before."""
        if self.sending:
            await asyncio.wait(self.sending)
        self.waiting.clear()
        await self.holder.take()
        await outbox.recover(self.holder.bot_id, self.holder.epoch, self.now())

    async def refill(self) -> None:
        """Takes in hand what is due: at most a few of one destination, so that nobody's flood delays the others."""
        for lanes in (URGENT_LANES, OTHER_LANES):
            held = [one for one in self.waiting if one.lane in URGENT_LANES] if lanes == URGENT_LANES else self.waiting
            room = IN_HAND * (1 if lanes == URGENT_LANES else 2) - len(held)
            if room > 0:
                passed = busy([*held, *self.resting.parcels()])
                found = await outbox.claim(self.holder.bot_id, self.holder.epoch, self.now(), lanes, room, passed)
                if found:
                    crash.here("outbox.claimed")
                await self.take_few(found)

    async def take_few(self, found: list[Parcel]) -> None:
        taken: Counter[int] = Counter()
        for one in found:
            taken[destination(one)] += 1
            if taken[destination(one)] <= OF_ONE and not self.resting.holds(one):
                self.waiting.append(one)
            else:
                await outbox.unclaim(one)

    def let_go(self) -> float:
        """Starts every send that may start now; the seconds until the next may."""
        pause, taken = min(LOOK_EVERY, self.resting.soonest()), {destination(one) for one in self.sending.values()}
        for one in list(self.waiting):
            if len(self.sending) >= (1 if self.breaker.strange else self.senders):
                break
            if destination(one) in taken:
                continue
            wait = self.throttle.wait(destination(one), one.message_id is not None, one.message_id)
            if wait > 0:
                pause = min(pause, wait)
                if one.message_id is None:  # what comes later must not overtake it; an edit holds up nobody
                    taken.add(destination(one))
                continue
            taken.add(destination(one))
            booked = self.throttle.take(destination(one), one.message_id is not None, one.message_id)
            self.waiting.remove(one)
            self.start(one, booked)
        return pause

    def start(self, one: Parcel, booked: float) -> None:
        task = asyncio.create_task(self.deliver(one, booked))
        self.sending[task] = one
        task.add_done_callback(self.done)

    def done(self, task: asyncio.Task[None]) -> None:
        del self.sending[task]
        if not task.cancelled() and task.exception():
            logger.error("a delivery was dropped by a bug", exc_info=task.exception(), extra={"action": "delivery.bug"})
        self.wake()

    async def deliver(self, one: Parcel, booked: float) -> None:
        try:
            leaving = await self.worded(one)
        except Exception as error:
            if retryable(error):
                await insist(lambda: self.kept_back(one))
                return
            why = f"wording: {type(error).__name__}"
            await insist(lambda: outbox.drop(one, "dead", why))
            raise
        if leaving is None:
            return
        crash.here("outbox.wired")
        parcel, rendered = leaving
        self.throttle.left(booked, destination(one), one.message_id)
        settle = await self.sent(parcel, rendered)
        try:
            await insist(settle)
            crash.here("outbox.settled")
        except Exception as error:  # a bug of ours: the row must not stay on the wire until the next start
            why = f"settling: {type(error).__name__}"
            await insist(lambda: outbox.drop(parcel, "unknown", why))
            raise

    async def kept_back(self, one: Parcel) -> None:
        """Nothing has left; whether `wire` was committed before the database went away, nobody told us."""
        await outbox.unclaim(one)
        await self.stay_in_line(one, "database")

    async def worded(self, one: Parcel) -> tuple[Parcel, Rendered | None] | None:
        """In one transaction: still to be sent, on the wire, and the words of this very moment."""
        async with atomic():
            parcel = await outbox.wire(one)
            if parcel is None:
                return None
            if parcel.telegram_chat is None:
                await outbox.drop(parcel, "refused", "unbound")
                return None
            if parcel.over(self.now()):  # its time ran out while it waited for its turn
                await outbox.drop(parcel, "expired", "late")
                return None
            if parcel.kind == "erase":
                return parcel, None
            words = await wording.render(parcel.card, parcel.id, self.now())
        return parcel, await illustrated(parcel, words, self.holder.bot_id)

    async def sent(self, one: Parcel, rendered: Rendered | None) -> Callable[[], Awaitable[object]]:
        """Sends, edits or erases; returns how to settle it."""
        try:
            there = await self.carry(one, rendered)
            crash.here("outbox.sent")
        except Unknown as unknown:
            logger.warning("outcome unknown", extra={"action": "delivery.unknown", "why": unknown.reason, "delivery": one.id})
            self.breaker.unknown()
            reason = unknown.reason
            return lambda: self.uncertain(one, reason)
        except Undeliverable as no:
            logger.info("not delivered", extra={"action": "delivery.refused", "why": no.reason, "delivery": one.id})
            if no.retry_after is not None or no.scope == "chat":
                self.breaker.answered()
            refusal = no
            return lambda: self.refused(one, refusal)
        except Exception as error:  # of ours; whether it left nobody knows, and no row stays on the wire for ever
            logger.error("sending met a bug", exc_info=error, extra={"action": "delivery.bug", "delivery": one.id})
            why = f"bug: {type(error).__name__}"
            return lambda: outbox.unsure(one, why, self.now())
        self.breaker.answered()
        logger.debug("delivered", extra={"action": "delivery.sent", "delivery": one.id})
        return lambda: settling.arrived(one, there, self.holder.bot_id, self.now())

    async def carry(self, one: Parcel, rendered: Rendered | None) -> Sent:
        address = Address(one.telegram_chat or 0, one.thread_id)
        if rendered is None:
            message_id = int(str(one.card.facts["message"]))
            await self.channel.delete(address, message_id)
            return Sent(message_id)
        if one.message_id is None:
            return await self.channel.send(address, rendered)
        await self.channel.edit(address, one.message_id, rendered)
        return Sent(one.message_id)

    async def refused(self, one: Parcel, no: Undeliverable) -> None:
        """A definite no: wait and try again, find the chat's new id, or give up and remember who cannot be reached."""
        if no.retry_after is not None or no.scope == "token":
            if no.retry_after is None:
                self.throttle.rest(PAUSE_UNREACHABLE)
                await self.stay_in_line(one, no.reason, PAUSE_UNREACHABLE)
                return
            self.throttle.pause(no.scope, no.retry_after, one.telegram_chat)
            until = self.now() + timedelta(seconds=no.retry_after)
            await self.stay_in_line(one, outbox.pause(no.scope, until), no.retry_after)
        elif no.migrate_to is not None:
            async with atomic():
                await group.migrate(self.holder.bot_id, one.telegram_chat or 0, no.migrate_to, self.now())
            await self.stay_in_line(one, no.reason)
        elif await settling.another_way(one, no.reason, self.now()):
            await self.stay_in_line(one, no.reason)
        elif not no.permanent:
            await outbox.failed(one, no.reason, self.now())
        else:
            await settling.given_up(one, no.reason, self.holder.bot_id, self.now())

    async def uncertain(self, one: Parcel, reason: str) -> None:
        """It may have arrived. What is sent again is at first tried before anything else of its chat."""
        if one.message_id is not None or one.attempt >= IN_PLACE:
            await outbox.unsure(one, reason, self.now())
            return
        async with self.ahead(one, outbox.BACK_OFF[one.attempt]):
            await outbox.unsure(one, reason, self.now(), in_place=True)

    async def stay_in_line(self, one: Parcel, reason: str, seconds: float = 0) -> None:
        """Back to its own place, no attempt used."""
        async with self.ahead(one, seconds):
            await outbox.put_back(one, reason, (await outbox.Delivery.get(id=one.id)).due_at)

    @asynccontextmanager
    async def ahead(self, one: Parcel, seconds: float) -> AsyncIterator[None]:
        """In one transaction one goes back, and behind it what is in hand for the same chat, or that would overtake. What is
        claimed meanwhile for that chat is given back too, until it has rested.
        """
        if one.message_id is None and seconds:
            self.resting.put(one, seconds)
        behind = [each for each in self.waiting if destination(each) == destination(one)]
        async with atomic():
            for each in behind:
                await outbox.unclaim(each)
            yield
        for each in behind:
            self.waiting.remove(each)

    async def idle(self) -> None:
        """Returns when nothing is due, in hand or on its way (used by the sandbox's travelling clock)."""
        while True:
            pause = await self.step()
            if not self.waiting and not self.sending and not self.resting.places:
                return
            if self.sending:
                await asyncio.wait(self.sending, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(pause)

    async def finish(self, seconds: float) -> None:
        """Takes nothing more in hand and lets what is on its way arrive."""
        self.paused = True
        if self.sending:
            await asyncio.wait(self.sending, timeout=seconds)
