"""What organisers and members type in private: days, places, numbers, items, topics and reasons; clumsy words are told how."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.cast import ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY
from handlers.desk import read
from models.card import Action, Card, Refusal
from models.gathering import AgendaItem, Choice, Gathering, Proposal, Rsvp, habits
from models.gathering.habits import FIVE
from models.gathering.moving import ASK
from models.gathering.settling import ITEMS
from models.member import Role
from models.outbox import Delivery
from tests.bot.machine import Machine, number
from tests.bot.updates import pressed, said
from tests.dump import changed, dump

BOSS, MEMBER_ID, STRANGER, OTHER = number(SECRETARY), number(MEMBER), number(OUTSIDER), number(ELDER)
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "words", ["12月8日 15:00", "12月8日15:00", "2026-12-08 15:00", "2026年12月8日 15:00", "12.8 15:00", " 12/8 15:00 "]
)
def test_a_new_day_is_written_in_many_ways(words: str) -> None:
    assert read(words, TODAY) == (date(2026, 12, 8), time(15))


@pytest.mark.parametrize(
    "words", ["", "明天", "12月8日", "15:00", "2月30日 15:00", "12月8日 25:00", "12月8日 15:00 三楼", "月日 :"]
)
def test_what_is_no_day_is_told_the_form(words: str) -> None:
    with pytest.raises(Refusal, match="gathering/no_day"):
        read(words, TODAY)


@given(st.text(st.sampled_from("0123456789月日年:/.- ") | st.characters(), max_size=40))
def test_no_words_are_worse_than_a_refusal(words: str) -> None:
    with suppress(Refusal):
        assert 2000 <= read(words, TODAY)[0].year <= 2999


async def hears(machine: Machine, text: str, by: int = BOSS, chat: int | None = None) -> Card:
    """The answer to whoever wrote; news for others come before it."""
    return (await machine.take(said(text, by, chat)))[-1]


async def taps(machine: Machine, action: Action, by: int = BOSS) -> list[Card]:
    return await machine.take(pressed(action.code, by))


async def asked(machine: Machine, verb: str, choice: int = 1, by: int = BOSS) -> Gathering:
    """A gathering of which a question was asked by a button."""
    planned = await machine.plan()
    await taps(machine, Action(verb, planned.id, choice), by)
    return planned


async def test_a_gathering_is_moved_by_a_typed_day_and_one_more_tap(machine: Machine) -> None:
    planned = await asked(machine, "move", ASK)
    shown = await hears(machine, "12月8日 16:30")
    assert (shown.name, shown.facts["to"]) == ("gathering/move_to", "2026-12-08T16:30")
    tap = shown.taps[0][0]
    await taps(machine, Action(tap.verb, tap.target, tap.choice))
    found = await Gathering.get(id=planned.id)
    assert (found.local_date, found.local_time, found.revision) == (date(2026, 12, 8), "16:30", 2)


async def test_a_place_is_changed_by_typing_it(machine: Machine) -> None:
    planned = await asked(machine, "move", ASK)
    assert (await hears(machine, "地点：三楼  会议室")).name == "gathering/untold"  # one of the branch has no Telegram
    assert (await Gathering.get(id=planned.id)).place == "三楼 会议室"


async def test_clumsy_words_are_told_how_and_can_be_typed_again(machine: Machine) -> None:
    planned = await asked(machine, "move", ASK)
    assert (await hears(machine, "下星期吧")).name == "gathering/no_day"
    assert (await hears(machine, "2026-11-01 15:00")).name == "gathering/past"
    assert (await hears(machine, "12月8日 16:30")).name == "gathering/move_to"
    assert (await Gathering.get(id=planned.id)).revision == 1


async def test_seats_items_and_topics_are_typed_where_a_button_asked(machine: Machine) -> None:
    planned = await asked(machine, "seats")
    assert await hears(machine, "３０") == Card("gathering/seats_set", {"seats": 30})
    await taps(machine, Action("agenda", planned.id, 6))
    assert (await hears(machine, "讨论停车")).name == "gathering/item_added"
    await taps(machine, Action("propose", planned.id, 1), MEMBER_ID)
    assert (await hears(machine, "楼道灯", MEMBER_ID)).name == "gathering/topic_kept"
    assert (await Gathering.get(id=planned.id)).capacity == 30
    assert [each.title for each in await AgendaItem.all()] == ["讨论停车"]
    assert (await Proposal.get()).title == "楼道灯"


async def test_a_reason_of_leave_is_typed_and_kept_for_those_responsible(machine: Machine) -> None:
    planned = await asked(machine, "rsvp", Choice.LEAVE, by=MEMBER_ID)
    assert (await hears(machine, "去外地看病", MEMBER_ID)).name == "gathering/reason_kept"
    assert (await Rsvp.get(gathering_id=planned.id)).reason == "去外地看病"
    assert (await hears(machine, "还有一句", MEMBER_ID)).name == "answers/none"


async def test_propose_takes_the_topic_at_once_or_asks_for_it(machine: Machine) -> None:
    assert (await hears(machine, "/propose 楼道灯", MEMBER_ID)).name == "gathering/nothing_ahead"
    await machine.plan()
    assert (await hears(machine, "/propose 楼道灯", MEMBER_ID)).name == "gathering/topic_kept"
    assert (await hears(machine, "/propose", MEMBER_ID)).name == "gathering/which_topic"
    assert (await hears(machine, "/propose x", STRANGER)).name == "rights/stranger"


async def test_the_commands_are_for_private_talk(machine: Machine) -> None:
    await machine.plan()
    for command in ("/desk", "/habits", "/propose 灯"):
        assert (await hears(machine, command, chat=GROUP.id)).name == "gathering/private"


async def test_desk_and_habits_are_for_organisers(machine: Machine) -> None:
    await machine.plan()
    assert (await hears(machine, "/desk")).name == "gathering/desk"
    assert (await hears(machine, "/habits")).name == "gathering/habits"
    before = await dump()
    for command in ("/desk", "/habits"):
        assert (await hears(machine, command, MEMBER_ID)).name == "rights/refused"
        assert (await hears(machine, command, STRANGER)).name == "rights/stranger"
    assert changed(before, await dump()) <= {"deed", "delivery", "attempt", "reachability"}


async def test_an_answer_to_a_question_that_is_over_is_refused(machine: Machine) -> None:
    """The gathering was called off while the day was being typed."""
    planned = await asked(machine, "move", ASK)
    await Gathering.filter(id=planned.id).update(state="cancelled")
    assert await hears(machine, "12月8日 16:30") == Card("gathering/too_late", {"state": "cancelled"})


async def test_whoever_lost_the_office_meanwhile_moves_nothing(machine: Machine) -> None:
    planned = await asked(machine, "move", ASK)
    await Role.filter(member_id=machine.members[SECRETARY.name].id).update(until_at=machine.time)
    assert (await hears(machine, "12月8日 16:30")).name == "rights/refused"
    assert (await Gathering.get(id=planned.id)).revision == 1


async def test_a_cards_leave_button_asks_in_private_and_the_group_sees_a_count(machine: Machine) -> None:
    planned = await machine.plan()
    await machine.dispatcher.idle()
    card = await Delivery.get(kind="card")
    code = Action("rsvp", planned.id, Choice.LEAVE, card.id).code
    (why,) = await machine.take(pressed(code, OTHER, GROUP.id, card.message_id or 0))
    assert why.name == "gathering/why"
    reply = await Delivery.filter(kind="reply").get()
    assert reply.chat_id is None
    assert reply.member_id == machine.members[ELDER.name].id


async def test_the_fixed_items_are_typed_and_given_up_again(machine: Machine) -> None:
    branch = machine.branch.id
    await taps(machine, Action("habits", branch, ITEMS))
    assert (await hears(machine, "1、重温入党誓词")).name == "gathering/habit_kept"
    assert (await habits(branch)).items == ("constitution", "重温入党誓词")
    await taps(machine, Action("habits", branch, ITEMS))
    assert (await hears(machine, "默认")).name == "gathering/habit_kept"
    assert (await habits(branch)).items == FIVE
