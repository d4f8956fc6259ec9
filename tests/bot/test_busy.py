"""A database that does not answer: whoever presses is told so in time, from memory, and once."""

import asyncio

import pytest

from bot.sandbox.cast import GROUP, MEMBER
from models.database import rows
from tests.bot.machine import Machine, number
from tests.bot.test_outage import away
from tests.bot.test_receiver import polling
from tests.bot.updates import Json

TROUBLE = "这一下没有记上"


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.receiver.BUSY_AFTER", 0.2)
    monkeypatch.setattr("bot.receiver.LONGEST_AWAY", 0.1)


async def answers(machine: Machine) -> list[Json]:
    return await machine.world.log(method="answerCallbackQuery")


async def on_show(machine: Machine) -> None:
    await machine.plan()
    await machine.dispatcher.idle()


async def test_a_press_is_told_in_time_that_it_is_not_recorded_and_recorded_later(machine: Machine, database: str) -> None:
    await on_show(machine)
    async with polling(machine):
        async with away(database):
            told = await machine.world.taps(number(MEMBER), "参加", chat=GROUP.id, wait=3)
            assert told is not None
            assert told["text"].startswith(TROUBLE)
            again = await machine.world.taps(number(MEMBER), "请假", chat=GROUP.id, wait=3)
            assert again is not None
            assert again["text"].startswith(TROUBLE), "who presses later, while the first still waits, is told too"
            before = len(await answers(machine))
            await asyncio.sleep(0.5)
            assert len(await answers(machine)) == before == 2, "told again and again"
        await machine.world.until(lambda: machine_kept(machine), 10)


async def machine_kept(machine: Machine) -> bool:
    """Whether the last choice of the member is kept."""
    found = await rows("SELECT choice FROM rsvp")
    return [row["choice"] for row in found] == [2]


async def test_a_press_that_is_done_in_time_hears_nothing_of_it(machine: Machine) -> None:
    await on_show(machine)
    async with polling(machine):
        told = await machine.world.taps(number(MEMBER), "参加", chat=GROUP.id, wait=3)
        assert told is not None
        assert not told["text"].startswith(TROUBLE)
        await asyncio.sleep(0.4)
        assert len(await answers(machine)) == 1
