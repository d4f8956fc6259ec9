"""Travelling: the clock jumps a month ahead, and everything due on the way happens once, in order, at its own hour."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.cast import CAST, ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY
from bot.sandbox.visitor import Visitor
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_living_thread import card, told

DAY = timedelta(days=1)
BOUND = {person.id for person in CAST if person.id is not None and person.in_group and person is not OUTSIDER}


def there(call: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(call["civil"]).astimezone(ZoneInfo(ZONE))


async def second_gathering(world: Visitor, days: int) -> datetime:
    """Another one, planned in words, at 09:00."""
    assert SECRETARY.id is not None
    day = (await world.clock()).astimezone(ZoneInfo(ZONE)) + timedelta(days=days)
    await world.says(SECRETARY.id, f"/plan {day:%Y-%m-%d} 09:00 社区花园 志愿服务", chat=GROUP.id)

    async def announced() -> bool:
        return any("志愿服务" in message["text"] and message["buttons"] for message in await world.sees(GROUP.id))

    await world.until(announced)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


async def test_a_jump_of_a_month_sends_each_due_thing_once_and_in_order(service: Service, world: Visitor) -> None:
    await card(world)
    await told(world, ELDER.id, "参加")
    second = await second_gathering(world, days=20)
    told_before = len(await world.log())

    journey = await world.travel(seconds=timedelta(days=30).total_seconds())
    assert journey["stops"] >= 4

    calls = (await world.log())[told_before:]
    reminders = [call for call in calls if call["method"] == "sendMessage" and "您还没有回复" in call["arguments"]["text"]]
    first_round = [call for call in reminders if "主题党日" in call["arguments"]["text"]]
    second_round = [call for call in reminders if "志愿服务" in call["arguments"]["text"]]
    assert Counter(call["chat_id"] for call in first_round) == Counter(dict.fromkeys(BOUND - {ELDER.id}, 3))
    assert Counter(call["chat_id"] for call in second_round) == Counter(dict.fromkeys(BOUND, 3))
    assert reminders == first_round + second_round
    evening = (second - DAY).replace(hour=20, minute=59)  # an hour before would be in the night
    times = [there(call) for call in second_round[:: len(BOUND)]]
    assert [at.replace(second=0, microsecond=0) for at in times] == [second - 3 * DAY, second - DAY, evening]
    assert {there(call).hour for call in first_round} == {14, 15}

    cards = [message["text"] for message in await world.sees(GROUP.id) if "签到已结束" in message["text"]]
    assert len(cards) == 2
    assert not any(message["buttons"] for message in await world.sees(GROUP.id))


async def test_travelling_twice_over_the_same_days_owes_nothing_twice(service: Service, world: Visitor) -> None:
    await card(world)
    await world.travel(seconds=timedelta(days=30).total_seconds())
    sent = len(await world.log(method="sendMessage"))
    await world.travel(seconds=timedelta(days=30).total_seconds())
    assert len(await world.log(method="sendMessage")) == sent


async def test_after_the_close_a_tap_says_so_and_changes_nothing(service: Service, world: Visitor) -> None:
    await card(world)
    data = (await world.sees(GROUP.id))[0]["buttons"][0][0]["data"]
    await world.travel(seconds=timedelta(days=30).total_seconds())
    message = (await world.sees(GROUP.id))[0]
    assert MEMBER.id is not None
    answer = await world.taps(MEMBER.id, data, chat=GROUP.id, message_id=message["message_id"], forged=True)
    assert answer is not None
    assert answer["text"].startswith("回复已经截止")
    assert "签到已结束：实到 0／8" in (await world.sees(GROUP.id))[0]["text"]


async def test_a_service_that_was_off_catches_up_when_it_is_on_again(service: Service, world: Visitor) -> None:
    await card(world)
    await world.power(False)
    await world.travel(seconds=timedelta(days=30).total_seconds())
    assert "签到" not in (await world.sees(GROUP.id))[0]["text"]
    await world.power(True)

    async def closed() -> bool:
        return "签到已结束" in (await world.sees(GROUP.id))[0]["text"]

    await world.until(closed, seconds=10)
    late = [call for call in await world.log(method="sendMessage") if "您还没有回复" in call["arguments"]["text"]]
    assert late == [], "a reminder of what is over helps nobody"
