"""After a silence longer than Telegram keeps a press, the groups are asked to press again: once, and truly of that silence."""

from datetime import timedelta

import pytest

from bot.hearing import Hearing
from bot.sandbox.cast import GROUP
from models.organisation import Node, heard, last_heard
from models.outbox import Delivery
from tests.bot.conftest import Clock
from tests.bot.machine import NOON, Machine
from tests.bot.test_receiver import polling

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Ear:
    """Hears for one machine; its life can end and begin anew."""

    def __init__(self, machine: Machine, clock: Clock) -> None:
        self.machine, self.clock = machine, clock
        self.begin()

    def begin(self) -> None:
        self.hearing = Hearing(self.machine.bot.id, self.machine.now, self.clock, lambda: None)

    def passes(self, seconds: float) -> None:
        self.machine.later(seconds=seconds)
        self.clock.now += seconds

    async def hears(self) -> None:
        await self.hearing.heard(self.hearing.moment())


@pytest.fixture
async def ear(machine: Machine, clock: Clock) -> Ear:
    await machine.plan()
    await machine.dispatcher.idle()
    return Ear(machine, clock)


async def told() -> list[str]:
    return [each.key for each in await Delivery.filter(kind="outage").order_by("id")]


async def test_a_first_start_says_nothing_and_is_remembered(ear: Ear) -> None:
    await ear.hears()
    assert await told() == []
    assert await last_heard(ear.machine.bot.id) == NOON


@pytest.mark.parametrize(("seconds", "words"), [(60, 0), (150, 0), (151, 1), (86_400, 1), (86_401, 0)])
async def test_a_silence_over_a_restart_is_told_when_presses_may_be_lost_and_is_worth_it(
    ear: Ear, seconds: int, words: int
) -> None:
    await ear.hears()
    ear.begin()
    ear.passes(seconds)
    await ear.hears()
    assert len(await told()) == words
    ear.begin()
    ear.passes(1)
    await ear.hears()
    assert len(await told()) == words, "told again by the next start"


async def test_a_silence_within_a_life_is_told_by_its_own_length(ear: Ear) -> None:
    await ear.hears()
    ear.passes(30)
    await ear.hears()
    ear.passes(200)
    await ear.hears()
    (key,) = await told()
    assert f":{int((NOON.timestamp() + 30) * 1000)}:" in key
    ear.passes(149)
    await ear.hears()
    assert len(await told()) == 1


async def test_a_clock_that_is_moved_is_no_silence_but_being_switched_off_is(ear: Ear) -> None:
    await ear.hears()
    ear.machine.later(hours=3)
    ear.clock.now += 20
    await ear.hears()
    assert await told() == []
    ear.hearing.switched_off()
    ear.machine.later(minutes=3)
    ear.clock.now += 1
    await ear.hears()
    assert len(await told()) == 1


async def test_a_clock_that_was_put_back_is_no_silence(ear: Ear) -> None:
    await heard(ear.machine.bot.id, NOON + DAY)
    await ear.hears()
    assert await told() == []
    assert await last_heard(ear.machine.bot.id) == NOON


async def test_it_is_written_once_a_minute_and_not_with_every_press(ear: Ear) -> None:
    await ear.hears()
    for _ in range(5):
        ear.passes(11)
        await ear.hears()
    assert await last_heard(ear.machine.bot.id) == NOON
    ear.passes(5)
    await ear.hears()
    assert await last_heard(ear.machine.bot.id) == NOON + MINUTE


async def test_a_bug_in_asking_is_reported_and_what_follows_is_heard(ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    await ear.hears()
    await Node.filter(id=ear.machine.branch.id).update(zone="Nowhere/Never")
    ear.begin()
    ear.passes(200)
    await ear.hears()
    assert "nobody was asked to press again" in caplog.text
    assert await last_heard(ear.machine.bot.id) == NOON + timedelta(seconds=200)


async def test_the_group_reads_it_when_polling_succeeds_again(machine: Machine) -> None:
    await machine.plan()
    await machine.dispatcher.idle()
    await heard(machine.bot.id, NOON - 10 * MINUTE)

    async def arrived() -> bool:
        await machine.dispatcher.idle()
        return any("再点一次" in each["text"] for each in await machine.world.sees(GROUP.id))

    async with polling(machine):
        await machine.world.until(arrived)
    (word,) = [each["text"] for each in await machine.world.sees(GROUP.id) if "再点一次" in each["text"]]
    assert word.startswith("11月21日11:50到12:01，")
