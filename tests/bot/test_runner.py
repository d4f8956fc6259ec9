"""Errands: done at least once, tried again, given up with a sentence, done anew after a crash, forgotten in time."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from telegram.error import NetworkError

from bot.sandbox.cast import GROUP
from models import errand, outbox
from models.card import Card
from models.errand import KEPT, MOST_ATTEMPTS, WAITS, Errand
from models.member import Member
from models.outbox import Delivery
from models.roster import ALL, fetch
from models.roster.checking import TEMPLATE
from tests.bot.desk import Desk, Shelf
from tests.bot.machine import Machine

PEOPLE = f"姓名,所在党组织\n钱一,{GROUP.title}\n".encode()
DAY = timedelta(days=1)


@pytest.fixture
def desk(machine: Machine) -> Desk:
    return Desk(machine, Shelf(PEOPLE))


async def again(one: Errand) -> Errand:
    return await Errand.get(id=one.id)


async def test_a_file_that_did_not_come_is_fetched_again_after_a_pause_that_doubles(desk: Desk) -> None:
    desk.shelf.script = [NetworkError("gone"), NetworkError("gone")]
    one = await desk.offered()
    for seconds in (5, 10):
        assert await desk.works() == 1
        assert (await again(one)).due_at == desk.machine.time + timedelta(seconds=seconds)
        assert await desk.works() == 0, "not before its pause is over"
        desk.machine.later(seconds=seconds)
    assert await desk.works() == 1
    assert ((await again(one)).state, desk.shelf.asked) == ("waiting", 3)
    assert "新增 1" in await desk.says()


async def test_after_enough_tries_it_is_over_and_the_asker_told(desk: Desk) -> None:
    desk.shelf.script = [NetworkError("gone")] * 99
    one = await desk.offered()
    for _ in range(MOST_ATTEMPTS + 3):
        await desk.works()
        desk.machine.later(hours=1)
    over = await again(one)
    assert (over.state, over.facts, desk.shelf.asked) == ("failed", "{}", MOST_ATTEMPTS)
    assert "文件没有取到，请再来一次。" in await desk.says()


async def test_a_bug_is_not_tried_again_and_told_in_private(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A handout is asked for by a tap and has no live card: a notice tells how it ended."""
    by = await desk.secretary()
    assert by.root_id is not None
    assert by.member_id is not None
    number = await errand.send(by.root_id, desk.machine.bot.id, by.member_id, "handout", {"odd": 1}, desk.machine.time)
    assert await desk.works() == 1
    assert (await Errand.get(id=number)).state == "failed"
    assert [each.levelname for each in caplog.records if each.message == "an errand failed"] == ["ERROR"]
    assert "绑定小条这一次没有做成" in await desk.says()


async def test_a_file_that_is_no_roster_is_not_tried_again(desk: Desk) -> None:
    one = await desk.offered("名册.doc")
    assert await desk.works() == 1
    assert (await again(one)).state == "failed"
    assert "只认 .xlsx 和 .csv" in await desk.says()


async def test_what_was_under_way_when_the_machine_died_is_done_anew(desk: Desk) -> None:
    one = await desk.offered()
    assert await errand.begin(desk.machine.bot.id, desk.machine.time)
    assert await desk.works() == 0, "nobody takes what is running"
    await runs_until(desk, one, "waiting")
    assert (await again(one)).attempt == 2


async def test_another_bots_errands_are_left_alone_after_a_crash(desk: Desk) -> None:
    one = await desk.offered()
    await errand.begin(desk.machine.bot.id, desk.machine.time)
    await errand.recover(desk.machine.bot.id + 1)
    assert (await again(one)).state == "running"


async def test_entering_that_died_half_way_enters_once(desk: Desk) -> None:
    one = await desk.offered()
    await desk.works()
    await desk.taps(one, ALL)
    assert await errand.begin(desk.machine.bot.id, desk.machine.time)
    await runs_until(desk, one, "done")
    assert await Member.filter(name="钱一").count() == 1
    assert "名册录入好了" in await desk.says()


async def test_an_errand_that_takes_the_machine_with_it_each_time_is_given_up(desk: Desk) -> None:
    one = await desk.offered()
    for _ in range(MOST_ATTEMPTS):
        assert await errand.begin(desk.machine.bot.id, desk.machine.time)
        await errand.recover(desk.machine.bot.id)
    assert await desk.works() == 1
    assert ((await again(one)).state, desk.shelf.asked) == ("failed", 0)
    assert "这一次没有办成" in await desk.says()


