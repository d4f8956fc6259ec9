"""Asking what was and what comes: the member, the secretary, the committee, who has no say here, and clumsy words."""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from bot.sandbox.cast import ADMINISTRATOR, ELDER, GROUP, MEMBER, OUTSIDER, PROBATIONARY, SECRETARY, WITHOUT_TELEGRAM
from bot.sandbox.visitor import Visitor
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_living_thread import card, shows, told
from tests.stories.test_roster import fetched, number

BOSS, ELDER_ID, MEMBER_ID, ADMIN, NOBODY = (number(each) for each in (SECRETARY, ELDER, MEMBER, ADMINISTRATOR, OUTSIDER))
BRANCH, STREET, COMMUNITY = "百花园小区党支部", "梧桐街道党工委", "梧桐里社区党委"
NAMES = {each.name for each in (SECRETARY, ELDER, MEMBER, PROBATIONARY, WITHOUT_TELEGRAM)}
WEDNESDAY = 2


async def hears(world: Visitor, who: int, said: str, words: str, chat: int | None = None) -> str:
    """What is answered there, once it holds these words."""
    await world.says(who, said, chat=chat)
    return await shows(world, who if chat is None else chat, words)


def second_wednesday(today: datetime) -> datetime:
    """The next one, at 15:00."""
    first = today.replace(day=1, hour=15, minute=0, second=0, microsecond=0)
    found = first + timedelta(days=(WEDNESDAY - first.weekday()) % 7 + 7)
    return found if found.date() > today.date() else second_wednesday((first + timedelta(days=32)).replace(day=1, hour=0))


async def ruled(world: Visitor) -> datetime:
    """The secretary sets the rule of the year; when its next day begins."""
    await card(world)
    await world.says(BOSS, "/plan 每月第二个周三 15:00 社区花园")

    async def offered() -> bool:
        buttons = [button["text"] for each in await world.sees(BOSS) for row in each["buttons"] for button in row]
        return "顺延工作日" in buttons

    await world.until(offered)
    await world.taps(BOSS, "顺延工作日")
    return second_wednesday((await world.clock()).astimezone(ZoneInfo(ZONE)))


async def held(world: Visitor) -> datetime:
    """That day: the member is on leave, the elder signs in, all others stay away."""
    day = await ruled(world)
    await world.travel(to=day - timedelta(days=6))
    await shows(world, GROUP.id, "社区花园")
    await told(world, MEMBER_ID, "请假")
    await world.travel(to=day - timedelta(minutes=5))
    await told(world, ELDER_ID, "签到")
    await world.travel(to=day + timedelta(hours=1))
    return day


async def test_the_next_day_is_told_with_ones_own_answer_and_its_buttons(service: Service, world: Visitor) -> None:
    await card(world)
    assert "您还没有回复" in await hears(world, ELDER_ID, "/themeday", BRANCH)
    answer = await world.taps(ELDER_ID, "参加")
    assert answer is not None
    assert answer["text"].startswith("已记下：参加")
    assert "您的回复：参加" in await hears(world, ELDER_ID, "/themeday", "您的回复")
    here = await hears(world, MEMBER_ID, "/themeday", "已回复 1／8", chat=GROUP.id)
    assert not [name for name in NAMES if name in here]
    await hears(world, NOBODY, "/start", "名册里还没有您的账号")
    await hears(world, NOBODY, "/themeday", "名册里没有您的名字")
    await world.says(BOSS, "/themeday")
    await shows(world, BOSS, "您还没有回复")
    await world.taps(BOSS, "办这次活动")
    await shows(world, BOSS, "主题党日")


