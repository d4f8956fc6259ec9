"""A political birthday from the month's list to the thanks, as member, secretary and outsider live it; and one unwanted."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.engines import disconnect
from bot.sandbox.cast import COLLEAGUE, ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY, WITHOUT_TELEGRAM, Persona
from bot.sandbox.visitor import Visitor
from models import MODELS
from models.member import Member
from tests.connections import connect_freshly
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_roster import number, told

BOSS, OLD = number(SECRETARY), number(ELDER)
YEARS, AHEAD = 50, 9  # what the elder completes, and in how many days
WEEK, DAY = timedelta(days=7), timedelta(days=1)
WORDS = "五十年如一日，您是我们大家的榜样。"


async def birthday(world: Visitor) -> date:
    day = ((await world.clock()).astimezone(ZoneInfo(ZONE)) + timedelta(days=AHEAD)).date()
    return day - DAY if (day.month, day.day) == (2, 29) else day


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(ZONE))


@pytest.fixture
async def day(world: Visitor) -> date:
    return await birthday(world)


@pytest.fixture
async def house(settled: str, api: str, day: date, tmp_path: Path) -> AsyncIterator[Service]:
    """The demo's branch, where the roster knows three dates: two have their day together, one was deceased."""
    await connect_freshly(settled, MODELS)
    since = day.replace(year=day.year - YEARS)
    for persona in (ELDER, WITHOUT_TELEGRAM, COLLEAGUE):
        await Member.filter(name=persona.name).update(joined_on=since)
    await Member.filter(name=COLLEAGUE.name).update(status="deceased")
    await disconnect()
    process = Service(tmp_path, settled, api)
    await process.up()
    yield process
    await process.stop()


async def presses(world: Visitor, who: Persona, label: str) -> str:
    answer = await world.taps(number(who), label)
    assert answer is not None
    return str(answer["text"] or "")


async def photos(world: Visitor, who: Persona) -> list[dict[str, Any]]:
    """Pictures somebody was sent."""
    return [call for call in await world.log(method="sendPhoto") if call["chat_id"] == number(who)]


async def test_a_birthday_from_the_list_to_the_thanks(house: Service, world: Visitor, day: date) -> None:
    await world.travel(to=at(day - WEEK))
    shown = await told(world, BOSS, "快到政治生日的2位同志")
    assert COLLEAGUE.name not in shown["text"]
    assert f"{WITHOUT_TELEGRAM.name}同志，50周年（没有绑定，请当面祝贺）" in shown["text"]
    await presses(world, SECRETARY, ELDER.name)
    await told(world, BOSS, "要改寄语吗")
    await presses(world, SECRETARY, "改寄语")
    await told(world, BOSS, f"请发来给{ELDER.name}同志的寄语")
    await world.says(BOSS, WORDS)
    await told(world, BOSS, f"寄语：{WORDS}")
    assert await photos(world, ELDER) == []

    await world.travel(to=at(day))
    greeting = await told(world, OLD, "入党50周年")
    assert WORDS in greeting["text"]
    assert f"支部书记{SECRETARY.name}" in greeting["text"]
    assert len(await photos(world, ELDER)) == 1
    await presses(world, ELDER, "重温誓词")
    await told(world, OLD, "我志愿加入中国共产党")
    assert await presses(world, ELDER, "谢谢") == "已记下，支部书记看得到。"
    assert "还没有安排下一次主题党日" in await presses(world, ELDER, "讲初心")
    assert not any("周年" in (message["text"] or "") for message in await world.sees(GROUP.id))


async def test_the_months_list_tells_who_is_passed_over(house: Service, world: Visitor, day: date) -> None:
    await world.travel(to=at(day - WEEK))
    await world.says(BOSS, "/birthday")
    listed = await told(world, BOSS, "月政治生日")
    if f"{day.month}月政治生日" not in listed["text"]:
        await presses(world, SECRETARY, "下个月")
        listed = await told(world, BOSS, f"{day.month}月政治生日")
    assert f"{COLLEAGUE.name}：不祝贺（已去世）" in listed["text"]
    assert f"没有日期，不会祝贺：{SECRETARY.name}" in listed["text"]


async def test_who_wants_none_gets_none_and_an_outsider_hears_nothing(house: Service, world: Visitor, day: date) -> None:
    await world.says(OLD, "/birthday")
    await told(world, OLD, "我的政治生日")
    assert (await presses(world, ELDER, "不要祝贺")).startswith("已记下：不要祝贺")
    await world.says(number(OUTSIDER), "/start")
    await world.says(number(OUTSIDER), "/birthday")
    answer = await told(world, number(OUTSIDER), "名册里没有您的名字")
    assert not any(persona.name in answer["text"] for persona in (ELDER, SECRETARY, WITHOUT_TELEGRAM))
    await world.says(number(MEMBER), "/birthday 百花园")
    await told(world, number(MEMBER), "名册里没有您的入党日期")
    await world.travel(to=at(day) + DAY)
    assert await photos(world, ELDER) == []
