"""The table of the branches below a node: in the order of the tree, sums per level, nothing left out, nothing ranked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.organisation import Node, grow
from models.organisation.kinds import BRANCHES
from models.report import Line
from models.report.span import spanned
from models.report.table import lines, table
from tests.cast import NOW, Cast
from tests.models.report.held import recorded

NOVEMBER, YEAR = spanned(202611), spanned(2026)


async def told(node: Node, span: Any = NOVEMBER) -> list[tuple[str, str, int, int, int, int, int]]:
    """Name, role, depth, held, should, expected, present of each line."""
    found = (await table(node, span, NOW)).lines
    return [
        (each.name, each.role, each.depth, each.sums.held, each.sums.should, each.sums.expected, each.sums.present)
        for each in found
    ]


async def test_a_branch_with_nothing_stands_there_with_noughts(cast: Cast) -> None:
    await recorded(cast.neighbours, "2026-11", 20, 15)
    assert await told(cast.district) == [
        ("district", "sum", 0, 1, 2, 20, 15),
        ("branch", "branch", 1, 0, 1, 0, 0),
        ("neighbours", "branch", 1, 1, 1, 20, 15),
    ]


async def test_lines_follow_the_tree_whatever_the_rates_are(cast: Cast) -> None:
    committee = await grow(cast.district, "community", "community_committee")
    late = await grow(cast.district, "late branch", "branch")
    inner = await grow(committee, "inner branch", "grid_branch")
    for node, present in [(cast.branch, 1), (cast.neighbours, 10), (late, 5), (inner, 7)]:
        await recorded(node, "2026-11", 10, present)
    found = await told(cast.district)
    assert [(name, depth) for name, _, depth, *_ in found] == [
        ("district", 0), ("branch", 1), ("neighbours", 1), ("community", 1), ("inner branch", 2), ("late branch", 1),
    ]  # fmt: skip
    assert found[3][3:] == (1, 1, 10, 7)
    assert found[0][3:] == (4, 4, 40, 23)


async def test_nothing_of_elsewhere_is_counted(cast: Cast) -> None:
    await recorded(cast.foreign_branch, "2026-11", 9, 9)
    await recorded(cast.branch, "2026-10", 9, 9)
    await recorded(cast.branch, "2026-11", 9, 9, kind="gathering")
    assert (await told(cast.district))[0] == ("district", "sum", 0, 0, 2, 0, 0)


async def test_a_group_is_counted_in_its_branch_and_a_level_that_held_one_itself_apart(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    await recorded(group, "2026-11", 4, 3)
    await recorded(cast.district, "2026-11", 100, 90)
    assert await told(cast.district) == [
        ("district", "sum", 0, 0, 2, 104, 93),
        ("district", "own", 1, 0, 0, 100, 90),
        ("branch", "branch", 1, 0, 1, 4, 3),
        ("neighbours", "branch", 1, 0, 1, 0, 0),
    ]
    assert await told(group) == [("group", "own", 1, 0, 0, 4, 3)]


async def test_a_closed_branch_owes_nothing_afterwards_and_keeps_what_it_held(cast: Cast) -> None:
    await recorded(cast.neighbours, "2026-09", 10, 5)
    await recorded(cast.branch, "2026-08", 10, 10)
    await Node.filter(id=cast.neighbours.id).update(closed_at=NOW - timedelta(days=60))
    assert [each[0] for each in await told(cast.district)] == ["district", "branch"]
    assert await told(cast.district, YEAR) == [
        ("district", "sum", 0, 2, 6, 20, 15),
        ("branch", "branch", 1, 1, 4, 10, 10),
        ("neighbours", "branch", 1, 1, 2, 10, 5),
    ]


async def test_a_year_runs_from_its_first_record_to_now(cast: Cast) -> None:
    await recorded(cast.branch, "2026-09", 10, 5)
    found = await table(cast.district, YEAR, NOW)
    assert (found.first, found.last) == ("2026-09", "2026-11")
    empty = await table(cast.foreign, YEAR, NOW)
    assert (empty.first, empty.last) == ("2026-11", "2026-11")
    past = await table(cast.district, spanned(2025), NOW)
    assert (past.first, past.last) == ("2025-12", "2025-12")
    ahead = await table(cast.district, spanned(2027), NOW)
    assert (ahead.first, ahead.last) == ("2027-01", "2027-01")


async def test_two_theme_days_of_a_month_are_one_month_held(cast: Cast) -> None:
    await recorded(cast.branch, "2026-11", 10, 5)
    await recorded(cast.branch, "2026-11", 10, 7)
    assert (await told(cast.branch))[0] == ("branch", "branch", 0, 1, 1, 20, 12)


async def test_records_that_are_not_locked_are_marked_on_every_level(cast: Cast) -> None:
    await recorded(cast.branch, "2026-11", 10, 5, locked=False)
    await recorded(cast.neighbours, "2026-11", 10, 5)
    assert [each.sums.unlocked for each in (await table(cast.district, NOVEMBER, NOW)).lines] == [1, 1, 0]


async def test_nobody_expected_is_no_rate(cast: Cast) -> None:
    await recorded(cast.branch, "2026-11", 3, 2)
    await recorded(cast.neighbours, "2026-11", 3, 0)
    first = (await table(cast.district, NOVEMBER, NOW)).lines
    assert [each.sums.rate for each in first] == [2 / 6, 2 / 3, 0.0]
    assert [each.sums.rate for each in (await table(cast.foreign, NOVEMBER, NOW)).lines] == [None, None]


KINDS = st.sampled_from(["street_committee", "community_committee", *BRANCHES, "party_group"])


@st.composite
def trees(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows as the statement gives them, in tree order."""
    paths = ["/1/"]
    for number in range(2, draw(st.integers(2, 12))):
        paths.append(f"{draw(st.sampled_from(paths))}{number}/")
    ordered = sorted(paths, key=lambda path: [int(each) for each in path.strip("/").split("/")])
    return [row(path, draw(KINDS), draw(st.integers(0, 2)), draw(st.integers(0, 9))) for path in ordered]


