"""A roster entered: what is new, what changes, who is missing, and what nobody may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import organisation, roster
from models.card import Card, Refusal
from models.member import OPERATOR, Actor, Member, Membership, enrol
from models.organisation import Node, history
from models.outbox import Delivery, Recipient, debt, owe_many
from models.rights import LAPSED
from models.roster import Book, Fault, MemberLine, NodeLine, Stale, compare, enter, extract, number
from tests.cast import NOW, Cast
from tests.dump import changed, dump

COLUMNS = ["code", "name", "home", "reporting", "group", "category", "status", "joined_on", "full_member_on"]
LATER = NOW + timedelta(days=1)


def admin(cast: Cast) -> Actor:
    path = cast.district.path
    return Actor(member_id=1, root_id=cast.district.id, offices=(("admin", path),), label="member:1")


def line(row: int, name: str, home: str = "branch", **facts: str | None) -> MemberLine:
    blank = {"code": None, "reporting": "", "group": "", "category": None, "status": None, "joined_on": None}
    return MemberLine(row, name=name, home=home, **{**blank, "full_member_on": None, **facts})


def book(*lines: MemberLine, nodes: tuple[NodeLine, ...] = ()) -> Book:
    return Book(nodes=list(nodes), members=list(lines), columns=COLUMNS)


async def entered(by: Actor, cast: Cast, given: Book) -> dict[str, int]:
    return (await enter(by, cast.district.id, given, None, LATER)).counts


async def reasons(by: Actor, cast: Cast, given: Book) -> list[tuple[int, str, str]]:
    found = await compare(by, cast.district.id, given, LATER)
    return [(each.row, each.column, each.reason) for each in found.faults]


async def test_new_members_are_enrolled_with_a_note_and_the_same_sheet_again_changes_nothing(cast: Cast) -> None:
    by = await cast.secretary.acting()
    given = book(line(2, "one", joined_on="2019-07-01", category="serving"), line(3, "two", status="probationary"))
    assert await entered(by, cast, given) == {"new": 2, "changed": 0, "same": 0, "bad": 0}
    before = await dump()
    assert await entered(by, cast, given) == {"new": 0, "changed": 0, "same": 2, "bad": 0}
    assert changed(before, await dump()) == set()
    one = await Member.get(name="one")
    assert (one.category, one.status, str(one.joined_on), one.code) == ("serving", "full", "2019-07-01", None)
    assert [each["verb"] for each in await history(cast.district.id, f"member:{one.id}")] == ["enrol"]


async def test_a_move_keeps_where_somebody_was_and_the_note_says_both(cast: Cast) -> None:
    await number(cast.district.id)
    code = (await Member.get(id=cast.member.id)).code
    given = book(line(2, "member", "neighbours", code=code, category="retired"))
    assert await entered(admin(cast), cast, given) == {"new": 0, "changed": 1, "same": 0, "bad": 0}
    homes = await Membership.filter(member_id=cast.member.id, kind="home").order_by("id")
    assert [(each.node_id, each.until_at) for each in homes] == [(cast.branch.id, LATER), (cast.neighbours.id, None)]
    last = (await history(cast.district.id, f"member:{cast.member.id}"))[-1]
    assert (last["before"], last["after"]) == (
        {"category": "direct", "home": "branch"},
        {"category": "retired", "home": "neighbours"},
    )


async def test_who_is_missing_is_named_and_stays(cast: Cast) -> None:
    verdict = await compare(await cast.secretary.acting(), cast.district.id, book(line(2, "member")), LATER)
    assert {person.name for person in verdict.missing} == {"secretary", "probationary", "offline", "former"}


@pytest.mark.parametrize("home", ["neighbours", "foreign branch", "nowhere"])
async def test_beyond_reach_and_nowhere_are_the_same_fault(cast: Cast, home: str) -> None:
    assert await reasons(await cast.secretary.acting(), cast, book(line(2, "x", home))) == [(2, "home", "unknown_node")]


async def test_namesakes_twins_and_dates_in_the_wrong_order_are_faults(cast: Cast) -> None:
    by = admin(cast)
    await entered(by, cast, book(line(2, "twin", joined_on="2001-01-01"), line(3, "twin", joined_on="2002-01-01")))
    given = book(
        line(2, "twin"),
        line(3, "member"),
        line(4, "member"),
        line(5, "x", joined_on="2020-01-01", full_member_on="2019-01-01"),
    )
    assert await reasons(by, cast, given) == [
        (2, "name", "several_people"),
        (4, "name", "twice"),
        (5, "full_member_on", "order"),
    ]


async def test_a_book_with_a_fault_or_compared_long_ago_is_not_entered(cast: Cast) -> None:
    by = admin(cast)
    verdict = await compare(by, cast.district.id, book(line(2, "x")), LATER)
    await entered(by, cast, book(line(2, "x")))
    before = await dump()
    with pytest.raises(Stale):
        await enter(by, cast.district.id, book(line(2, "x")), verdict.mark, LATER)
    with pytest.raises(Stale):
        await enter(by, cast.district.id, book(line(2, "y"), line(3, "z", "nowhere")), None, LATER)
    assert changed(before, await dump()) == set()


async def test_what_went_bad_since_it_was_compared_is_named(cast: Cast) -> None:
    by, given = admin(cast), book(line(2, "x"), line(3, "new one"), line(4, "y", "nowhere"))
    verdict = await compare(by, cast.district.id, given, LATER)
    await entered(by, cast, book(line(2, "new one", joined_on="2001-01-01"), line(3, "new one", joined_on="2002-01-01")))
    with pytest.raises(Stale) as why:
        await enter(by, cast.district.id, given.leaving(verdict.faults), verdict.mark, LATER)
    assert why.value.faults == [Fault("members", 3, "name", "several_people", "new one")]


async def test_progress_counts_people_as_they_are_written(cast: Cast) -> None:
    heard: list[int] = []
    many = [line(row, f"new {row}") for row in range(2, 1203)]
    given = book(line(1300, "member", category="retired"), line(1301, "offline", category="retired"), *many)
    await enter(admin(cast), cast.district.id, given, None, LATER, heard.append)
    assert heard == [500, 1000, 1201, 1203]
    assert await Membership.filter(node_id=cast.branch.id, from_at=LATER).count() == 1201
    last = await Member.get(name="new 1202")
    assert [each["after"]["home"] for each in await history(cast.district.id, f"member:{last.id}")] == [cast.branch.id]


async def test_an_entering_that_dies_half_way_leaves_nothing(cast: Cast) -> None:
    def dies(done: int) -> None:
        assert done < 1000, "the power fails"

    before = await dump()
    many = [line(row, f"new {row}") for row in range(2, 1203)]
    given = book(*many, nodes=(node(2, "group", "branch"),))
    with pytest.raises(AssertionError, match="the power fails"):
        await enter(admin(cast), cast.district.id, given, None, LATER, dies)
    assert changed(before, await dump()) == set()


async def test_branches_of_one_name_are_exported_by_their_codes(cast: Cast) -> None:
    await Node.filter(id=cast.neighbours.id).update(name="branch")
    await number(cast.district.id)
    given = replace(await extract(cast.district.id, [cast.district.path], LATER), columns=COLUMNS)
    assert await reasons(admin(cast), cast, given) == []


async def test_a_group_of_another_branch_takes_nobody(cast: Cast) -> None:
    await organisation.grow(cast.neighbours, "theirs", "party_group")
    assert await reasons(admin(cast), cast, book(line(2, "x", group="theirs"))) == [(2, "group", "unknown_node")]


async def test_a_column_the_sheet_does_not_have_leaves_what_is_known(cast: Cast) -> None:
    await Member.filter(id=cast.member.id).update(joined_on="2001-07-01", category="retired")
    given = replace(book(MemberLine(2, None, "member", "branch")), columns=["name", "home"])
    verdict = await compare(admin(cast), cast.district.id, given, LATER)
    assert verdict.counts == {"new": 0, "changed": 0, "same": 1, "bad": 0}


async def test_who_belongs_nowhere_is_meant_only_by_who_reaches_the_whole_tree(cast: Cast) -> None:
    await enrol(OPERATOR, cast.district.id, "chief", "officer", NOW)
    for by, new in ((await cast.secretary.acting(), 1), (admin(cast), 0)):
        assert (await compare(by, cast.district.id, book(line(2, "chief")), LATER)).counts["new"] == new


async def test_somebody_whose_number_another_bears_is_numbered_too_and_told_from_a_namesake(cast: Cast) -> None:
    taken = f"M{cast.member.id:06}"
    await Member.filter(id=cast.offline.id).update(code=taken, name="member")
    await number(cast.district.id)
    assert (await Member.get(id=cast.offline.id)).code == taken
    assert (await Member.get(id=cast.member.id)).code == f"M{taken}"
    given = replace(await extract(cast.district.id, [cast.district.path], LATER), columns=COLUMNS)
    assert await reasons(admin(cast), cast, given) == []


async def test_an_export_read_back_means_no_change(cast: Cast) -> None:
    await number(cast.district.id)
    for by in (admin(cast), await cast.secretary.acting()):
        given = replace(await extract(cast.district.id, by.reach("roster.edit"), LATER), columns=COLUMNS)
        verdict = await compare(by, cast.district.id, given, LATER)
        assert (verdict.faults, verdict.counts["new"], verdict.counts["changed"], verdict.missing) == ([], 0, 0, [])


def node(row: int, name: str, above: str, kind: str = "party_group", **more: object) -> NodeLine:
    return NodeLine(row, None, name, kind, above, **more)  # type: ignore[arg-type]


async def test_new_nodes_may_stand_in_any_order_and_take_members_at_once(cast: Cast) -> None:
    nodes = (node(2, "second", "third", "party_group"), node(3, "third", "branch x", "branch"))
    assert await reasons(admin(cast), cast, book(nodes=nodes)) == [(2, "above", "unknown_node"), (3, "above", "unknown_node")]
    group = (node(2, "group", "branch"),)
    assert await entered(admin(cast), cast, book(line(2, "x", group="group"), nodes=group)) == {
        "new": 2, "changed": 0, "same": 0, "bad": 0,
    }  # fmt: skip
    grown = await Node.get(name="group")
    assert grown.path == f"{cast.branch.path}{grown.id}/"
    assert await Membership.filter(node_id=grown.id, kind="group").count() == 1


async def test_a_secretary_changes_people_and_not_the_tree(cast: Cast) -> None:
    nodes = (node(2, "group", "branch"),)
    assert await reasons(await cast.secretary.acting(), cast, book(nodes=nodes)) == [(2, "name", "tree")]


async def test_a_subtree_moves_whole_and_never_below_itself(cast: Cast) -> None:
    by = admin(cast)
    group = await organisation.establish(by, cast.branch, "group", "party_group", None, NOW)
    house = await organisation.establish(by, group, "house", "member_household", None, NOW)
    await organisation.move(by, group, cast.neighbours, NOW)
    found = await Node.get(id=house.id)
    assert found.path == f"{cast.neighbours.path}{group.id}/{house.id}/"
    with pytest.raises(Refusal, match="below_itself"):
        await organisation.move(by, group, await Node.get(id=house.id), NOW)
    with pytest.raises(Refusal, match="organisation/children"):
        await organisation.close(by, cast.neighbours, NOW)
    with pytest.raises(Refusal, match="organisation/members"):
        await organisation.close(by, cast.branch, NOW)
    await organisation.close(by, found, NOW)
    assert [each["verb"] for each in await history(cast.district.id, f"node:{house.id}")] == ["establish", "close"]


async def test_wishes_are_inherited_from_the_nearest_who_has_them(cast: Cast) -> None:
    await organisation.settle(admin(cast), cast.district, {"quiet_from": "20:00", "greets": True}, NOW)
    await organisation.settle(admin(cast), cast.branch, {"quiet_from": "22:30"}, NOW)
    mine, theirs = await organisation.wishes(cast.branch.id), await organisation.wishes(cast.neighbours.id)
    assert (str(mine.quiet_from), str(theirs.quiet_from), mine.greets) == ("22:30:00", "20:00:00", True)
    assert (mine.zone, str(mine.quiet_until)) == ("Asia/Shanghai", "08:30:00")


async def test_who_decides_may_still_do_it_and_only_once(cast: Cast) -> None:
    with pytest.raises(Refusal, match="rights/refused"):
        await roster.decide(await cast.neighbour_secretary.acting(), 1, roster.ALL, NOW)


async def left(cast: Cast) -> dict[int | None, set[str]]:
    """The kinds that still wait, by member."""
    found = await Delivery.filter(state="held")
    return {each: {one.kind for one in found if one.member_id == each} for each in (cast.member.id, cast.probationary.id)}


@pytest.mark.parametrize("status", [*LAPSED, "probationary"])
async def test_nothing_automatic_that_waits_is_said_to_who_is_suspended_gone_or_dead(cast: Cast, status: str) -> None:
    await number(cast.district.id)
    kinds, people = ("reminder", "duty", "offer", "greeting", "notice"), (cast.member, cast.probationary)
    to = {each.id: Recipient(cast.bot.id, cast.district.id, member_id=each.id) for each in people}
    due_at = NOW + timedelta(days=2)
    await owe_many([debt(kind, Card("x"), to[who], f"{kind}:{who}", NOW, due_at=due_at) for kind in kinds for who in to])
    code = (await Member.get(id=cast.member.id)).code
    await entered(admin(cast), cast, book(line(2, "member", code=code, status=status)))
    mine = {"notice"} if status in LAPSED else set(kinds)
    assert await left(cast) == {cast.member.id: mine, cast.probationary.id: set(kinds)}
