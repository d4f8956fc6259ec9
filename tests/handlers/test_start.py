"""/start and /help: each hears what concerns them, and nobody guesses a code."""

import re
from datetime import timedelta

import pytest

from bot import wording
from bot.sandbox.cast import ADMINISTRATOR, GROUP, MEMBER, OUTSIDER, SECRETARY, WITHOUT_TELEGRAM
from handlers import commands
from models import binding
from models.card import Card
from models.deed import Attempt
from models.member import OPERATOR, RIGHTS, Account, grant
from models.rights import OFFICES
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import said

BOSS, MEMBER_ID, STRANGER, OTHER = number(SECRETARY), number(MEMBER), number(OUTSIDER), number(ADMINISTRATOR)


async def heard(machine: Machine, text: str, by: int, chat: int | None = None) -> Card:
    (card,) = await machine.take(said(text, by, chat))
    return card


async def code(machine: Machine) -> str:
    return await binding.invite(machine.members[WITHOUT_TELEGRAM.name], machine.time, timedelta(minutes=30))


async def test_help_says_what_each_can_do(machine: Machine) -> None:
    for command in ("/help", "/start"):
        duties = str((await heard(machine, command, BOSS)).facts["duties"]).split()
        assert {"roster", "link", "reach"} <= set(duties)
        plain = await heard(machine, command, MEMBER_ID)
        assert plain.facts["duties"] == ""
        assert {"mydata", "forget", "themeday", "attendance", "plan"} <= set(str(plain.facts["own"]).split())
        assert (await heard(machine, command, STRANGER)).name == "start/stranger"
        assert (await heard(machine, command, STRANGER, GROUP.id)).name == "start/group"
        assert (await heard(machine, command, BOSS, UNLINKED)).name == "start/unlinked"


@pytest.mark.parametrize("office", OFFICES)
async def test_every_office_hears_of_commands_that_exist_and_of_no_other(machine: Machine, office: str) -> None:
    await grant(OPERATOR, machine.members[MEMBER.name], machine.branch.id, office, machine.time)
    card = await heard(machine, "/help", MEMBER_ID)
    named = {each.name: each for each in commands() if each.menu}
    told = f"{card.facts['duties']} {card.facts['own']}".split()
    assert set(told) <= named.keys() - {"help"}
    rights = {right for right, rule in RIGHTS.items() if office in rule.roles}
    assert {named[each].right for each in told} <= rights | {None}
    words = wording.block(card.name, "body", {**card.facts, "member": {"name": MEMBER.name}})
    assert len(words.splitlines()) <= 16


def test_no_text_names_a_command_that_does_not_exist() -> None:
    texts = [path.read_text(encoding="utf-8") for path in wording.TEXTS.rglob("*.html")]
    named = {word for text in texts for word in re.findall(r"(?<![<\w/])/([a-z]+)(?![a-z>/])", text)}
    assert {"link", "unlink", "plan", "help"} <= named
    assert named <= {each.name for each in commands()}


async def test_an_opened_link_asks_before_anything_is_kept(machine: Machine) -> None:
    card = await heard(machine, f"/start {await code(machine)}", STRANGER)
    assert card.name == "binding/consent"
    assert [tap.label for row in card.taps for tap in row] == ["binding.agree", "binding.decline"]
    assert not await Account.exists(telegram_id=STRANGER)


async def test_a_code_said_in_a_group_is_not_used(machine: Machine) -> None:
    assert (await heard(machine, f"/start {await code(machine)}", STRANGER, GROUP.id)).name == "start/group"


async def test_a_bound_account_needs_no_link(machine: Machine) -> None:
    assert (await heard(machine, f"/start {await code(machine)}", MEMBER_ID)).name == "binding/account_taken"


async def test_five_guesses_in_a_quarter_of_an_hour_and_no_more(machine: Machine) -> None:
    good = await code(machine)
    for _ in range(5):
        assert (await heard(machine, "/start wrong", STRANGER)).name == "binding/bad_link"
    assert (await heard(machine, f"/start {good}", STRANGER)).name == "deed/too_many"
    machine.later(minutes=14, seconds=59)
    assert (await heard(machine, f"/start {good}", STRANGER)) == Card("deed/too_many", {"minutes": 15})
    machine.later(seconds=1)
    assert (await heard(machine, f"/start {good}", STRANGER)).name == "binding/consent"


async def test_one_accounts_guesses_are_not_anothers(machine: Machine) -> None:
    for _ in range(6):
        await heard(machine, "/start wrong", STRANGER)
    assert (await heard(machine, "/start wrong", OTHER)).name == "binding/bad_link"
    assert (await heard(machine, "/start", STRANGER)).name == "start/stranger"


async def test_guesses_in_one_batch_are_counted_too(machine: Machine) -> None:
    cards = await machine.take(*(said("/start wrong", STRANGER) for _ in range(7)))
    assert [card.name for card in cards] == ["binding/bad_link"] * 5 + ["deed/too_many"] * 2


async def test_the_counter_does_not_tell_who_guessed(machine: Machine) -> None:
    await heard(machine, "/start wrong", STRANGER)
    assert not any(str(STRANGER) in each.key for each in await Attempt.all())
    assert await Attempt.all().count() == 2, "guesses, and answers to somebody unknown"
