"""The live tally: a crowd taps, the card is edited rarely, and its last state is always shown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.sandbox.cast import ELDER, GROUP, MEMBER, SECRETARY
from bot.throttle import Throttle
from models.card import Action
from models.gathering import Choice, Rsvp
from models.outbox import Delivery
from tests.bot.machine import NOON, Machine, number
from tests.bot.post import idle
from tests.bot.updates import pressed

TAPS, STEP = 300, 0.3  # a minute and a half
SLACK = timedelta(milliseconds=200)  # the sandbox's clock runs on between two settings
WHO = (MEMBER, ELDER, SECRETARY)


@pytest.fixture
async def paced(machine: Machine) -> AsyncIterator[Machine]:
    """A machine with Telegram's real rates, whose civil and monotonic clocks move together, and only when told."""
    keeping = asyncio.create_task(machine.dispatcher.holder.keep())  # the lease goes by real time
    machine.dispatcher.throttle = Throttle(lambda: (machine.time - NOON).total_seconds())
    yield machine
    keeping.cancel()


async def card(machine: Machine) -> tuple[int, Delivery]:
    planned = await machine.plan()
    await machine.world.clock(machine.time)
    await idle(machine)
    return planned.id, await Delivery.get(about=f"gathering:{planned.id}", live=True)


async def passing(machine: Machine, seconds: float) -> None:
    """A moment later, the dispatcher does what it may."""
    machine.later(seconds=seconds)
    await machine.world.clock(machine.time)
    await machine.dispatcher.step()
    while machine.dispatcher.sending:
        await next(iter(machine.dispatcher.sending))
        await machine.dispatcher.step()


async def edits(machine: Machine) -> list[tuple[datetime, str]]:
    calls: list[dict[str, Any]] = await machine.world.log(method="editMessageText")
    return [(datetime.fromisoformat(call["civil"]), call["arguments"]["text"]) for call in calls]


async def test_three_hundred_taps_in_a_minute_and_a_half_are_few_edits_and_the_last_count_is_shown(paced: Machine) -> None:
    gathering, shown = await card(paced)
    for tap in range(TAPS):
        choice = Choice.JOIN if (tap // len(WHO)) % 2 == 0 else Choice.LEAVE
        code = Action("rsvp", gathering, choice, shown.id).code
        await paced.receiver.take([pressed(code, number(WHO[tap % len(WHO)]), GROUP.id, shown.message_id or 0)])
        await passing(paced, STEP)
    during = await edits(paced)
    for _ in range(240):
        await passing(paced, STEP)
    told = await edits(paced)
    times = [at for at, _ in told]
    assert min(later - first for first, later in pairwise(times)) >= timedelta(seconds=5) - SLACK
    assert all(later - first >= timedelta(minutes=1) - SLACK for first, later in zip(times, times[8:], strict=False))
    assert 10 <= len(during) <= 14
    answers = [answer.choice for answer in await Rsvp.all()]
    assert f"参加 {answers.count(Choice.JOIN)}" in told[-1][1]
    assert f"请假 {answers.count(Choice.LEAVE)}" in told[-1][1]
    kept = await Delivery.get(id=shown.id)
    assert (kept.state, kept.shown) == ("sent", kept.wanted)


async def test_a_card_that_has_used_up_its_minute_holds_up_neither_a_message_nor_another_card(paced: Machine) -> None:
    """Both cards share the group's own minute; the second has not been edited in it."""
    gathering, shown = await card(paced)
    for tap in range(8 * 6):
        code = Action("rsvp", gathering, Choice.JOIN if tap % 2 else Choice.LEAVE, shown.id).code
        await paced.receiver.take([pressed(code, number(MEMBER), GROUP.id, shown.message_id or 0)])
        await passing(paced, 1.0)
    before = len(await edits(paced))
    await paced.plan("another")
    await passing(paced, 1.0)
    sent = await paced.world.log(method="sendMessage")
    assert any("another" in call["arguments"]["text"] for call in sent)
    assert len(await edits(paced)) == before
