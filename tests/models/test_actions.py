"""Every tap there is, pressed by everybody: who may not changes nothing.

The table below has a row for each verb; a new verb without one fails here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from models import errand, group, roles
from models.actions import VERBS, perform
from models.binding import AGREE, DECLINE, ask, invite
from models.binding.told import YES
from models.card import LARGEST, Action, Answer, Refusal
from models.gathering import Choice
from models.member import OPERATOR, Account, Actor, grant
from models.organisation import grow
from models.outbox import Recipient
from models.roster import ALL, Book, MemberLine, compare, offer, take
from models.roster.checking import TEMPLATE
from tests.cast import NOW, OUTSIDER, Cast, planned
from tests.dump import changed, dump
from tests.models.binding import petitions
from tests.models.outbox.letters import owed

ASKED = OUTSIDER + 7  # the account that opened the invitation
UNLINKED = -1_001_000_000_888
EVERYBODY = ["stranger", "foreigner", "neighbour", "neighbour_secretary", "member", "probationary", "secretary", "former"]
BRANCH = {"member", "probationary", "secretary", "former"}


async def rsvp_press(cast: Cast) -> Action:
    return Action("rsvp", (await planned(cast)).id, Choice.JOIN)


async def roster_press(cast: Cast) -> Action:
    """The result of a file the secretary sent."""
    by = await cast.secretary.acting()
    await offer(by, cast.bot.id, {"id": "1", "name": "a.xlsx", "size": 1}, NOW)
    one = await errand.begin(cast.bot.id, NOW)
    assert one is not None
    book = Book(members=[MemberLine(2, None, "newcomer", cast.branch.name)], columns=["name", "home"])
    await take(one, book, await compare(by, one.root_id, book, NOW), "a.xlsx", NOW)
    return Action("roster", one.id, ALL)


async def file_press(_: Cast) -> Action:
    return Action("roster_file", TEMPLATE, TEMPLATE)


async def bind_press(cast: Cast) -> Action:
    """The press of "agree" on a question that somebody else was asked."""
    code = await invite(cast.offline.member, NOW, NOW - NOW.replace(hour=0))
    screen = (await ask(Actor(telegram_id=ASKED), code, NOW)).screen
    assert screen is not None
    to = Recipient(cast.bot.id, address=ASKED)
    await owed(to, "reply")  # so that the question's number is not the invitation's
    delivery = await owed(to, "reply", card=screen)
    return Action("bind", screen.taps[0][0].target, AGREE, delivery)


async def join_press(cast: Cast) -> Action:
    """The same on a branch's own link."""
    number, delivery = await petitions.asked(cast, await petitions.link(cast), Actor(telegram_id=ASKED))
    return Action("join", number, AGREE, delivery)


async def admit_press(cast: Cast) -> Action:
    return Action("admit", (await petitions.petitioned(cast, by=Actor(telegram_id=ASKED))).id, cast.offline.id)


async def reject_press(cast: Cast) -> Action:
    return Action("reject", (await petitions.petitioned(cast, by=Actor(telegram_id=ASKED))).id, YES)


def on_account_of(who: str, verb: str) -> Callable[[Cast], Awaitable[Action]]:
    async def press(cast: Cast) -> Action:
        return Action(verb, (await Account.get(member_id=getattr(cast, who).id)).id, YES)

    return press


def for_branch(verb: str, choice: int) -> Callable[[Cast], Awaitable[Action]]:
    async def press(cast: Cast) -> Action:
        return Action(verb, cast.branch.id, choice)

    return press


def for_offline(verb: str, choice: int) -> Callable[[Cast], Awaitable[Action]]:
    async def press(cast: Cast) -> Action:
        return Action(verb, cast.offline.id, choice)

    return press


async def tie_press(cast: Cast) -> Action:
    """The button in a group that is not linked; both secretaries have several nodes, so that pressing only asks which."""
    for node in (cast.branch, cast.neighbours):
        await grow(node, f"group of {node.name}", "group")
    await group.arrived(group.Place(cast.bot.id, UNLINKED, title="new"), NOW)
    return Action("tie", (await group.Arrival.get()).code, group.HERE)


async def tie_to_press(cast: Cast) -> Action:
    await group.arrived(group.Place(cast.bot.id, UNLINKED, title="new"), NOW)
    return Action("tie_to", (await group.Arrival.get()).code, cast.branch.id)


@dataclass(frozen=True)
class Row:
    """A press that means something, who may do it, and how everybody else is refused."""

    press: Callable[[Cast], Awaitable[Action]]
    allowed: set[str]
    stranger: str
    others: str


async def appoint_press(cast: Cast) -> Action:
    return Action("appoint", cast.offline.id, roles.packed(cast.branch.id, "org_member"))


async def dismiss_press(cast: Cast) -> Action:
    return Action("dismiss", (await grant(OPERATOR, cast.offline.member, cast.branch.id, "org_member", NOW)).id, roles.END)


EXPECTED = {
    "appoint": Row(appoint_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "dismiss": Row(dismiss_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "roster": Row(roster_press, {"secretary"}, stranger="rights/stranger", others="rights/refused"),
    "roster_file": Row(file_press, {"secretary", "neighbour_secretary"}, "rights/stranger", "rights/refused"),
    "rsvp": Row(rsvp_press, BRANCH, stranger="rights/stranger", others="rights/refused"),
    "bind": Row(bind_press, set(), stranger="binding/bad_link", others="binding/bad_link"),
    "tie": Row(tie_press, {"secretary", "neighbour_secretary"}, stranger="rights/stranger", others="rights/refused"),
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
