"""What people say when they sign in: a code, a link, or nothing; in private, and with few guesses."""

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.cast import ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY, WITHOUT_TELEGRAM
from models import gathering
from models.card import Action, Card
from models.gathering import Expected, Gathering, Presence, Record
from models.gathering.sign_in import TRIES
from tests.bot.machine import Machine, number
from tests.bot.updates import pressed, said
from tests.dump import changed, dump

BOSS, MEMBER_ID, ELDER_ID, STRANGER = number(SECRETARY), number(MEMBER), number(ELDER), number(OUTSIDER)


async def opened(machine: Machine) -> Gathering:
    """Sign-in is open: it is fourteen minutes to the start."""
    planned = await machine.plan()
    machine.time = planned.closes_at + timedelta(minutes=1)
    await gathering.close(machine.time)
    return await Gathering.get(id=planned.id)


async def heard(machine: Machine, text: str, by: int, chat: int | None = None) -> Card:
    card, *_ = await machine.take(said(text, by, chat))
    return card


async def tap(machine: Machine, verb: str, target: int, choice: int, by: int) -> list[Card]:
    return await machine.take(pressed(Action(verb, target, choice).code, by))


async def test_a_code_is_said_in_private_also_in_wide_digits(machine: Machine) -> None:
    now = await opened(machine)
    assert (await heard(machine, f"/signin {now.code}", MEMBER_ID, GROUP.id)).name == "sign_in/in_group"
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in now.code)
    assert (await heard(machine, f"/signin {wide}", MEMBER_ID)).name == "sign_in/kept"
    assert (await heard(machine, f"/signin {now.code}", MEMBER_ID)).name == "sign_in/twice"
    assert (await Presence.get()).via == "code"


async def test_the_link_of_the_picture_signs_in(machine: Machine) -> None:
    now = await opened(machine)
    link = f"/start s_{now.id}_{now.code}"
    assert (await heard(machine, link, MEMBER_ID)).name == "sign_in/kept"
    assert (await heard(machine, link, STRANGER)).name == "rights/stranger"
    assert (await heard(machine, f"/start s_{now.id + 7}_{now.code}", ELDER_ID)).name == "sign_in/foreign"
    assert (await heard(machine, f"/start s_{now.id}_12", ELDER_ID)).name == "binding/bad_link"


async def test_signing_in_without_a_code_shows_what_is_open(machine: Machine) -> None:
    assert (await heard(machine, "/signin", MEMBER_ID)).name == "sign_in/none"
    now = await opened(machine)
    assert await heard(machine, "/signin", MEMBER_ID) == Card(
        "sign_in/open", {"gathering": now.id}, (await heard(machine, "/signin", ELDER_ID)).taps
    )
    assert (await heard(machine, "/signin", STRANGER)).name == "rights/stranger"


async def test_a_wrong_code_is_counted_although_it_is_refused(machine: Machine) -> None:
    now = await opened(machine)
    wrong = "111111" if now.code != "111111" else "222222"
    names = [(await heard(machine, f"/signin {wrong}", MEMBER_ID)).name for _ in range(TRIES + 1)]
    assert names == ["sign_in/wrong"] * TRIES + ["sign_in/too_many"]
    assert (await heard(machine, f"/signin {now.code}", MEMBER_ID)).name == "sign_in/too_many"
    assert (await heard(machine, f"/signin {now.code}", ELDER_ID)).name == "sign_in/kept"


async def test_a_code_is_typed_when_the_button_asked_for_it(machine: Machine) -> None:
    now = await opened(machine)
    assert [card.name for card in await tap(machine, "sign_in", now.id, 2, MEMBER_ID)] == ["sign_in/ask_code"]
    assert (await heard(machine, "hello", MEMBER_ID)).name == "sign_in/form"
    assert (await heard(machine, now.code, MEMBER_ID)).name == "sign_in/kept"
    assert (await heard(machine, now.code, MEMBER_ID)).name == "answers/none"


async def test_an_organiser_types_many_reasons_without_being_stopped(machine: Machine) -> None:
    now = await opened(machine)
    machine.time = now.ends_at
    await gathering.end(machine.time)
    for round_ in range(4):
        for persona, code in ((WITHOUT_TELEGRAM, 1), (ELDER, 2)):
            choice = machine.members[persona.name].id * 16 + (code if round_ % 2 == 0 else 3)
            assert [card.name for card in await tap(machine, "correct", now.id, choice, BOSS)] == ["record/reason"]
            cards = await machine.take(said(f"理由{round_}", BOSS))
            assert "record/written" in [card.name for card in cards]
    assert (await Presence.all().count(), (await Record.get()).absent) == (8, await Expected.all().count())


async def test_guests_and_names_are_typed(machine: Machine) -> None:
    now = await opened(machine)
    await tap(machine, "observe", now.id, 1, BOSS)
    assert (await heard(machine, "刘明、街道指导员", BOSS)).facts["count"] == 2
    machine.time = now.ends_at
    await gathering.end(machine.time)
    await tap(machine, "record_who", now.id, 1, BOSS)
    assert (await heard(machine, "陈国栋", BOSS)).name == "record/noted"
    assert ((await Record.get()).chair, (await Record.get()).observers) == ("陈国栋", 2)


@pytest.mark.parametrize(
    "sent_along",
    [
        {"location": {"latitude": 30.5, "longitude": 114.3}},
        {"photo": [{"file_id": "face", "file_unique_id": "face", "width": 90, "height": 90}]},
        {"contact": {"phone_number": "13800000000", "first_name": "x"}},
    ],
)
async def test_neither_a_place_nor_a_picture_signs_anybody_in_or_is_kept(machine: Machine, sent_along: dict[str, Any]) -> None:
    now = await opened(machine)
    await tap(machine, "sign_in", now.id, 2, MEMBER_ID)
    before = await dump()
    assert await machine.take(said(None, MEMBER_ID, **sent_along)) == []
    assert changed(before, await dump()) == set()
    assert await Presence.all().count() == 0
