"""Ordinary talk of a group is never listened to: not kept, not even when it cannot be read."""

from bot.sandbox.cast import BOT, ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY
from models.deed import DeadLetter
from models.organisation import Node
from tests.bot.machine import Machine, number
from tests.bot.updates import Json, said
from tests.dump import changed, dump

BOSS, MEMBER_ID, STRANGER = number(SECRETARY), number(MEMBER), number(OUTSIDER)
TOPIC = {"message_thread_id": 5, "is_topic_message": True}

TALK: list[Json] = [
    {"text": "大家好，明天谁去？"},
    {"text": "身份证 110101199003070000"},
    {"text": "plan 12月1日"},
    {"text": "我说 /help 是什么"},
    {"text": "/"},
    {"caption": "照片", "photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
    {"document": {"file_id": "d", "file_unique_id": "d", "file_name": "名册.xlsx"}},
    {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 9, "height": 9,
                 "is_animated": False, "is_video": False}},
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
    {"location": {"longitude": 120.0, "latitude": 30.0}},
    {"contact": {"phone_number": "13800000000", "first_name": "某"}},
    {"dice": {"emoji": "🎲", "value": 3}},
    {"left_chat_member": {"id": 801, "is_bot": False, "first_name": "走了"}},
    {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": GROUP.id, "type": "supergroup"}}},
    {"text": "回复你", "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": GROUP.id, "type": "supergroup"},
                                        "from": {"id": BOT.id, "is_bot": True, "first_name": "支"}, "text": "x"}},
    {"forum_topic_created": {"name": "话题", "icon_color": 0}, **TOPIC},
    {"delete_chat_photo": True},
    {"text": "在话题里说", **TOPIC},
    {"text": "@branchlife_demo_bot 你好"},
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
              "type": "regular", "allows_multiple_answers": False, "allows_revoting": True, "members_only": False}},
]  # fmt: skip


async def test_what_is_said_in_a_group_and_cannot_be_read_is_not_kept_either(machine: Machine) -> None:
    """A kind of message of tomorrow's Telegram: that it came is kept, what was said is not."""
    broken = {"poll": {"id": "1", "question": "张三家的事", "options": [], "type": "new"}, "caption": "李四说的"}
    await machine.take(said(None, MEMBER_ID, GROUP.id, **broken))
    letter = await DeadLetter.get()
    assert "poll" in letter.body
    assert not any(word in letter.body for word in ("张三", "李四", str(MEMBER_ID), "某某"))


async def test_a_hundred_ordinary_messages_of_a_group_leave_no_trace(machine: Machine) -> None:
    await Node.filter(id=machine.branch.id).update(greets=True)
    before = await dump()
    talk = [said(each.get("text"), who, GROUP.id, **{name: value for name, value in each.items() if name != "text"})
            for each in TALK for who in (BOSS, MEMBER_ID, STRANGER, number(ELDER), 777001)]  # fmt: skip
    assert len(talk) == 100
    assert await machine.take(*talk) == []
    assert changed(before, await dump()) <= {"deed", "attempt"}
