"""Whom a row of the sheet 党员 means, and where nobody can be at home."""

from dataclasses import replace

from models.member import Member
from models.roster import Book, compare
from tests.models.roster.district import COLUMNS, LATER, District, admin, someone


async def test_a_members_code_used_beyond_reach_is_a_bad_row_that_says_nothing_more(district: District) -> None:
    await Member.filter(id=district.people["ben"].id).update(code="B1")
    faults = await district.told(people=(replace(someone(2, "x", "first"), code="B1"),), by=admin(district["west"]))
    assert [(each.row, each.column, each.reason, each.detail) for each in faults] == [(2, "code", "code_taken", "B1")]


async def test_another_date_of_joining_is_another_person_and_no_date_is_not(district: District) -> None:
    await Member.filter(id=district.people["anna"].id).update(joined_on="2001-07-01")
    columns = [*COLUMNS, "joined_on"]
    for day, new in (("2002-07-01", 1), ("2001-07-01", 0), (None, 0)):
        given = Book(members=[replace(someone(2, "anna", "first"), joined_on=day)], columns=columns)
        assert (await compare(admin(district["root"]), district["root"].id, given, LATER)).counts["new"] == new


async def test_a_joint_body_is_nobodys_home(district: District) -> None:
    await district.grown("joint", "root", "joint_conference")
    faults = await district.told(people=(someone(2, "x", "joint"), someone(3, "y", "first", reporting="joint")))
    assert [(each.row, each.column, each.reason) for each in faults] == [(2, "home", "joint")]
