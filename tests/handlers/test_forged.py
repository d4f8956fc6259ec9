"""Every verb × everybody × every kind of chat, forged and replayed: the chat a press claims to come from opens no door.

A modified client may send any code as if from any message. The verbs and who may are those of tests/models/test_actions.py.
"""

import pytest
from telegram import Update

from handlers.gate import Gate
from models.card import LARGEST, Action, Answer, Card
from models.database import atomic
from models.outbox import Delivery, Recipient, owe
from tests.bot.updates import Json, pressed
from tests.cast import NOW, OUTSIDER, Cast, assemble
from tests.dump import Dump, changed, dump
from tests.models.test_actions import EVERYBODY, EXPECTED

FOREIGN_GROUP = -1_001_000_000_999
TRACES = {"deed", "reachability"}  # that this press was seen, and that who presses in private can be written to


@pytest.fixture
async def cast(database: str) -> Cast:
    return await assemble()


class Undone(Exception):
    """Takes a press back that was allowed."""


def account(cast: Cast, who: str) -> int:
    return OUTSIDER if who == "stranger" else getattr(cast, who).telegram_id


def chats(cast: Cast, by: int) -> tuple[int, ...]:
    """The own private chat, the branch's group, a group we do not know, and somebody else's private chat."""
    return by, cast.group.chat_id, FOREIGN_GROUP, account(cast, "secretary" if by == OUTSIDER else "stranger")


async def tapped(gate: Gate, raw: Json) -> Answer | None:
    update = Update.de_json(raw, None)
    assert update.callback_query is not None
    return await gate.pressed(update.update_id, update.callback_query)


def with_its_button(code: str, by: int, chat: int) -> Json:
    """As if the pressed message really carried the button."""
    raw = pressed(code, by, chat, message_id=LARGEST)
    button = {"text": "…", "callback_data": code}
    raw["callback_query"]["message"]["reply_markup"] = {"inline_keyboard": [[button]]}
    return raw


async def owed_to(before: Dump, by: int) -> None:
    """What a press makes us say goes to who pressed, or to members we know; never to the chat it claims to come from."""
    known = [row["id"] for row in before["delivery"]]
    for one in await Delivery.filter(kind="reply").exclude(id__in=known):
        assert one.chat_id is None, one.card
        assert one.member_id is not None or one.address == by, one.card


async def judged(gate: Gate, raw: Json, by: int, allowed: bool) -> None:
    before = await dump()
    try:
        async with atomic():
            assert await tapped(gate, raw) is not None
            after = await dump()
            await owed_to(before, by)
            if not allowed:
                assert changed(before, after) <= TRACES
            assert await tapped(gate, raw) is None, "the same press again is not done again"
            assert changed(after, await dump()) == set()
            raise Undone
    except Undone:
        assert changed(before, await dump()) == set()


@pytest.mark.parametrize("verb", EXPECTED)
async def test_a_press_from_any_chat_does_what_its_sender_may_and_once(cast: Cast, verb: str) -> None:
    gate, row = Gate(cast.bot.id, lambda: NOW), EXPECTED[verb]
    press = await row.press(cast)
    for who in EVERYBODY:
        by = account(cast, who)
        for chat in chats(cast, by):
            await judged(gate, with_its_button(press.code, by, chat), by, who in row.allowed)


@pytest.mark.parametrize("chat", ["private", "foreign group"])
async def test_a_forged_code_moves_no_card_to_another_place(cast: Cast, chat: str) -> None:
    press = await EXPECTED["rsvp"].press(cast)
    to = Recipient(cast.bot.id, cast.branch.root_id, chat_id=cast.group.id)
    await owe("card", Card("gathering/card"), to, "card", NOW)
    await Delivery.filter(key="card").update(state="sent", message_id=5)
    card = await Delivery.get(key="card")
    by = account(cast, "member")
    forged = Action(press.verb, press.target, press.choice, card.id)
    await tapped(Gate(cast.bot.id, lambda: NOW), with_its_button(forged.code, by, by if chat == "private" else FOREIGN_GROUP))
    assert (await Delivery.get(id=card.id)).message_id == 5