def row(path: str, kind: str, times: int, present: int) -> dict[str, Any]:
    number = int(path.strip("/").split("/")[-1])
    counts = {"expected": 9 * min(times, 1), "present": present * min(times, 1), "on_leave": 0, "absent": 0, "observers": 0}
    facts = {"id": number, "name": f"n{number}", "path": path, "kind": kind, "closed_at": None}
    return facts | counts | {"held": min(times, 1), "times": times, "unlocked": 0, "first": None}


@given(trees())
def test_every_person_is_counted_once_and_every_line_is_at_its_place(tree: list[dict[str, Any]]) -> None:
    found: list[Line] = lines(tree, ["2026-11"], "Asia/Shanghai")
    numbers = [each.node_id for each in found]
    assert numbers == sorted(numbers, key=[each["id"] for each in tree].index)
    branches = [each["path"] for each in tree if each["kind"] in BRANCHES]
    if found and found[0].role == "sum":
        assert found[0].sums.present == sum(each["present"] for each in tree)
        assert found[0].sums.should == len(branches)
    shown = {each.node_id for each in found}
    assert all(int(path.strip("/").split("/")[-1]) in shown for path in branches)


async def test_the_month_a_branch_was_closed_in_is_that_of_its_zone(cast: Cast) -> None:
    await recorded(cast.branch, "2026-09", 10, 5)
    new_months_night = datetime(2026, 9, 30, 17, tzinfo=UTC)  # 1 October, one in the morning there
    await Node.filter(id=cast.neighbours.id).update(closed_at=new_months_night)
    assert [(name, should) for name, _, _, _, should, *_ in await told(cast.district, YEAR)][2] == ("neighbours", 2)
