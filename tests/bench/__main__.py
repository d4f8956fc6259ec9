"""Presses over the real HTTP path: a thousand members in fifty groups, answers and changes, every press exactly once.

The presses wait in the sandbox before the service starts, so what is measured is the service: from the first answer Telegram
gets to the last. SQLite is at synchronous=FULL; `BRANCHLIFE_BENCH_DATABASE=postgres` uses PostgreSQL.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bot.engines import connect, disconnect
from bot.sandbox.visitor import Visitor
from models import MODELS, clock
from models.calendar import local
from models.database import rows
from models.gathering import announce, plan
from models.gathering.plan import Wish
from models.member import actor
from models.migrations import migrate
from models.organisation import Node, zone_of
from tests.postgres import create_database, served, told
from tests.stories.crowd import Branch, crowd, enter_roster, enter_telegram
from tests.stories.house import Service, sandbox

GROUPS, MEMBERS = 50, 20
CHANGES = 0.3  # of all presses
NEEDED = 300  # presses a second
JOIN, LEAVE = "参加", "请假"


@dataclass(frozen=True, slots=True)
class Press:
    member: int
    group: int
    label: str


def workload(branches: list[Branch]) -> list[Press]:
    """Everyone answers once; three in seven change their mind: 30 % of the presses are changes."""
    firsts = [Press(member, branch.group, JOIN) for branch in branches for member in branch.members]
    changers = firsts[: int(len(firsts) * CHANGES / (1 - CHANGES))]
    return firsts + [Press(each.member, each.group, LEAVE) for each in changers]


async def plan_everywhere(branches: list[Branch]) -> None:
    now = clock.now()
    for branch in branches:
        by = await actor(branch.secretary, now)
        node = await Node.get(path=by.homes[0])
        there = local(now, await zone_of(node))
        await plan(by, node, Wish("主题党日", "二楼", there.date().replace(year=there.year + 1), there.time()), now)
    await announce(now)


@asynccontextmanager
async def database(folder: Path, stack: ExitStack) -> AsyncIterator[str]:
    if os.environ.get("BRANCHLIFE_BENCH_DATABASE") == "postgres":
        server = await asyncio.to_thread(stack.enter_context, served())
        await told(server, "ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()")  # the tests' server does not wait for its disk
        yield await create_database(server, "bench")
    else:
        yield f"sqlite://{folder / 'bench.sqlite3'}"


async def prepare(url: str, branches: list[Branch], world: Visitor) -> None:
    await connect(url, MODELS)
    await migrate()
    await enter_roster(branches)
    await plan_everywhere(branches)
    await disconnect()
    await enter_telegram(branches, world)


async def press_all(world: Visitor, presses: list[Press]) -> None:
    """Puts the presses into Telegram's queue in their order."""
    for each in presses:
        await world.taps(each.member, each.label, chat=each.group, wait=0)


async def answered(world: Visitor, count: int) -> list[dict[str, float]]:
    async def all_of_them() -> list[dict[str, float]]:
        await asyncio.sleep(0.5)  # asking costs the sandbox time, which is not the service's
        calls = await world.log(method="answerCallbackQuery")
        return calls if len(calls) >= count else []

    found: list[dict[str, float]] = await world.until(all_of_them, seconds=120)
    return found


async def bench(folder: Path, stack: ExitStack) -> bool:
    branches = crowd(GROUPS, MEMBERS)
    presses = workload(branches)
    async with (
        sandbox(folder, "--empty") as api,
        Visitor(api) as world,
        database(folder, stack) as url,
    ):
        await prepare(url, branches, world)
        service = Service(folder, url, api, BRANCHLIFE_LOG_LEVEL="INFO")
        await service.up()
        await cards_sent(world, service)
        await service.stop()
        await press_all(world, presses)
        started = time.monotonic()
        await service.up()
        before = await service.ask("/counters")
        calls = await answered(world, len(presses))
        after = await service.ask("/counters")
        memory = psutil.Process(service.running.pid if service.running else 0).memory_info().rss / 2**20
        await service.stop()
        exactly = await counted_once(url, presses)
    return report(presses, calls, started, before, after, memory, exactly)


async def cards_sent(world: Visitor, service: Service) -> None:
    async def all_of_them() -> bool:
        return bool((await service.ask("/outbox"))["counts"].get("sent", 0) >= GROUPS)

    await world.until(all_of_them, seconds=60)


async def counted_once(url: str, presses: list[Press]) -> bool:
    """Every press is one audit note, and the last answer of each member stands."""
    await connect(url, MODELS)
    notes = (await rows("SELECT COUNT(*) AS n FROM note WHERE verb = 'rsvp'"))[0]["n"]
    kept = await rows("SELECT a.telegram_id, r.choice FROM rsvp r JOIN account a ON a.member_id = r.member_id")
    await disconnect()
    last = {each.member: each.label for each in presses}
    return notes == len(presses) and {row["telegram_id"]: (JOIN, LEAVE)[row["choice"] - 1] for row in kept} == last


def report(
    presses: list[Press],
    calls: list[dict[str, float]],
    started: float,
    before: dict[str, int],
    after: dict[str, int],
    memory: float,
    exactly: bool,
) -> bool:
    seconds = calls[-1]["at"] - calls[0]["at"]
    rate = (len(calls) - 1) / seconds
    per_press = {name: (after[name] - before[name]) / len(presses) for name in ("statements", "hops")}
    print(f"presses            {len(presses)}, {int(CHANGES * 100)} % changes, {GROUPS} groups of {MEMBERS}")
    print(f"exactly once       {'yes' if exactly else 'NO'}")
    print(f"presses a second   {rate:.0f} (at least {NEEDED})")
    print(f"statements a press {per_press['statements']:.1f}, thread hops a press {per_press['hops']:.1f}")
    print(f"start to answer    {calls[0]['at'] - started:.2f} s (at most 3)")
    print(f"memory             {memory:.0f} MiB")
    return exactly and rate >= NEEDED and calls[0]["at"] - started <= 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        fine = asyncio.run(bench(Path(folder), stack))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
