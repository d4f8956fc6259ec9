"""A theme day as it looks on a phone: the rule, the card, leave and its reason, the reminder, sign-in, the record, the year.

The screenshots go to a temporary folder; with BRANCHLIFE_KEEP_SCREENSHOTS=1 they become those of the guide.
"""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.furnishing import meeting_day, monthly
from bot.sandbox.cast import CAST, ELDER, GROUP, MEMBER, OUTSIDER, PROBATIONARY, SECRETARY, WITHOUT_TELEGRAM, Persona
from models.recurrence import LAST
from tests.stories.conftest import ZONE
from tests.stories.demonstration import copied, demo
from tests.stories.house import Service
from tests.stories.test_browser import PHONE, become, heard, keep, look, names_in, opened, says
from tests.stories.test_evening_page import answered, presses

THERE = ZoneInfo(ZONE)
PLACE = "社区党群服务中心二楼"
PATIENCE = 20_000  # milliseconds until a card is sent or renewed
CRISP = 600  # pixels of a picture, at least, for a bubble half as wide
ZIPPED = b"PK\x03\x04"  # how a .docx and an .xlsx begin
MOST_STEPS = 40  # from the start to a reminder, and on to sign-in: a question and its answer every day, birthdays
NTHS = {1: "第一个", 2: "第二个", 3: "第三个", 4: "第四个", LAST: "最后一个"}


@pytest.fixture
async def service(settled: str, api: str, tmp_path: Path) -> AsyncIterator[Service]:
    """The service, running for a branch that has planned nothing yet."""
    process = Service(tmp_path, settled, api)
    await process.up()
    yield process
    await process.stop()


@pytest.mark.timeout(240)
async def test_a_theme_day_on_a_phone(service: Service, api: str, browser: Browser, shelf: Path) -> None:
    page = await opened(browser, api, PHONE, scale=2)
    begins = await the_rule(page, shelf)
    await the_card(page, begins, shelf)
    await the_reminder(page, begins, shelf)
    await the_desk(page)
    await sign_in(page, begins, shelf)
    await entered_by_hand(page, shelf)
    await the_record(page, begins, shelf)
    await the_lock(page)
    await what_was(page, begins, shelf)
    await what_others_see(page)


async def the_rule(page: Page, shelf: Path) -> datetime:
    """The secretary sets the rule of the year; when its first day begins."""
    await become(page, SECRETARY)
    await says(page, "private", f"/plan 每月{NTHS[monthly(meeting_day(today())).nth]}周二 15:00 {PLACE}")
    await answered(page, "private", "约1小时")
    await answered(page, "private", "遇到节假日怎么办？")
    await keep(page, shelf / "theme-day-rule.png")
    await presses(page, "private", "顺延工作日")
    toast = page.locator("#private .toast", has_text="已排好：下一次")
    begins = next_one(await toast.inner_text())
    await answered(page, "private", f"{begins.month}月{begins.day}日（周{'一二三四五六日'[begins.weekday()]}）")
    return begins


def today() -> date:
    return datetime.now(THERE).date()


def next_one(words: str) -> datetime:
    """The moment a toast names, which lies ahead."""
    month, day, hour, minute = map(int, re.findall(r"\d+", words)[:4])
    years = (datetime(today().year + later, month, day, hour, minute, tzinfo=THERE) for later in (0, 1))
    return next(each for each in years if each.date() >= today())


async def go(page: Page, to: datetime) -> None:
    """By the sandbox's clock, as a person moves it."""
    await look(page, "time")
    await page.locator("#moment").fill(f"{to:%Y-%m-%dT%H:%M}")
    await page.locator("#goto button").click()
    await expect(page.locator("#progress")).to_contain_text("到了", timeout=60_000)


async def toasted(page: Page, pane: str, words: str) -> None:
    await expect(page.locator(f"#{pane} .toast", has_text=words).last).to_be_visible(timeout=PATIENCE)


