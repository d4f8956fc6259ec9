"""The three that stand side by side: ours and two plain bots, each a process with a database of its own."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

import asyncpg

from bot.engines import disconnect
from models import MODELS, clock
from models.calendar import local
from models.database import rows
from models.gathering import announce, plan
from models.gathering.plan import Wish
from models.member import actor
from models.migrations import migrate
from models.organisation import Node, zone_of
from tests.bench.audience import Audience
from tests.bench.workload import JOIN, LEAVE, Workload
from tests.connections import connect_freshly
from tests.stories.crowd import enter_roster
from tests.stories.house import TOKEN, Process, Service

ANNOUNCED_A_SECOND = 15  # /meeting to a plain bot, which does not know of Telegram's rates
CARDS_SECONDS = 60.0
Answers = dict[int, str]


class Contender(Protocol):
    """A bot whose cards are in the groups once it is prepared."""

    name: str

    @property
    def process(self) -> Process: ...

    async def prepare(self, work: Workload, audience: Audience) -> None: ...

    async def counters(self) -> dict[str, int]: ...

    async def kept(self, work: Workload) -> tuple[Answers, bool]:
        """Each member's answer as it stands, and whether every press was done once, as far as the bot can tell."""
        ...


class Ours:
    """The service as it ships."""

    name = "branchlife"

    def __init__(self, folder: Path, url: str, api: str) -> None:
        self.url, self.process = url, Service(folder, url, api, BRANCHLIFE_LOG_LEVEL="INFO")

    async def prepare(self, work: Workload, audience: Audience) -> None:
        await connect_freshly(self.url, MODELS)
        await migrate()
        await enter_roster(list(work.branches))
        await plan_everywhere(work)
        await disconnect()
        await self.process.up()
        await cards_up(work, audience)
        await self.process.stop()

    async def counters(self) -> dict[str, int]:
        told = await self.process.ask("/counters")
        return {name: told[name] for name in ("statements", "hops")}

    async def kept(self, work: Workload) -> tuple[Answers, bool]:
        await connect_freshly(self.url, MODELS)
        notes = (await rows("SELECT COUNT(*) AS n FROM note WHERE verb = 'rsvp'"))[0]["n"]
        kept = await rows("SELECT a.telegram_id, r.choice FROM rsvp r JOIN account a ON a.member_id = r.member_id")
        await disconnect()
        return {row["telegram_id"]: (JOIN, LEAVE)[row["choice"] - 1] for row in kept}, notes == len(work.presses)


class Plain:
    """One of `tests.bench.peers`. It keeps no account of its presses: what stands in the end is all that can be checked."""

    def __init__(self, name: str, peer: str, folder: Path, url: str, api: str) -> None:
        self.name, self.url = name, url
        self.process = Process(folder / f"{peer}.log", "tests.bench.peers", peer, TOKEN=TOKEN, API=api, DATABASE=url)

    async def prepare(self, work: Workload, audience: Audience) -> None:
        await audience.skip()
        await self.process.start()
        await audience.polled()
        for branch in work.branches:
            await audience.world.says(branch.secretary, "/meeting 12月主题党日", chat=branch.group)
            await asyncio.sleep(1 / ANNOUNCED_A_SECOND)
        await cards_up(work, audience)
        await self.process.stop()

    async def counters(self) -> dict[str, int]:
        return {}

    async def kept(self, work: Workload) -> tuple[Answers, bool]:
        words = {"join": JOIN, "leave": LEAVE}
        return {user: words[choice] for user, choice in await answers_in(self.url)}, True


async def plan_everywhere(work: Workload) -> None:
    """A theme day of every branch, a year ahead, announced."""
    now = clock.now()
    for branch in work.branches:
        by = await actor(branch.secretary, now)
        node = await Node.get(path=by.homes[0])
        there = local(now, await zone_of(node))
        await plan(by, node, Wish("主题党日", "二楼", there.date().replace(year=there.year + 1), there.time()), now)
    await announce(now)


async def cards_up(work: Workload, audience: Audience) -> None:
    """Waits until every group has a card with both buttons."""

    async def everywhere() -> bool:
        await asyncio.sleep(0.3)
        return len(await audience.buttons(work)) >= 2 * len(work.branches)

    await audience.world.until(everywhere, seconds=CARDS_SECONDS)


async def answers_in(url: str) -> list[tuple[int, str]]:
    """Table `answer` of a plain bot: who, what."""
    asked = "SELECT user_id, choice FROM answer"
    if url.startswith("sqlite://"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as db:
            return [(user, choice) for user, choice in db.execute(asked)]
    link = await asyncpg.connect(url)
    try:
        return [(row["user_id"], row["choice"]) for row in await link.fetch(asked)]
    finally:
        await link.close()


def contender(name: str, folder: Path, url: str, api: str) -> Contender:
    match name:
        case "tortoise":
            return Plain("python-telegram-bot + Tortoise", name, folder, url, api)
        case "sqlalchemy":
            return Plain("aiogram + SQLAlchemy", name, folder, url, api)
        case _:
            return Ours(folder, url, api)
