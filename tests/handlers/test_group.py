"""Groups: tied by whoever may, alive through all that groups go through, and never listened to."""

from typing import Any

import pytest

from bot.sandbox.cast import BOT, ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY
from bot.sandbox.deeds import RESTRICTIONS
from models.audit import Note
from models.card import Action, Card
from models.database import run
from models.group import HERE, Arrival
from models.member import OPERATOR, grant
from models.organisation import Chat, Node, grow
from models.outbox import Delivery
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import Json, pressed, said, update
from tests.dump import changed, dump

BOSS, MEMBER_ID, STRANGER = number(SECRETARY), number(MEMBER), number(OUTSIDER)
TOPIC = {"message_thread_id": 5, "is_topic_message": True}
GROWN = -1001000000555


def standing(status: str) -> Json:
    user = {"id": BOT.id, "is_bot": True, "first_name": BOT.name, "username": BOT.username}
    rights = dict.fromkeys(RESTRICTIONS.split(), False) | {"is_member": True, "until_date": 0} if status == "restricted" else {}
    return {"status": status, "user": user, **rights, **({"until_date": 0} if status == "kicked" else {})}


def moves(before: str, after: str, chat: int = UNLINKED, kind: str = "supergroup", by: int = BOSS) -> Json:
    """The bot's own standing in a chat changed."""
    head = {"id": chat, "type": kind, "title": "新群"} if chat < 0 else {"id": chat, "type": kind, "first_name": "某"}
    change = {"chat": head, "from": {"id": by, "is_bot": False, "first_name": "某"}, "date": 1_795_000_000}
    return update(my_chat_member=change | {"old_chat_member": standing(before), "new_chat_member": standing(after)})


def served(chat: int, by: int = BOSS, **what: Any) -> Json:
    return said(None, by, chat, **what)


def names(cards: list[Card]) -> list[str]:
    return [card.name for card in cards]


async def button(machine: Machine) -> Action:
    (card,) = await machine.take(moves("left", "member"))
    assert card.name == "group/arrived"
    tap = card.taps[0][0]
    return Action(tap.verb, tap.target, tap.choice)


async def states(chat: int = GROUP.id) -> list[str]:
    return [each.state for each in await Chat.filter(chat_id=chat).order_by("id")]


async def test_a_group_that_takes_the_bot_in_is_offered_a_button_once(machine: Machine) -> None:
    await button(machine)
    assert names(await machine.take(moves("member", "administrator"))) == []
    assert await Arrival.all().count() == 1


async def test_whoever_has_the_right_over_one_node_ties_the_group_at_once(machine: Machine) -> None:
    action = await button(machine)
    cards = await machine.take(pressed(action.code, BOSS, UNLINKED))
    assert names(cards) == ["group/joined"]
    chat = await Chat.get(chat_id=UNLINKED)
    assert (chat.node_id, chat.title, chat.state, chat.unlinked_at) == (machine.branch.id, "新群", "ok", None)
    assert await Note.filter(verb="link", target=f"chat:{chat.id}").count() == 1
    assert names(await machine.take(pressed(action.code, BOSS, UNLINKED))) == []  # it is spent
    assert await Arrival.all().count() == 0


async def test_others_who_are_responsible_are_told_in_private_once(machine: Machine) -> None:
    await grant(OPERATOR, machine.members[ELDER.name], machine.branch.id, "deputy_secretary", machine.time)
    cards = await machine.take(pressed((await button(machine)).code, BOSS, UNLINKED))
    assert sorted(names(cards)) == ["group/joined", "group/linked_told"]
    told = await Delivery.get(kind="notice", member_id=machine.members[ELDER.name].id)
    assert told.address is None


@pytest.mark.parametrize("who", [MEMBER_ID, STRANGER])
async def test_anybody_else_hears_a_sentence_and_nothing_changes(machine: Machine, who: int) -> None:
    action = await button(machine)
    before = await dump()
    assert await machine.take(pressed(action.code, who, UNLINKED)) == []
    assert changed(before, await dump()) <= {"deed"}


async def test_with_several_nodes_one_is_chosen_in_private(machine: Machine) -> None:
    party_group = await grow(machine.branch, "3号楼党小组", "party_group")
    action = await button(machine)
    (card,) = await machine.take(pressed(action.code, BOSS, UNLINKED))
    assert card.name == "group/choose"
    assert [row[0].shown for row in card.taps] == [GROUP.title, "3号楼党小组"]
    assert (await Delivery.all().order_by("-id").first()).member_id == machine.members[SECRETARY.name].id  # type: ignore[union-attr]
    tap = card.taps[1][0]
    await machine.take(pressed(tap.code(0), BOSS))
    assert (await Chat.get(chat_id=UNLINKED)).node_id == party_group.id


async def test_a_group_is_not_tied_by_guessing_its_number(machine: Machine) -> None:
    await button(machine)
    for code in (await Arrival.get()).id, -UNLINKED, 1, 0:
        await machine.take(pressed(Action("tie", code, HERE).code, BOSS, GROUP.id))
        await machine.take(pressed(Action("tie_to", code, machine.branch.id).code, BOSS))
    assert not await Chat.exists(chat_id=UNLINKED)


