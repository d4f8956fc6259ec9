"""Whatever the report on a book lets pass is entered, as it was told and at once; it is never refused half way."""

from dataclasses import dataclass, replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.database import atomic
from models.member import Actor, Member, Membership
from models.organisation import Node
from models.roster import Book, MemberLine, NodeLine, compare, differences, enter, number
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.roster.test_properties import (
    CATEGORIES,
    QUIETLY,
    STATUSES,
    Human,
    Office,
    Undone,
    admin,
    below,
    codes,
    founded,
    humans,
    numbers,
    offices,
    peopled,
)

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


async def entered(by: Actor, root_id: int, given: Book) -> None:
    """Comparing writes nothing; the good rows are entered, exactly the new ones that were told; then they mean nothing more."""
    before = await dump()
    verdict = await compare(by, root_id, given, NOW)
    assert changed(before, await dump()) == set()
    good = given.without(verdict.faults)
    counts = (await enter(by, root_id, good, verdict.mark, NOW)).counts
    after = await dump()
    grown = {table: len(after[table]) - len(before[table]) for table in ("node", "member")}
    assert (sum(grown.values()), counts["bad"]) == (counts["new"], 0)
    again = await compare(by, root_id, good, NOW)
    assert {each.reason for each in again.faults} <= {"several", "several_people"}, "a name may have become another's too"
    assert (again.counts["new"], differences(again)) == (0, [])


@settings(QUIETLY, max_examples=100)
@given(people=st.lists(member_lines, max_size=4), tree=st.lists(node_lines, max_size=3), part=st.booleans())
@example(people=[somebody("M8", "member"), somebody("M8", "offline")], tree=[], part=False)
@example(people=[somebody("M8", "new one"), somebody("M8", "offline")], tree=[], part=False)
@example(people=[somebody(None, "new one"), somebody("new:2", "new two")], tree=[], part=False)
async def test_whatever_the_report_lets_pass_is_entered_as_told(
    cast: Cast, people: list[MemberLine], tree: list[NodeLine], part: bool
) -> None:
    by = admin(cast.branch if part else cast.district)
    placed = [replace(line, row=row) for row, line in enumerate(tree, start=2)]
    book = Book(placed, [replace(line, row=row) for row, line in enumerate(people, start=2)], columns=COLUMNS)
    try:
        async with atomic():
            await entered(by, cast.district.id, book)
            raise Undone
    except Undone:
        return


@dataclass(frozen=True)
class Move:
    """A node of a tree, or a new one: what a row says of it. Numbers by remainder."""

    node: int
    above: int
    new: bool
    closed: bool
    code: str | None


moves = st.lists(st.builds(Move, numbers, numbers, st.booleans(), st.booleans(), codes), min_size=1, max_size=6)
transfers = st.lists(st.tuples(numbers, numbers, st.none() | numbers), max_size=4)


def rebuilt(nodes: list[Node], wanted: list[Move]) -> list[NodeLine]:
    """Rows that move, close and found nodes of a tree, whether they may or not."""
    lines = []
    for row, one in enumerate(wanted, start=2):
        node, above = nodes[one.node % len(nodes)], nodes[one.above % len(nodes)]
        code, name = (one.code, f"new {one.node}") if one.new else (node.code, node.name)
        lines.append(NodeLine(row, code, name, below(above.kind) if one.new else node.kind, above.code or "", one.closed))
    return lines


def sent(nodes: list[Node], people: list[Member], wanted: list[tuple[int, int, int | None]]) -> list[MemberLine]:
    found = []
    for row, (who, home, reporting) in enumerate(wanted, start=2):
        report = None if reporting is None else nodes[reporting % len(nodes)].code
        one = people[who % len(people)]
        found.append(MemberLine(row, one.code, one.name, nodes[home % len(nodes)].code or "", report or ""))
    return found


async def sound(root: Node) -> None:
    """Paths are those of the nodes above; nobody is in a closed node, and nothing open below one."""
    nodes = {node.id: node for node in await Node.filter(root_id=root.id)}
    for node in nodes.values():
        above = nodes[node.parent_id].path if node.parent_id else "/"
        assert node.path == f"{above}{node.id}/"
        assert node.closed_at is not None or node.parent_id is None or nodes[node.parent_id].closed_at is None
    for one in await Membership.filter(root_id=root.id, until_at=None):
        assert nodes[one.node_id].closed_at is None


@settings(QUIETLY, max_examples=60)
@given(tree=offices, people=humans, wanted=moves, who=transfers, part=numbers)
async def test_any_sheet_of_moves_and_closings_is_entered_as_told_and_leaves_a_sound_tree(
    database: str,
    tree: list[Office],
    people: list[Human],
    wanted: list[Move],
    who: list[tuple[int, int, int | None]],
    part: int,
) -> None:
    try:
        async with atomic():
            nodes = await founded([replace(one, closed=False) for one in tree])
            await peopled(nodes, people)
            await number(nodes[0].id)
            nodes = await Node.filter(root_id=nodes[0].id).order_by("id")
            members = await Member.filter(root_id=nodes[0].id).order_by("id")
            book = Book(rebuilt(nodes, wanted), sent(nodes, members, who), columns=["code", "name", "home", "reporting"])
            await entered(admin(nodes[part % 2 * part % len(nodes)]), nodes[0].id, book)
            await sound(nodes[0])
            raise Undone
    except Undone:
        return