async def test_an_errand_left_running_by_a_database_that_went_away_is_done_without_a_restart(desk: Desk) -> None:
    """The failure and the note of it both meet a database that is away; the runner starts over when it is back."""
    one = await desk.offered()
    away = Away(desk)
    desk.runner.kinds["roster.check"] = away
    await runs_until(desk, one, "waiting")
    assert away.tried == 2


class Away:
    """The first time it fails as the connection does, and so does noting that; then it works."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.tried, self.rightly = desk, 0, desk.runner.now

    async def __call__(self, one: errand.Task) -> None:
        self.tried += 1
        if self.tried == 1:
            self.desk.runner.now = self.gone
            raise ConnectionResetError
        await self.desk.runner.check(one)

    def gone(self) -> datetime:
        self.desk.runner.now = self.rightly
        raise ConnectionResetError


async def runs_until(desk: Desk, one: Errand, state: str) -> None:
    """The runner as the service runs it, until an errand is in this state."""
    task = asyncio.create_task(desk.runner.run())
    try:
        async with asyncio.timeout(10):
            while (await again(one)).state != state:
                assert not task.done(), task
                await asyncio.sleep(0.05)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_result_nobody_took_for_a_day_lapses_with_what_it_knew(desk: Desk) -> None:
    one = await desk.offered()
    await desk.works()
    await errand.forget(desk.machine.time + WAITS - timedelta(seconds=1))
    assert (await again(one)).state == "waiting"
    await errand.forget(desk.machine.time + WAITS)
    lapsed = await again(one)
    assert (lapsed.state, lapsed.facts) == ("cancelled", "{}")


async def test_an_errand_and_its_card_are_forgotten_after_thirty_days(desk: Desk) -> None:
    one = await desk.offered()
    await errand.forget(desk.machine.time + KEPT - timedelta(seconds=1))
    assert await Delivery.filter(about=f"errand:{one.id}").exists()
    await errand.forget(desk.machine.time + KEPT)
    assert not await Errand.exists(id=one.id)
    assert not await Delivery.filter(about=f"errand:{one.id}").exists()


async def test_a_file_is_kept_until_it_was_sent_and_a_day_longer(desk: Desk) -> None:
    await fetch(await desk.secretary(), TEMPLATE, desk.machine.time)
    await desk.works()
    made = desk.machine.time
    await outbox.forget_enclosures(made + DAY)
    (owed,) = await Delivery.filter(kind="export")
    assert await outbox.enclosed(1) is not None, "not before its delivery is settled"
    owed.state = "sent"
    await owed.save()
    await outbox.forget_enclosures(made + DAY - timedelta(seconds=1))
    assert await outbox.enclosed(1) is not None
    await outbox.forget_enclosures(made + DAY)
    assert await outbox.enclosed(1) is None


async def test_a_file_is_forgotten_by_its_own_number_and_not_by_one_that_begins_alike(desk: Desk) -> None:
    by, now = await desk.secretary(), desk.machine.time
    assert by.root_id is not None
    numbers = [await outbox.enclose(by.root_id, f"{each}.xlsx", b"x", now) for each in range(12)]
    to = outbox.Recipient(desk.machine.bot.id, by.root_id, member_id=by.member_id)
    await outbox.owe("export", Card("roster/template", {"enclosure": numbers[10]}), to, "export:test", now)
    await Delivery.filter(key="export:test").update(state="expired")
    await outbox.forget_enclosures(now + DAY)
    assert [each for each in numbers if await outbox.enclosed(each) is None] == [numbers[10]]


async def test_a_file_nobody_ever_sent_is_forgotten_after_thirty_days(desk: Desk) -> None:
    by, now = await desk.secretary(), desk.machine.time
    assert by.root_id is not None
    one = await outbox.enclose(by.root_id, "a.xlsx", b"x", now)
    await outbox.forget_enclosures(now + KEPT - timedelta(seconds=1))
    assert await outbox.enclosed(one) == ("a.xlsx", b"x")
    await outbox.forget_enclosures(now + KEPT)
    assert await outbox.enclosed(one) is None
