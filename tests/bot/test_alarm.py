"""The keepers of the service are told of a database that is away: once, directly, and when it is over."""

import logging
from datetime import timedelta

import pytest

from bot.alarm import LOOK_EVERY, Alarm
from bot.channels import Undeliverable, Unknown
from bot.holder import Holder
from bot.throttle import Throttle
from models import lease
from models.member import OPERATOR, Member, Role, grant
from models.organisation import Node
from models.responsible import keepers
from tests.bot.conftest import Clock
from tests.bot.post import Post
from tests.cast import NOW, assemble

KEEPER, OTHER = 700000001, 700000002
AWAY, BACK, HOUR = "数据库没有应答", "数据库恢复了", 3600.0


class Watch:
    """An alarm whose database is there, or not, as told."""

    def __init__(self, clock: Clock, throttle: Throttle, post: Post) -> None:
        self.clock, self.post = clock, post
        self.holder = Holder(1, "one", clock)
        self.alarm = Alarm(self.holder, post, throttle, self.keepers)
        self.asked, self.answer = 0, [KEEPER]

    async def keepers(self) -> list[int]:
        self.asked += 1
        return self.answer

    async def passes(self, seconds: float, there: bool) -> None:
        for _ in range(int(seconds / LOOK_EVERY)):
            self.clock.now += LOOK_EVERY
            if there:
                self.holder.until = self.clock.now + lease.SECONDS
            await self.alarm.look()

    def told(self, chat: int = KEEPER) -> list[str]:
        return [text.splitlines()[0].removeprefix("<b>") for _, to, text in self.post.calls if to == chat]


@pytest.fixture
async def watch(clock: Clock, throttle: Throttle, post: Post) -> Watch:
    one = Watch(clock, throttle, post)
    await one.passes(60, there=True)
    return one


async def test_a_minute_away_is_told_once_and_its_end_with_how_long_it_was(watch: Watch) -> None:
    await watch.passes(60, there=False)
    assert watch.told() == []
    await watch.passes(240, there=False)
    (began,) = watch.told()
    assert began.startswith(AWAY)
    await watch.passes(120, there=True)
    _, ended = watch.told()
    assert ended.startswith(f"{BACK}，中断了约5分钟")


async def test_a_short_absence_is_not_spoken_of(watch: Watch) -> None:
    await watch.passes(55, there=False)
    await watch.passes(60, there=True)
    assert watch.told() == []


async def test_a_second_outage_within_the_hour_is_not_told_and_one_after_it_is(watch: Watch) -> None:
    for there in (False, True, False, True):
        await watch.passes(120, there)
    assert len(watch.told()) == 2
    await watch.passes(HOUR, there=True)
    await watch.passes(120, there=False)
    assert len(watch.told()) == 3


async def test_one_that_begins_within_the_hour_is_told_when_it_outlasts_it(watch: Watch) -> None:
    for there in (False, True):
        await watch.passes(120, there)
    await watch.passes(HOUR, there=False)
    assert [each[:6] for each in watch.told()] == [AWAY[:6], BACK[:6], AWAY[:6]]


async def test_who_cannot_be_told_now_is_told_later_and_who_never_can_is_let_be(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    watch.answer = [KEEPER, OTHER]
    await watch.passes(300, there=True)
    watch.post.script[KEEPER] = [Undeliverable("unreachable", permanent=False, scope="token")]
    watch.post.script[OTHER] = [Undeliverable("blocked", permanent=True)]
    await watch.passes(120, there=False)
    assert (len(watch.told(KEEPER)), len(watch.told(OTHER))) == (2, 1)
    assert caplog.text.count("a keeper was not told") == 2


@pytest.mark.parametrize("error", [Unknown("timeout"), ZeroDivisionError()])
async def test_what_was_perhaps_said_is_not_repeated_and_stops_nothing(
    watch: Watch, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    watch.post.script[KEEPER] = [error]
    await watch.passes(120, there=False)
    assert len(watch.told()) == 1
    assert "perhaps not told" in caplog.text


async def test_telling_takes_its_turn_with_the_rest(watch: Watch, throttle: Throttle) -> None:
    await watch.passes(65, there=False)
    assert len(watch.told()) == 1
    throttle.take(KEEPER)
    throttle.take(KEEPER)
    assert throttle.wait(KEEPER) > 0, "the burst of a chat is three, and one of them was the alarm"


async def test_a_process_that_was_stopped_for_long_wakes_up_without_alarm(watch: Watch) -> None:
    watch.clock.now += HOUR
    await watch.alarm.look()
    await watch.passes(60, there=True)
    assert watch.told() == []


async def test_a_lease_lost_to_another_installation_is_no_outage(watch: Watch) -> None:
    watch.holder.until = float("-inf")
    await watch.passes(300, there=False)
    assert watch.told() == []


async def test_keepers_are_looked_up_now_and_then_and_never_while_it_is_away(watch: Watch) -> None:
    assert watch.asked == 1
    await watch.passes(300, there=True)
    assert watch.asked == 2
    await watch.passes(900, there=False)
    assert watch.asked == 2


async def test_a_database_that_goes_away_while_it_is_asked_for_keepers_is_logged(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    async def gone() -> list[int]:
        raise ConnectionResetError

    watch.alarm.ask = gone
    with caplog.at_level(logging.WARNING):
        await watch.passes(300, there=True)
    assert "could not be looked up" in caplog.text
    assert watch.alarm.keepers == [KEEPER]


async def test_keepers_are_the_admins_of_the_trees_the_bot_serves(database: str) -> None:
    cast = await assemble()
    await grant(OPERATOR, cast.member.member, cast.district.id, "admin", NOW)
    await grant(OPERATOR, cast.neighbour.member, cast.branch.id, "admin", NOW)
    await grant(OPERATOR, cast.offline.member, cast.district.id, "admin", NOW)
    await grant(OPERATOR, cast.foreigner.member, cast.foreign.id, "admin", NOW)
    assert await keepers(cast.bot.id, NOW) == sorted([cast.member.telegram_id or 0, cast.foreigner.telegram_id or 0])
    await Node.filter(id=cast.foreign.id).update(bot_id=None)
    assert await keepers(cast.bot.id, NOW) == [cast.member.telegram_id]
    await Role.filter(kind="admin").update(until_at=NOW)
    assert await keepers(cast.bot.id, NOW + timedelta(seconds=1)) == []
    await Role.filter(kind="admin").update(until_at=None)
    await Member.filter(id=cast.member.id).update(status="transferred")
    assert await keepers(cast.bot.id, NOW) == []