async def the_card(page: Page, begins: datetime, shelf: Path) -> None:
    """A week before it is in the group; one joins, one asks for leave and says why in private."""
    await go(page, datetime.combine(begins.date() - timedelta(days=6), time(10), THERE))
    await answered(page, "group", "已回复 0／8：参加 0，请假 0")
    await become(page, MEMBER)
    await presses(page, "group", "参加")
    await toasted(page, "group", f"已记下：参加。{begins.month}月{begins.day}日15:00见。")
    await answered(page, "group", "已回复 1／8：参加 1，请假 0")
    await keep(page, shelf / "theme-day-card.png")
    await presses(page, "group", "详情")
    await answered(page, "private", f"关于开展{begins.month}月主题党日活动的通知")
    await become(page, PROBATIONARY)
    await presses(page, "group", "请假")
    await toasted(page, "group", "请到与我的私聊里说一下原因")
    await answered(page, "private", "请用一句话说明原因")
    await says(page, "private", "当天学校有考试，走不开")
    await answered(page, "private", "已记下原因，只有支部负责人看得到")
    await keep(page, shelf / "theme-day-leave.png")
    await answered(page, "group", "已回复 2／8：参加 1，请假 1")
    assert names_in(await heard(page, "group")) == []


async def the_reminder(page: Page, begins: datetime, shelf: Path) -> None:
    """Only the elder, who has not answered, hears of it the day before, and answers there."""
    await go(page, begins - timedelta(days=1))
    await become(page, ELDER)
    await answered(page, "private", f"明天，{begins.month}月{begins.day}日15:00")
    await keep(page, shelf / "theme-day-reminder.png")
    await presses(page, "private", "参加")
    await toasted(page, "private", "已记下：参加")
    await become(page, PROBATIONARY)
    assert "提醒您" not in await heard(page, "private")


async def the_desk(page: Page) -> None:
    await become(page, SECRETARY)
    await answered(page, "private", f"没有绑定 1：{WITHOUT_TELEGRAM.name}")
    await says(page, "private", "/desk")
    await answered(page, "private", "要管理哪一次活动？")
    await presses(page, "private", "1")
    await answered(page, "private", "已回复 3／8：参加 2，请假 1")
    await presses(page, "private", "名单")
    await answered(page, "private", f"请假 1：{PROBATIONARY.name}")
    await answered(page, "private", "当天学校有考试，走不开")


async def sign_in(page: Page, begins: datetime, shelf: Path) -> None:
    """A quarter of an hour before the start the card asks for it and the secretary has the code to hang up."""
    await go(page, begins - timedelta(minutes=14))
    await answered(page, "private", "签到开始了")
    picture = page.locator("#private .bot img").last
    await crisp(picture)
    code = re.search(r"签到码：(\d{6})", await heard(page, "private"))
    assert code is not None
    await picture.scroll_into_view_if_needed()
    await keep(page, shelf / "theme-day-code.png")
    await become(page, MEMBER)
    await signs_in(page)
    await become(page, ELDER)
    await says(page, "private", f"/signin {code[1]}")
    await answered(page, "private", "已签到（")
    await become(page, OUTSIDER)
    await presses(page, "group", "签到")
    await expect(page.locator("#alert-text")).to_contain_text("名册里没有您的名字")
    await page.locator("#alert button").click()
    await become(page, SECRETARY)
    await signs_in(page)
    await answered(page, "group", "已签到 3／8")
    assert code[1] not in await heard(page, "group")


async def signs_in(page: Page) -> None:
    await presses(page, "group", "签到")
    await toasted(page, "group", "已签到（")


async def crisp(picture: Locator) -> None:
    """It has loaded, with pixels enough, and is not cut."""
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("one => one.naturalWidth") >= CRISP
    box = await picture.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= PHONE[0]


async def entered_by_hand(page: Page, shelf: Path) -> None:
    await presses(page, "private", "代签")
    await answered(page, "private", "还没签到 5 人，到了就点名字")
    await presses(page, "private", WITHOUT_TELEGRAM.name)
    await toasted(page, "private", f"已代签：{WITHOUT_TELEGRAM.name}。")
    await answered(page, "private", "还没签到 4 人")
    await keep(page, shelf / "theme-day-enter.png")


