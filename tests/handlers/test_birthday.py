"""/birthday as it is said in private: one's own page, the month of those responsible, typed 寄语; clumsy words too."""

from datetime import timedelta

import pytest

from bot.sandbox.cast import ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY
from models.birthday import Birthday, look
from models.card import Action, Card
from models.member import Member
from tests.bot.machine import Machine, number
from tests.bot.updates import pressed, said

BOSS, MEMBER_ID, STRANGER, OLD = number(SECRETARY), number(MEMBER), number(OUTSIDER), number(ELDER)


async def hears(machine: Machine, text: str, by: int = BOSS, chat: int | None = None) -> Card:
    return (await machine.take(said(text, by, chat)))[-1]


async def celebrating(machine: Machine) -> Birthday:
    """The elder's day is in three days."""
    day = (machine.time + timedelta(days=3)).date()
    await Member.filter(name=ELDER.name).update(joined_on=day.replace(year=day.year - 50))
    await look(machine.time)
    return await Birthday.get()


async def test_a_member_reads_their_own_page_whatever_stands_behind_the_command(machine: Machine) -> None:
    for words in ("/birthday", "/birthday 我的", "/birthday 百花园", "/birthday " + "长" * 500):
        card = await hears(machine, words, MEMBER_ID)
        assert (card.name, card.facts) == ("birthday/own", {"own_birthday": machine.members[MEMBER.name].id})


async def test_the_secretary_reads_the_month_and_with_a_word_their_own_page(machine: Machine) -> None:
    assert (await hears(machine, "/birthday")).name == "birthday/month"
    assert (await hears(machine, "/birthday 我的")).name == "birthday/own"
    assert (await hears(machine, f"/birthday {GROUP.title[:3]}")).name == "birthday/month"
    assert (await hears(machine, "/birthday 不存在")).name == "birthday/nowhere"


async def test_a_group_is_sent_to_the_private_chat_and_a_stranger_to_the_secretary(machine: Machine) -> None:
    assert (await hears(machine, "/birthday", MEMBER_ID, GROUP.id)).name == "birthday/in_private"
    assert (await hears(machine, "/birthday", STRANGER)).name == "rights/stranger"


@pytest.mark.parametrize(
    ("words", "name"), [("愿您桃李满天下", "birthday/preview"), ("长" * 5000, "birthday/wordy"), ("好", "birthday/wordy")]
)
async def test_typed_words_become_the_cards(machine: Machine, words: str, name: str) -> None:
    one = await celebrating(machine)
    asked = await machine.take(pressed(Action("birthday_words", one.id, 1).code, BOSS))
    assert asked[-1].name == "birthday/ask_words"
    assert (await hears(machine, words)).name == name
    kept = (await Birthday.get()).words
    assert kept == (words if name == "birthday/preview" else "")


async def test_without_a_question_words_change_nothing(machine: Machine) -> None:
    await celebrating(machine)
    assert (await hears(machine, "愿您桃李满天下")).name == "answers/none"
    assert (await Birthday.get()).words == ""


async def test_a_button_passed_on_to_another_does_nothing(machine: Machine) -> None:
    one = await celebrating(machine)
    for verb in ("birthday_oath", "birthday_thanks", "birthday_speak"):
        assert await machine.take(pressed(Action(verb, one.id, 1).code, MEMBER_ID)) == []
    assert (await Birthday.get()).thanked_at is None
    assert (await machine.take(pressed(Action("birthday_oath", one.id, 1).code, OLD)))[-1].name == "birthday/oath"
