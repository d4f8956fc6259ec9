"""`demo`: the real service beside a sandbox that plays Telegram, with the fixed fictional cast, fresh at every start."""

import asyncio
import shutil
import signal
import socket
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr

from bot.app import Database, Service
from bot.console import words
from bot.engines.lock import DataLock
from bot.sandbox.cast import BOT, CAST, DEMO_TOKEN, GROUP, SECRETARY
from bot.settings import DATABASE_FILE, Settings
from bot.theme_day import ship
from bot.web.admin import FILE
from bot.web.listening import PortTaken
from models import clock
from models.binding import CONSENT
from models.calendar import local
from models.gathering import Gathering
from models.member import OPERATOR, actor, bind, enrol, grant
from models.organisation import Bot, Node, grow, know_bot, link, plant, zone_of
from models.recurrence import LAST, NEXT_WORKING_DAY, Nth
from models.theme_day import Wanted, settle_rule

DATA = Path("var/demo")
CONTENT = Path(__file__).parent / "content" / "demo.toml"
TUESDAY, DAYS_AHEAD = 1, 7  # the first theme day is on the first Tuesday at least a week ahead
NTHS = 4  # of a weekday that every month has


async def play(port: int) -> None:
    """Sandbox and service until Ctrl-C or SIGTERM, whenever it comes; prints one address."""
    whole = asyncio.current_task()
    assert whole is not None, "it runs"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, whole.cancel)  # until the service listens for itself
    with suppress(asyncio.CancelledError):
        await played(port)


async def played(port: int) -> None:
    make_room(port)
    async with sandbox(port) as url:
        settings = Settings(token=SecretStr(DEMO_TOKEN), api_base_url=url.rstrip("/"), data_dir=DATA, sandbox=True)
        async with Database(settings):
            await furnish(await seed(settings.zone))
        await Service(settings).run(ready=lambda: announce(url))


def make_room(port: int) -> None:
    """A fresh start, unless a demo is under way here."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(port, "--port") from None
    with DataLock(DATA / DATABASE_FILE):
        shutil.rmtree(DATA, ignore_errors=True)


def announce(url: str) -> None:
    click.echo(words("demo", "ready", url=url))
    click.echo(words("demo", "stop"))


@asynccontextmanager
async def sandbox(port: int) -> AsyncIterator[str]:
    """Telegram as a process of its own, which ends with us however we end; yields its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox", "--attached", "--port", str(port), "--service", str(DATA / FILE)),
        stdin=asyncio.subprocess.PIPE,  # nothing is written to it: it closes when we are gone, be it by SIGKILL
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None, "it was asked for"
    try:
        line = (await process.stdout.readline()).decode()
        yield line.split()[-1]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def seed(zone: str) -> Node:
    """The organisation of the demo: its tree, its people, bound as if they had agreed, its group; the branch they meet in."""
    content = tomllib.loads(CONTENT.read_text(encoding="utf-8"))
    now = clock.now()
    bot = await know_bot(BOT.id, BOT.username)
    nodes = await planted(content["nodes"], bot, zone)
    for person in content["people"]:
        await settle(person, nodes)
    branch = next(node for node in nodes.values() if node.name == GROUP.title)
    await link(branch, bot.id, GROUP.id, 0, now)
    return branch


async def planted(wanted: list[dict[str, str]], bot: Bot, zone: str) -> dict[str, Node]:
    """A chain: each node below the one before."""
    above = await plant(wanted[0]["name"], wanted[0]["kind"], zone, bot.id)
    nodes = {above.name: above}
    for each in wanted[1:]:
        above = nodes[each["name"]] = await grow(above, each["name"], each["kind"])
    return nodes


async def settle(person: dict[str, Any], nodes: dict[str, Node]) -> None:
    now = clock.now()
    root = next(iter(nodes.values()))
    home = nodes[person["home"]].id if "home" in person else None
    member = await enrol(OPERATOR, root.id, person["name"], person["status"], now, home)
    if "role" in person:
        await grant(OPERATOR, member, nodes[person["at"]].id, person["role"], now)
    telegram_id = next(each.id for each in CAST if each.name == person["name"])
    if telegram_id is not None:
        await bind(OPERATOR, member, telegram_id, CONSENT, now)


async def furnish(branch: Node) -> None:
    """The branch's rule with all the days it makes; the first of them is told to the group at once, not a week before."""
    wanted = tomllib.loads(CONTENT.read_text(encoding="utf-8"))["theme_day"]
    now = clock.now()
    await ship(now)
    rule = monthly(meeting_day(local(now, await zone_of(branch)).date()))
    wish = Wanted(rule, time.fromisoformat(wanted["time"]), wanted["place"])
    await settle_rule(await actor(SECRETARY.id or 0, now), branch, wish, NEXT_WORKING_DAY, now)
    first = await Gathering.filter(node_id=branch.id).order_by("starts_at").first()
    assert first is not None, "a rule has days"
    await Gathering.filter(id=first.id).update(announce_due=now)


def monthly(day: date) -> Nth:
    """The rule that this day follows; a fifth Tuesday is a last one."""
    nth = (day.day - 1) // 7 + 1
    return Nth(nth if nth <= NTHS else LAST, day.weekday())


def meeting_day(today: date) -> date:
    earliest = today + timedelta(days=DAYS_AHEAD)
    return earliest + timedelta(days=(TUESDAY - earliest.weekday()) % 7)
