"""A crowd of two hundred in the branch, its campaign, and everybody's press of a button, as Telegram hands them over."""

from collections.abc import Iterator
from datetime import timedelta

from bot.receiver import BATCH
from bot.sandbox.cast import GROUP, SECRETARY
from models.card import Action
from models.database import atomic
from models.member import OPERATOR, actor, bind, enrol
from models.pledge import Call, Campaign, campaign, plan
from models.pledge.cards import SHOW
from tests.bot.machine import Machine, number
from tests.bot.updates import Json, pressed

CROWD, FIRST = 200, 760_000_000
ACCOUNTS = range(FIRST, FIRST + CROWD)
BOUND = 4  # of the small organisation, beside the crowd
REVISION = 3  # of a pledge of which two items were picked


async def crowd(machine: Machine) -> None:
    root = machine.branch.root_id or 0
    async with atomic():
        for account in ACCOUNTS:
            one = await enrol(OPERATOR, root, f"党员{account}", "full", machine.time, machine.branch.id)
            await bind(OPERATOR, one, account, "2026-11", machine.time)


async def opened(machine: Machine) -> Campaign:
    """The branch's campaign, its card up in the group."""
    boss, today = await actor(number(SECRETARY), machine.time), machine.time.date()
    await plan(boss, machine.branch, Call("我是党员", today, today + timedelta(days=365)), machine.time)
    one = await Campaign.get()
    await campaign.desk(boss, one.id, campaign.START, machine.time)
    await machine.dispatcher.idle()
    return one


def presses(action: Action, chat: int | None = None) -> list[Json]:
    """Everybody's press of one button: in private, or in a group."""
    return [pressed(action.code, account, chat) for account in ACCOUNTS]


def batches(updates: list[Json]) -> Iterator[list[Json]]:
    for start in range(0, len(updates), BATCH):
        yield updates[start : start + BATCH]


async def taken(machine: Machine, updates: list[Json]) -> None:
    """One batch after another, some seconds after what came before."""
    machine.later(seconds=10)
    for batch in batches(updates):
        await machine.receiver.take(batch)


def beginning(one: Campaign) -> list[Json]:
    return presses(Action("pledge", one.id, SHOW), GROUP.id)


def picking(one: Campaign, place: int) -> list[Json]:
    return presses(Action("pledge_pick", one.id, place))


def promising(one: Campaign) -> list[Json]:
    return presses(Action("pledge_make", one.id, REVISION))


async def chosen(machine: Machine, one: Campaign) -> None:
    """All have begun and picked two items."""
    for updates in (beginning(one), picking(one, 1), picking(one, 4)):
        await taken(machine, updates)
