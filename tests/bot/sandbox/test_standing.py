"""Where the bot stands: whom it may still write to, what it hears in a group, and Telegram's reasons why not."""

import pytest
import telegram

from bot.sandbox.cast import BOT, DEMO_TOKEN
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, LI, ZHANG
from tests.bot.sandbox.raw import RawBot

TOPIC = 7
TALK = "闲谈"


async def test_a_deleted_account_is_written_to_no_more(raw: RawBot, visitor: Visitor) -> None:
    await visitor.deactivate(ZHANG)
    assert await raw.refused("sendMessage", chat_id=ZHANG, text="好") == "Forbidden: user is deactivated"
    assert await raw.does("sendMessage", chat_id=LI, text="好")


async def test_a_group_that_was_left_kicked_us_or_is_gone_says_which(raw: RawBot, visitor: Visitor) -> None:
    await raw.does("leaveChat", chat_id=GROUP)
    left = "Forbidden: bot is not a member of the supergroup chat"
    assert await raw.refused("sendMessage", chat_id=GROUP, text="好") == left
    assert await raw.refused("getChat", chat_id=GROUP) == left
    assert await raw.refused("leaveChat", chat_id=GROUP) == left
    await visitor.membership(GROUP, BOT.id, member=True, by=LI)
    await visitor.membership(GROUP, BOT.id, member=False, by=LI)
    kicked = "Forbidden: bot was kicked from the supergroup chat"
    assert await raw.refused("getChatMember", chat_id=GROUP, user_id=LI) == kicked
    await visitor.membership(GROUP, BOT.id, member=True, by=LI)
    await visitor.group(GROUP, LI, "dissolve")
    assert await raw.refused("sendMessage", chat_id=GROUP, text="好") == "Forbidden: the group chat was deleted"


async def test_an_administrator_hears_everything_and_deletes_anything(bot: telegram.Bot, visitor: Visitor) -> None:
    assert (await visitor.says(ZHANG, TALK, chat=GROUP))["update_id"] is None
    await visitor.group(GROUP, LI, "promote", admin=True)
    said = await visitor.says(ZHANG, TALK, chat=GROUP)
    promoted, heard = await bot.get_updates()
    assert promoted.my_chat_member is not None
    assert promoted.my_chat_member.new_chat_member.status == "administrator"
    assert heard.message is not None
    assert heard.message.text == TALK
    assert (await bot.get_chat_member(GROUP, bot.id)).status == "administrator"
    assert await bot.delete_message(GROUP, said["message_id"])
    await visitor.group(GROUP, LI, "promote", admin=False)
    assert (await visitor.says(ZHANG, TALK, chat=GROUP))["update_id"] is None


async def test_an_administrator_writes_into_a_closed_topic(raw: RawBot, visitor: Visitor) -> None:
    await visitor.group(GROUP, ZHANG, "close_topic", thread=TOPIC)
    assert await raw.refused("sendMessage", chat_id=GROUP, text="好", message_thread_id=TOPIC) == "Bad Request: TOPIC_CLOSED"
    await visitor.group(GROUP, LI, "promote", admin=True)
    assert await raw.does("sendMessage", chat_id=GROUP, text="好", message_thread_id=TOPIC)


async def test_without_privacy_mode_the_bot_hears_the_whole_group() -> None:
    async with serving(Sandbox(BOT, DEMO_TOKEN, privacy=False)) as url, Visitor(url) as visitor, RawBot(url, DEMO_TOKEN) as raw:
        await visitor.people([{"id": ZHANG, "name": "张"}], [{"id": GROUP, "title": "支部", "members": [ZHANG]}])
        assert (await visitor.says(ZHANG, TALK, chat=GROUP))["update_id"] is not None
        assert (await raw.does("getMe"))["can_read_all_group_messages"] is True


@pytest.mark.parametrize("action", ["typing", "upload_document"])
async def test_an_action_is_shown_where_a_message_could_be_sent(raw: RawBot, visitor: Visitor, action: str) -> None:
    assert await raw.does("sendChatAction", chat_id=ZHANG, action=action) is True
    assert (
        await raw.refused("sendChatAction", chat_id=ZHANG, action="dancing") == "Bad Request: wrong parameter action in request"
    )
    await visitor.block(ZHANG)
    assert await raw.refused("sendChatAction", chat_id=ZHANG, action=action) == "Forbidden: bot was blocked by the user"


async def test_a_silenced_administrator_is_one_no_longer(bot: telegram.Bot, visitor: Visitor) -> None:
    await visitor.group(GROUP, LI, "promote", admin=True)
    await visitor.group(GROUP, LI, "silence", silent=True)
    await visitor.group(GROUP, LI, "promote", admin=True)
    changes = [update.my_chat_member for update in await bot.get_updates()]
    told = [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change]
    assert told == [("member", "administrator"), ("administrator", "restricted"), ("restricted", "administrator")]
    await bot.send_message(GROUP, "可以说话了")
