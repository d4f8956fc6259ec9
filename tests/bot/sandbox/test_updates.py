import asyncio
from datetime import timedelta

import pytest
import telegram

from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, LI, STRANGER, ZHANG, keys
from tests.bot.sandbox.raw import Json, RawBot

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def texts(updates: list[Json]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_a_higher_offset_confirms_them(raw: RawBot, visitor: Visitor) -> None:
    for text in "一二三":
        await visitor.says(ZHANG, text)
    first = await raw.does("getUpdates")
    assert texts(first) == ["一", "二", "三"]
    assert await raw.does("getUpdates") == first
    assert texts(await raw.does("getUpdates", offset=first[0]["update_id"] + 1)) == ["二", "三"]
    assert texts(await raw.does("getUpdates", offset=first[0]["update_id"])) == ["二", "三"]
    assert await raw.does("getUpdates", offset=first[-1]["update_id"] + 1) == []


async def test_a_negative_offset_keeps_the_last_and_forgets_the_rest(raw: RawBot, visitor: Visitor) -> None:
    for text in "一二三":
        await visitor.says(ZHANG, text)
    assert texts(await raw.does("getUpdates", offset=-2)) == ["二", "三"]
    assert texts(await raw.does("getUpdates")) == ["二", "三"]


async def test_at_most_a_hundred_come_at_once(raw: RawBot, visitor: Visitor) -> None:
    for number in range(102):
        await visitor.says(ZHANG, str(number))
    assert len(await raw.does("getUpdates")) == 100
    assert texts(await raw.does("getUpdates", limit=2)) == ["0", "1"]


async def test_a_long_poll_wakes_when_something_is_said(raw: RawBot, visitor: Visitor) -> None:
    poll = asyncio.create_task(raw.does("getUpdates", timeout=30))
    await asyncio.sleep(0.1)
    assert not poll.done()
    await visitor.says(ZHANG, "到了")
    assert texts(await asyncio.wait_for(poll, 2)) == ["到了"]


async def test_a_second_poller_ends_the_first(raw: RawBot, visitor: Visitor) -> None:
    older = asyncio.create_task(raw.refused("getUpdates", timeout=30))
    await asyncio.sleep(0.1)
    newer = asyncio.create_task(raw.does("getUpdates", timeout=30))
    assert await asyncio.wait_for(older, 2) == CONFLICT
    await visitor.says(ZHANG, "给新的")
    assert texts(await asyncio.wait_for(newer, 2)) == ["给新的"]


async def test_kinds_that_were_not_asked_for_do_not_come(raw: RawBot, visitor: Visitor) -> None:
    await raw.does("getUpdates", allowed_updates=["callback_query"])
    assert (await visitor.says(ZHANG, "没人听"))["update_id"] is None
    await raw.does("getUpdates", allowed_updates=[])
    assert (await visitor.says(ZHANG, "听到了"))["update_id"] is not None
    assert texts(await raw.does("getUpdates")) == ["听到了"]


async def test_presses_wait_150_seconds_and_messages_a_day(raw: RawBot, visitor: Visitor) -> None:
    await raw.does("sendMessage", chat_id=GROUP, text="点", reply_markup=keys([("甲", "a")]))
    await visitor.says(ZHANG, "说")
    await visitor.taps(ZHANG, "甲", chat=GROUP, wait=0)
    now = await visitor.clock()
    await visitor.clock(now + timedelta(seconds=140))
    assert [*map(len, await raw.does("getUpdates"))] == [2, 2]
    await visitor.clock(now + timedelta(seconds=151))
    assert texts(await raw.does("getUpdates")) == ["说"]
    await visitor.clock(now + timedelta(hours=25))
    assert await raw.does("getUpdates") == []


async def test_any_update_can_be_injected_and_an_old_id_comes_once(raw: RawBot, visitor: Visitor) -> None:
    await visitor.says(ZHANG, "好")
    good = (await raw.does("getUpdates"))[0]
    poison = await visitor.inject({"message": {"message_id": "?"}})
    assert poison == good["update_id"] + 1
    await visitor.inject(dict(good))
    after = await raw.does("getUpdates", offset=poison + 1)
    assert after == [good]
    assert await raw.does("getUpdates", offset=poison + 1) == []


async def test_the_real_library_reads_start_with_its_code(bot: telegram.Bot, visitor: Visitor) -> None:
    await visitor.says(STRANGER, "/start abc_-1")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.text == "/start abc_-1"
    assert update.message.parse_entities() == {update.message.entities[0]: "/start"}
    assert update.message.entities[0].type == "bot_command"
    assert update.message.chat.type == "private"
    await bot.send_message(STRANGER, "欢迎")


async def test_blocks_and_groups_are_told_as_my_chat_member(bot: telegram.Bot, visitor: Visitor) -> None:
    await visitor.block(ZHANG)
    await visitor.block(ZHANG)
    await visitor.says(ZHANG, "/start")
    await visitor.membership(GROUP, bot.id, member=False, by=LI)
    await visitor.membership(GROUP, bot.id, member=True, by=LI)
    updates = await bot.get_updates()
    changes = [
        (change.chat.id, change.old_chat_member.status, change.new_chat_member.status)
        for update in updates
        if (change := update.my_chat_member)
    ]
    assert changes == [
        (ZHANG, "member", "kicked"),
        (ZHANG, "kicked", "member"),
        (GROUP, "member", "kicked"),
        (GROUP, "left", "member"),
    ]
    assert [update.message.text for update in updates if update.message] == ["/start"]


async def test_joining_and_leaving_a_group_are_service_messages(bot: telegram.Bot, visitor: Visitor) -> None:
    await visitor.membership(GROUP, STRANGER, member=True)
    await visitor.membership(GROUP, STRANGER, member=False)
    came, left = [update.message for update in await bot.get_updates()]
    assert came is not None
    assert left is not None
    assert [user.id for user in came.new_chat_members] == [STRANGER]
    assert left.left_chat_member is not None


@pytest.mark.parametrize(
    ("text", "heard"),
    [("闲谈", False), ("/mine", True), ("/mine@branchlife_demo_bot", True), ("/mine@other_bot", False)],
)
async def test_in_a_group_the_bot_hears_only_what_is_for_it(visitor: Visitor, text: str, heard: bool) -> None:
    assert ((await visitor.says(ZHANG, text, chat=GROUP))["update_id"] is not None) == heard


async def test_a_reply_to_the_bot_is_heard_in_a_group(bot: telegram.Bot, visitor: Visitor) -> None:
    asked = await bot.send_message(GROUP, "为什么请假？")
    await visitor.says(ZHANG, "出差", chat=GROUP, reply_to=asked.message_id)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == asked.message_id
