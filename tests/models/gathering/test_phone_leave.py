"""What is told by phone goes no further than a tap would: leave that needs approval is asked for, a full house has a queue."""

import asyncio

from models.actions import perform
from models.card import Action, Card
from models.database import atomic
from models.gathering import Choice, Gathering, Rsvp
from models.gathering.answers import keep, standing_at
from models.gathering.choice import YES
from models.gathering.leave import decide
from models.gathering.unreached import CHOOSE
from models.member import OPERATOR, grant
from models.organisation import grow
from models.outbox import Delivery
from tests.cast import NOW, Cast, Person, answers, planned, settle
from tests.models.gathering.invited import announced, shown


async def enters(by: Person, who: Person, gathering: Gathering, choice: int) -> Card | None:
    return (await perform(await by.acting(), Action("phone_say", gathering.id, who.id * CHOOSE + choice), NOW)).toast


async def approving(cast: Cast) -> tuple[Gathering, Person]:
    """A gathering whose leave is decided, and somebody of the group that the cast's member leads."""
    group = await grow(cast.branch, "group", "party_group")
    inside = await settle("inside", group, telegram=False)
    await grant(OPERATOR, cast.member.member, group.id, "group_leader", NOW)
    gathering = await announced(cast)
    await Gathering.filter(id=gathering.id).update(approves_leave=True)
    return gathering, inside


async def decision(who: Person) -> str:
    return (await Rsvp.get(member_id=who.id)).decision


async def test_a_groups_leader_enters_leave_and_those_who_decide_on_it_are_asked(cast: Cast) -> None:
    gathering, inside = await approving(cast)
    toast = await enters(cast.member, inside, gathering, Choice.LEAVE)
    assert toast == Card("phone/kept", {"person": "inside", "choice": Choice.LEAVE, "pending": "asked"})
    assert await decision(inside) == "asked"
    asked = await Delivery.get(member_id=cast.secretary.id, kind="notice")
    assert shown(asked).name == "gathering/leave_asked"
    await decide(await cast.secretary.acting(), (await Rsvp.get(member_id=inside.id)).id, YES, NOW)
    assert await decision(inside) == "granted"


async def test_who_decides_on_leave_decides_by_entering_it(cast: Cast) -> None:
    gathering, inside = await approving(cast)
    toast = await enters(cast.secretary, inside, gathering, Choice.LEAVE)
    assert toast == Card("phone/kept", {"person": "inside", "choice": Choice.LEAVE, "pending": ""})
    assert await decision(inside) == ""


async def test_nobody_grants_their_own_leave_by_entering_it(cast: Cast) -> None:
    gathering, _ = await approving(cast)
    await grant(OPERATOR, cast.probationary.member, cast.branch.id, "deputy_secretary", NOW)
    await enters(cast.secretary, cast.secretary, gathering, Choice.LEAVE)
    assert await decision(cast.secretary) == "asked"
    asked = await Delivery.get(kind="notice")
    assert (asked.member_id, shown(asked).name) == (cast.probationary.id, "gathering/leave_asked")


async def test_who_enters_somebody_when_the_seats_are_taken_is_told_that_they_wait(cast: Cast) -> None:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(capacity=1)
    await answers(cast.member, gathering)
    toast = await enters(cast.secretary, cast.offline, gathering, Choice.JOIN)
    assert toast == Card("phone/kept", {"person": "offline", "choice": Choice.JOIN, "pending": "waiting"})


async def test_an_answer_given_at_the_very_moment_of_the_entry_is_not_replaced(cast: Cast) -> None:
    """The entry was judged before the tap was there, and is kept after it."""
    gathering = await planned(cast)
    asked = await standing_at(gathering.id, cast.member.id)
    assert asked is not None
    await answers(cast.member, gathering, Choice.LEAVE)
    assert await keep(asked, cast.member.id, Choice.JOIN, NOW, by="member:1", via="phone") is None
    assert (await Rsvp.get()).choice == Choice.LEAVE


async def test_of_a_tap_and_an_entry_at_once_the_tap_holds_or_comes_after(cast: Cast) -> None:
    gathering = await planned(cast)
    taps = answers(cast.member, gathering, Choice.LEAVE, NOW)

    async def tap() -> None:
        async with atomic():
            await taps

    async def entry() -> None:
        async with atomic():
            await enters(cast.secretary, cast.member, gathering, Choice.JOIN)

    await asyncio.gather(tap(), entry())
    found = await Rsvp.get()
    assert (found.choice, found.via) == (Choice.LEAVE, "tap")