async def test_link_and_unlink_are_commands_too(machine: Machine) -> None:
    assert names(await machine.take(said("/link", MEMBER_ID, UNLINKED))) == ["rights/refused"]
    assert names(await machine.take(said("/link", BOSS, UNLINKED))) == ["group/joined"]
    assert names(await machine.take(said("/link", BOSS, UNLINKED))) == ["group/already"]
    assert names(await machine.take(said("/unlink", MEMBER_ID, UNLINKED))) == ["rights/refused"]
    assert names(await machine.take(said("/unlink", BOSS, UNLINKED))) == ["group/unlinked"]
    assert names(await machine.take(said("/unlink", BOSS, UNLINKED))) == ["gathering/unlinked"]
    assert names(await machine.take(said("/link", BOSS))) == ["group/there"]


async def test_words_after_link_name_the_node(machine: Machine) -> None:
    party_group = await grow(machine.branch, "3号楼党小组", "party_group")
    assert names(await machine.take(said("/link 没有的", BOSS, UNLINKED))) == ["group/no_such"]
    assert names(await machine.take(said("/link", BOSS, UNLINKED))) == ["group/arrived"]
    assert names(await machine.take(said("/link 3号楼", BOSS, UNLINKED))) == ["group/joined"]
    assert (await Chat.get(chat_id=UNLINKED)).node_id == party_group.id


async def test_link_in_a_topic_ties_the_topic_alone(machine: Machine) -> None:
    await machine.take(said("/link", BOSS, UNLINKED, **TOPIC))
    assert (await Chat.get(chat_id=UNLINKED)).thread_id == 5
    assert names(await machine.take(said("/help", BOSS, UNLINKED))) == ["start/unlinked"]
    assert names(await machine.take(said("/help", BOSS, UNLINKED, **TOPIC))) == ["start/group"]


async def test_a_secretary_of_another_branch_ties_and_unties_nothing_here(machine: Machine) -> None:
    root = await Node.get(id=machine.branch.root_id)
    other = await grow(root, "别的支部", "branch")
    await grant(OPERATOR, machine.members[MEMBER.name], other.id, "secretary", machine.time)
    assert names(await machine.take(said("/unlink", MEMBER_ID, GROUP.id))) == ["rights/refused"]
    assert names(await machine.take(said("/link", MEMBER_ID, GROUP.id))) == ["group/already"]
    action = await button(machine)
    await machine.take(pressed(Action("tie_to", action.target, machine.branch.id).code, MEMBER_ID))
    assert not await Chat.exists(chat_id=UNLINKED)


async def test_channels_and_hidden_admins_tie_nothing(machine: Machine) -> None:
    assert await machine.take(moves("left", "administrator", kind="channel")) == []
    hidden = {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}
    hidden |= {"sender_chat": {"id": UNLINKED, "type": "supergroup", "title": "新群"}}
    assert names(await machine.take(said("/link", 1087968824, UNLINKED, **hidden))) == ["gate/anonymous"]
    forwarded = {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}, "is_automatic_forward": True}
    forwarded |= {"sender_chat": {"id": -1009, "type": "channel", "title": "频道"}}
    assert await machine.take(said("/link", 777000, UNLINKED, **forwarded)) == []
    assert await Arrival.all().count() == 0


@pytest.mark.parametrize("after", ["left", "kicked", "restricted"])
async def test_the_bot_is_put_out_and_taken_in_again_and_the_tie_holds(machine: Machine, after: str) -> None:
    await machine.plan()
    await machine.take(moves("member", after, GROUP.id))
    reason = "no_rights" if after == "restricted" else "kicked"
    assert await states() == [reason]
    assert [each.state for each in await Delivery.filter(kind="card")] == ["refused"]
    told = await Delivery.get(kind="notice")
    assert (told.state, told.member_id) == ("held", machine.members[SECRETARY.name].id)
    await machine.take(moves("member", after, GROUP.id))
    assert await Delivery.filter(kind="notice").count() == 1
    await machine.take(moves(after, "member", GROUP.id))
    assert await states() == ["ok"]
    assert [each.state for each in await Delivery.filter(kind="card")] == ["queued"]
    assert (await Delivery.get(kind="notice")).state == "cancelled"  # over before anybody had to know


async def test_a_loss_that_was_told_is_taken_back_when_it_is_over(machine: Machine) -> None:
    await machine.take(moves("member", "kicked", GROUP.id))
    await Delivery.filter(kind="notice").update(state="sent", message_id=9)
    machine.later(hours=1)
    assert names(await machine.take(moves("left", "member", GROUP.id))) == ["group/healed"]
    assert await Arrival.all().count() == 0


async def test_at_night_nobody_is_woken_for_it(machine: Machine) -> None:
    machine.later(hours=10)  # ten in the evening there
    await machine.take(moves("member", "kicked", GROUP.id))
    told = await Delivery.get(kind="notice")
    assert told.due_at.isoformat() == "2026-11-22T00:30:00+00:00"


