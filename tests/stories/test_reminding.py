"""Reminders as people meet them: at their hours, through a night, after a failure, within the week's limit, by phone."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.cast import (
    CAST,
    COLLEAGUE,
    ELDER,
    GROUP,
    GROUP_LEADER,
    MEMBER,
    OUTSIDER,
    PROBATIONARY,
    SECRETARY,
    WITHOUT_TELEGRAM,
    Persona,
)
from bot.sandbox.visitor import Visitor
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_living_thread import JOIN, LEAVE, card, shows, told

BOUND = {person.id for person in CAST if person.id is not None and person.in_group and person is not OUTSIDER}
ASK, TELL, PLAN = "您还没有回复", "您回复了参加", "/plan {day:%Y-%m-%d} {at} 二楼 {title}"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENT = "年终学习会"


def number(persona: Persona) -> int:
    assert persona.id is not None
    return persona.id


async def plans(world: Visitor, days: int, at: str = "15:00", title: str = EVENT) -> datetime:
    """The secretary plans a gathering so many days from now; when it starts, there."""
    day = (await world.clock()).astimezone(ZoneInfo(ZONE)) + timedelta(days=days)
    await world.says(number(SECRETARY), PLAN.format(day=day, at=at, title=title), chat=GROUP.id)

    async def announced() -> bool:
        return any(title in message["text"] and message["buttons"] for message in await world.sees(GROUP.id))

    await world.until(announced, seconds=12)
    hour, minute = map(int, at.split(":"))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


async def said(world: Visitor, words: str, about: str = EVENT) -> list[tuple[datetime, int]]:
    """When, there, and to whom a private message with these words about the gathering was sent."""
    calls: list[dict[str, Any]] = await world.log(method="sendMessage")
    return [
        (datetime.fromisoformat(call["civil"]).astimezone(ZoneInfo(ZONE)), int(call["arguments"]["chat_id"]))
        for call in calls
        if words in call["arguments"]["text"] and about in call["arguments"]["text"] and call["status"] == 200
    ]


def close_to(times: list[datetime], wanted: datetime) -> bool:
    return all(timedelta(0) <= at - wanted < MINUTE for at in times)


async def test_the_silent_are_reminded_three_times_those_who_come_once_and_those_on_leave_never(
    service: Service, world: Visitor
) -> None:
    await card(world)
    starts = await plans(world, days=5)
    await told(world, number(ELDER), JOIN)
    await told(world, number(COLLEAGUE), LEAVE)
    await world.travel(to=starts)
    asked = await said(world, ASK)
    assert Counter(who for _, who in asked) == Counter(dict.fromkeys(BOUND - {ELDER.id, COLLEAGUE.id}, 3))
    for count, lead in enumerate((3 * DAY, DAY, HOUR)):
        each = len(BOUND) - 2
        assert close_to([at for at, _ in asked[count * each :][:each]], starts - lead)
    ((at, who),) = await said(world, TELL)
    assert who == ELDER.id
    assert close_to([at], starts - HOUR)
    words = (await world.sees(number(ELDER)))[-1]["text"]
    assert words.startswith("今天")
    assert COLLEAGUE.id not in {who for _, who in [*asked, (at, who)]}


async def test_who_answers_a_reminder_hears_no_more_of_it(service: Service, world: Visitor) -> None:
    await card(world)
    starts = await plans(world, days=5)
    await world.travel(to=starts - 2 * DAY)
    answer = await world.taps(number(MEMBER), LEAVE)
    assert answer is not None
    assert answer["text"].startswith("已记下")
    await world.travel(to=starts)
    assert Counter(who for _, who in await said(world, ASK))[number(MEMBER)] == 1


async def test_a_reminder_that_falls_into_the_night_leaves_the_evening_before(service: Service, world: Visitor) -> None:
    await card(world)
    starts = await plans(world, days=5, at="08:00")
    await world.travel(to=starts)
    times = sorted({at.replace(second=0, microsecond=0) for at, _ in await said(world, ASK)})
    evening = starts.replace(hour=20, minute=59)
    assert times == [evening - 4 * DAY, evening - 2 * DAY, evening - DAY]


async def test_after_three_hours_off_what_is_still_useful_is_said_once(service: Service, world: Visitor) -> None:
    """The service is off from an hour before the second reminder to two hours after it."""
    await card(world)
    starts = await plans(world, days=5)
    await world.travel(to=starts - DAY - HOUR)
    before = len(await said(world, ASK))
    await world.power(False)
    await world.travel(seconds=3 * HOUR.total_seconds())
    assert len(await said(world, ASK)) == before == len(BOUND)
    await world.power(True)

    async def caught_up() -> bool:
        return len(await said(world, ASK)) >= before + len(BOUND)

    await world.until(caught_up, seconds=15)
    late = (await said(world, ASK))[before:]
    assert Counter(who for _, who in late) == Counter(BOUND)
    assert close_to([at for at, _ in late], starts - DAY + 2 * HOUR)
    await world.travel(to=starts)
    assert len(await said(world, ASK)) == 3 * len(BOUND)


async def test_of_several_reminders_missed_the_newest_is_said_alone(service: Service, world: Visitor) -> None:
    await card(world)
    starts = await plans(world, days=5)
    await world.power(False)
    await world.travel(to=starts - 40 * MINUTE)
    await world.power(True)

    async def caught_up() -> bool:
        return len(await said(world, ASK)) >= len(BOUND)

    await world.until(caught_up, seconds=15)
    await world.travel(to=starts + DAY)
    assert Counter(who for _, who in await said(world, ASK)) == Counter(BOUND)


async def test_whom_the_bot_does_not_reach_is_phoned_and_entered_by_a_tap(service: Service, world: Visitor) -> None:
    await card(world)
    secretary = number(SECRETARY)
    starts = await plans(world, days=5)
    await world.block(number(MEMBER))
    await world.travel(to=starts - 2 * DAY)
    words = await shows(world, secretary, "请打电话问")
    assert f"没有绑定 1：{WITHOUT_TELEGRAM.name}" in words
    assert f"停用了机器人 1：{MEMBER.name}" in words
    await world.taps(secretary, WITHOUT_TELEGRAM.name)
    await shows(world, secretary, f"{WITHOUT_TELEGRAM.name}同志在电话里怎么说")
    answer = await world.taps(secretary, JOIN, message_id=(await asking(world, secretary)))
    assert answer is not None
    assert answer["text"] == f"已代填：{WITHOUT_TELEGRAM.name}，参加。本人以后自己点的为准。"
    left = await shows(world, secretary, "请打电话问")
    assert WITHOUT_TELEGRAM.name not in left
    assert MEMBER.name in left
    await in_group(world, "已回复 1／8：参加 1")
    await world.says(secretary, "/desk")


async def asking(world: Visitor, chat: int) -> int:
    """The list that asks what somebody said."""
    return next(int(each["message_id"]) for each in await world.sees(chat) if "在电话里怎么说" in each["text"])


async def in_group(world: Visitor, words: str) -> None:
    async def seen() -> bool:
        return any(EVENT in each["text"] and words in each["text"] for each in await world.sees(GROUP.id))

    await world.until(seen, seconds=15)


async def test_an_answer_of_their_own_is_asked_about_before_it_is_replaced(service: Service, world: Visitor) -> None:
    await card(world)
    secretary = number(SECRETARY)
    starts = await plans(world, days=5)
    await world.block(number(MEMBER))
    await world.travel(to=starts - 2 * DAY)
    await shows(world, secretary, "请打电话问")
    await world.taps(secretary, MEMBER.name)
    await shows(world, secretary, f"{MEMBER.name}同志在电话里怎么说")
    await told(world, number(MEMBER), LEAVE)
    answer = await world.taps(secretary, JOIN, message_id=(await asking(world, secretary)))
    assert answer is not None
    assert answer["show_alert"] is True
    assert answer["text"].startswith(f"{MEMBER.name}同志已经回复过：请假。")
    await shows(world, secretary, "要改成参加吗")
    await world.taps(secretary, "改过来")
    await in_group(world, "参加 1，请假 0")


async def test_a_group_leader_is_asked_for_the_own_people_and_a_member_for_nobody(service: Service, world: Visitor) -> None:
    await card(world)
    starts = await plans(world, days=5)
    await world.block(number(ELDER))
    await world.travel(to=starts - 2 * DAY)
    words = await shows(world, number(GROUP_LEADER), "请打电话问")
    assert ELDER.name in words
    assert WITHOUT_TELEGRAM.name not in words
    assert not any("请打电话问" in each["text"] for each in await world.sees(number(PROBATIONARY)))
    data = next(
        button["data"]
        for each in await world.sees(number(SECRETARY))
        for row in each["buttons"]
        for button in row
        if button["text"] == WITHOUT_TELEGRAM.name
    )
    message = (await world.sees(number(PROBATIONARY)))[-1]["message_id"]
    answer = await world.taps(number(PROBATIONARY), data, message_id=message, forged=True)
    assert answer is not None
    assert answer["text"].startswith("这件事由支部书记或组织委员来办")


@pytest.mark.parametrize("count", [3])
async def test_nobody_gets_more_than_five_automatic_messages_in_seven_days(
    service: Service, world: Visitor, count: int
) -> None:
    """Three gatherings within one week would be nine reminders; the rest is held, and who is not reminded is listed."""
    await card(world)
    titles = ["一次学习", "二次学习", "三次学习"][:count]
    starts = [await plans(world, days=5 + number, title=title) for number, title in enumerate(titles)]
    await world.travel(to=starts[-1])
    times: dict[int, list[datetime]] = {}
    for title in [*titles, "主题党日"]:
        for at, who in await said(world, ASK, about=title):
            times.setdefault(who, []).append(at)
    assert times.keys() == BOUND
    for each in times.values():
        ordered = sorted(each)
        assert all(later - first >= 7 * DAY for first, later in zip(ordered, ordered[5:], strict=False))
    assert max(map(len, times.values())) >= 5
