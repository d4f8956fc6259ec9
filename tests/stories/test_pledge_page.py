"""A pledge as it looks on a phone: the card with its counter, the choice, what the branch sees, the picture in the group.

The screenshots go to a temporary folder; with BRANCHLIFE_KEEP_SCREENSHOTS=1 they become those of the guide.
"""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.cast import MEMBER, OUTSIDER, SECRETARY
from tests.stories.house import Service
from tests.stories.test_browser import PHONE, become, calm, heard, keep, look, names_in, opened, says
from tests.stories.test_evening_page import answered, presses
from tests.stories.test_theme_day_page import CRISP, PATIENCE, THERE, go, toasted

WORDS = "每周到楼道里走一遍，看看灯亮不亮"


@pytest.fixture
async def service(settled: str, api: str, tmp_path: Path) -> AsyncIterator[Service]:
    """The service, running for a branch that has planned nothing yet."""
    process = Service(tmp_path, settled, api)
    await process.up()
    yield process
    await process.stop()


@pytest.mark.timeout(240)
async def test_a_pledge_on_a_phone(service: Service, api: str, browser: Browser, shelf: Path) -> None:
    page = await opened(browser, api, PHONE, scale=2)
    await the_campaign(page)
    await the_choice(page, shelf)
    await the_review(page)
    await the_picture(page, shelf)
    await what_an_outsider_sees(page)


async def the_campaign(page: Page) -> None:
    """The secretary draws one up the next morning and opens it."""
    tomorrow = datetime.now(THERE).date() + timedelta(days=1)
    await become(page, SECRETARY)
    await go(page, datetime.combine(tomorrow, time(10), THERE))
    ends = tomorrow + timedelta(days=365)
    period = f"{tomorrow.year}年{tomorrow.month}月{tomorrow.day}日至{ends.year}年{ends.month}月{ends.day}日"
    await says(page, "private", f"/pledge {period} “我是党员”承诺")
    await answered(page, "private", "已建好承诺活动")
    await presses(page, "private", "管理")
    await answered(page, "private", "加减好内容，再发到群里")
    await presses(page, "private", "发到群里")
    await answered(page, "group", "已承诺 0／8")


async def the_choice(page: Page, shelf: Path) -> None:
    """Somebody chooses in private and promises what the last button says."""
    await become(page, MEMBER)
    await presses(page, "group", "我承诺")
    await toasted(page, "group", "请到与我的私聊里选内容。")
    await answered(page, "private", "请选2到5项")
    await presses(page, "private", "选4")
    await answered(page, "private", "4 服务群众　✓")
    await presses(page, "private", "自己写")
    await answered(page, "private", "您自己的一句承诺")
    await says(page, "private", WORDS)
    await answered(page, "private", f"{WORDS}　✓")
    await calm(page)
    await keep(page, shelf / "pledge-choice.png")
    await presses(page, "private", "我承诺2项")
    await toasted(page, "private", "已记下：您承诺了2项")
    await answered(page, "group", "已承诺 1／8")
    assert names_in(await heard(page, "group")) == []
    await keep(page, shelf / "pledge-card.png")


async def the_review(page: Page) -> None:
    await become(page, SECRETARY)
    await answered(page, "private", "有1份承诺等您审")
    await presses(page, "private", "审诺")
    await answered(page, "private", f"{MEMBER.name}同志承诺：")
    await presses(page, "private", "同意")
    await toasted(page, "private", "已同意，会告诉本人。")


async def the_picture(page: Page, shelf: Path) -> None:
    """With consent it is in the group, as a picture and in words."""
    await become(page, MEMBER)
    await answered(page, "private", "支部同意了。公开吗？")
    await presses(page, "private", "同意公开")
    await answered(page, "group", f"{MEMBER.name}同志的承诺")
    await look(page, "group")
    picture = page.locator("#group .bot img").last
    await expect(picture).to_be_visible(timeout=PATIENCE)
    await page.wait_for_function("[...document.querySelectorAll('#group .bot img')].every(one => one.complete)")
    assert await picture.evaluate("one => one.naturalWidth") >= CRISP
    await keep(page, shelf / "pledge-shown.png")


async def what_an_outsider_sees(page: Page) -> None:
    await become(page, OUTSIDER)
    await presses(page, "group", "我承诺")
    await expect(page.get_by_role("dialog")).to_contain_text("名册里没有您的名字")
