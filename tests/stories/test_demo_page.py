"""The demo on a phone: 到下一件事, tapped again and again, leads through a question, a greeting and a pledge besides the theme
day, and each of them can be answered there. No date is worked out, no hour typed.
"""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.cast import ELDER, GROUP_LEADER, MEMBER, OUTSIDER, SECRETARY, Persona
from tests.stories.demonstration import copied, demo
from tests.stories.test_birthday_page import pictured
from tests.stories.test_browser import PHONE, become, heard, look, names_in, opened
from tests.stories.test_evening_page import answered, presses
from tests.stories.test_theme_day_page import the_next_thing, toasted

MOST_STEPS = 60  # two a day for a question; the report is due in twelve days


@pytest.mark.timeout(300)
async def test_the_next_thing_leads_through_a_question_a_greeting_and_a_pledge(browser: Browser, tmp_path: Path) -> None:
    async with demo(copied(tmp_path)) as playing:
        page = await opened(browser, playing.address, PHONE)
        await answered(page, "group", "已承诺 2／8")
        await a_question(page)
        await a_pledge_to_review(page)
        await a_greeting(page)
        await a_report(page)
        assert names_in(await heard(page, "group")) == []


async def until(page: Page, who: Persona, pane: str, words: str) -> None:
    """As somebody, on to the next thing until these words are there."""
    await become(page, who)
    there = page.locator(f"#{pane} .bot .bubble", has_text=words)
    for _ in range(MOST_STEPS):
        if await there.count():
            break
        await the_next_thing(page)
    await answered(page, pane, words)


async def a_question(page: Page) -> None:
    """Answered by the first button; again, nothing changes; an outsider is told no more than that they are one."""
    await until(page, MEMBER, "group", "已作答 0 人")
    await first_option(page)
    await toasted(page, "group", "已记下：")
    await first_option(page)
    await toasted(page, "group", "每人只记第一次")
    await become(page, OUTSIDER)
    await look(page, "group")
    await first_option(page)
    await expect(page.get_by_role("dialog")).to_contain_text("名册里没有您的名字")
    await page.locator("#alert button").click()
    await until(page, MEMBER, "group", "作答 1 人，答对")


async def first_option(page: Page) -> None:
    await page.locator("#group .keys").last.locator("button").first.click()


async def a_pledge_to_review(page: Page) -> None:
    """Somebody pledged before the curtain rose; they hear of it in the morning."""
    await until(page, SECRETARY, "private", "份承诺等您审")
    await presses(page, "private", "审诺")
    await answered(page, "private", f"{GROUP_LEADER.name}同志承诺")
    await presses(page, "private", "同意")
    await until(page, GROUP_LEADER, "private", "支部同意了。公开吗？")
    await presses(page, "private", "不公开")
    await toasted(page, "private", "已记下：不公开")


async def a_greeting(page: Page) -> None:
    await until(page, ELDER, "private", "今天是您入党50周年的日子")
    await pictured(page)
    await presses(page, "private", "谢谢")
    await toasted(page, "private", "已记下，支部书记看得到。")


async def a_report(page: Page) -> None:
    await until(page, GROUP_LEADER, "private", "半年报告")
    await presses(page, "private", "做到了")
    await answered(page, "private", "第2项怎么样？")