async def test_a_theme_day_is_asked_about_by_everybody_in_their_own_way(service: Service, world: Visitor) -> None:
    day = await held(world)
    month = f"{day.month}月"
    own = await hears(world, ELDER_ID, "/attendance", "我的出勤")
    assert f"{month}{day.day}日15:00　{month}主题党日：出席（本人点）" in own
    assert "请假" in await hears(world, MEMBER_ID, f"/attendance {month}", "我的出勤")
    branch = await hears(world, BOSS, f"/attendance {month} 百花园", "出勤")
    assert "实到／应到 12.5%（1／8），请假 1，缺席 6" in branch
    assert f"请假 1：{MEMBER.name}" in branch
    assert WITHOUT_TELEGRAM.name in branch
    group = await hears(world, BOSS, f"/attendance {month}", "12.5%（1／8）", chat=GROUP.id)
    assert not [name for name in NAMES if name in group]
    table = await hears(world, ADMIN, f"/attendance {day.year}年{month}", "主题党日出勤")
    lines = [line.strip("　") for line in table.splitlines()]
    counted = "已开1／1，12.5%（1／8），请假1，缺席6＊"
    assert lines[1:4] == [f"{STREET}：{counted}", f"{COMMUNITY}：{counted}", f"{BRANCH}：{counted}"]
    assert not [name for name in NAMES if name in table]


async def test_the_table_is_a_file_and_the_year_a_picture(service: Service, world: Visitor, api: str) -> None:
    day = await held(world)
    await hears(world, BOSS, f"/attendance {day.month}月", "出勤")
    await world.taps(BOSS, "表格")
    await shows(world, BOSS, "的出勤表")
    book = load_workbook(io.BytesIO(await fetched(api, world, "出勤表.xlsx")))
    assert book.sheetnames == ["汇总", "明细", "说明"]
    rows = [[cell.value for cell in row] for row in book["明细"].iter_rows(min_row=2)]
    people = {(row[4], row[5]) for row in rows if row[0].date() == day.date() and row[3] == "主题党日"}
    assert people >= {(ELDER.name, "出席"), (MEMBER.name, "请假"), (SECRETARY.name, "缺席")}
    assert len(people) == 8
    await world.taps(BOSS, "全年走势")

    async def photographed() -> str:
        sent = await world.log(method="sendPhoto")
        return next((call["arguments"]["caption"] for call in sent if "出勤率" in call["arguments"].get("caption", "")), "")

    caption = await world.until(photographed)
    assert f"{day.month}月 1／8" in caption
    assert "0／0" in caption


async def test_who_has_no_say_here_hears_a_sentence(service: Service, world: Visitor) -> None:
    await card(world)
    await hears(world, NOBODY, "/start", "名册里还没有您的账号")
    await hears(world, NOBODY, "/attendance 12月", "名册里没有您的名字")
    await hears(world, NOBODY, "/attendance 百花园", "名册里没有您的名字")
    await hears(world, MEMBER_ID, "/attendance 百花园", "没有找到您能查看的这个组织")
    await hears(world, MEMBER_ID, "/attendance 12月", "这件事由支部书记或组织委员来办", chat=GROUP.id)
    for place in (STREET, "没有这个支部", "%"):
        await world.says(BOSS, "/help")
        await shows(world, BOSS, "您可以")
        await hears(world, BOSS, f"/attendance {place}", "没有找到您能查看的这个组织")
    await hears(world, BOSS, f"/attendance {STREET}", "群里只看本支部的人数", chat=GROUP.id)


async def test_clumsy_words_are_understood_or_answered_with_the_form(service: Service, world: Visitor) -> None:
    await card(world)
    year = (await world.clock()).astimezone(ZoneInfo(ZONE)).year
    for words in ("１月", "一月", f"{year}-1", f"  {year} 年1月 ".replace(" 年", "年"), "百花园    1月份"):
        await world.says(BOSS, "/help")
        await shows(world, BOSS, "您可以")
        assert f"{BRANCH}　{year}年1月出勤" in await hears(world, BOSS, f"/attendance {words}", "1月出勤")
    await hears(world, BOSS, "/attendance 13月", "没有这个月份")
    await hears(world, ADMIN, "/attendance 去年", f"{year - 1}年12月主题党日出勤")
    await hears(world, ADMIN, "/attendance 百花", f"{BRANCH}")
