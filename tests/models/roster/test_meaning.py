"""Whom and what a row means: by code, by name in its place, once; and what it says of them is what is kept."""

from dataclasses import replace

import pytest

from models.member import OPERATOR, Member, enrol
from models.organisation import Node
from models.roster import Book, NodeLine, Stale, compare, enter
from tests.cast import NOW
from tests.models.roster.district import COLUMNS, LATER, District, admin, someone


async def test_names_codes_and_wishes_change_as_the_sheet_says(district: District) -> None:
    await Node.filter(id=district["second"].id).update(code=None)
    renamed = NodeLine(2, "first", "renamed", "branch", "west", wishes={"quiz_at": "07:00"})
    coded, new = (
        NodeLine(3, "S1", "second", "branch", "east"),
        NodeLine(4, None, "new", "branch", "east", wishes={"greets": True}),
    )
    assert await district.told(renamed, coded, new) == []
    first = await Node.get(id=district["first"].id)
    assert (first.name, first.quiz_at) == ("renamed", "07:00")
    assert (await Node.get(id=district["second"].id)).code == "S1"
    assert (await Node.get(name="new")).greets
    assert await district.told(replace(renamed, wishes={"quiz_at": None})) == []
    assert (await Node.get(id=district["first"].id)).quiz_at is None, "it inherits again"


async def test_a_name_means_a_unit_by_its_own_name_in_its_own_place_and_without_another_code(district: District) -> None:
    await Node.filter(id=district["first"].id).update(code="F1")
    lines = (
        NodeLine(2, None, "F1", "branch", "west"),
        NodeLine(3, None, "first", "branch", "east"),
        NodeLine(4, "F2", "first", "branch", "west"),
    )
    verdict = await compare(admin(district["root"]), district["root"].id, Book(list(lines)), LATER)
    assert (verdict.faults, verdict.counts["new"], verdict.counts["changed"]) == ([], 3, 0)


async def test_the_same_row_twice_is_told(district: District) -> None:
    faults = await district.told(district.row(2, "first"), district.row(3, "first"))
    assert [(each.row, each.reason, each.detail) for each in faults] == [(3, "twice", "2")]


async def test_who_stands_in_a_bad_row_or_in_no_branch_of_the_sheet_is_not_missing(district: District) -> None:
    await Member.filter(id=district.people["anna"].id).update(code="A1")
    anna = replace(someone(2, "anna", "new"), code="A1")
    given = Book([NodeLine(2, None, "new", "party_group", "west")], [anna, someone(3, "y", "first")], columns=COLUMNS)
    verdict = await compare(admin(district["root"]), district["root"].id, given, LATER)
    assert (verdict.counts["bad"], verdict.missing) == (2, [])


async def test_a_row_of_the_tree_that_means_something_else_by_now_is_not_entered(district: District) -> None:
    by, given = admin(district["root"]), Book([NodeLine(2, None, "lodge", "branch", "west")])
    verdict = await compare(by, district["root"].id, given, LATER)
    await district.grown("lodge", "west", "branch")
    with pytest.raises(Stale):
        await enter(by, district["root"].id, given, verdict.mark, LATER)


async def test_an_officer_without_a_branch_becomes_a_member_by_the_sheet(district: District) -> None:
    await enrol(OPERATOR, district["root"].id, "chief", "officer", NOW)
    assert await district.told(people=(someone(2, "chief", "first"),)) == []
    assert [each.status for each in await Member.filter(name="chief")] == ["full"]
