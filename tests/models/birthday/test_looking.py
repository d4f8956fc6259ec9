"""The clock's daily look: who is greeted; once, on the right day, in the waking hours."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from models import birthday
from models.birthday import Birthday, BirthdayHabit, BirthdayWish, hold, next_due
from models.birthday.people import celebrants
from models.birthday.ways import Way
from models.card import Card
from models.member import Member, Membership
from models.organisation import Node, grow
from tests.cast import NOW, Cast, settle
from tests.models.birthday.born import TODAY, at, dated, look, looked_at, owed, planned, settled, to_whom

DAY = timedelta(days=1)
JOINED = date(1999, 11, 21)


async def habit(cast: Cast, **wishes: Any) -> None:
    await BirthdayHabit.create(root_id=cast.district.id, node_id=cast.branch.id, **wishes)


async def wish(cast: Cast, how: str = "", hides_years: bool = False) -> None:
    await BirthdayWish.create(root_id=cast.district.id, member_id=cast.member.id, how=how, hides_years=hides_years)


async def test_on_the_day_the_member_is_greeted_once_in_private(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    for _ in range(3):
        await look(NOW)
    (one,) = await owed("birthday/greeting")
    assert (one.member_id, one.kind, one.state) == (cast.member.id, "greeting", "queued")
    assert one.expire_at == at(TODAY + DAY, 0)
    assert [tap.verb for row in Card.from_json(one.card).taps for tap in row] == [
        "birthday_oath",
        "birthday_speak",
        "birthday_thanks",
    ]
    assert (await planned(cast.member)).state == "greeted"


async def test_a_greeting_released_on_the_day_goes_out_at_once(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await birthday.look(at(TODAY, 8))
    await settled(cast)
    await Birthday.create(
        root_id=cast.district.id,
        node_id=cast.branch.id,
        member_id=cast.member.id,
        year=2026,
        day=TODAY,
        since=JOINED,
        basis="joined",
        state="withheld",
    )
    await look(at(TODAY))
    assert await owed("birthday/greeting") == []
    assert await next_due() == at(date(2027, 10, 2))
    await hold(await cast.secretary.acting(), (await planned(cast.member)).id, 2, at(TODAY, 12))
    await look(at(TODAY, 12))
    assert await to_whom("birthday/greeting") == [cast.member.id]


async def test_three_machines_at_once_greet_once(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await asyncio.gather(*(look(NOW) for _ in range(3)))
    assert await to_whom("birthday/greeting") == [cast.member.id]


async def test_before_the_hour_nobody_is_greeted_and_at_it_they_are(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await look(at(TODAY, 8, 59))
    assert await owed("birthday/greeting") == []
    assert await next_due() == at(TODAY, 9)
    await look(at(TODAY, 9))
    assert await to_whom("birthday/greeting") == [cast.member.id]


async def test_a_branch_chooses_its_hour_and_the_night_is_left_alone(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await habit(cast, greet_at="07:00")
    await look(at(TODAY, 7))
    assert await owed("birthday/greeting") == []
    assert await next_due() == at(TODAY, 8, 30)
    await look(at(TODAY, 8, 30))
    assert await to_whom("birthday/greeting") == [cast.member.id]


async def test_a_clock_that_stopped_between_look_and_greeting_wakes_nobody(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await birthday.look(NOW)
    await birthday.greet(at(TODAY, 22))
    assert await owed("birthday/greeting") == []
    assert await next_due() is not None


@pytest.mark.parametrize(("hour", "greeted"), [(20, True), (22, False)])
async def test_a_late_clock_greets_on_the_same_day_or_not_at_all(cast: Cast, hour: int, greeted: bool) -> None:
    await dated(cast.member, JOINED)
    await settled(cast)
    await looked_at(TODAY - DAY)
    await look(at(TODAY, hour))
    assert bool(await owed("birthday/greeting")) is greeted
    await look(at(TODAY + DAY))
    assert bool(await owed("birthday/greeting")) is greeted


async def test_the_day_of_joining_itself_is_no_anniversary(cast: Cast) -> None:
    await dated(cast.probationary, TODAY)
    await look(NOW)
    assert await owed("birthday/greeting") == []


async def test_29_february_is_kept_as_the_branch_wishes(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1996, 2, 29))
    await looked_at(date(2027, 2, 28))
    assert await to_whom("birthday/greeting") == [cast.member.id]
    await habit(cast, leap="mar1")
    await looked_at(date(2028, 2, 28))
    assert len(await owed("birthday/greeting")) == 1
    await looked_at(date(2028, 2, 29))
    assert len(await owed("birthday/greeting")) == 2
    await looked_at(date(2029, 2, 28), date(2029, 3, 1))
    assert [one.due_at for one in await owed("birthday/greeting")][-1] == at(date(2029, 3, 1))


async def test_a_branch_may_keep_the_day_of_full_membership(cast: Cast) -> None:
    await habit(cast, basis="full")
    await dated(cast.member, date(1998, 1, 1), JOINED)
    await dated(cast.secretary, JOINED)  # full membership is unknown, and not guessed
    await dated(cast.former, date(1975, 11, 21))  # no probation then
    await look(NOW)
    assert set(await to_whom("birthday/greeting")) == {cast.member.id, cast.former.id}
    assert (await planned(cast.member)).basis == "full"


async def test_another_zone_has_another_day(cast: Cast) -> None:
    """At 23:00 in Shanghai it is 9:00 in Lima, of the same date."""
    await Node.filter(id=cast.branch.id).update(zone="America/Lima")
    await dated(cast.member, JOINED)
    await look(at(TODAY, 21))
    assert await owed("birthday/greeting") == []
    await look(at(TODAY, 23))
    assert await to_whom("birthday/greeting") == [cast.member.id]


@pytest.mark.parametrize("status", ["suspended", "deceased", "transferred", "lost_contact", "officer"])
async def test_who_is_no_member_any_more_is_not_greeted(cast: Cast, status: str) -> None:
    await dated(cast.member, JOINED)
    await Member.filter(id=cast.member.id).update(status=status)
    await look(NOW)
    assert await owed("birthday/greeting") == []


async def test_who_wishes_none_gets_none(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await wish(cast, "none")
    await look(NOW)
    assert await owed("birthday/greeting") == []


@pytest.mark.parametrize(
    ("branch", "member", "posted"),
    [(True, "group", True), (True, "", False), (True, "private", False), (False, "group", False), (None, "group", False)],
)
async def test_the_group_hears_of_it_only_if_branch_and_member_chose_so(
    cast: Cast, branch: bool | None, member: str, posted: bool
) -> None:
    await dated(cast.member, JOINED)
    await habit(cast, in_group=branch)
    await wish(cast, member)
    await look(NOW)
    assert [one.chat_id for one in await owed("birthday/public")] == ([cast.group.id] if posted else [])
    assert await to_whom("birthday/greeting") == [cast.member.id]


async def test_a_district_decides_for_branches_that_say_nothing(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await BirthdayHabit.create(root_id=cast.district.id, node_id=cast.district.id, greet_at="18:00")
    await look(NOW)
    assert await owed("birthday/greeting") == []
    assert await next_due() == at(TODAY, 18)


async def test_somebody_of_a_party_group_is_the_branchs(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    person = await settle("of the group", group)
    await dated(person, JOINED)
    await look(NOW)
    assert await to_whom("birthday/greeting") == [person.id]
    assert (await planned(person)).node_id == cast.branch.id
    assert await celebrants(cast.district, Way(), TODAY, NOW) == ([], [])


async def test_who_only_reports_to_a_branch_is_their_own_branchs(cast: Cast) -> None:
    await dated(cast.neighbour, JOINED)
    facts = {"root_id": cast.district.id, "member_id": cast.neighbour.id, "node_id": cast.branch.id}
    await Membership.create(kind="reporting", from_at=NOW - DAY, **facts)
    await Node.filter(id=cast.neighbours.id).update(closed_at=NOW)
    await look(NOW)
    assert await owed("birthday/greeting") == []


async def test_who_left_the_branch_is_not_its_own(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW - DAY)
    await look(NOW)
    assert await owed("birthday/greeting") == []


async def test_a_closed_node_is_not_looked_at(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)
    await look(NOW)
    assert await owed("birthday/greeting") == []
