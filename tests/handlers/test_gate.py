"""The gate: who speaks, where, in whatever shape Telegram brings it; and that each is done once."""

from itertools import product

from bot.sandbox.cast import GROUP, MEMBER, OUTSIDER, SECRETARY
from handlers.gate import following
from models.card import Action, Card
from models.deed import DeadLetter, Deed
from models.gathering import Choice, Rsvp
from models.organisation import grow, link
from models.outbox import Delivery
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import Json, message, pressed, said, update

BOSS, MEMBER_ID, STRANGER = number(SECRETARY), number(MEMBER), number(OUTSIDER)
ANONYMOUS_ADMIN = 1087968824


def names(cards: list[Card]) -> list[str]:
    return [card.name for card in cards]


async def test_a_command_in_private_is_answered_to_the_member(machine: Machine) -> None:
    assert names(await machine.take(said("/help", MEMBER_ID))) == ["start/member"]
    owed = await Delivery.get()
    assert (owed.kind, owed.lane, owed.member_id) == ("reply", 0, machine.members[MEMBER.name].id)
    assert (owed.address, owed.chat_id) == (None, None)


async def test_a_stranger_is_answered_by_address_alone(machine: Machine) -> None:
    assert names(await machine.take(said("/help", STRANGER))) == ["start/stranger"]
    owed = await Delivery.get()
    assert (owed.member_id, owed.root_id, owed.address) == (None, None, STRANGER)


async def test_a_command_in_a_linked_group_is_answered_in_the_group(machine: Machine) -> None:
    assert names(await machine.take(said("/help", STRANGER, GROUP.id))) == ["start/group"]
    owed = await Delivery.get()
    assert owed.chat_id is not None
    assert owed.root_id == machine.branch.root_id


async def test_a_command_in_an_unlinked_group_is_answered_there_and_no_row_is_kept_of_it(machine: Machine) -> None:
    assert names(await machine.take(said("/attendance", BOSS, UNLINKED))) == ["gathering/unlinked"]
    owed = await Delivery.get()
    assert (owed.address, owed.chat_id) == (UNLINKED, None)


async def test_a_topic_with_its_own_link_speaks_for_its_own_node(machine: Machine) -> None:
    party_group = await grow(machine.branch, "3号楼党小组", "party_group")
    await link(party_group, machine.bot.id, GROUP.id, 5, machine.time)
    topic = {"message_thread_id": 5, "is_topic_message": True}
    await machine.take(said("/plan 12月1日 15:00 二楼 小组会", BOSS, GROUP.id, **topic))
    owed = await Delivery.get()
    chat = await link(party_group, machine.bot.id, GROUP.id, 5, machine.time)
    assert owed.chat_id == chat.id
    assert Card.from_json(owed.card).name == "gathering/planned"


async def test_a_topic_without_a_link_and_a_reply_are_the_group(machine: Machine) -> None:
    for topic in ({"message_thread_id": 9, "is_topic_message": True}, {"message_thread_id": 9}):
        asked = said("/plan 12月1日 15:00 二楼 党日", BOSS, GROUP.id, **topic)
        assert names(await machine.take(asked)) == ["gathering/planned"]


async def test_only_new_messages_are_heard(machine: Machine) -> None:
    for kind in ("edited_message", "channel_post", "edited_channel_post", "business_message"):
        assert await machine.take(update(**{kind: message("/help", MEMBER_ID)})) == []
    assert await DeadLetter.all().count() == 0


