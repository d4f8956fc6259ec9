"""The machine in this process: the real library, channel and database over the played Telegram, with a small organisation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from telegram.ext import Application

from bot.app import application
from bot.channels import Channel
from bot.channels.telegram import Telegram, build_bot
from bot.dispatcher import Dispatcher
from bot.holder import Holder
from bot.receiver import Receiver
from bot.sandbox import cast
from bot.sandbox.cast import BOT, CAST, DEMO_TOKEN, GROUP, MEMBER, SECRETARY, WITHOUT_TELEGRAM
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.visitor import Visitor
from bot.settings import Settings
from bot.throttle import Throttle
from handlers import register
from handlers.gate import Gate
from models import clock, gathering
from models.card import Card
from models.gathering.plan import Wish
from models.member import OPERATOR, Member, actor, bind, enrol, grant
from models.organisation import Bot, Node, grow, know_bot, link, plant
from models.outbox import Delivery
from tests.bot.updates import Json

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)  # in Shanghai
UNLINKED = -1001000000777


def number(persona: cast.Persona) -> int:
    assert persona.id is not None
    return persona.id


@dataclass
class Machine:
    """Everything that runs for one bot, each part to be pushed by hand. `time` is civil time and moves only when told."""

    world: Visitor
    url: str
    application: "Application[Any, Any, Any, Any, Any, Any]"
    gate: Gate
    receiver: Receiver
    dispatcher: Dispatcher
    bot: Bot
    woken: list[datetime]
    time: datetime = NOON
    branch: Node = field(init=False)
    members: dict[str, Member] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.time

    def later(self, **how: float) -> None:
        self.time += timedelta(**how)

    async def take(self, *updates: Json) -> list[Card]:
        """Gives these updates to the receiver; returns the cards newly owed."""
        last = await Delivery.all().order_by("-id").first()
        await self.receiver.take(list(updates))
        owed = await Delivery.filter(id__gt=last.id if last else 0).order_by("id")
        return [Card.from_json(each.card) for each in owed]

    async def plan(self, title: str = "12月主题党日", place: str = "二楼") -> gathering.Gathering:
        """A gathering of the branch a week from now, its card owed to the group."""
        wish = Wish(title, place, (self.time + timedelta(days=7)).date(), self.time.time())
        await gathering.plan(await actor(number(SECRETARY), self.time), self.branch, wish, self.time)
        await gathering.announce(self.time)
        planned = await gathering.Gathering.all().order_by("-id").first()
        assert planned is not None
        return planned


@asynccontextmanager
async def assembled(channel: Channel | None = None) -> AsyncIterator[Machine]:
    """A machine on the database that is connected; its dispatcher sends through `channel` or to the played Telegram."""
    sandbox = Sandbox(BOT, DEMO_TOKEN)
    async with serving(sandbox) as url, Visitor(url) as world:
        built = application(build_bot(Settings(token=SecretStr(DEMO_TOKEN), api_base_url=url)))
        async with built:
            machine = await connected(built, world, url, channel)
            yield machine
            await machine.receiver.finish(5)


async def connected(built: Any, world: Visitor, url: str, channel: Channel | None) -> Machine:
    bot = await know_bot(BOT.id, BOT.username)
    holder = Holder(bot.id, "this installation", clock.ticks)
    await holder.take()
    telegram, woken = Telegram(built.bot), list[datetime]()
    gate = Gate(bot.id, lambda: machine.time)
    register(built, gate)
    throttle = Throttle(clock.ticks, per_second=1000, chat_burst=20, group_per_minute=1000, edits_per_minute=1000)
    dispatcher = Dispatcher(holder, channel or telegram, throttle, lambda: machine.time)
    receiver = Receiver(built, gate, telegram, lambda: machine.time, lambda: woken.append(machine.time))
    machine = Machine(world, url, built, gate, receiver, dispatcher, bot, woken)
    await populate(machine)
    return machine


async def populate(machine: Machine) -> None:
    """The cast: all bound but the one without Telegram; the secretary plans for the branch, which has the group."""
    users = [{"id": each.id, "name": each.name, "started": True} for each in CAST if each.id is not None]
    group = {"id": GROUP.id, "title": GROUP.title, "members": [each["id"] for each in users]}
    other = {"id": UNLINKED, "title": "别的群", "members": [each["id"] for each in users]}
    await machine.world.people(users, [group, other])
    root = await plant("街道", "subdistrict", "Asia/Shanghai", machine.bot.id)
    machine.branch = await grow(root, GROUP.title, "branch")
    await link(machine.branch, machine.bot.id, GROUP.id, 0, machine.time)
    for persona in (SECRETARY, MEMBER, cast.ELDER, WITHOUT_TELEGRAM):
        await settle(machine, persona)
    await grant(OPERATOR, machine.members[SECRETARY.name], machine.branch.id, "secretary", machine.time)


async def settle(machine: Machine, persona: cast.Persona) -> None:
    root, node = machine.branch.root_id, machine.branch.id
    assert root is not None
    one = await enrol(OPERATOR, root, persona.name, "full", machine.time, node)
    if persona.id is not None:
        await bind(OPERATOR, one, persona.id, "2026-11", machine.time)
    machine.members[persona.name] = one
