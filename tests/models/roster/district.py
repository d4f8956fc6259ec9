"""A district for the tests of judging: what a sheet tells about it, and what can be entered of it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from models.member import OPERATOR, Actor, Member, enrol
from models.organisation import Node, grow
from models.roster import Book, Fault, MemberLine, NodeLine, compare, enter
from tests.cast import NOW
from tests.dump import changed, dump

LATER = NOW + timedelta(days=1)
COLUMNS = ["code", "name", "home", "reporting", "group"]


def admin(*nodes: Node) -> Actor:
    return replace(OPERATOR, root_id=nodes[0].root_id, offices=tuple(("admin", node.path) for node in nodes))


@dataclass
class District:
    """root ── west ── first (anna) ── group        east ── second (ben) ; every node has its name as its code."""

    nodes: dict[str, Node] = field(default_factory=dict)
    people: dict[str, Member] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    async def grown(self, name: str, above: str, kind: str) -> None:
        self.nodes[name] = await grow(self[above], name, kind, name)

    async def settled(self, name: str, home: str) -> None:
        assert self[home].root_id is not None
        self.people[name] = await enrol(OPERATOR, self[home].root_id or 0, name, "full", NOW, self[home].id)

    def row(self, row: int, name: str, above: str | None = None, closed: bool = False) -> NodeLine:
        """A row of a node there is, which says what it says now unless told otherwise."""
        node = self[name]
        names = {each.id: each.name for each in self.nodes.values()}
        return NodeLine(row, name, name, node.kind, names.get(node.parent_id or 0, "") if above is None else above, closed)

    async def told(self, *lines: NodeLine, people: tuple[MemberLine, ...] = (), by: Actor | None = None) -> list[Fault]:
        """The faults of a book; what is left of it is entered, and means nothing any more."""
        given, who = Book(list(lines), list(people), columns=COLUMNS), by or admin(self["root"])
        before = await dump()
        verdict = await compare(who, self["root"].id, given, LATER)
        assert changed(before, await dump()) == set()
        good = given.without(verdict.faults)
        await enter(who, self["root"].id, good, verdict.mark, LATER)
        again = (await compare(who, self["root"].id, good, LATER)).counts
        assert (again["new"], again["changed"], again["bad"]) == (0, 0, 0)
        return verdict.faults

    async def closed(self) -> set[str]:
        return {node.name for node in await Node.exclude(closed_at=None)}


def someone(row: int, name: str, home: str, **more: str) -> MemberLine:
    return MemberLine(row, None, name, home, **more)


def places(faults: list[Fault]) -> list[tuple[str, int, str, str]]:
    return [(each.sheet, each.row, each.column, each.reason) for each in faults]
