"""Rights over random trees: an office reaches exactly its subtree, membership reaches upwards only."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.card import Refusal
from models.database import rows
from models.member import OPERATOR, RIGHTS, Actor, Role, bind, enrol, grant
from models.member import actor as acting
from models.organisation import Node, grow
from tests.cast import NOW, Cast

OFFICES = sorted({role for rule in RIGHTS.values() for role in rule.roles} | {"treasurer", "member", ""})
MOST_NODES = 25  # so that there are nodes 1, 10 and 11


@dataclass(frozen=True)
class Tree:
    """Nodes 1, 2, …; each has its parent before it, or is a root."""

    parents: tuple[int | None, ...]

    def upwards(self, node: int) -> Iterator[int]:
        """A node and everything above it."""
        above: int | None = node
        while above is not None:
            yield above
            above = self.parents[above - 1]

    def path(self, node: int) -> str:
        return "/" + "".join(f"{each}/" for each in reversed(list(self.upwards(node))))

    @property
    def nodes(self) -> range:
        return range(1, len(self.parents) + 1)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    size = draw(st.integers(1, MOST_NODES))
    return Tree(tuple(draw(st.none() | st.integers(1, node)) if node else None for node in range(size)))


@st.composite
def posts(draw: st.DrawFn) -> tuple[Tree, list[tuple[str, int]], list[int]]:
    """A tree, somebody's offices in it (role, node), and the nodes they belong to."""
    tree = draw(trees())
    nodes = st.sampled_from(tree.nodes)
    return tree, draw(st.lists(st.tuples(st.sampled_from(OFFICES), nodes), max_size=3)), draw(st.lists(nodes, max_size=3))


def somebody(tree: Tree, offices: list[tuple[str, int]], homes: list[int]) -> Actor:
    held = tuple((role, tree.path(node)) for role, node in offices)
    return Actor(member_id=1, root_id=1, telegram_id=1, offices=held, homes=tuple(map(tree.path, homes)))


@given(posts())
def test_every_right_is_held_exactly_where_its_row_says(post: tuple[Tree, list[tuple[str, int]], list[int]]) -> None:
    tree, offices, homes = post
    actor = somebody(tree, offices, homes)
    for right, rule in RIGHTS.items():
        for node in tree.nodes:
            by_office = any(role in rule.roles and at in tree.upwards(node) for role, at in offices)
            as_member = rule.members and any(node in tree.upwards(home) for home in homes)
            assert actor.may(right, tree.path(node)) == (by_office or as_member), (right, node)


@given(posts())
def test_what_a_list_shows_is_what_a_deed_may_touch(post: tuple[Tree, list[tuple[str, int]], list[int]]) -> None:
    tree, offices, homes = post
    actor = somebody(tree, offices, [])
    for right in RIGHTS:
        shown = {node for node in tree.nodes if any(tree.path(node).startswith(above) for above in actor.reach(right))}
        assert shown == {node for node in tree.nodes if actor.may(right, tree.path(node))}
        assert somebody(tree, [], homes).reach(right) == []


@given(trees(), st.sampled_from([Actor(), Actor(telegram_id=5), OPERATOR]))
def test_a_stranger_may_nothing_and_neither_does_the_operator_as_a_person(tree: Tree, actor: Actor) -> None:
    assert not [(right, node) for right in RIGHTS for node in tree.nodes if actor.may(right, tree.path(node))]
    assert not any(actor.reach(right) for right in RIGHTS)


@given(posts())
def test_nobody_has_a_right_nowhere(post: tuple[Tree, list[tuple[str, int]], list[int]]) -> None:
    actor = somebody(*post)
    assert not any(actor.may(right, "nowhere") for right in RIGHTS)


def test_a_refusal_tells_a_stranger_how_to_come_in_and_a_member_that_it_is_not_theirs() -> None:
    with pytest.raises(Refusal, match="rights/stranger"):
        Actor(telegram_id=5).must("gathering.answer", "/1/")
    with pytest.raises(Refusal, match="rights/refused"):
        Actor(member_id=1, homes=("/1/2/",)).must("gathering.plan", "/1/2/")
    Actor(member_id=1, homes=("/1/2/",)).must("gathering.answer", "/1/2/")


async def test_the_database_gives_the_same_rights_as_the_rule(cast: Cast) -> None:
    """Every role at every node of a real tree, with one office that has ended."""
    group = await grow(cast.branch, "group", "group")
    nodes = [*await Node.all()]
    for number, role in enumerate(OFFICES, start=1):
        member = await enrol(OPERATOR, cast.district.id, f"holder {role}", "officer", NOW)
        await grant(OPERATOR, member, cast.branch.id, role, NOW)
        ended = await grant(OPERATOR, member, cast.neighbours.id, role, NOW)
        await Role.filter(id=ended.id).update(until_at=NOW)
        await bind(OPERATOR, member, number, "1", NOW)
        actor = await acting(number, NOW)
        for right, rule in RIGHTS.items():
            held = {node.id for node in nodes if actor.may(right, node.path)}
            assert held == ({cast.branch.id, group.id} if role in rule.roles else set()), (role, right)


async def test_every_path_is_spelled_by_the_parents(cast: Cast) -> None:
    """What `may` compares is what the tree says."""
    parents = {row["id"]: row["parent_id"] for row in await rows("SELECT id, parent_id FROM node")}
    for node in await Node.all():
        spelled, above = "/", node.id
        while above is not None:
            spelled, above = f"/{above}{spelled}", parents[above]
        assert node.path == spelled
