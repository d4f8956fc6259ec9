"""Who asks in a topic is answered in that topic, whatever the group is tied to; what nobody asked for goes where it is tied."""

import pytest

from bot.sandbox.cast import GROUP, SECRETARY
from models.organisation import Chat, grow
from models.outbox import Delivery
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import Json, said

BOSS = number(SECRETARY)
OPEN, OTHER = 5, 6


def topic(thread: int) -> Json:
    return {"message_thread_id": thread, "is_topic_message": True}


@pytest.fixture
async def forum(machine: Machine) -> Machine:
    """Both groups have two topics."""
    groups = [{"id": each, "title": "群", "members": [BOSS], "threads": [OPEN, OTHER]} for each in (UNLINKED, GROUP.id)]
    await machine.world.people([], groups)
    return machine


async def answered(machine: Machine, chat: int, words: str) -> int:
    """The topic in which these words appeared, 0 for the general one."""
    machine.later(seconds=6)
    await machine.dispatcher.idle()
    sent = [call for call in await machine.world.log(method="sendMessage") if call["status"] == 200]
    given = [call["arguments"] for call in sent if words in call["arguments"]["text"]]
    return int([each for each in given if int(each["chat_id"]) == chat][-1].get("message_thread_id") or 0)


async def test_the_button_asked_for_in_a_topic_stands_there(forum: Machine) -> None:
    await grow(forum.branch, "3号楼党小组", "party_group")
    await forum.take(said("/link", BOSS, UNLINKED, **topic(OPEN)))
    assert await answered(forum, UNLINKED, "连接到支部") == OPEN


@pytest.mark.parametrize("chat", [UNLINKED, GROUP.id])
@pytest.mark.parametrize("thread", [OPEN, OTHER])
async def test_any_answer_is_given_in_the_topic_it_was_asked_in(forum: Machine, chat: int, thread: int) -> None:
    """Also where the group as a whole, or another of its topics, is what is tied."""
    await forum.take(said("/roster", BOSS, chat, **topic(thread)))
    assert await answered(forum, chat, "私聊") == thread


async def test_what_is_asked_in_the_general_topic_is_answered_there(forum: Machine) -> None:
    await forum.take(said("/roster", BOSS, GROUP.id))
    await forum.take(said("/roster", BOSS, UNLINKED, message_thread_id=OPEN))  # a thread of replies is no topic
    assert await answered(forum, GROUP.id, "私聊") == 0
    assert await answered(forum, UNLINKED, "私聊") == 0


async def test_what_nobody_asked_for_goes_where_the_node_is_tied(forum: Machine) -> None:
    await Chat.filter(chat_id=GROUP.id).update(thread_id=OPEN)
    await forum.take(said("/roster", BOSS, GROUP.id, **topic(OTHER)))
    await forum.plan()
    assert await answered(forum, GROUP.id, "私聊") == OTHER
    assert await answered(forum, GROUP.id, "主题党日") == OPEN


async def test_a_topic_that_is_gone_before_the_answer_came_is_answered_in_the_general_one(forum: Machine) -> None:
    """The tie of the group's own topic has nothing to do with it."""
    await Chat.filter(chat_id=GROUP.id).update(thread_id=OPEN)
    await forum.take(said("/link", BOSS, GROUP.id, **topic(OPEN)), said("/roster", BOSS, UNLINKED, **topic(OTHER)))
    await forum.take(said("/roster", BOSS, GROUP.id, **topic(OTHER)))
    for chat in (GROUP.id, UNLINKED):
        await forum.world.group(chat, BOSS, "delete_topic", thread=OTHER)
    assert await answered(forum, GROUP.id, "私聊") == 0
    assert await answered(forum, UNLINKED, "私聊") == 0
    assert await answered(forum, GROUP.id, "已经连接好了") == OPEN
    assert (await Chat.get(chat_id=GROUP.id)).state == "ok"
    assert not await Delivery.filter(kind="notice").exists()
