"""A press of every verb that means something, made by whoever may make it."""

from collections.abc import Awaitable, Callable
from datetime import time

from models import errand, group, roles, theme_day
from models.binding import AGREE, ask, invite
from models.binding.choosing import ONE_LINK
from models.binding.told import YES
from models.card import Action
from models.gathering import AgendaItem, Choice, Gathering, MakeUp
from models.member import OPERATOR, Account, Actor, enrol, grant
from models.organisation import grow
from models.outbox import Recipient
from models.recurrence import DayOfMonth, Nth
from models.roster import ALL, Book, MemberLine, compare, offer, take
from models.roster.checking import TEMPLATE
from models.theme_day import Wanted
from tests.cast import NOW, OUTSIDER, Cast, planned
from tests.models.binding import petitions
from tests.models.gathering import signing
from tests.models.outbox.letters import owed

ASKED = OUTSIDER + 7  # the account that opened the invitation
UNLINKED = -1_001_000_000_888


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


async def candidate_page_press(cast: Cast) -> Action:
    return Action("candidate_page", (await petitions.petitioned(cast, by=Actor(telegram_id=ASKED))).id, 1)


async def branch_page_press(cast: Cast) -> Action:
    """In either branch somebody is not bound."""
    await enrol(OPERATOR, cast.district.id, "newcomer", "full", NOW, cast.neighbours.id)
    return Action("branch_page", ONE_LINK, 1)


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


async def own_record_press(cast: Cast) -> Action:
    return Action("my_record", cast.member.id, 2026)


async def tie_press(cast: Cast) -> Action:
    """The button in a group that is not linked; both secretaries have several nodes, so that pressing only asks which."""
    for node in (cast.branch, cast.neighbours):
        await grow(node, f"group of {node.name}", "group")
    await group.arrived(group.Place(cast.bot.id, UNLINKED, title="new"), NOW)
    return Action("tie", (await group.Arrival.get()).code, group.HERE)


async def tie_page_press(cast: Cast) -> Action:
    await group.arrived(group.Place(cast.bot.id, UNLINKED, title="new"), NOW)
    return Action("tie_page", (await group.Arrival.get()).code, 1)


async def tie_to_press(cast: Cast) -> Action:
    await group.arrived(group.Place(cast.bot.id, UNLINKED, title="new"), NOW)
    return Action("tie_to", (await group.Arrival.get()).code, cast.branch.id)


async def appoint_press(cast: Cast) -> Action:
    return Action("appoint", cast.offline.id, roles.packed(cast.branch.id, "org_member"))


async def dismiss_press(cast: Cast) -> Action:
    return Action("dismiss", (await grant(OPERATOR, cast.offline.member, cast.branch.id, "org_member", NOW)).id, roles.END)


async def rule_press(cast: Cast) -> Action:
    """The first button below the preview of a rule."""
    by = await cast.secretary.acting()
    wanted = Wanted(Nth(1, 1), time(15), "room 1")
    screen = (await theme_day.ask_rule(by, cast.bot.id, cast.branch, wanted, NOW)).screen
    assert screen is not None
    return Action("year_rule", screen.taps[0][0].target, screen.taps[0][0].choice)


async def shift_press(cast: Cast) -> Action:
    """A day of the rule that falls on a Saturday: 5 December."""
    wanted = Wanted(DayOfMonth(5), time(15), "room 1")
    await theme_day.settle_rule(await cast.secretary.acting(), cast.branch, wanted, "ask", NOW)
    return Action("shift_day", (await Gathering.get(month="2026-12")).id, 1)


def while_open(verb: str, choice: int = YES, who: str = "") -> Callable[[Cast], Awaitable[Action]]:
    """A press while sign-in is open, `who` beside the choice."""

    async def press(cast: Cast) -> Action:
        gathering = await signing.opened(cast)
        await Gathering.filter(id=gathering.id).update(starts_at=NOW)
        return Action(verb, gathering.id, getattr(cast, who).id * 16 + choice if who else choice)

    return press


def once_over(verb: str, choice: int = YES, who: str = "") -> Callable[[Cast], Awaitable[Action]]:
    """A press when sign-in has ended."""

    async def press(cast: Cast) -> Action:
        gathering = await signing.over(cast)
        await AgendaItem.create(root_id=cast.district.id, gathering_id=gathering.id, position=1, fixed=True, name="study")
        return Action(verb, gathering.id, getattr(cast, who).id * 16 + choice if who else choice)

    return press


async def unobserve_press(cast: Cast) -> Action:
    return Action("unobserve", await signing.guest(cast, await signing.opened(cast)), YES)


async def made_up_press(cast: Cast) -> Action:
    """One's own make-up; of those absent all but the member have done without."""
    gathering = await signing.locked(cast)
    await MakeUp.filter(gathering_id=gathering.id).exclude(member_id=cast.member.id).delete()
    return Action("made_up", gathering.id, YES)
