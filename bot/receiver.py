"""Intake: do, commit, confirm. A batch is done and committed, and only then does the offset move.

What shares a chat or a person is done in order, in one transaction; on PostgreSQL the rest goes side by side. An update
nobody can read, or that fails, is kept as a dead letter and never stops the line. Presses are answered after the commit:
never a false tick.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application

from bot import crash, wording
from bot.channels import Undeliverable, Unknown
from bot.channels.telegram import ApiBot, Telegram
from bot.engines import stay_in_place
from bot.gist import gist
from bot.hearing import Hearing
from bot.order import lanes
from handlers.gate import Gate, Outcome
from models.batch import batched
from models.card import Answer, Card
from models.database import atomic, dialect, retryable
from models.deed import bury, claim_all
from models.outbox import Recipient

logger = logging.getLogger(__name__)

Json = dict[str, Any]

KINDS = ["message", "callback_query", "my_chat_member", "poll"]  # what we ask Telegram for; nothing else is delivered
LANES = {"sqlite": 1, "postgres": 4}  # transactions side by side; SQLite has one writer
LARGEST_CHAT = 2**52  # Telegram promises no larger numbers
POLL_SECONDS = 25
BATCH = 100
ROUSE_EVERY = 0.1  # seconds between two wake-ups of the dispatcher
RESTS = (0.5, 1.0, 2.0, 5.0)  # seconds after a failed poll, the last one repeats
LONGEST_AWAY = 1.0  # seconds of them while only the database is away: whoever presses hears of it in time
BUSY_AFTER = 3.0  # seconds a press waits for the database before it is told that it is not recorded yet
TROUBLE_CARD = Card("gate/trouble")
TROUBLE = Answer(toast=TROUBLE_CARD, alert=True)


class Receiver:
    """The way in for one bot, by polling (`poll`) or from a webhook (`take`)."""

    def __init__(
        self,
        application: "Application[Any, Any, Any, Any, Any, Any]",
        gate: Gate,
        channel: Telegram,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self.application, self.gate, self.channel, self.now, self.wake = application, gate, channel, now, wake
        self.answering: set[asyncio.Task[None]] = set()
        self.regretted: set[str] = set()
        self.resting: asyncio.TimerHandle | None = None  # since the dispatcher was woken
        self.rousing = False  # whether he is to be woken again after that
        self.open = asyncio.Event()
        self.open.set()

    async def poll(self, hearing: Hearing) -> None:
        """Polls for ever; a failure rests a little longer each time."""
        offset, failures = 0, 0
        while True:
            if not self.open.is_set():
                hearing.switched_off()
                await self.open.wait()
            try:
                updates = await self.fetch(offset, 0 if hearing.anew else POLL_SECONDS)
                if not self.open.is_set():  # switched off meanwhile: nothing was confirmed, they come again
                    continue
                fetched = hearing.moment()
                if updates:
                    crash.here("intake.fetched")
                await self.watched(self.take(updates), offset)
                offset = max([offset, *(int(each["update_id"]) + 1 for each in updates)])
                await hearing.heard(fetched)
                failures = 0
            except Exception as error:
                if not isinstance(error, TelegramError) and not retryable(error):
                    raise
                logger.warning("intake waits: %s", type(error).__name__, extra={"action": "intake.waiting"})
                rest = RESTS[min(failures, len(RESTS) - 1)]
                await asyncio.sleep(rest if isinstance(error, TelegramError) else min(rest, LONGEST_AWAY))
                failures += 1

    async def watched(self, taking: Coroutine[Any, Any, None], offset: int) -> None:
        """Waits for a batch to be done; while the database keeps it waiting, whoever presses meanwhile is told too."""
        task = asyncio.create_task(taking)
        try:
            await asyncio.wait({task}, timeout=BUSY_AFTER)
            while not task.done():
                with suppress(TelegramError):
                    self.regret(await self.fetch(offset, seconds=0))
                await asyncio.wait({task}, timeout=LONGEST_AWAY)
            await task
        finally:
            if task.cancel():
                await asyncio.wait({task})

    async def fetch(self, offset: int, seconds: int = POLL_SECONDS) -> list[Json]:
        bot: ApiBot = self.application.bot
        fields = {"offset": offset, "timeout": seconds, "limit": BATCH, "allowed_updates": KINDS}
        updates = await bot.call("getUpdates", fields, read_timeout=seconds + 10)
        return list(updates)

    async def take(self, updates: list[Json]) -> None:
        """Does the updates, commits, answers the presses. Raises only what is worth trying again as a whole; those who pressed
        are then told at once that nothing is recorded yet, or after a while of waiting.
        """
        impatience = asyncio.get_running_loop().call_later(BUSY_AFTER, self.regret, updates)
        try:
            await self.take_all(updates)
        except Exception:
            self.regret(updates)
            raise
        finally:
            impatience.cancel()
        self.regretted.clear()

    def regret(self, updates: list[Json]) -> None:
        """The database does not answer: from memory, each press is told once that it is not recorded."""
        for raw in updates:
            if (query_id := pressed(raw)) and query_id not in self.regretted:
                self.regretted.add(query_id)
                self.answer([Outcome(query_id, TROUBLE)])

    async def take_all(self, updates: list[Json]) -> None:
        width = LANES[dialect()]
        ended = await asyncio.gather(*(self.lane(each) for each in lanes(updates, width)), return_exceptions=True)
        if updates:
            self.rouse()
        for end in ended:
            if isinstance(end, BaseException):
                raise end

    def rouse(self) -> None:
        """Wakes the dispatcher now, and under load at most every so often: each look of his costs more than a press."""
        self.rousing = self.resting is not None
        if self.resting is None:
            self.wake()
            self.resting = asyncio.get_running_loop().call_later(ROUSE_EVERY, self.rested)

    def rested(self) -> None:
        self.resting = None
        if self.rousing:
            self.rouse()

    async def lane(self, updates: list[Json]) -> None:
        """One transaction for all; if it fails as a whole, one for each, so that only the guilty update is put aside."""
        try:
            self.answer(await self.together(updates))
        except Exception as error:
            logger.warning("a batch is done one by one: %s", type(error).__name__, extra={"action": "intake.single"})
            for each in updates:  # each is answered as soon as it is kept: a later one may have to come again
                self.answer(await self.alone(each))

    async def together(self, updates: list[Json]) -> list[Outcome]:
        outcomes = []
        async with atomic(), batched():
            stay_in_place()
            await claim_all([self.gate.key(int(each["update_id"])) for each in updates if pressed(each)], self.now())
            for each in updates:
                outcomes.append(await self.done(each))
                await asyncio.sleep(0)  # others get their turn between two updates
            if updates:
                crash.here("intake.done")
        if updates:
            crash.here("intake.committed")
        return outcomes

    async def alone(self, raw: Json) -> list[Outcome]:
        try:
            return await self.together([raw])
        except Exception as error:
            if retryable(error):
                raise
            async with atomic():
                return [await self.buried(raw, error)]

    async def done(self, raw: Json) -> Outcome:
        """One update, inside the batch's transaction."""
        try:
            update = Update.de_json(gist(raw), self.application.bot)
        except Exception as error:
            return await self.buried(raw, error)
        await self.application.process_update(update)
        outcome = self.gate.outcomes.pop(update.update_id, Outcome())
        if outcome.error is not None:
            raise outcome.error
        return outcome

    async def buried(self, raw: Json, error: Exception) -> Outcome:
        """Puts an update aside and tells the keeper; the person hears that it was not recorded."""
        reason = f"{type(error).__name__}: {error}"
        logger.error("an update was put aside", exc_info=error, extra={"action": "intake.dead_letter"})
        await bury(self.gate.key(int(raw["update_id"])), json.dumps(kept(raw)), reason, self.now())
        if query_id := pressed(raw):
            return Outcome(query_id, TROUBLE)
        if (chat_id := spoken_to(raw)) is not None:
            await self.gate.owe(TROUBLE_CARD, Recipient(self.gate.bot_id, address=chat_id), int(raw["update_id"]), self.now())
        return Outcome()

    def answer(self, outcomes: list[Outcome]) -> None:
        """A press's own answer goes out directly: it has no limit, and is worth nothing later."""
        for outcome in outcomes:
            if outcome.query_id is not None:
                task = asyncio.create_task(self.say(outcome.query_id, outcome.answer or Answer()))
                self.answering.add(task)
                task.add_done_callback(self.answering.discard)

    async def say(self, query_id: str, answer: Answer) -> None:
        try:
            await self.channel.answer(query_id, worded(answer), answer.alert)
        except (Undeliverable, Unknown) as error:
            logger.info("a press was not answered", extra={"action": "answer.lost", "why": error.reason})

    async def finish(self, seconds: float) -> None:
        """Lets the answers under way arrive."""
        if self.answering:
            await asyncio.wait(self.answering, timeout=seconds)


