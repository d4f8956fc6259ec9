"""Every tap there is, pressed by everybody: who may not changes nothing.

The table below has a row for each verb; a new verb without one fails here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from models.actions import VERBS, perform
from models.binding import DECLINE
from models.binding.told import YES
from models.card import LARGEST, Action, Answer, Refusal
from models.gathering.correcting import FIRST
from models.gathering.entering import HERE
from models.gathering.record import CHAIR, LOCK
from models.gathering.sign_in import By
from models.member import OPERATOR, Actor
from tests.cast import NOW, OUTSIDER, Cast
from tests.dump import changed, dump
from tests.models.birthday.presses import OF_ONESELF, OF_THOSE_RESPONSIBLE, wish_press
from tests.models.gathering.presses import OF_MEMBERS, OF_ORGANISERS, OF_PHONES
from tests.models.pledge import presses as pledges
from tests.models.presses import (
    ASKED,
    admit_press,
    appoint_press,
    bind_press,
    branch_page_press,
    candidate_page_press,
    dismiss_press,
    file_press,
    for_branch,
    for_offline,
    join_press,
    made_up_press,
    on_account_of,
    once_over,
    own_record_press,
    reject_press,
    roster_press,
    rsvp_press,
    rule_press,
    shift_press,
    tie_page_press,
    tie_press,
    tie_to_press,
    unobserve_press,
    while_open,
)
from tests.models.quiz import presses as quiz

EVERYBODY = ["stranger", "foreigner", "neighbour", "neighbour_secretary", "member", "probationary", "secretary", "former"]
BRANCH = {"member", "probationary", "secretary", "former"}


PAGES = (0, 3, LARGEST)  # of any number the nearest page is shown


@dataclass(frozen=True)
class Row:
    """A press that means something, who may do it, and how everybody else is refused."""

    press: Callable[[Cast], Awaitable[Action]]
    allowed: set[str]
    stranger: str
    others: str
    meant: tuple[int, ...] = ()  # of the numbers tried below, those that mean something: a page, a place in a list


EXPECTED = {
    "sign_in": Row(while_open("sign_in", By.BUTTON), BRANCH, "rights/stranger", "sign_in/foreign"),
    "sign_desk": Row(while_open("sign_desk"), {"secretary"}, "rights/stranger", "rights/refused"),
    "end_sign_in": Row(while_open("end_sign_in"), {"secretary"}, "rights/stranger", "rights/refused"),
    "enter_at": Row(while_open("enter_at", 0), {"secretary"}, "rights/stranger", "rights/refused", (0, 3, LARGEST)),
    "enter": Row(while_open("enter", HERE, "offline"), {"secretary"}, "rights/stranger", "rights/refused"),
    "observe": Row(while_open("observe"), {"secretary"}, "rights/stranger", "rights/refused"),
    "unobserve": Row(unobserve_press, {"secretary"}, "rights/stranger", "rights/refused"),
    "correct_at": Row(once_over("correct_at", 0), {"secretary"}, "rights/stranger", "rights/refused", (0, 3, LARGEST)),
    "correct": Row(once_over("correct", FIRST, "offline"), {"secretary"}, "rights/stranger", "rights/refused"),
    "record_at": Row(once_over("record_at"), {"secretary"}, "rights/stranger", "rights/refused"),
    "record_kind": Row(once_over("record_kind"), {"secretary"}, "rights/stranger", "rights/refused", (0, 3)),
    "record_tick": Row(once_over("record_tick", 0), {"secretary"}, "rights/stranger", "rights/refused", (0, 3)),
    "record_who": Row(once_over("record_who", CHAIR), {"secretary"}, "rights/stranger", "rights/refused"),
    "record_file": Row(once_over("record_file"), {"secretary"}, "rights/stranger", "rights/refused"),
    "lock_record": Row(once_over("lock_record", LOCK), {"secretary"}, "rights/stranger", "rights/refused"),
    "made_up": Row(made_up_press, {"member"}, "rights/stranger", "record/no_make_up"),
    **{verb: Row(press, BRANCH, "rights/stranger", "rights/refused") for verb, press in OF_MEMBERS.items()},
    **{verb: Row(press, {"secretary"}, "rights/stranger", "rights/refused") for verb, press in OF_ORGANISERS.items()},
    **{verb: Row(press, {"secretary"}, "rights/stranger", "rights/refused") for verb, press in OF_PHONES.items()},
    **{verb: Row(press, BRANCH, "rights/stranger", "rights/refused") for verb, press in quiz.OF_MEMBERS.items()},
    **{verb: Row(press, {"secretary"}, "rights/stranger", "rights/refused") for verb, press in quiz.OF_ORGANISERS.items()},
    **{verb: Row(press, {"member"}, "rights/stranger", "action/unknown") for verb, press in quiz.OF_ONE.items()},
    **{verb: Row(press, set(), "rights/stranger", "rights/refused") for verb, press in quiz.OF_KEEPERS.items()},
    **{
        verb: Row(press, BRANCH, "rights/stranger", "rights/refused", pledges.MEANT.get(verb, ()))
        for verb, press in pledges.OF_MEMBERS.items()
    },
    **{
        verb: Row(press, {"member"}, "rights/stranger", "rights/refused", pledges.MEANT.get(verb, ()))
        for verb, press in pledges.OF_MAKERS.items()
    },
    **{
        verb: Row(press, {"secretary"}, "rights/stranger", "rights/refused", pledges.MEANT.get(verb, ()))
        for verb, press in pledges.OF_ORGANISERS.items()
    },
    "rule": Row(for_branch("rule", YES), {"secretary"}, "rights/stranger", "rights/refused"),
    "shift_day": Row(shift_press, {"secretary"}, "rights/stranger", "rights/refused"),
    "year": Row(for_branch("year", 2026), BRANCH, "rights/stranger", "rights/refused"),
    "year_file": Row(for_branch("year_file", 2026), BRANCH, "rights/stranger", "rights/refused"),
    "year_rule": Row(rule_press, {"secretary"}, "rights/stranger", "rights/refused"),
    **{verb: Row(press, {"member"}, "rights/stranger", "action/unknown") for verb, press in OF_ONESELF.items()},
    "birthday_wish": Row(wish_press, {"member"}, "rights/stranger", "action/unknown", (3,)),
    **{verb: Row(press, {"secretary"}, "rights/stranger", "rights/refused") for verb, press in OF_THOSE_RESPONSIBLE.items()},
    "appoint": Row(appoint_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "dismiss": Row(dismiss_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "roster": Row(roster_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "roster_file": Row(file_press, {"secretary", "neighbour_secretary"}, "rights/stranger", "rights/refused"),
    "rsvp": Row(rsvp_press, BRANCH, stranger="rights/stranger", others="rights/refused"),
    "bind": Row(bind_press, set(), stranger="binding/bad_link", others="binding/bad_link"),
    "tie": Row(tie_press, {"secretary", "neighbour_secretary"}, stranger="rights/stranger", others="rights/refused"),
    "tie_page": Row(tie_page_press, {"secretary", "neighbour_secretary"}, "rights/stranger", "rights/refused", PAGES),
    "branch_page": Row(branch_page_press, {"secretary", "neighbour_secretary"}, "rights/stranger", "rights/refused", PAGES),
    "candidate_page": Row(candidate_page_press, {"secretary"}, "rights/stranger", "rights/refused", PAGES),
    "name_page": Row(for_offline("name_page", 1), {"secretary"}, "rights/stranger", "rights/refused", PAGES),
    "tie_to": Row(tie_to_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "join": Row(join_press, set(), stranger="binding/bad_link", others="binding/bad_link"),
    "admit": Row(admit_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "reject": Row(reject_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "undo_bind": Row(on_account_of("probationary", "undo_bind"), {"secretary"}, "rights/stranger", "rights/refused"),
    "unbind": Row(on_account_of("member", "unbind"), {"member"}, stranger="mine/unbound", others="action/unknown"),
    "forget": Row(on_account_of("member", "forget"), {"member"}, stranger="mine/unbound", others="action/unknown"),
    "invite_at": Row(for_branch("invite_at", YES), {"secretary"}, "rights/stranger", "rights/refused"),
    "invite": Row(for_branch("invite", 7), {"secretary"}, "rights/stranger", "rights/refused"),
    "link_at": Row(for_branch("link_at", YES), {"secretary"}, "rights/stranger", "rights/refused"),
    "link": Row(for_branch("link", 7), {"secretary"}, "rights/stranger", "rights/refused"),
    "invite_whom": Row(for_offline("invite_whom", YES), {"secretary"}, "rights/stranger", "rights/refused"),
    "invite_one": Row(for_offline("invite_one", 7), {"secretary"}, "rights/stranger", "rights/refused"),
    "report": Row(for_branch("report", 202612), {"secretary"}, "rights/stranger", "rights/refused"),
    "report_file": Row(for_branch("report_file", 202612), {"secretary"}, "rights/stranger", "rights/refused"),
    "trend": Row(for_branch("trend", 2026), {"secretary"}, "rights/stranger", "rights/refused"),
    "my_record": Row(own_record_press, {"member"}, stranger="rights/stranger", others="action/unknown"),
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
        *(Action(verb, real.target, choice, real.delivery) for choice in [*numbers, 3] if choice not in EXPECTED[verb].meant),
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
