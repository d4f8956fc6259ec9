"""What groups go through at the played Telegram: in its shapes, and with its reasons when a bot writes there."""

from typing import Any

import pytest
import telegram

from bot.sandbox.visitor import Refused, Visitor
from tests.bot.sandbox.conftest import GROUP, LI, ZHANG

BASIC, GROWN, TOPIC = -501, -100777, 7


async def heard(bot: telegram.Bot) -> list[dict[str, Any]]:
    updates = await bot.get_updates(timeout=1, allowed_updates=["message", "my_chat_member"])
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return [each.to_dict() for each in updates]


async def test_a_group_grows_into_a_supergroup_and_says_so_everywhere(visitor: Visitor, bot: telegram.Bot) -> None:
    await visitor.people([], [{"id": BASIC, "title": "老群", "members": [ZHANG], "basic": True}])
    await heard(bot)
    await visitor.group(BASIC, ZHANG, "upgrade", to=GROWN)
    out, taken_in, old, new = await heard(bot)
    assert (out["my_chat_member"]["chat"]["id"], out["my_chat_member"]["new_chat_member"]["status"]) == (BASIC, "left")
    assert (taken_in["my_chat_member"]["chat"]["id"], taken_in["my_chat_member"]["new_chat_member"]["status"]) == (
        GROWN,
        "member",
    )
    assert (old["message"]["chat"]["id"], old["message"]["migrate_to_chat_id"]) == (BASIC, GROWN)
    assert (new["message"]["chat"]["type"], new["message"]["migrate_from_chat_id"]) == ("supergroup", BASIC)
    with pytest.raises(telegram.error.ChatMigrated) as no:
        await bot.send_message(BASIC, "还在吗")
    assert no.value.new_chat_id == GROWN
    await bot.send_message(GROWN, "在这里")


async def test_a_closed_and_a_deleted_topic_take_no_messages(visitor: Visitor, bot: telegram.Bot) -> None:
    await visitor.group(GROUP, ZHANG, "close_topic", thread=TOPIC)
    (closed,) = await heard(bot)
    assert closed["message"]["message_thread_id"] == TOPIC
    assert "forum_topic_closed" in closed["message"]
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(GROUP, "话题", message_thread_id=TOPIC)
    await visitor.group(GROUP, ZHANG, "reopen_topic", thread=TOPIC)
    await bot.send_message(GROUP, "话题", message_thread_id=TOPIC)
    await visitor.group(GROUP, ZHANG, "delete_topic", thread=TOPIC)
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(GROUP, "话题", message_thread_id=TOPIC)


async def test_a_new_name_newcomers_and_a_hidden_admin_are_heard(visitor: Visitor, bot: telegram.Bot) -> None:
    await visitor.group(GROUP, ZHANG, "rename", title="新名")
    await visitor.group(GROUP, ZHANG, "join", users=[503, LI])
    await visitor.says(ZHANG, "/link", chat=GROUP, thread=TOPIC, hidden=True)
    renamed, joined, hidden = [each["message"] for each in await heard(bot)]
    assert (renamed["new_chat_title"], renamed["chat"]["title"]) == ("新名", "新名")
    assert [each["id"] for each in joined["new_chat_members"]] == [503, LI]
    assert (hidden["from"]["username"], hidden["sender_chat"]["id"]) == ("GroupAnonymousBot", GROUP)
    assert hidden["is_topic_message"] is True


async def test_a_silenced_bot_is_told_and_refused(visitor: Visitor, bot: telegram.Bot) -> None:
    await visitor.group(GROUP, ZHANG, "silence", silent=True)
    await visitor.group(GROUP, ZHANG, "silence", silent=True)
    (change,) = await heard(bot)
    assert change["my_chat_member"]["new_chat_member"]["status"] == "restricted"
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)not enough rights"):
        await bot.send_message(GROUP, "?")


async def test_what_cannot_happen_is_refused(visitor: Visitor) -> None:
    for event, more in (("explode", {}), ("upgrade", {"to": GROWN}), ("close_topic", {"thread": 99})):
        with pytest.raises(Refused):
            await visitor.group(GROUP, ZHANG, event, **more)
