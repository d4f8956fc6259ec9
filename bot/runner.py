"""The runner does errands: fetches a file, reads it in a thread, compares it, enters it. Only the holder of the token's lease
runs them, one at a time; one that was under way when the machine died is done anew.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from telegram.error import TelegramError

from bot import crash, theme_day
from bot.channels.telegram import ApiBot
from bot.files import sheets, writing
from bot.files.archive import Unreadable
from bot.files.vocabulary import words
from bot.handouts import hand_out
from bot.holder import Holder
from bot.minutes import write_minutes
from bot.reports import write_report
from models import errand, outbox, roster
from models.calendar import local
from models.card import Card, Refusal, Tap
from models.database import atomic, retryable
from models.errand import Task
from models.member import Account, Actor, actor
from models.organisation import wishes
from models.roster import Book, Verdict

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds
FETCH_SECONDS = 60.0
TELL_EVERY = 1.0  # seconds between two numbers of rows in the live card


class Runner:
    """Runs until cancelled."""

    def __init__(self, bot: ApiBot, holder: Holder, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self.bot, self.holder, self.now, self.wake = bot, holder, now, wake
        self.kinds: dict[str, Callable[[Task], Awaitable[None]]] = {
            "calendar": self.calendar,
            "handout": self.handout,
            "holidays": self.holidays,
            "record.page": self.minutes,
            "report.sheet": self.report,
            "roster.check": self.check,
            "roster.compare": self.compare_again,
            "roster.enter": self.enter,
            "roster.export": self.export,
            "roster.template": self.template,
        }

    async def run(self) -> None:
        """What was under way when the machine died, or when the database went away in the middle of it, is done anew."""
        sure = False  # that nothing is left running which nobody does
        while True:
            busy = False
            try:
                if self.holder.holds():
                    if not sure:
                        await errand.recover(self.holder.bot_id)
                    sure = True
                    busy = await self.step()
            except Exception as error:
                if not retryable(error):
                    raise
                sure = False
            if not busy:
                await asyncio.sleep(LOOK_EVERY)

    async def step(self) -> bool:
        """Does one errand; False when there is none."""
        one = await errand.begin(self.holder.bot_id, self.now())
        if one is None:
            return False
        if one.attempt > errand.MOST_ATTEMPTS:  # it never came to fail: it takes the machine with it each time
            logger.error("an errand never ended", extra={"action": "errand.failed", "kind": one.kind})
            await self.give_up(one, "trouble")
            self.wake()
            return True
        try:
            crash.here("errand.begun")
            await self.kinds[one.kind](one)
            crash.here("errand.done")
        except Exception as error:
            await self.stumbled(one, error)
        self.wake()
        return True

    async def stumbled(self, one: Task, error: Exception) -> None:
        """A file that is no roster is told so; what may pass is tried again; a bug is reported, and the person told."""
        if isinstance(error, Unreadable):
            await self.give_up(one, error.reason, error.detail)
            return
        passing = isinstance(error, TelegramError) or retryable(error)
        level = logging.WARNING if passing else logging.ERROR
        logger.log(level, "an errand failed", exc_info=error, extra={"action": "errand.failed", "kind": one.kind})
        if not passing or not await errand.again(one, self.now()):
            await self.give_up(one, "fetch" if isinstance(error, TelegramError) else "trouble")

    async def give_up(self, one: Task, reason: str, detail: str = "") -> None:
        """Over, and the asker told once: in the card that showed how far it was, or else in a message."""
        async with atomic():
            if not await errand.end(one.id, "failed", self.now()):
                return
            card = regret(one.kind, reason, detail)
            await outbox.restate(one.about, card, self.now())
            if not await outbox.showing(one.about):
                to = outbox.Recipient(one.bot_id, one.root_id, member_id=one.member_id)
                await outbox.owe("notice", card, to, f"errand:{one.id}:failed", self.now())

    async def check(self, one: Task) -> None:
        """From the file to the question."""
        name = str(one.facts["file"]["name"])
        content = await self.fetched(one.facts["file"]["id"])
        zone = (await wishes(one.root_id)).zone
        book = await self.reading(one, name, content, zone)
        await self.compared(one, book, name)

    async def fetched(self, file_id: str) -> bytes:
        file = await self.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray(read_timeout=FETCH_SECONDS))

    async def reading(self, one: Task, name: str, content: bytes, zone: str) -> Book:
        """Reads in a thread; the live card tells how many rows were read."""
        read = 0

        def progress(rows: int) -> None:
            nonlocal read
            read = rows

        today = local(self.now(), zone).date()
        work = asyncio.create_task(asyncio.to_thread(sheets.read, name, content, today, progress))
        while not work.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(work), TELL_EVERY)
            if not work.done():
                await outbox.restate(one.about, Card("roster/working", {"rows": read}), self.now())
                self.wake()
        return work.result()

    async def compared(self, one: Task, book: Book, name: str) -> None:
        by = await self.acting(one)
        if by is None:
            return
        async with atomic():
            verdict = await roster.compare(by, one.root_id, book, self.now())
            if verdict.faults:  # the mark is of the rows that can be entered
                good = await roster.compare(by, one.root_id, book.without(verdict.faults), self.now())
                good.faults, good.missing = verdict.faults, verdict.missing
                verdict = good
        attached = await asyncio.to_thread(writing.details, verdict) if verdict.long else None
        async with atomic():
            await roster.take(one, book, verdict, name, self.now())
            if attached:
                number = await outbox.enclose(one.root_id, words()["template"]["details"], attached, self.now())
                await self.owe_file(one, Card("roster/details", {"enclosure": number}))

    async def owe_file(self, one: Task, card: Card) -> None:
        to = outbox.Recipient(one.bot_id, one.root_id, member_id=one.member_id)
        await outbox.owe("export", card, to, f"errand:{one.id}:file:{card.facts['enclosure']}", self.now())

    async def acting(self, one: Task) -> Actor | None:
        """Whoever sent it, with the rights of this moment; None, and told, when there are none left."""
        account = await Account.get_or_none(member_id=one.member_id)
        by = await actor(account.telegram_id, self.now()) if account else Actor()
        if by.reach("roster.edit"):
            return by
        await self.give_up(one, "lost_rights")
        return None

    async def compare_again(self, one: Task) -> None:
        await self.compared(one, Book.from_facts(one.facts["book"]), one.facts["name"])

    async def enter(self, one: Task) -> None:
        by = await self.acting(one)
        if by is None:
            return
        book = Book.from_facts(one.facts["book"])
        try:
            async with atomic():
                verdict = await roster.enter(by, one.root_id, book, one.facts["mark"], self.now())
                await self.entered(one, verdict)
        except roster.Stale:
            await self.stale(one)
        except Refusal:
            await self.give_up(one, "refused")

    async def entered(self, one: Task, verdict: Verdict) -> None:
        await errand.end(one.id, "done", self.now())
        counts = verdict.counts
        card = Card("roster/entered", {"new": counts["new"], "changed": counts["changed"], "same": counts["same"]})
        await outbox.restate(one.about, card, self.now())

    async def stale(self, one: Task) -> None:
        """The roster changed meanwhile: nothing was written, and a new comparison is offered."""
        taps = (
            (Tap("roster.recheck", "roster", one.id, roster.RECHECK), Tap("roster.cancel", "roster", one.id, roster.CANCEL)),
        )
        async with atomic():
            await errand.wait(one, one.facts | {"stale": True}, self.now())
            await outbox.restate(one.about, Card("roster/stale", {}, taps), self.now())

    async def export(self, one: Task) -> None:
        by = await self.acting(one)
        if by is None:
            return
        async with atomic():
            await roster.number(one.root_id)
            book = await roster.extract(one.root_id, by.reach("roster.see"), self.now())
        content = await asyncio.to_thread(writing.export, book)
        async with atomic():
            if await errand.end(one.id, "done", self.now()):
                number = await outbox.enclose(one.root_id, words()["template"]["export"], content, self.now())
                await self.owe_file(one, Card("roster/export", {"enclosure": number}))

    async def handout(self, one: Task) -> None:
        await hand_out(one, self.now())
        await errand.end(one.id, "done", self.now())

    async def minutes(self, one: Task) -> None:
        await write_minutes(one, self.now())

    async def report(self, one: Task) -> None:
        await write_report(one, self.now())

    async def calendar(self, one: Task) -> None:
        await theme_day.hand_out(one, self.now())

    async def holidays(self, one: Task) -> None:
        await theme_day.learn(one, self.fetched, self.now())

    async def template(self, one: Task) -> None:
        content = await asyncio.to_thread(writing.template)
        async with atomic():
            if await errand.end(one.id, "done", self.now()):
                number = await outbox.enclose(one.root_id, words()["template"]["file"], content, self.now())
                await self.owe_file(one, Card("roster/template", {"enclosure": number}))


def regret(kind: str, reason: str, detail: str) -> Card:
    """Why nothing came of it, in the words of what was asked for."""
    if kind.startswith("roster."):
        return Card("roster/unreadable", {"unreadable": reason, "detail": detail})
    if kind == "handout":
        return Card("binding/no_handout")
    return Card("errand/failed")