async def test_a_new_title_is_kept(machine: Machine) -> None:
    await machine.take(served(GROUP.id, new_chat_title="新名\ud83d\0" + "长" * 200))
    title = (await Chat.get(chat_id=GROUP.id)).title
    assert title.startswith("新名 长")
    assert len(title) == 128


SIGNALS = {
    "old": served(GROUP.id, migrate_to_chat_id=GROWN),
    "new": served(GROWN, migrate_from_chat_id=GROUP.id),
    "out": moves("member", "left", GROUP.id, "group"),
    "in": moves("left", "member", GROWN),
}


@pytest.mark.parametrize("order", ["old new", "new old", "out in old new", "in new out old", "old out in new", "out old in"])
async def test_a_group_that_grows_is_followed_whatever_is_heard_first(machine: Machine, order: str) -> None:
    await machine.plan()
    card = await Delivery.get(kind="card")
    for signal in order.split():
        await machine.take(SIGNALS[signal] | {"update_id": 950_000_000 + machine.gate.bot_id + len(await Delivery.all()) * 7
                                              + order.split().index(signal)})  # fmt: skip
    (chat,) = await Chat.filter(unlinked_at__isnull=True)
    assert (chat.chat_id, chat.state, chat.node_id) == (GROWN, "ok", machine.branch.id)
    renewed = await Delivery.get(id=card.id)
    assert (renewed.state, renewed.chat_id) == ("queued", chat.id)
    assert await Arrival.all().count() == 0
    told = await Delivery.filter(kind="notice", state__in=["queued", "held"])
    assert [Card.from_json(each.card).name for each in told] == ["group/migrated"]


async def test_a_group_that_grew_into_one_that_is_tied_already_leaves_one_tie(machine: Machine) -> None:
    await machine.plan()
    await run("UPDATE chat SET chat_id = ? WHERE chat_id = ?", GROWN, GROUP.id)
    (there,) = await Chat.filter(chat_id=GROWN)
    old = await Chat.create(root_id=there.root_id, bot_id=there.bot_id, node_id=there.node_id, chat_id=GROUP.id,
                            linked_at=machine.time)  # fmt: skip
    await Delivery.filter(kind="card").update(chat_id=old.id)
    await machine.take(SIGNALS["old"])
    assert [each.id for each in await Chat.filter(unlinked_at__isnull=True)] == [there.id]
    assert (await Delivery.get(kind="card")).chat_id == there.id


async def test_a_closed_topic_falls_back_to_the_general_one_and_comes_back(machine: Machine) -> None:
    await Chat.filter(chat_id=GROUP.id).update(thread_id=5)
    assert names(await machine.take(served(GROUP.id, forum_topic_closed={}, **TOPIC))) == ["group/thread_gone"]
    assert await machine.take(served(GROUP.id, forum_topic_closed={}, **TOPIC)) == []
    assert await states() == ["thread_gone"]
    other = {"message_thread_id": 6, "is_topic_message": True}
    assert await machine.take(served(GROUP.id, forum_topic_reopened={}, **other)) == []
    assert names(await machine.take(served(GROUP.id, forum_topic_reopened={}, **TOPIC))) == ["group/healed"]
    assert await states() == ["ok"]


def people(*numbers: int, bots: bool = False) -> Json:
    return {"new_chat_members": [{"id": each, "is_bot": bots, "first_name": "何新来"} for each in numbers]}


async def test_newcomers_are_greeted_once_where_the_branch_wants_it(machine: Machine) -> None:
    await Node.filter(id=machine.branch.root_id).update(greets=True)  # inherited
    (card,) = await machine.take(served(GROUP.id, **people(801, 802)), served(GROUP.id, **people(803)))
    assert card.name == "group/greeting"
    assert "何新来" not in str(await dump())
    assert "80" not in str(card.facts)
    machine.later(minutes=11)
    assert names(await machine.take(served(GROUP.id, **people(804)))) == ["group/greeting"]


async def test_nobody_is_greeted_where_it_is_not_wanted_nor_are_bots(machine: Machine) -> None:
    assert await machine.take(served(GROUP.id, **people(801))) == []
    await Node.filter(id=machine.branch.id).update(greets=True)
    assert await machine.take(served(GROUP.id, **people(801, bots=True)), served(UNLINKED, **people(801))) == []


async def test_those_who_come_at_night_are_greeted_together_in_the_morning(machine: Machine) -> None:
    await Node.filter(id=machine.branch.id).update(greets=True)
    for _ in range(3):
        machine.later(hours=3, minutes=20)
        await machine.take(served(GROUP.id, **people(801)))
    due = [each.due_at.isoformat() for each in await Delivery.filter(kind="broadcast").order_by("due_at")]
    assert due == ["2026-11-21T07:20:00+00:00", "2026-11-21T10:40:00+00:00", "2026-11-22T00:30:00+00:00"]
    machine.later(hours=2)
    assert await machine.take(served(GROUP.id, **people(802))) == []
