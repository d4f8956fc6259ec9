import asyncio
from datetime import timedelta

import pytest
import telegram

from bot.sandbox.visitor import Refused, Visitor
from tests.bot.sandbox.conftest import GROUP, LI, STRANGER, ZHANG, keys
from tests.bot.sandbox.raw import RawBot

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def card(raw: RawBot) -> int:
    sent = await raw.does("sendMessage", chat_id=GROUP, text="来吗", reply_markup=keys([("参加", "yes"), ("请假", "no")]))
    return int(sent["message_id"])


async def press(raw: RawBot, visitor: Visitor) -> str:
    await visitor.taps(ZHANG, "参加", chat=GROUP, wait=0)
    return str((await raw.does("getUpdates"))[-1]["callback_query"]["id"])


async def test_a_tap_is_answered_to_the_person_who_tapped(bot: telegram.Bot, visitor: Visitor, card: int) -> None:
    tap = asyncio.create_task(visitor.taps(ZHANG, "参加", chat=GROUP))
    (update,) = await bot.get_updates(timeout=5)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id, query.message and query.message.message_id) == ("yes", ZHANG, card)
    await query.answer("已记下：参加。", show_alert=True)
    assert await tap == {"text": "已记下：参加。", "show_alert": True, "url": None}


async def test_a_tap_nobody_answers_gives_none(visitor: Visitor, card: int) -> None:
    assert await visitor.taps(ZHANG, "no", chat=GROUP, wait=0.05) is None


async def test_a_press_is_answered_once_only(raw: RawBot, visitor: Visitor, card: int) -> None:
    query = await press(raw, visitor)
    assert await raw.does("answerCallbackQuery", callback_query_id=query) is True
    assert await raw.refused("answerCallbackQuery", callback_query_id=query) == TOO_OLD
    assert await raw.refused("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_a_press_grows_too_old_to_answer(raw: RawBot, visitor: Visitor, card: int) -> None:
    query = await press(raw, visitor)
    await visitor.clock(await visitor.clock() + timedelta(seconds=15))
    assert await raw.refused("answerCallbackQuery", callback_query_id=query) == TOO_OLD


async def test_an_answer_has_limits(raw: RawBot, visitor: Visitor, card: int) -> None:
    query = await press(raw, visitor)
    long = await raw.refused("answerCallbackQuery", callback_query_id=query, text="字" * 201)
    assert long == "Bad Request: MESSAGE_TOO_LONG"
    assert await raw.refused("answerCallbackQuery", callback_query_id=query, url="https://e.cn") == "Bad Request: URL_INVALID"
    link = "https://t.me/branchlife_demo_bot?start=abc"
    assert await raw.does("answerCallbackQuery", callback_query_id=query, url=link, text="字" * 200) is True


async def test_only_buttons_that_are_there_can_be_tapped_unless_forged(visitor: Visitor, raw: RawBot, card: int) -> None:
    with pytest.raises(LookupError):
        await visitor.taps(ZHANG, "表决", chat=GROUP)
    with pytest.raises(Refused, match="没有这个按钮"):
        await visitor.ask("POST", "tap", json={"user": ZHANG, "chat": GROUP, "message_id": card, "data": "admin"})
    await visitor.taps(LI, "admin", chat=GROUP, message_id=card, forged=True, wait=0)
    assert (await raw.does("getUpdates"))[-1]["callback_query"]["data"] == "admin"


async def test_who_is_not_in_the_chat_cannot_tap(visitor: Visitor, card: int) -> None:
    with pytest.raises(Refused, match="生人不在这个会话里"):
        await visitor.taps(STRANGER, "参加", chat=GROUP)


async def test_the_message_in_a_press_is_the_one_that_was_tapped(raw: RawBot, visitor: Visitor, card: int) -> None:
    await visitor.taps(ZHANG, "参加", chat=GROUP, wait=0)
    await raw.does("editMessageText", chat_id=GROUP, message_id=card, text="改过了")
    assert (await raw.does("getUpdates"))[-1]["callback_query"]["message"]["text"] == "来吗"