def kept(raw: Json) -> Json:
    """What a dead letter holds of an update. Of talk in a group that was not for us: that it came, and of what it was made."""
    message = raw.get("message")
    if not isinstance(message, dict) or str(message.get("text", "")).startswith("/"):
        return raw
    chat = message.get("chat")
    if not isinstance(chat, dict) or chat.get("type") not in ("group", "supergroup"):
        return raw
    return {"update_id": raw["update_id"], "message": {"chat": {"id": chat.get("id")}, "made_of": sorted(message)}}


def pressed(raw: Json) -> str | None:
    """The query of a raw update that is a press."""
    query = raw.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) and query.get("id") else None


def spoken_to(raw: Json) -> int | None:
    """Where a message came from that waits for an answer: any in private, a command in a group."""
    message = raw.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(chat, dict) or not isinstance(chat.get("id"), int):
        return None
    asks = chat.get("type") == "private" or str(message.get("text", "")).startswith("/")
    return int(chat["id"]) if asks and abs(chat["id"]) < LARGEST_CHAT else None


def worded(answer: Answer) -> str | None:
    """The words of an answer. What was done is done: words that cannot be made are reported, and the press answered bare."""
    try:
        return wording.toast(answer.toast) if answer.toast else None
    except Exception as error:
        logger.error("a press is answered without words", exc_info=error, extra={"action": "answer.bug"})
        return None
