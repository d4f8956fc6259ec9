"""The year's plan: a rule in one line, its days as a list and as a file, holidays that move them, and who is kept out."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from icalendar import Calendar

from bot.engines import disconnect
from bot.sandbox.cast import DEMO_TOKEN, GROUP, MEMBER, OUTSIDER, SECRETARY
from bot.sandbox.visitor import Visitor
from models import MODELS
from models.member import OPERATOR, bind, enrol, grant
from models.organisation import Node, grow
from tests.bot.processes import House
from tests.connections import connect_freshly
from tests.stories.house import Service

RULE = "/plan 每月第一个周二 15:00 社区党群服务中心二楼"
BOSS, PERSON, STRANGER = SECRETARY.id or 0, MEMBER.id or 0, OUTSIDER.id or 0


def coming() -> date:
    """The first of the rule's days that will not have been announced by now."""
    months = [date(datetime.now(UTC).year + step // 12, step % 12 + 1, 1) for step in range(24)]
    tuesdays = [first + timedelta(days=(1 - first.weekday()) % 7) for first in months]
    return next(day for day in tuesdays if day >= datetime.now(UTC).date() + timedelta(days=10))


def words(day: date) -> str:
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


def file_of(day: date) -> bytes:
    """A made-up year in which that day is a holiday, as somebody's editor on Windows writes it."""
    return json.dumps({"year": day.year, "off": {f"{day}": "植树节"}}, ensure_ascii=False).encode("gb18030")


async def hears(world: Visitor, who: int, sentence: str) -> dict[str, Any]:
    async def said() -> dict[str, Any] | None:
        return next((each for each in reversed(await world.sees(who)) if sentence in (each["text"] or "")), None)

    found: dict[str, Any] = await world.until(said, seconds=15)
    return found


def buttons(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]


async def settled(world: Visitor) -> None:
    await world.says(BOSS, RULE)
    preview = await hears(world, BOSS, "还没有排。遇到节假日怎么办？")
    assert buttons(preview) == ["顺延工作日", "下周同一天", "不改", "到时问我"]
    answer = await world.taps(BOSS, "顺延工作日")
    assert answer is not None
    assert answer["text"].startswith("已排好：下一次")


async def listed(world: Visitor, who: int, day: date) -> dict[str, Any]:
    """The list of a day's year, newly asked for."""
    known = {each["message_id"] for each in await world.sees(who)}

    async def shown(year: str) -> dict[str, Any] | None:
        fresh = [each for each in await world.sees(who) if each["message_id"] not in known]
        return next((each for each in fresh if f"{year}年主题党日" in each["text"]), None)

    await world.says(who, "/plan")
    message = await world.until(lambda: shown(""), seconds=15)
    if f"{day.year}年主题党日" not in message["text"]:
        await world.taps(who, f"{day.year}年")
    found: dict[str, Any] = await world.until(lambda: shown(str(day.year)), seconds=15)
    return found


async def downloaded(world: Visitor, api: str, who: int) -> Calendar:
    async def sent() -> dict[str, Any] | None:
        calls = [call["result"] for call in reversed(await world.log(method="sendDocument")) if call["result"]]
        return next((each["document"] for each in calls if each["chat"]["id"] == who), None)

    document = await world.until(sent, seconds=15)
    assert document["file_name"].endswith("年主题党日.ics")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{api}/bot{DEMO_TOKEN}/getFile", params={"file_id": document["file_id"]}) as answer:
            path = (await answer.json())["result"]["file_path"]
        async with session.get(f"{api}/file/bot{DEMO_TOKEN}/{path}") as answer:
            return Calendar.from_ical(await answer.read())


async def test_the_secretary_settles_the_rule_and_everybody_can_put_it_into_their_calendar(
    service: Service, world: Visitor, api: str
) -> None:
    await settled(world)
    day = coming()
    assert words(day) in (await listed(world, BOSS, day))["text"]
    await world.taps(BOSS, "规则")
    assert "每月第一个周二15:00" in (await hears(world, BOSS, "要换，请发新的规则"))["text"]
    mine = await listed(world, PERSON, day)
    assert "规则" not in buttons(mine)
    await world.taps(PERSON, "日历文件")
    calendar = await downloaded(world, api, PERSON)
    assert f"{day}" in {f"{event.start:%Y-%m-%d}" for event in calendar.events}


async def test_a_year_that_is_loaded_moves_the_day_and_the_secretary_is_told_once(service: Service, world: Visitor) -> None:
    await settled(world)
    day = coming()
    await world.sends(BOSS, f"{day.year}.json", file_of(day))
    told = await hears(world, BOSS, "年的放假安排有了")
    assert f"{words(day)}改到{words(day + timedelta(days=1))}" in told["text"]
    await hears(world, BOSS, "次主题党日改了日子")
    line = f"{words(day + timedelta(days=1))} 待通知，原定{day.month}月{day.day}日（植树节）"
    assert line in (await listed(world, BOSS, day))["text"]
    await world.sends(BOSS, f"{day.year}.json", file_of(day))
    await hears(world, BOSS, "主题党日的日子不用改")
    assert [each["text"] for each in await world.sees(BOSS)].count(told["text"]) == 1


async def test_a_file_that_is_no_year_is_answered_with_a_sentence(service: Service, world: Visitor) -> None:
    day = coming()
    for content, sentence in [
        (b"\x00\xff\xfe\xff", "文字读不出"),
        (b"{", "不是JSON格式"),
        (b"{}", "没有写明年份"),
        (json.dumps({"year": day.year, "off": {"1999-01-01": "元旦"}}).encode(), "不在这一年"),
        (b" " * 300_000, "文件太大"),
    ]:
        await world.sends(BOSS, "节假日.json", content)
        await hears(world, BOSS, sentence)


async def test_the_operator_loads_a_year_beside_the_running_service(
    service: Service, world: Visitor, api: str, seeded: str, tmp_path: Path
) -> None:
    await settled(world)
    day = coming()
    (tmp_path / "year.json").write_bytes(file_of(day))
    house = House(tmp_path, api, {"DATA_DIR": str(tmp_path), "DATABASE_URL": seeded, "SANDBOX": "true"})
    done = await house.says("holidays", "year.json")
    assert (done.code, done.err) == (0, "")
    assert f"{day.year}年的节假日录入好了：放假1天" in done.out
    await hears(world, BOSS, "年的放假安排有了")
    (tmp_path / "year.json").write_bytes(b"{}")
    wrong = await house.says("holidays", "year.json")
    assert wrong.code == 1
    assert "没有写明年份" in wrong.err
    assert "Traceback" not in wrong.err


async def test_a_member_settles_nothing_and_an_outsider_sees_nothing(service: Service, world: Visitor) -> None:
    await settled(world)
    await world.says(PERSON, RULE)
    await hears(world, PERSON, "书记")
    await world.sends(PERSON, "2027.json", file_of(coming()))
    for sentence in ("/start", "/plan", RULE):
        await world.says(STRANGER, sentence)

    async def refused_twice() -> bool:
        return [each["text"] for each in await world.sees(STRANGER)].count("名册里没有您的名字，请联系支部书记核对。") == 2

    assert await world.until(refused_twice, seconds=15)
    assert not any("周二" in (each["text"] or "") for each in await world.sees(STRANGER) if each["text"] != RULE)


@pytest.fixture
async def neighbour(seeded: str) -> int:
    """The secretary of a branch beside this one; the account is the outsider's."""
    await connect_freshly(seeded, MODELS)
    root, now = await Node.get(parent_id=None), datetime.now(UTC)
    beside = await grow(root, "隔壁支部", "branch")
    somebody = await enrol(OPERATOR, root.id, "某书记", "full", now, beside.id)
    await grant(OPERATOR, somebody, beside.id, "secretary", now)
    await bind(OPERATOR, somebody, STRANGER, "2026-11", now)
    await disconnect()
    return STRANGER


async def test_the_secretary_of_another_branch_gets_a_sentence(neighbour: int, service: Service, world: Visitor) -> None:
    await settled(world)
    for sentence in ("/plan", RULE):
        before = len(await world.sees(GROUP.id))
        await world.says(neighbour, sentence, chat=GROUP.id)

        async def answered(count: int = before) -> list[dict[str, Any]]:
            return (await world.sees(GROUP.id))[count + 1 :]

        (answer,) = await world.until(answered, seconds=15)
        assert "周二" not in answer["text"]
        assert "书记" in answer["text"]
    await world.says(neighbour, "/start")
    await world.says(neighbour, "/plan")
    await hears(world, neighbour, "还没有安排主题党日")
