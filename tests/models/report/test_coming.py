"""Asking who has answered: counts in a group, names in private, for those responsible."""

from collections.abc import Awaitable
from datetime import date, timedelta

import pytest

from models import report
from models.card import Answer, Card, Refusal
from models.gathering import Gathering
from models.member import OPERATOR, Actor, Role, grant
from models.report import Question
from tests.cast import NOW, OUTSIDER, Cast, Person, planned
from tests.dump import changed, dump
from tests.models.report.held import AFTER, held

DAY = timedelta(days=1)


async def refused(question: Awaitable[Answer]) -> Card:
    """The words of the refusal; fails if anything was written."""
    before = await dump()
    with pytest.raises(Refusal) as no:
        await question
    assert changed(before, await dump()) == set()
    return no.value.card


async def asked(person: Person, cast: Cast | None = None) -> Answer:
    """Attendance, in private or in the branch's group."""
    return await report.attendance(await person.acting(), cast.branch if cast else None, Question(), NOW)


async def test_in_the_group_attendance_is_counts_and_in_private_names(cast: Cast) -> None:
    gathering = await planned(cast)
    assert await asked(cast.secretary, cast) == Answer(screen=Card("gathering/counts", {"gathering": gathering.id}))
    private = Card("gathering/names", {"gathering": gathering.id, "people": gathering.id})
    assert await asked(cast.secretary) == Answer(screen=private)


async def test_attendance_is_of_the_next_gathering_else_of_the_last(cast: Cast) -> None:
    later, next_one = await planned(cast, date(2026, 12, 9)), await planned(cast, date(2026, 12, 2))
    found = {}
    secretary = await cast.secretary.acting()
    for name, moment in [("next", NOW), ("after one", next_one.starts_at + DAY), ("after all", later.starts_at + DAY)]:
        screen = (await report.attendance(secretary, None, Question(), moment)).screen
        found[name] = screen and screen.facts["gathering"]
    assert found == {"next": next_one.id, "after one": later.id, "after all": later.id}


async def test_attendance_reaches_as_far_as_the_office(cast: Cast) -> None:
    gathering = await planned(cast)
    assert await refused(asked(cast.neighbour_secretary)) == Card("gathering/none")
    assert (await refused(asked(cast.neighbour_secretary, cast))).name == "rights/refused"
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "org_member", NOW)
    screen = (await asked(cast.neighbour)).screen
    assert screen is not None
    assert (screen.name, screen.facts["subtree"]) == ("report/table", [cast.district.id, 202611])
    await grant(OPERATOR, cast.neighbour_secretary.member, cast.branch.id, "org_member", NOW)
    await Role.filter(member_id=cast.neighbour_secretary.id, node_id=cast.neighbours.id).update(until_at=NOW)
    assert await asked(cast.neighbour_secretary) == Answer(
        screen=Card("gathering/names", {"gathering": gathering.id, "people": gathering.id})
    )


async def test_several_offices_reach_several_subtrees(cast: Cast) -> None:
    await planned(cast)
    await grant(OPERATOR, cast.foreigner.member, cast.foreign_branch.id, "secretary", NOW)
    assert (await refused(asked(cast.foreigner))).name == "gathering/none"
    await grant(OPERATOR, cast.foreigner.member, cast.branch.id, "deputy_secretary", NOW)
    screen = (await asked(cast.foreigner)).screen
    assert screen is not None
    assert screen.name == "report/which"
    assert [tap.shown for (tap,) in screen.taps] == ["branch", "foreign branch"]


async def test_nobody_else_learns_who_comes(cast: Cast) -> None:
    await planned(cast)
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    for person in (cast.member, cast.former, cast.secretary, cast.foreigner):
        screen = (await asked(person)).screen
        assert screen is not None
        assert screen.name == "report/own"
        assert (await refused(asked(person, cast))).name == "rights/refused"
    for node in (None, cast.branch):
        assert (await refused(report.attendance(Actor(telegram_id=OUTSIDER), node, Question(), NOW))).name == "rights/stranger"


async def test_where_nothing_was_planned_there_is_nobody_to_count(cast: Cast) -> None:
    assert await refused(asked(cast.secretary)) == Card("gathering/none")
    assert await refused(asked(cast.secretary, cast)) == Card("gathering/none")


async def test_a_day_that_is_only_planned_does_not_hide_how_the_last_one_went(cast: Cast) -> None:
    gathering = await held(cast, cast.member)
    later = await planned(cast, date(2027, 1, 5))
    await Gathering.filter(id=later.id).update(announce_due=later.starts_at - 7 * DAY)
    secretary = await cast.secretary.acting(AFTER)
    month = Card("report/month", {"branch_month": [cast.branch.id, 202612]})
    assert (await report.attendance(secretary, None, Question(), AFTER)).screen == month
    assert gathering.state == "closed"
    soon = later.starts_at - 7 * DAY
    names = Card("gathering/names", {"gathering": later.id, "people": later.id})
    assert (await report.attendance(secretary, None, Question(), soon)).screen == names


async def test_where_all_is_only_planned_the_next_is_shown(cast: Cast) -> None:
    planned_only = [await planned(cast, date(2027, month, 5)) for month in (2, 1)]
    await Gathering.all().update(announce_due=NOW + 30 * DAY)
    screen = (await asked(cast.secretary)).screen
    assert screen is not None
    assert screen.facts["gathering"] == planned_only[1].id
