"""The daily quiz as it looks on a phone: turned on, asked, solved, and one's own record.

The screenshots go to a temporary folder; with BRANCHLIFE_KEEP_SCREENSHOTS=1 they become those of the guide.
"""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.cast import ELDER, SECRETARY
from models.quiz import Shipped
from tests.stories.house import Service
from tests.stories.test_browser import PHONE, become, calm, heard, keep, names_in, opened, says
from tests.stories.test_evening_page import answered, presses
from tests.stories.test_quiz import QUESTIONS
from tests.stories.test_theme_day_page import THERE, go, toasted, today


@pytest.mark.timeout(240)
async def test_a_day_of_the_quiz_on_a_phone(service: Service, api: str, browser: Browser, shelf: Path) -> None:
    page = await opened(browser, api, PHONE, scale=2)
    evening = datetime.combine(today() + timedelta(days=1), time(21), THERE)
    await turned_on(page, shelf)
    item = await asked(page, evening, shelf)
    await solved(page, evening, item, shelf)
    await ones_own(page, item, shelf)


async def turned_on(page: Page, shelf: Path) -> None:
    await become(page, SECRETARY)
    await says(page, "private", "/quiz")
    await presses(page, "private", "设置百花园小区党支部")
    await answered(page, "private", "每日一题：不发")
    await presses(page, "private", "每日一题")
    await toasted(page, "private", "已改")
    await answered(page, "private", "每天08:30发到群里")
    await calm(page)
    await keep(page, shelf / "quiz-settings.png")


async def asked(page: Page, evening: datetime, shelf: Path) -> Shipped:
    """The next morning it is in the group; the elder answers, and nobody sees what."""
    await go(page, evening - timedelta(hours=12))
    await become(page, ELDER)
    await answered(page, "group", "已作答 0 人")
    words = await page.locator("#group .bot .bubble", has_text="已作答 0 人").last.inner_text()
    item = next(each for question, each in QUESTIONS.items() if question in words)
    await presses(page, "group", item.options[item.right[0]])
    await toasted(page, "group", "已记下：")
    await keep(page, shelf / "quiz-toast.png")
    await answered(page, "group", "已作答 1 人")
    assert names_in(await heard(page, "group")) == []
    await calm(page)
    await in_view(page, "已作答 1 人")
    await keep(page, shelf / "quiz-card.png")
    return item


async def solved(page: Page, evening: datetime, item: Shipped, shelf: Path) -> None:
    await go(page, evening)
    await answered(page, "group", f"来源：{item.source}")
    card = page.locator("#group .bot .bubble", has_text=f"来源：{item.source}").last
    await expect(card).to_contain_text("作答 1 人，答对 100.0%（1／1）")
    await calm(page)
    await in_view(page, "作答 1 人，答对")
    await keep(page, shelf / "quiz-solution.png")


async def in_view(page: Page, words: str) -> None:
    """From its first line on: on a Monday the week's summary follows the card."""
    await page.locator("#group .bot", has_text=words).last.evaluate("each => each.scrollIntoView()")


async def ones_own(page: Page, item: Shipped, shelf: Path) -> None:
    await says(page, "private", "/quiz")
    await answered(page, "private", f"您答的是{item.options[item.right[0]]}，答对了")
    await presses(page, "private", "练习")
    await answered(page, "private", "请选一类")
    await presses(page, "private", "纪念日")
    await answered(page, "private", "第1／10题")
    await keep(page, shelf / "quiz-practice.png")
