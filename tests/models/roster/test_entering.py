"""Whatever the report on a book lets pass is entered whole, or refused whole."""

from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.card import Refusal
from models.database import atomic
from models.member import Actor
from models.roster import Book, MemberLine, NodeLine, Stale, compare, enter
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.roster.test_properties import CATEGORIES, QUIETLY, STATUSES, Undone, admin

words = st.sampled_from(["member", "neighbour", "offline", "孙二", "M9", "M8", "branch", "neighbours", "甲", "", "new:2"])
code = st.none() | st.sampled_from(["M8", "M9", "new:2", "甲"])
member_lines = st.builds(
    MemberLine,
    row=st.just(0),
    code=code,
    name=words.filter(bool),
    home=words.filter(bool),
    reporting=st.none() | words,
    group=st.none() | words,
    category=st.none() | st.sampled_from(CATEGORIES),
    status=st.none() | st.sampled_from(STATUSES),
    joined_on=st.sampled_from([None, "2019-07-01", "2020-07-01"]),
    full_member_on=st.sampled_from([None, "2019-08-01"]),
)
node_lines = st.builds(
    NodeLine,
    row=st.just(0),
    code=code,
    name=words.filter(bool),
    kind=st.sampled_from(["branch", "party_group", "member_household", "committee"]),
    above=words | st.just("district"),
    closed=st.booleans(),
)
COLUMNS = ["code", "name", "home", "reporting", "group", "category", "status", "joined_on", "full_member_on"]


def somebody(code: str | None, name: str) -> MemberLine:
    return MemberLine(0, code, name, "branch")


async def entered(by: Actor, root_id: int, good: Book) -> None:
    """Either nothing is written, with a reason we know, or exactly the new rows that were told."""
    before = await dump()
    try:
        counts = (await enter(by, root_id, good, None, NOW)).counts
    except (Refusal, Stale):
        assert changed(before, await dump()) == set()
        return
    after = await dump()
    grown = {table: len(after[table]) - len(before[table]) for table in ("node", "member")}
    assert (sum(grown.values()), counts["bad"]) == (counts["new"], 0)


@settings(QUIETLY, max_examples=100)
@given(people=st.lists(member_lines, max_size=4), tree=st.lists(node_lines, max_size=3), part=st.booleans())
@example(people=[somebody("M8", "member"), somebody("M8", "offline")], tree=[], part=False)
@example(people=[somebody("M8", "new one"), somebody("M8", "offline")], tree=[], part=False)
@example(people=[somebody(None, "new one"), somebody("new:2", "new two")], tree=[], part=False)
async def test_whatever_the_report_lets_pass_is_entered_or_refused_whole(
    cast: Cast, people: list[MemberLine], tree: list[NodeLine], part: bool
) -> None:
    by = admin(cast.branch if part else cast.district)
    placed = [replace(line, row=row) for row, line in enumerate(tree, start=2)]
    book = Book(placed, [replace(line, row=row) for row, line in enumerate(people, start=2)], columns=COLUMNS)
    try:
        async with atomic():
            verdict = await compare(by, cast.district.id, book, NOW)
            await entered(by, cast.district.id, book.without(verdict.faults))
            raise Undone
    except Undone:
        return