async def the_record(page: Page, begins: datetime, shelf: Path) -> None:
    """Sign-in is over: who was there is told, what was done is ticked."""
    await go(page, begins + timedelta(minutes=31))
    await answered(page, "private", "应到 8：实到 4，请假 1，缺席 3")
    await presses(page, "private", "勾选议程")
    await answered(page, "private", "完成了哪一项")
    for place in ("1", "2", "3"):
        await presses(page, "private", place)
        await answered(page, "private", f"{place} ✓")
    record = page.locator("#private .bot", has_text="请核对记录").last
    await expect(record).to_contain_text("完成的内容：诵读党章、交纳党费、学习", timeout=PATIENCE)
    await record.evaluate("one => one.scrollIntoView({ block: 'end' })")
    await keep(page, shelf / "theme-day-record.png")


async def the_lock(page: Page) -> None:
    await presses(page, "private", "锁定")
    await answered(page, "private", "再点一次就锁定")
    await presses(page, "private", "锁定")
    await toasted(page, "private", "记录已锁定。")
    await answered(page, "private", "补课 0／3")
    await presses(page, "private", "下载记录")
    await answered(page, "private", "可以打印签名")
    await downloads(page, "记录.docx")


async def downloads(page: Page, name: str) -> None:
    link = page.locator("#private .bot .doc", has_text=name).last
    await expect(link).to_be_visible(timeout=PATIENCE)
    href = await link.evaluate("one => one.href")
    assert (await (await page.request.get(href)).body()).startswith(ZIPPED)


async def what_was(page: Page, begins: datetime, shelf: Path) -> None:
    """The month by name, its table, the picture of the year."""
    await says(page, "private", f"/attendance {begins.year}年{begins.month}月")
    await answered(page, "private", "实到／应到 50.0%（4／8），请假 1，缺席 3")
    await presses(page, "private", "表格")
    await downloads(page, "出勤表.xlsx")
    await presses(page, "private", "全年走势")
    await answered(page, "private", f"{begins.month}月 4／8")
    await crisp(page.locator("#private .bot img").last)
    await page.locator("#private .log").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    await expect(page.locator("#private .toast")).to_have_count(0, timeout=PATIENCE)
    await keep(page, shelf / "theme-day-year.png")


async def what_others_see(page: Page) -> None:
    """A member their own line; the group counts; nobody else's name anywhere."""
    await become(page, MEMBER)
    await says(page, "private", "/attendance")
    await answered(page, "private", "主题党日：出席（本人点）")
    await look(page, "group")
    await answered(page, "group", "签到已结束：实到 4／8")
    assert names_in(await heard(page, "group")) == []
    assert others(MEMBER, await heard(page, "private")) == []


def others(person: Persona, words: str) -> list[str]:
    assert person in CAST
    return [name for name in names_in(words) if name != person.name]


async def test_a_newcomer_finds_the_year_planned_and_comes_to_sign_in_by_one_button(browser: Browser, tmp_path: Path) -> None:
    """The demo, as it starts: no date is worked out, no hour typed."""
    async with demo(copied(tmp_path)) as playing:
        page = await opened(browser, playing.address, PHONE)
        await become(page, SECRETARY)
        await says(page, "private", "/plan")
        await answered(page, "private", "年主题党日")
        await expect(page.locator("#private .keys").get_by_role("button", name="规则")).to_be_visible()
        await become(page, ELDER)
        await says(page, "private", "/themeday")
        await answered(page, "private", "您还没有回复")
        reminder = page.locator("#private .bot .bubble", has_text=f"{GROUP.title}提醒您")
        for _ in range(MOST_STEPS):  # birthdays and questions of the day come in between
            if await reminder.count():
                break
            await the_next_thing(page)
        await answered(page, "private", f"{GROUP.title}提醒您")
        sign_in_now = page.locator("#group .keys").get_by_role("button", name="签到", exact=True)
        for _ in range(MOST_STEPS):
            if await sign_in_now.count():
                break
            await the_next_thing(page)
        await signs_in(page)


async def the_next_thing(page: Page) -> None:
    await look(page, "time")
    await page.locator("#next").click()
    await expect(page.locator("#progress")).to_contain_text("到了", timeout=60_000)
    await look(page, "group")
