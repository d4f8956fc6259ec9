"""What a sheet would make of the tree is judged in the dry run, and what that lets pass can be entered."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from models.member import OPERATOR, Member, Membership
from models.organisation import Node, grow, know_bot, move, plant
from models.roster import Book, NodeLine, compare
from models.roster.branches import DEEPEST
from tests.cast import NOW, ZONE
from tests.models.roster.district import LATER, District, admin, places, someone


async def test_a_unit_that_is_lived_in_cannot_be_closed(district: District) -> None:
    assert places(await district.told(district.row(2, "second", closed=True))) == [("nodes", 2, "closed", "peopled")]


@pytest.mark.parametrize("kind", ["reporting", "group"])
async def test_whoever_only_reports_or_meets_there_lives_there_too(district: District, kind: str) -> None:
    ben = district.people["ben"]
    node = district["group"].id
    await Membership.create(root_id=ben.root_id, member_id=ben.id, node_id=node, kind=kind, from_at=NOW + timedelta(days=9))
    assert places(await district.told(district.row(2, "group", closed=True))) == [("nodes", 2, "closed", "peopled")]


async def test_who_comes_from_beyond_reach_counts_and_is_not_named(district: District) -> None:
    ben = district.people["ben"]
    place = district["group"].id
    await Membership.create(root_id=ben.root_id, member_id=ben.id, node_id=place, kind="reporting", from_at=NOW)
    faults = await district.told(district.row(2, "group", closed=True), by=admin(district["first"]))
    assert [(each.reason, each.detail) for each in faults] == [("peopled", "")]


async def test_a_unit_left_by_everybody_in_the_same_sheet_is_closed(district: District) -> None:
    gone = someone(2, "ben", "first")
    await Member.filter(id=district.people["ben"].id).update(code="B1")
    row = replace(gone, code="B1")
    assert await district.told(district.row(2, "second", closed=True), people=(row,)) == []
    assert await district.closed() == {"second"}


async def test_a_move_that_fails_keeps_the_unit_open(district: District) -> None:
    await Member.filter(id=district.people["ben"].id).update(code="B1")
    row = replace(someone(2, "ben", "nowhere"), code="B1")
    faults = await district.told(district.row(2, "second", closed=True), people=(row,))
    assert places(faults) == [("nodes", 2, "closed", "peopled"), ("members", 2, "home", "unknown_node")]


async def test_a_move_that_ends_later_than_the_closing_does_not_empty_a_unit(district: District) -> None:
    """Entering ends what has no end yet; who leaves next week is still there."""
    await Membership.filter(member_id=district.people["ben"].id).update(until_at=LATER + timedelta(days=7))
    await Member.filter(id=district.people["ben"].id).update(code="B1")
    row = replace(someone(2, "ben", "first"), code="B1")
    faults = await district.told(district.row(2, "second", closed=True), people=(row,))
    assert places(faults) == [("nodes", 2, "closed", "peopled")]


@pytest.mark.parametrize(
    "more", [{"home": "group"}, {"home": "first", "reporting": "group"}, {"home": "first", "group": "group"}]
)
async def test_a_unit_somebody_is_sent_to_by_the_same_sheet_is_not_closed(district: District, more: dict[str, str]) -> None:
    line = someone(2, "new", **more)
    assert places(await district.told(district.row(2, "group", closed=True), people=(line,))) == [
        ("nodes", 2, "closed", "peopled")
    ]


async def test_a_unit_with_open_units_below_it_is_not_closed_and_together_with_them_it_is(district: District) -> None:
    await district.grown("empty", "east", "general_branch")
    await district.grown("hollow", "empty", "branch")
    assert places(await district.told(district.row(2, "empty", closed=True))) == [("nodes", 2, "closed", "inhabited")]
    assert await district.told(district.row(2, "empty", closed=True), district.row(3, "hollow", closed=True)) == []
    assert await district.closed() == {"empty", "hollow"}


async def test_a_unit_below_that_cannot_be_closed_keeps_those_above_it_open(district: District) -> None:
    faults = await district.told(district.row(2, "east", closed=True), district.row(3, "second", closed=True))
    assert places(faults) == [("nodes", 2, "closed", "inhabited"), ("nodes", 3, "closed", "peopled")]


async def test_a_unit_closed_by_name_is_told_the_same_when_the_sheet_comes_again(district: District) -> None:
    await district.grown("hollow", "east", "branch")
    await Node.filter(name="hollow").update(code=None)
    closing = NodeLine(2, None, "hollow", "branch", "east", closed=True)
    assert await district.told(closing) == []
    assert await district.told(replace(closing, closed=False)) == [], "another of the same name may be founded then"
    assert [node.closed_at is None for node in await Node.filter(name="hollow").order_by("id")] == [False, True]
    assert await district.told(people=(someone(2, "x", "hollow"),)) == [], "the open one is meant"
    await Membership.filter(kind="home", node_id__in=[node.id for node in await Node.filter(name="hollow")]).delete()
    assert await district.told(closing) == [], "and closed"
    assert await Node.filter(name="hollow", closed_at=None).count() == 0


async def test_what_moves_out_or_in_by_the_same_sheet_decides_whether_a_unit_is_empty(district: District) -> None:
    out = (district.row(2, "east", closed=True), district.row(3, "second", above="west"))
    assert await district.told(*out) == []
    assert await district.closed() == {"east"}
    await district.grown("north", "root", "area_committee")
    into = (district.row(2, "north", closed=True), replace(district.row(3, "first"), above="north"))
    assert places(await district.told(*into)) == [("nodes", 2, "closed", "inhabited")]


async def test_the_top_is_not_closed_and_a_new_unit_is_not_closed_from_the_start(district: District) -> None:
    new = NodeLine(3, None, "new", "branch", "west", closed=True)
    faults = await district.told(replace(district.row(2, "root"), closed=True), new)
    assert places(faults) == [("nodes", 2, "closed", "top"), ("nodes", 3, "closed", "closed_new")]


async def test_two_units_put_below_each_other_are_both_bad_rows(district: District) -> None:
    faults = await district.told(district.row(2, "west", above="east"), district.row(3, "east", above="west"))
    assert places(faults) == [("nodes", 2, "above", "below_itself"), ("nodes", 3, "above", "below_itself")]


async def test_a_longer_circle_and_a_unit_below_itself_are_bad_and_what_hangs_on_them_is_not(district: District) -> None:
    await district.grown("north", "root", "area_committee")
    await district.grown("lodge", "root", "branch")
    circle = [
        district.row(2, "west", above="east"),
        district.row(3, "east", above="north"),
        district.row(4, "north", above="west"),
    ]
    faults = await district.told(*circle, district.row(5, "lodge", above="west"))
    assert [(each.row, each.reason) for each in faults] == [(row, "below_itself") for row in (2, 3, 4)]
    assert (await Node.get(name="lodge")).parent_id == district["west"].id
    (fault,) = await district.told(district.row(2, "west", above="west"))
    assert fault.reason == "below_itself"


async def test_above_and_below_may_be_exchanged_whichever_row_stands_first(district: District) -> None:
    """west below east is possible once east has left it."""
    await move(admin(district["root"]), district["east"], district["west"], NOW)
    district.nodes["east"] = await Node.get(name="east")
    assert await district.told(district.row(2, "west", above="east"), district.row(3, "east", above="root")) == []
    assert (await Node.get(name="west")).parent_id == district["east"].id


async def test_a_code_used_beyond_reach_is_a_bad_row_that_says_nothing_more(district: District) -> None:
    by = admin(district["west"])
    new, own = NodeLine(2, "second", "new", "branch", "west"), NodeLine(3, "east", "first", "branch", "west")
    faults = await district.told(new, own, by=by)
    assert [(each.row, each.column, each.reason, each.detail) for each in faults] == [
        (2, "code", "code_taken", "second"),
        (3, "code", "code_taken", "east"),
    ]


async def test_a_code_of_another_tree_is_free(district: District) -> None:
    other = await plant("other", "street_committee", ZONE, (await know_bot(7, "bot")).id)
    await grow(other, "far", "branch", "C9")
    assert await district.told(NodeLine(2, "C9", "new", "branch", "west")) == []


async def test_a_unit_named_once_by_code_and_once_by_name_is_one_row_too_many(district: District) -> None:
    lines = (district.row(2, "first"), NodeLine(3, None, "first", "branch", "west", wishes={"quiz_at": "07:00"}))
    faults = await district.told(*lines)
    assert [(each.row, each.reason, each.detail) for each in faults] == [(3, "twice", "2")]


async def test_a_unit_goes_only_where_its_mover_keeps_the_tree(district: District) -> None:
    """Whoever keeps people there and the tree here may not put one into the other."""
    by = replace(
        OPERATOR, root_id=district["root"].id, offices=(("admin", district["west"].path), ("secretary", district["east"].path))
    )
    assert places(await district.told(district.row(2, "first", above="east"), by=by)) == [("nodes", 2, "name", "tree")]


async def test_a_new_tower_is_as_high_as_a_tree_may_be_and_no_higher(district: District) -> None:
    names = ["west", *(f"level {level}" for level in range(3, DEEPEST + 2))]
    tower = [
        NodeLine(row, None, name, "area_committee" if row % 2 else "primary_committee", above)
        for row, (above, name) in enumerate(pairwise(names), start=2)
    ]
    for order in (tower, tower[::-1]):
        given = Book([replace(line, row=row) for row, line in enumerate(order, start=2)])
        faults = (await compare(admin(district["root"]), district["root"].id, given, LATER)).faults
        assert [each.reason for each in faults] == ["too_deep"]
    assert [each.reason for each in await district.told(*tower)] == ["too_deep"]


async def test_a_subtree_is_not_moved_deeper_than_a_tree_may_be(district: District) -> None:
    above = "east"
    for level in range(3, DEEPEST - 1):
        await district.grown(f"level {level}", above, "area_committee" if level % 2 else "primary_committee")
        above = f"level {level}"
    deepest = NodeLine(2, "west", "west", "area_committee", above)
    faults = await district.told(deepest)
    assert places(faults) == [("nodes", 2, "above", "too_deep")]


async def test_nobody_is_sent_to_a_closed_unit(district: District) -> None:
    await Node.filter(id=district["group"].id).update(closed_at=NOW)
    for kind in ("reporting", "group"):
        faults = await district.told(people=(someone(2, "new", "first", **{kind: "group"}),))
        assert places(faults) == [("members", 2, kind, "unknown_node")]


async def test_who_belongs_to_a_unit_that_cannot_be_founded_is_a_bad_row_too(district: District) -> None:
    bad = NodeLine(2, None, "new", "party_group", "west")
    faults = await district.told(bad, people=(someone(2, "x", "new"), someone(3, "y", "first")))
    assert places(faults) == [("nodes", 2, "kind", "kind_here"), ("members", 2, "home", "unknown_node")]
    assert await Member.exists(name="y")


async def test_whoever_belongs_elsewhere_is_not_sent_to_a_unit_that_is_closed_either(district: District) -> None:
    await Member.filter(id=district.people["ben"].id).update(code="B1")
    row = replace(someone(2, "ben", "group"), code="B1")
    assert places(await district.told(district.row(2, "group", closed=True), people=(row,))) == [
        ("nodes", 2, "closed", "peopled")
    ]


async def test_a_closed_unit_takes_nothing_and_is_not_opened_again_and_kinds_stay(district: District) -> None:
    await district.grown("lodge", "west", "general_branch")
    await Node.filter(id=district["lodge"].id).update(closed_at=NOW)
    lines = (
        district.row(2, "lodge"),
        district.row(3, "first", above="lodge"),
        replace(district.row(4, "second"), kind="grid_branch"),
    )
    assert places(await district.told(*lines)) == [
        ("nodes", 2, "closed", "reopened"),
        ("nodes", 3, "above", "closed_node"),
        ("nodes", 4, "kind", "kind_kept"),
    ]
