"""The scene of a row: a sandbox of its own process, a fresh database, people in both, and the service to be hurt."""

import asyncio
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.engines import disconnect
from bot.sandbox.visitor import Visitor
from models import MODELS
from tests.chaos.checker import Verdict, judge
from tests.chaos.ground import Ground
from tests.chaos.mutants import MUTANT
from tests.chaos.proxy import Proxy, proxied
from tests.chaos.rates import Limits
from tests.chaos.seen import Call, Debt, call, debts
from tests.connections import connect_freshly
from tests.stories.crowd import Branch, enter_telegram
from tests.stories.house import TOKEN, Service, sandbox

SENDERS = 8
PATIENCE = {"small": 4, "full": 1}  # with seconds that are promised: the tests share their machine
WAITING = ("queued", "leased", "wire")


class Subject(Service):
    """The service under test; where the environment names a mutant, that one instead."""

    def __init__(self, folder: Path, database_url: str, api: str, **settings: str) -> None:
        super().__init__(folder, database_url, api, **{"BRANCHLIFE_LOG_LEVEL": "INFO"} | settings)
        if MUTANT.get():
            self.arguments = ("tests.chaos.mutants", MUTANT.get())
        self.started: list[float] = []
        self.lived: list[tuple[float, float]] = []  # from healthy to its end, in monotonic seconds

    async def start(self) -> None:
        self.started.append(time.monotonic())
        await super().start()

    async def up(self) -> None:
        await super().up()
        self.lived.append((time.monotonic(), float("inf")))

    async def end(self, number: signal.Signals) -> int:
        if self.lived and self.lived[-1][1] == float("inf"):
            self.lived[-1] = (self.lived[-1][0], time.monotonic())
        return await super().end(number)

    async def dies_at(self, step: str) -> None:
        """One life that ends at a named step."""
        self.settings["BRANCHLIFE_CRASH_AT"] = step
        await self.start()
        await self.died()
        self.settings["BRANCHLIFE_CRASH_AT"] = ""

    async def lives(self, seconds: float) -> None:
        """One life that ends by SIGKILL so long after it was healthy."""
        await self.up()
        await asyncio.sleep(seconds)
        await self.kill()


@dataclass
class Scene:
    """`limits` are Telegram's here: its own, so many times."""

    folder: Path
    url: str
    world: Visitor
    subject: Subject
    branches: list[Branch]
    limits: Limits
    proxy: Proxy | None = None
    told: Any = None
    calls: list[Call] = field(default_factory=list)
    debts: list[Debt] = field(default_factory=list)

    async def quiet(self, seconds: float = 60, owed: int = 0) -> None:
        """Waits until nothing is owed any more that could leave, and at least so much has been owed at all."""

        async def nothing_waits() -> bool:
            try:
                counts = (await self.subject.ask("/outbox"))["counts"]
            except (OSError, ValueError, aiohttp.ClientError):  # it may be down, and its database too
                return False
            return sum(counts.values()) >= owed and not any(counts.get(state) for state in WAITING)

        await self.world.until(nothing_waits, seconds)

    async def confirmed(self) -> bool:
        """Whether Telegram holds no update any more."""
        address = f"{self.world.url}/bot{TOKEN}/getWebhookInfo"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            told = await answer.json()
        return bool(told["result"]["pending_update_count"] == 0)

    async def sent(self, count: int, seconds: float = 60) -> None:
        """Waits until so many messages have arrived."""

        async def enough() -> bool:
            await asyncio.sleep(0.05)
            return sum(call(each).arrived for each in await self.world.log()) >= count

        await self.world.until(enough, seconds)

    async def judged(self, expected: Iterable[str] = (), besides: int = 0) -> Verdict:
        """Ends the service and judges what is left; `besides` is a chat that is told things nobody owes it."""
        await self.subject.stop()
        self.calls = [call(entry) for entry in await self.world.log() if entry["method"] != "getUpdates"]
        self.debts = await self.in_database(debts)
        return judge([each for each in self.calls if each.chat != besides], self.debts, self.limits, expected)

    async def in_database(self, look: Callable[[], Awaitable[Any]]) -> Any:
        """Looks into the database while no service runs."""
        await connect_freshly(self.url, MODELS)
        try:
            return await look()
        finally:
            await disconnect()

    def resumed(self, wanted: Callable[[Call], bool] = lambda each: each.paced) -> list[float]:
        """Seconds from each start of the service to its first message, or to another call of that life."""
        ends = [*self.subject.started[1:], float("inf")]
        moments = [each.at for each in self.calls if wanted(each)]
        lives = zip(self.subject.started, ends, strict=True)
        firsts = (next((at - begin for at in moments if begin < at < end), None) for begin, end in lives)
        return [seconds for seconds in firsts if seconds is not None]


@asynccontextmanager
async def scene(
    ground: Ground,
    branches: list[Branch],
    populate: Callable[[list[Branch]], Awaitable[Any]],
    pace: int = 1,
    *,
    cut: bool = False,
    mutant: str = "",
) -> AsyncIterator[Scene]:
    """`pace`: so many times Telegram's limits, for the sandbox, the service and the checker alike. With `cut` the service
    reaches PostgreSQL by a proxy.
    """
    limits = Limits().scaled(pace)
    with tempfile.TemporaryDirectory(prefix="branchlife-chaos-") as name:
        folder = Path(name)
        async with (
            ground.database(folder) as url,
            sandbox(folder, "--empty", "--pace", str(pace)) as api,
            Visitor(api) as world,
            proxied(url) if cut and ground.server else nullcontext() as proxy,
        ):
            subject = Subject(folder, proxy.url if proxy else url, api, **paced(pace))
            if mutant:
                subject.arguments = ("tests.chaos.mutants", "+".join(filter(None, (MUTANT.get(), mutant))))
            stage = Scene(folder, url, world, subject, branches, limits, proxy)
            stage.told = await stage.in_database(lambda: populate(branches))
            await enter_telegram(branches, world)
            try:
                yield stage
            finally:
                await subject.kill()


def paced(pace: int) -> dict[str, str]:
    """The service's own rates, as many times; a chat's burst and the settings have their ends."""
    return {
        "BRANCHLIFE_PER_SECOND": str(min(30 * pace, 1000)),
        "BRANCHLIFE_CHAT_BURST": str(min(3 * pace, 20)),
        "BRANCHLIFE_GROUP_PER_MINUTE": str(min(20 * pace, 1000)),
        "BRANCHLIFE_EDITS_PER_MINUTE": str(min(8 * pace, 1000)),
        "BRANCHLIFE_SENDERS": str(SENDERS),
    }
