"""Every tap there is, pressed by everybody: who may not changes nothing.

The table below has a row for each verb; a new verb without one fails here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from models.actions import VERBS, perform
from models.binding import AGREE, DECLINE, ask, invite
from models.card import LARGEST, Action, Answer, Refusal
from models.gathering import Choice
from models.member import OPERATOR, Actor
from models.outbox import Recipient
from tests.cast import NOW, OUTSIDER, Cast, planned
from tests.dump import changed, dump
from tests.models.outbox.letters import owed

ASKED = OUTSIDER + 7  # the account that opened the invitation
EVERYBODY = ["stranger", "foreigner", "neighbour", "neighbour_secretary", "member", "probationary", "secretary", "former"]
BRANCH = {"member", "probationary", "secretary", "former"}


async def rsvp_press(cast: Cast) -> Action:
    return Action("rsvp", (await planned(cast)).id, Choice.JOIN)


async def bind_press(cast: Cast) -> Action:
    """The press of "agree" on a question that somebody else was asked."""
    code = await invite(cast.offline.member, NOW, NOW - NOW.replace(hour=0))
    screen = (await ask(Actor(telegram_id=ASKED), code, NOW)).screen
    assert screen is not None
    to = Recipient(cast.bot.id, address=ASKED)
    await owed(to, "reply")  # so that the question's number is not the invitation's
    delivery = await owed(to, "reply", card=screen)
    return Action("bind", screen.taps[0][0].target, AGREE, delivery)


@dataclass(frozen=True)
class Row:
    """A press that means something, who may do it, and how everybody else is refused."""

    press: Callable[[Cast], Awaitable[Action]]
    allowed: set[str]
    stranger: str
    others: str


EXPECTED = {
    "rsvp": Row(rsvp_press, BRANCH, stranger="rights/stranger", others="rights/refused"),
    "bind": Row(bind_press, set(), stranger="binding/bad_link", others="binding/bad_link"),
}


async def acting(cast: Cast, who: str) -> Actor:
    return Actor(telegram_id=OUTSIDER) if who == "stranger" else await getattr(cast, who).acting()


async def pressed(by: Actor, action: Action) -> Answer | str:
    """The answer, or the name of the refusal; fails if a refusal left anything behind."""
    before = await dump()
    try:
        return await perform(by, action, NOW)
    except Refusal as no:
        assert changed(before, await dump()) == set(), (by.label, action)
        return no.card.name


def test_every_verb_has_its_row() -> None:
    assert EXPECTED.keys() == VERBS.keys()


@pytest.mark.parametrize("verb", EXPECTED)
async def test_who_may_not_is_refused_and_changes_nothing(cast: Cast, verb: str) -> None:
    row = EXPECTED[verb]
    press = await row.press(cast)
    for who in EVERYBODY:
        answer = await pressed(await acting(cast, who), press)
        if who in row.allowed:
            assert isinstance(answer, Answer), (who, answer)
        else:
            assert answer == (row.stranger if who == "stranger" else row.others), who


@pytest.mark.parametrize("verb", EXPECTED)
async def test_the_operator_presses_no_buttons(cast: Cast, verb: str) -> None:
    press = await EXPECTED[verb].press(cast)
    assert [isinstance(await pressed(by, press), str) for by in (OPERATOR, Actor())] == [True] * 2


@pytest.mark.parametrize("verb", EXPECTED)
async def test_no_forged_number_is_more_than_a_refusal(cast: Cast, verb: str) -> None:
    """A modified client may send any code: every one is an answer or a refusal, never a bug."""
    real = await EXPECTED[verb].press(cast)
    numbers = [0, LARGEST]
    forged = [
        *(Action(verb, target, real.choice, real.delivery) for target in [*numbers, real.target + 1]),
        *(Action(verb, real.target, choice, real.delivery) for choice in [*numbers, 3]),
        *(Action(verb, LARGEST, LARGEST, LARGEST), Action(verb, 0, 0, 0)),
    ]
    for who in ("stranger", "foreigner", "member", "secretary"):
        for action in forged:
            assert isinstance(await pressed(await acting(cast, who), action), str), (who, action)


async def test_the_account_that_was_asked_may_agree_or_decline(cast: Cast) -> None:
    agree = await bind_press(cast)
    decline = Action(agree.verb, agree.target, DECLINE, agree.delivery)
    for action in (decline, agree):
        assert isinstance(await pressed(Actor(telegram_id=ASKED), action), Answer)


@pytest.mark.parametrize("verb", ["", "RSVP", "drop_table", "rsvp ", "__class__"])
async def test_a_verb_nobody_knows_is_a_refusal(cast: Cast, verb: str) -> None:
    assert await pressed(await cast.secretary.acting(), Action(verb, 1, 1)) == "action/unknown"
