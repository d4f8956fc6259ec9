import asyncio
from collections.abc import AsyncIterator

import pytest
import telegram
from playwright.async_api import Page, async_playwright, expect

from bot.sandbox.__main__ import invite_cast
from bot.sandbox.cast import BOT, DEMO_TOKEN, ELDER, GROUP, SECRETARY, Persona
from bot.sandbox.deeds import say
from bot.sandbox.server import Sandbox, serving

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CARD = telegram.InlineKeyboardMarkup.from_row(
    [telegram.InlineKeyboardButton("参加", callback_data="yes"), telegram.InlineKeyboardButton("详情", callback_data="more")]
)


def played() -> Sandbox:
    sandbox = Sandbox(BOT, DEMO_TOKEN)
    invite_cast(sandbox.world)
    return sandbox


def number(persona: Persona) -> int:
    assert persona.id is not None
    return persona.id


@pytest.fixture
async def stage() -> AsyncIterator[str]:
    async with serving(played()) as url:
        yield url


@pytest.fixture
async def bot(stage: str) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(DEMO_TOKEN, base_url=f"{stage}/bot") as bot:
        yield bot


@pytest.fixture
async def page(chromium: str, stage: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        yield page
        await browser.close()


async def answer_presses(bot: telegram.Bot) -> None:
    """A bot that answers 参加 with a toast and an edit, 详情 with an alert."""
    offset = 0
    while True:
        for update in await bot.get_updates(offset, timeout=20):
            offset = update.update_id + 1
            query = update.callback_query
            if query is not None and query.data == "yes":
                await query.answer(f"已记下：{query.from_user.first_name}参加。")
                await query.edit_message_text("已回复 1／26", reply_markup=CARD)
            elif query is not None:
                await query.answer("15:00在二楼。", show_alert=True)


@pytest.fixture
async def answering(bot: telegram.Bot) -> AsyncIterator[None]:
    presses = asyncio.create_task(answer_presses(bot))
    yield
    presses.cancel()
    await asyncio.gather(presses, return_exceptions=True)


@pytest.mark.usefixtures("answering")
async def test_a_persona_is_chosen_taps_and_sees_toast_alert_and_edit(page: Page, stage: str, bot: telegram.Bot) -> None:
    await bot.send_message(GROUP.id, "<b>12月</b>主题党日 &lt;i&gt;", parse_mode="HTML", reply_markup=CARD)
    await page.goto(stage)
    await page.locator("#cast button", has_text=ELDER.name).click()
    await expect(page.locator("#group .bubble")).to_contain_text("12月主题党日 <i>")
    await expect(page.locator("#group .bubble b")).to_have_text("12月")
    button = page.locator("#group .keys button", has_text="参加")
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    await button.click()
    await expect(page.locator("#group .toast")).to_have_text(f"已记下：{ELDER.name}参加。")
    await expect(page.locator("#group .bubble")).to_contain_text("已回复 1／26")
    await page.locator("#group .keys button", has_text="详情").click()
    await expect(page.locator("#alert-text")).to_have_text("15:00在二楼。")
    await page.locator("#alert button").click()
    await expect(page.locator("#alert")).not_to_be_visible()


async def test_enter_sends_and_unread_messages_wait_at_their_person(page: Page, stage: str, bot: telegram.Bot) -> None:
    await page.goto(f"{stage}/?as={SECRETARY.id}&chat={SECRETARY.id}")
    await page.locator("#say-private").fill("<img src=x onerror=alert(1)>")
    await page.locator("#say-private").press("Enter")
    await expect(page.locator("#private .own .bubble")).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(page.locator("#private .own img")).to_have_count(0)
    await bot.send_message(number(ELDER), "李秀兰同志，您好。")
    chip = page.locator("#cast button", has_text=ELDER.name)
    await expect(chip.locator(".badge")).to_have_text("1")
    await chip.click()
    await expect(page.locator("#private .bot .bubble")).to_contain_text("李秀兰同志")
    await expect(chip.locator(".badge")).to_be_hidden()


async def test_a_lost_connection_is_told_and_heals_by_itself(page: Page) -> None:
    first, second = played(), played()
    async with serving(first) as url:
        await page.goto(f"{url}/?as={SECRETARY.id}&chat={GROUP.id}")
        await expect(page.locator("#group .empty")).to_be_visible()
        await expect(page.locator("#lost")).to_be_hidden()
    await expect(page.locator("#lost")).to_be_visible()
    say(second.world, number(ELDER), GROUP.id, "断线时说的")
    async with serving(second, int(url.rpartition(":")[2])):
        await expect(page.locator("#group .bubble")).to_contain_text("断线时说的")
        await expect(page.locator("#lost")).to_be_hidden()


async def test_only_the_last_two_hundred_messages_are_kept_on_the_page(page: Page) -> None:
    sandbox = played()
    for count in range(205):
        say(sandbox.world, number(ELDER), GROUP.id, f"第{count}条")
    async with serving(sandbox) as url:
        await page.goto(f"{url}/?as={SECRETARY.id}&chat={GROUP.id}")
        await expect(page.locator("#group .bubble")).to_have_count(200)
        say(sandbox.world, number(ELDER), GROUP.id, "最后一条")
        await expect(page.locator("#group .bubble").last).to_contain_text("最后一条")
        await expect(page.locator("#group .bubble")).to_have_count(200)


async def test_faults_are_ordered_from_a_quiet_panel_and_end_there(page: Page, stage: str, bot: telegram.Bot) -> None:
    await page.goto(f"{stage}/?as={ELDER.id}&chat=time")
    await page.locator("#faults summary").click()
    await expect(page.locator("#fault-note")).to_have_text("一切正常。")
    await page.locator("#faults label", has_text="被限流").click()
    await expect(page.locator("#fault-note")).to_have_text("已出0次故障。")
    with pytest.raises(telegram.error.RetryAfter):
        await bot.send_message(number(ELDER), "好")
    await page.locator("#faults label", has_text="被限流").click()
    await expect(page.locator("#fault-note")).to_have_text("一切正常。")
    await bot.send_message(number(ELDER), "好")


async def test_a_poll_is_voted_in_on_the_page(page: Page, stage: str, bot: telegram.Bot) -> None:
    await bot.send_poll(GROUP.id, "几点？", ["三点", "四点"], is_anonymous=False)
    await page.goto(f"{stage}/?as={ELDER.id}&chat={GROUP.id}")
    await page.locator("#group .poll button", has_text="四点").click()
    await expect(page.locator("#group .poll button", has_text="四点").locator("b")).to_have_text("1")
    (update,) = await bot.get_updates()
    assert update.poll_answer is not None
    assert update.poll_answer.option_ids == (1,)
