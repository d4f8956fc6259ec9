"""A political birthday as it looks on a phone: the card of the preview, the greeting with its picture, the oath.

The screenshots go to a temporary folder; with BRANCHLIFE_KEEP_SCREENSHOTS=1 they become those of the guide.
"""

from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.cast import ELDER, SECRETARY
from bot.sandbox.visitor import Visitor
from tests.stories.house import Service
from tests.stories.test_birthday import WEEK, WORDS, at, day, house
from tests.stories.test_browser import PHONE, become, keep, opened, says
from tests.stories.test_evening_page import answered, presses
from tests.stories.test_theme_day_page import CRISP

__all__ = ["day", "house"]  # fixtures


@pytest.mark.timeout(180)
async def test_a_birthday_on_a_phone(
    house: Service, api: str, world: Visitor, day: date, browser: Browser, shelf: Path
) -> None:
    page = await opened(browser, api, PHONE, scale=2)
    await world.travel(to=at(day - WEEK))
    await become(page, SECRETARY)
    await answered(page, "private", "快到政治生日的2位同志")
    await presses(page, "private", ELDER.name)
    await answered(page, "private", "要改寄语吗")
    await pictured(page)
    await presses(page, "private", "改寄语")
    await answered(page, "private", "请发来给")
    await says(page, "private", WORDS)
    await answered(page, "private", f"寄语：{WORDS}")
    await world.travel(to=at(day))
    await become(page, ELDER)
    await answered(page, "private", "入党50周年")
    await pictured(page)
    await page.locator("#private .bot img").last.evaluate("each => each.scrollIntoView()")
    await keep(page, shelf / "birthday-greeting.png")
    await presses(page, "private", "重温誓词")
    await answered(page, "private", "我志愿加入中国共产党")


async def pictured(page: Page) -> None:
    """The newest picture is there, and sharp enough."""
    picture = page.locator("#private .bot img").last
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    assert int(await picture.evaluate("each => each.naturalWidth")) >= CRISP
