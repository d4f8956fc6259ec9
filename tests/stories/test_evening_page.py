"""The evening as it looks on a phone: consent, the appointment, the group tied, the first card answered.

The screenshots go to a temporary folder; with BRANCHLIFE_KEEP_SCREENSHOTS=1 they become those of the guide.
"""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.cast import ADMINISTRATOR, BOT, COLLEAGUE, ELDER, GROUP, SECRETARY
from bot.sandbox.visitor import Visitor
from tests.stories.evening import BRANCH, Evening, number
from tests.stories.house import Service
from tests.stories.test_browser import PHONE, become, keep, look, opened, says, taps_join


async def presses(page: Page, pane: str, label: str) -> None:
    """The newest button of that label."""
    await look(page, pane)
    await page.locator(f"#{pane} .keys").get_by_role("button", name=label, exact=True).last.click()


async def answered(page: Page, pane: str, words: str) -> None:
    await look(page, pane)
    await expect(page.locator(f"#{pane} .bot .bubble", has_text=words).last).to_be_visible(timeout=15_000)


@pytest.mark.timeout(180)
async def test_the_evening_on_a_phone(
    browser: Browser, empty_url: str, world: Visitor, api: str, tmp_path: Path, shelf: Path
) -> None:
    service = Service(tmp_path, empty_url, api)
    await service.up()
    evening = Evening.at(world, api, tmp_path, empty_url)
    try:
        await evening.installs()
        await evening.enters_the_roster()
        await evening.appoints_the_secretary()
        codes = await evening.hands_out_slips()
        await world.membership(GROUP.id, BOT.id, False, by=number(SECRETARY))
        page = await opened(browser, api, PHONE, scale=2)
        await offices(page, shelf)
        await consent(page, codes[ELDER.name], shelf)
        await world.membership(GROUP.id, BOT.id, True, by=number(SECRETARY))
        await group(page, shelf)
    finally:
        await service.stop()


async def offices(page: Page, shelf: Path) -> None:
    await become(page, ADMINISTRATOR)
    await says(page, "private", f"/grant {COLLEAGUE.name} 组织委员")
    await answered(page, "private", f"已任命：{COLLEAGUE.name}，{BRANCH}组织委员。")
    await says(page, "private", "/roles")
    await answered(page, "private", f"{BRANCH}：书记 {SECRETARY.name}、组织委员 {COLLEAGUE.name}")
    await keep(page, shelf / "evening-offices.png")


async def consent(page: Page, code: str, shelf: Path) -> None:
    await become(page, ELDER)
    await says(page, "private", f"/start {code}")
    await answered(page, "private", "您同意吗")
    await keep(page, shelf / "evening-consent.png")
    await presses(page, "private", "同意")
    await answered(page, "private", f"{ELDER.name}同志，绑定好了。")


async def group(page: Page, shelf: Path) -> None:
    await become(page, SECRETARY)
    await answered(page, "group", "把本群连接到支部")
    await presses(page, "group", "连接到支部")
    await presses(page, "private", BRANCH)
    await answered(page, "group", f"本群已连接到{BRANCH}")
    await keep(page, shelf / "evening-group.png")
    await says(page, "group", "/plan 12月28日 15:00 党群服务中心二楼 主题党日")
    await answered(page, "group", "已回复 0／6")
    await become(page, ELDER)
    await taps_join(page)
    await expect(page.locator("#group .toast").last).to_contain_text("已记下：参加。")
    await keep(page, shelf / "evening-card.png")
