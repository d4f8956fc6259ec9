"""The demo's page as people use it: a tap, its toast, the tally that follows, the secretary's question, the outsider's nothing.

The screenshots go to a temporary folder; with BRANCHLIFE_KEEP_SCREENSHOTS=1 they become those of the README.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.cast import CAST, ELDER, OUTSIDER, SECRETARY, WITHOUT_TELEGRAM, Persona
from tests.stories.demonstration import copied, demo

PHONE, DESK, SMALLEST = (390, 844), (1440, 900), (320, 568)
TALLY_SECONDS = 15  # a live card is edited at most every five seconds
HEAVIEST = 250_000  # bytes of a screenshot
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PANES = ("group", "private", "time")


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async with demo(copied(tmp_path)) as playing:
        yield playing.address


async def opened(browser: Browser, address: str, size: tuple[int, int], scale: float = 1) -> Page:
    """The page in a window of this size, in the light and without a running animation."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        locale="zh-CN",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(address)
    return page


async def become(page: Page, persona: Persona) -> None:
    await page.locator("#cast button", has_text=persona.name).click()


async def look(page: Page, pane: str) -> None:
    """Turns to a pane; on a desk all are there already."""
    tab = page.locator(f".tabs [data-to={pane}]")
    if await tab.is_visible():
        await tab.click()


async def an_hour_later(page: Page) -> None:
    """By the sandbox's clock; a card that went out long ago may be edited at once, while the toast is still there."""
    await look(page, "time")
    await page.locator("[data-jump='3600']").click()
    await expect(page.locator("#progress")).to_contain_text("到了")


async def says(page: Page, pane: str, words: str) -> None:
    await look(page, pane)
    await page.locator(f"#say-{pane}").fill(words)
    await page.locator(f"#say-{pane}").press("Enter")


async def taps_join(page: Page) -> None:
    await look(page, "group")
    await page.locator("#group .keys button", has_text="参加").click()


async def tally(page: Page, words: str) -> None:
    """Waits until the card itself says so."""
    await expect(page.locator("#group .bot .bubble", has_text="时间：").first).to_contain_text(
        words, timeout=TALLY_SECONDS * 1000
    )


async def calm(page: Page) -> None:
    """Every toast has gone: none lies over what is to be seen."""
    await expect(page.locator(".toast")).to_have_count(0, timeout=TALLY_SECONDS * 1000)


async def keep(page: Page, file: Path) -> None:
    picture = await page.screenshot(path=file)
    assert len(picture) < HEAVIEST


async def heard(page: Page, pane: str) -> str:
    return " ".join(await page.locator(f"#{pane} .bot .bubble").all_inner_texts())


def names_in(words: str) -> list[str]:
    return [persona.name for persona in CAST if persona.name in words]


async def test_a_tap_on_a_phone_is_kept_and_the_tally_follows_by_itself(browser: Browser, address: str, shelf: Path) -> None:
    page = await opened(browser, address, PHONE, scale=2)
    await become(page, ELDER)
    await tally(page, "已回复 0／8")
    await an_hour_later(page)
    await taps_join(page)
    await expect(page.locator("#group .toast")).to_contain_text("已记下：参加。")
    await tally(page, "已回复 1／8：参加 1，请假 0")
    await keep(page, shelf / "demo-phone.png")
    await taps_join(page)
    await expect(page.locator("#group .toast").last).to_contain_text("您已经回复过：参加")


async def test_the_secretary_sees_counts_in_the_group_and_names_in_private(browser: Browser, address: str, shelf: Path) -> None:
    page = await opened(browser, address, DESK)
    await become(page, ELDER)
    await taps_join(page)
    await tally(page, "已回复 1／8")
    await become(page, SECRETARY)
    await says(page, "group", "/attendance")
    counts = page.locator("#group .bot .bubble").last
    await expect(counts).to_contain_text("已回复 1／8：参加 1，请假 0", timeout=TALLY_SECONDS * 1000)
    assert names_in(await heard(page, "group")) == []
    await says(page, "private", "/attendance")
    names = page.locator("#private .bot .bubble", has_text="请电话告知")
    await expect(names).to_contain_text(f"参加 1：{ELDER.name}")
    await expect(names).to_contain_text(f"没有绑定Telegram，请电话告知 1：{WITHOUT_TELEGRAM.name}")
    await expect(page.locator("#rows li")).to_have_count(6)  # two cards, two answers, a pledge to review for each of two
    await keep(page, shelf / "demo.png")


async def test_the_outsider_taps_asks_and_is_told_no_name(browser: Browser, address: str) -> None:
    page = await opened(browser, address, PHONE)
    await become(page, ELDER)
    await taps_join(page)
    await tally(page, "已回复 1／8")
    await become(page, OUTSIDER)
    await taps_join(page)
    await expect(page.locator("#alert-text")).to_have_text("名册里没有您的名字，请联系支部书记核对。")
    await page.locator("#alert button").click()
    await look(page, "private")
    await page.locator("#start").click()
    await expect(page.locator("#private .bot .bubble")).to_contain_text("名册里还没有您的账号")
    await says(page, "private", "/attendance")
    await expect(page.locator("#private .bot .bubble").last).to_contain_text("名册里没有您的名字")
    await tally(page, "已回复 1／8")
    assert names_in(await heard(page, "group") + await heard(page, "private")) == []


async def test_on_the_smallest_phone_nothing_is_wider_than_the_screen(browser: Browser, address: str) -> None:
    page = await opened(browser, address, SMALLEST)
    await become(page, SECRETARY)
    await tally(page, "已回复 0／8")
    await says(page, "private", "/attendance")
    await expect(page.locator("#private .bot .bubble", has_text="未回复")).to_be_visible()
    for pane in PANES:
        await look(page, pane)
        assert await page.evaluate(OVERFLOW) == 0, pane
        widest = await page.locator(f"#{pane}").evaluate("pane => pane.scrollWidth - pane.clientWidth")
        assert widest == 0, pane
