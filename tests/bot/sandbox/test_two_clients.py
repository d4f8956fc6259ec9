"""Two clients of different make hold the same conversation with the sandbox, and it answers both alike.

python-telegram-bot and aiogram each read Telegram's documentation for themselves: what either cannot read, or says in a way
the other does not, is our mistake.
"""

from collections.abc import AsyncIterator
from typing import Any

import aiogram
import pytest
import telegram
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BufferedInputFile

from bot.sandbox.cast import DEMO_TOKEN
from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, STRANGER, ZHANG

WORDS, CHANGED = "<b>主题党日</b>\n已回复 0／26", "<b>主题党日</b>\n已回复 1／26"
KEYS = {"inline_keyboard": [[{"text": "参加", "callback_data": "join"}, {"text": "请假", "callback_data": "leave"}]]}


class Ptb:
    def __init__(self, bot: telegram.Bot) -> None:
        self.bot = bot

    async def talk(self, world: Visitor) -> list[Any]:
        bot, markup = self.bot, telegram.InlineKeyboardMarkup.de_json(KEYS, None)
        me = await bot.get_me()
        card = await bot.send_message(GROUP, WORDS, parse_mode="HTML", reply_markup=markup)
        topic = await bot.send_message(GROUP, "在话题里", message_thread_id=7)
        await world.taps(ZHANG, "参加", chat=GROUP, wait=0)
        (update,) = [each for each in await bot.get_updates(timeout=0) if each.callback_query]
        query = update.callback_query
        assert query is not None
        answered = await bot.answer_callback_query(query.id, "已记录", show_alert=True)
        edited = await bot.edit_message_text(CHANGED, GROUP, card.message_id, parse_mode="HTML", reply_markup=markup)
        assert isinstance(edited, telegram.Message)
        same = await refused(
            telegram.error.BadRequest,
            bot.edit_message_text(CHANGED, GROUP, card.message_id, parse_mode="HTML", reply_markup=markup),
        )
        paper = await bot.send_document(ZHANG, b"a,b\n", filename="名单.csv", caption="名单")
        assert paper.document is not None
        stranger = await refused(telegram.error.Forbidden, bot.send_message(STRANGER, "你好"))
        gone = await bot.delete_message(ZHANG, paper.message_id)
        member = await bot.get_chat_member(GROUP, ZHANG)
        return [
            me.username, card.chat.id, card.text, [(each.type, each.offset, each.length) for each in card.entities],
            topic.message_thread_id, query.data, query.from_user.id, answered, edited.text, same,
            paper.document.file_name, paper.caption, stranger, gone, member.status,
        ]  # fmt: skip


class Aiogram:
    def __init__(self, bot: aiogram.Bot) -> None:
        self.bot = bot

    async def talk(self, world: Visitor) -> list[Any]:
        bot, markup = self.bot, aiogram.types.InlineKeyboardMarkup.model_validate(KEYS)
        me = await bot.get_me()
        card = await bot.send_message(GROUP, WORDS, reply_markup=markup)
        topic = await bot.send_message(GROUP, "在话题里", message_thread_id=7, parse_mode=None)
        await world.taps(ZHANG, "参加", chat=GROUP, wait=0)
        (update,) = [each for each in await bot.get_updates(timeout=0) if each.callback_query]
        query = update.callback_query
        assert query is not None
        answered = await bot.answer_callback_query(query.id, "已记录", show_alert=True)
        where: dict[str, Any] = {"chat_id": GROUP, "message_id": card.message_id, "reply_markup": markup}
        edited = await bot.edit_message_text(CHANGED, **where)
        assert isinstance(edited, aiogram.types.Message)
        same = await refused(TelegramBadRequest, bot.edit_message_text(CHANGED, **where))
        paper = await bot.send_document(ZHANG, BufferedInputFile(b"a,b\n", "名单.csv"), caption="名单")
        assert paper.document is not None
        stranger = await refused(TelegramForbiddenError, bot.send_message(STRANGER, "你好"))
        gone = await bot.delete_message(ZHANG, paper.message_id)
        member = await bot.get_chat_member(GROUP, ZHANG)
        return [
            me.username, card.chat.id, card.text, [(each.type, each.offset, each.length) for each in card.entities or ()],
            topic.message_thread_id, query.data, query.from_user.id, answered, edited.text, same,
            paper.document.file_name, paper.caption, stranger, gone, member.status,
        ]  # fmt: skip


async def refused(error: type[Exception], call: Any) -> str:
    """What the server says, without what the library puts before it."""
    with pytest.raises(error) as no:
        await call
    return str(no.value).split(": ")[-1].lower()


@pytest.fixture
async def other(url: str, visitor: Visitor) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with aiogram.Bot(DEMO_TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML")) as bot:
        yield bot


async def confirmed(bot: telegram.Bot) -> None:
    """Nothing waits any more."""
    offset = max([each.update_id for each in await bot.get_updates(timeout=0)], default=0) + 1
    await bot.get_updates(offset=offset, timeout=0)


async def test_both_clients_hold_the_same_conversation(bot: telegram.Bot, other: aiogram.Bot, visitor: Visitor) -> None:
    first = await Ptb(bot).talk(visitor)
    await confirmed(bot)
    assert await Aiogram(other).talk(visitor) == first


async def test_the_sandbox_hears_the_same_of_both(bot: telegram.Bot, other: aiogram.Bot, visitor: Visitor) -> None:
    await Ptb(bot).talk(visitor)
    await confirmed(bot)
    mark = len(await visitor.log())
    await Aiogram(other).talk(visitor)
    asked = [(call["method"], call["status"]) for call in await visitor.log() if call["method"] != "getUpdates"]
    second = [(call["method"], call["status"]) for call in await visitor.log(after=mark) if call["method"] != "getUpdates"]
    assert asked[: len(asked) - len(second)][-len(second) :] == second