async def test_an_anonymous_admin_is_told_why_nothing_happens(machine: Machine) -> None:
    sender = {"from": {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group"}}
    sender |= {"sender_chat": {"id": GROUP.id, "type": "supergroup", "title": GROUP.title}}
    cards = await machine.take(said("/plan 12月1日 15:00 二楼 党日", ANONYMOUS_ADMIN, GROUP.id, **sender))
    assert names(cards) == ["gate/anonymous"]


async def test_a_bot_is_not_talked_to(machine: Machine) -> None:
    other = {"from": {"id": 7000000002, "is_bot": True, "first_name": "Other"}}
    assert await machine.take(said("/help", 7000000002, GROUP.id, **other)) == []


async def test_a_message_without_a_sender_is_nobodys(machine: Machine) -> None:
    nobody = message("/help", MEMBER_ID, GROUP.id)
    del nobody["from"]
    assert await machine.take(update(message=nobody)) == []
    assert await DeadLetter.all().count() == 0


async def test_what_is_no_command_is_left_alone(machine: Machine) -> None:
    bodies: list[Json] = [{}, {"photo": []}, {"location": {"longitude": 1.0, "latitude": 1.0}}, {"caption": "/help"}]
    for body in bodies:
        assert await machine.take(said(None, MEMBER_ID, **body)) == []
    assert await machine.take(said("/unknown", MEMBER_ID)) == []
    plain = await machine.take(said("你好", MEMBER_ID), said("…/help", MEMBER_ID))
    assert names(plain) == ["answers/none"] * 2  # in private somebody waits for an answer
    assert await DeadLetter.all().count() == 0


async def test_a_command_for_another_bot_is_left_alone(machine: Machine) -> None:
    assert await machine.take(said("/help@some_other_bot", MEMBER_ID, GROUP.id)) == []


async def test_a_command_may_name_this_bot(machine: Machine) -> None:
    assert names(await machine.take(said(f"/help@{machine.bot.username}", MEMBER_ID, GROUP.id))) == ["start/group"]


async def test_a_huge_text_is_read_to_a_limit_and_answered(machine: Machine) -> None:
    assert names(await machine.take(said("/plan 12月1日 15:00 二楼 " + "长" * 4000, BOSS))) == ["gathering/wordy"]
    assert names(await machine.take(said("/plan " + "1" * 4000, BOSS))) == ["gathering/form"]
    assert names(await machine.take(said("/start " + "x" * 4000, STRANGER))) == ["binding/bad_link"]


FULL_WIDTH = [" １２月１日　１５：００　二楼　党日", "　12月1日　15:00 二楼 党日", " ２０２６／１２／１ １５：００ 二楼 党日"]
BROKEN_LINES = ["\n12月1日 15:00 二楼 党日", "\t12月1日\n15:00\n二楼\n党日"]


async def test_full_width_digits_and_any_spaces_are_read(machine: Machine) -> None:
    for words in FULL_WIDTH + BROKEN_LINES:
        assert names(await machine.take(said(f"/plan{words}", BOSS))) == ["gathering/planned"], words


def test_chinese_stops_stay_as_they_were_typed_and_digits_become_plain() -> None:
    assert following("/plan １２月１日 １５：００ 二楼 学习，讨论；您来吗？") == "12月1日 15:00 二楼 学习，讨论；您来吗？"
    assert following("家里有事，走不开！") == "家里有事，走不开！"


RUBBISH = ["\0", "\ud800", "\u202e", "\u200b\u200b", "\ufdfa" * 900, "𒀱" * 2000]
COMMANDS = ["/start", "/plan", "/plan 12月1日 15:00 二楼", "/attendance", "/help"]


async def test_no_text_makes_a_command_fail(machine: Machine) -> None:
    for command, rubbish in product(COMMANDS, RUBBISH):
        assert len(await machine.take(said(f"{command} {rubbish}", BOSS))) == 1, (command, rubbish)
    assert await DeadLetter.all().count() == 0


async def test_the_same_update_is_done_once(machine: Machine) -> None:
    once = said("/plan 12月1日 15:00 二楼 党日", BOSS)
    assert names(await machine.take(once)) == ["gathering/planned"]
    assert await machine.take(once) == []
    assert await machine.take(once, once) == []
    assert await Deed.all().count() == 1


FORGED = ["", "x", "1.rsvp.1.1", "2.rsvp.1.1.0", "1.fly.1.1.0", "1.rsvp.zzzzzzzzzzzzz.1.0", "1.rsvp.1.9.0", "1.rsvp.1.1.\ud800"]


async def test_a_button_we_never_wrote_does_nothing(machine: Machine) -> None:
    await machine.plan()
    for data in FORGED:
        assert await machine.take(pressed(data, MEMBER_ID)) == []
    assert await Rsvp.all().count() == 0
    assert await DeadLetter.all().count() == 0


async def test_a_press_without_a_message_counts(machine: Machine) -> None:
    planned = await machine.plan()
    lost = pressed(Action("rsvp", planned.id, Choice.JOIN, 1).code, MEMBER_ID)
    del lost["callback_query"]["message"]
    await machine.take(lost)
    assert (await Rsvp.get()).choice == Choice.JOIN


async def test_a_press_on_a_message_telegram_no_longer_shows_counts(machine: Machine) -> None:
    planned = await machine.plan()
    card = await Delivery.get(about=f"gathering:{planned.id}")
    data = Action("rsvp", planned.id, Choice.LEAVE, card.id).code
    old = {"message_id": 77, "date": 0, "chat": message("x", MEMBER_ID, GROUP.id)["chat"]}
    await machine.take(pressed(data, MEMBER_ID, GROUP.id, message=old))
    assert (await Rsvp.get()).choice == Choice.LEAVE
    assert (await Delivery.get(id=card.id)).message_id is None, "without its buttons a message proves nothing"


async def test_a_press_on_a_card_nobody_recorded_proves_that_it_arrived(machine: Machine) -> None:
    planned = await machine.plan()
    card = await Delivery.get(about=f"gathering:{planned.id}")
    data = Action("rsvp", planned.id, Choice.JOIN, card.id).code
    await machine.take(pressed(data, MEMBER_ID, GROUP.id, message=keyed(data, 77)))
    assert (await Delivery.get(id=card.id)).message_id == 77


async def test_a_code_sent_from_a_message_that_has_no_such_button_moves_no_card(machine: Machine) -> None:
    planned = await machine.plan()
    card = await Delivery.get(about=f"gathering:{planned.id}")
    forged = Action("rsvp", planned.id, Choice.JOIN, card.id).code
    other = Action("rsvp", planned.id, Choice.LEAVE, card.id).code
    await machine.take(pressed(forged, MEMBER_ID, GROUP.id, message=keyed(other, 78)))
    assert (await Delivery.get(id=card.id)).message_id is None
    assert (await Rsvp.get()).choice == Choice.JOIN


def keyed(data: str, message_id: int) -> Json:
    """A message in the group with one button."""
    keyboard = {"inline_keyboard": [[{"text": "参加", "callback_data": data}]]}
    return {**message("x", MEMBER_ID, GROUP.id), "message_id": message_id, "reply_markup": keyboard}


async def test_somebody_unknown_is_answered_ten_times_in_a_quarter_of_an_hour_and_a_member_always(machine: Machine) -> None:
    flood = [said("/help", STRANGER, GROUP.id) for _ in range(15)]
    assert len(await machine.take(*flood)) == 10
    assert len(await machine.take(*(said("/help", MEMBER_ID) for _ in range(15)))) == 15
    machine.later(minutes=16)
    assert len(await machine.take(said("/help", STRANGER))) == 1
