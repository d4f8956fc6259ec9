"""Random trees under random moves, renamings, closings: the database stays what a plain model of it says, step by step."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.card import Refusal
from models.database import atomic, rows
from models.member import OPERATOR, Actor, enrol, members_of
from models.organisation import KINDS, Node, close, establish, fits, grow, history, know_bot, move, plant, rename
from tests.cast import NOW, ZONE
from tests.dump import changed, dump

# Two kinds may stand below each other for ever, so trees grow deep; the others bring refusals.
BUSY = ("area_committee", "primary_committee", "area_committee", "primary_committee", "branch", "party_group")
VERBS = ("move", "move", "move", "rename", "close", "establish")
LATER = NOW + timedelta(hours=1)


class Undone(Exception):
    """Takes an example back, so that the next finds the database empty."""


@dataclass
class Known:
    """What the model holds of a node; `deeds` are its notes: verb, before, after."""

    parent: int | None
    kind: str
    name: str
    inhabited: bool = False
    closed: bool = False
    deeds: list[tuple[str, object, object]] = field(default_factory=list)


class Model:
    """The forest as a map of parents, by the numbers of the database."""

    def __init__(self) -> None:
        self.known: dict[int, Known] = {}

    def upwards(self, node: int) -> Iterator[int]:
        seen: set[int] = set()
        at: int | None = node
        while at is not None:
            assert at not in seen, "a cycle"
            seen.add(at)
            yield at
            at = self.known[at].parent

    def path(self, node: int) -> str:
        return "/" + "".join(f"{each}/" for each in reversed(list(self.upwards(node))))

    def root(self, node: int) -> int:
        return list(self.upwards(node))[-1]

    def subtree(self, node: int) -> set[int]:
        return {each for each in self.known if node in self.upwards(each)}

    def refusal(self, verb: str, office: int, node: int, other: int, kind: str) -> str | None:
        """What a deed by an admin at `office` has to be refused with."""
        touched = (node, other) if verb == "move" else (node,)
        if any(office not in self.upwards(each) for each in touched):
            return "rights/refused"
        if verb == "move":
            return self.unmovable(node, other)
        if verb == "close":
            return self.unclosable(node)
        return self.unfit(node, kind) if verb == "establish" else None

    def unmovable(self, node: int, other: int) -> str | None:
        if other in self.subtree(node) or self.root(node) != self.root(other):
            return "organisation/below_itself"
        return self.unfit(other, self.known[node].kind)

    def unfit(self, above: int, kind: str) -> str | None:
        if self.known[above].closed:
            return "organisation/closed"
        return None if fits(self.known[above].kind, kind) else "organisation/kind"

    def unclosable(self, node: int) -> str | None:
        below = any(each.parent == node and not each.closed for each in self.known.values())
        if self.known[node].parent is None or below:
            return "organisation/children"
        return "organisation/members" if self.known[node].inhabited else None


@dataclass(frozen=True)
class Seed:
    """A node to begin with: below which earlier one (by remainder), of which kind that fits there, inhabited?"""

    above: int
    kind: int
    inhabited: bool


@dataclass(frozen=True)
class Step:
    verb: str
    office: int | None  # of which node the doer is admin; None: of the root of what is touched
    node: int
    other: int
    name: str
    kind: str
    later: int = 0  # hours


CLOSE = Step("close", None, 2, 0, "", "")  # the branch of the second tree
numbers = st.integers(0, 30)
seeds = st.lists(st.builds(Seed, numbers, numbers, st.booleans()), min_size=2, max_size=11)
names = st.sampled_from(["甲", "乙支部", "100%", "_", "O'Hara", "/1/"])
office = st.none() | st.none() | numbers
steps = st.lists(
    st.builds(Step, st.sampled_from(VERBS), office, numbers, numbers, names, st.sampled_from([*BUSY, *KINDS])),
    min_size=1,
    max_size=12,
)


async def planted(given_: list[Seed]) -> Model:
    """Two trees, so that nothing crosses; the first has whatever was drawn, the second a root and its branch."""
    model, bot = Model(), await know_bot(7, "bot")
    for name in ("district", "foreign"):
        root = await plant(name, "street_committee", ZONE, bot.id)
        model.known[root.id] = Known(None, root.kind, root.name)
    await grown(model, list(model.known)[1], Seed(0, 2, False))
    for seed in given_:
        fertile = [each for each, known in model.known.items() if KINDS[known.kind]]
        await grown(model, fertile[seed.above % len(fertile)], seed)
    return model


async def grown(model: Model, above: int, seed: Seed) -> None:
    fitting = [kind for kind in BUSY if kind in KINDS[model.known[above].kind]] or list(KINDS[model.known[above].kind])
    node = await grow(await Node.get(id=above), f"n{len(model.known)}", fitting[seed.kind % len(fitting)])
    model.known[node.id] = Known(above, node.kind, node.name, seed.inhabited)
    if seed.inhabited:
        await enrol(OPERATOR, node.root_id or 0, f"m{node.id}", "full", NOW, node.id)


async def done(model: Model, step: Step) -> None:
    """One step on both sides: refused by both with the same name and nothing changed, or done by both."""
    ids = list(model.known)
    node, other = ids[step.node % len(ids)], ids[step.other % len(ids)]
    at = model.root(node) if step.office is None else ids[step.office % len(ids)]
    by = Actor(1, model.root(at), offices=(("admin", model.path(at)),), label="member:1")
    expected, before = model.refusal(step.verb, at, node, other, step.kind), await dump()
    said = await tried(by, step, await Node.get(id=node), await Node.get(id=other))
    assert said == expected
    assert changed(before, await dump()) <= (set() if said else {"note", "node"})
    if said is None:
        await followed(model, step, node, other)


async def tried(by: Actor, step: Step, node: Node, other: Node) -> str | None:
    """The name of the refusal, if it was one."""
    try:
        await pressed(by, step, node, other)
    except Refusal as no:
        return no.card.name
    return None


async def pressed(by: Actor, step: Step, node: Node, other: Node) -> None:
    if step.verb == "move":
        await move(by, node, other, LATER)
    elif step.verb == "rename":
        await rename(by, node, step.name, LATER)
    elif step.verb == "close":
        await close(by, node, LATER + timedelta(hours=step.later))
    else:
        await establish(by, node, step.name, step.kind, None, LATER)


async def followed(model: Model, step: Step, node: int, other: int) -> None:
    """The same in the model."""
    known = model.known[node]
    if step.verb == "move":
        known.deeds.append(("move", {"parent": known.parent}, {"parent": other}))
        known.parent = other
    elif step.verb == "rename":
        known.deeds.append(("rename", {"name": known.name}, {"name": step.name}))
        known.name = step.name
    elif step.verb == "close" and not known.closed:
        known.deeds.append(("close", None, {"closed": LATER.isoformat()}))
        known.closed = True
    elif step.verb == "establish":
        new = (await rows("SELECT MAX(id) AS id FROM node"))[0]["id"]
        after = {"name": step.name, "kind": step.kind, "parent": node}
        model.known[new] = Known(node, step.kind, step.name, deeds=[("establish", None, after)])


async def agreed(model: Model) -> None:
    """Rows, subtrees by prefix, the people in them, and the notes are those of the model."""
    found = {row["id"]: row for row in await rows("SELECT * FROM node")}
    assert found.keys() == model.known.keys()
    for node, known in model.known.items():
        row, path = found[node], model.path(node)
        assert (row["path"], row["root_id"], row["parent_id"]) == (path, model.root(node), known.parent)
        assert (row["name"], row["kind"], row["closed_at"] is not None) == (known.name, known.kind, known.closed)
        below = model.subtree(node)
        assert {each["id"] for each in await rows("SELECT id FROM node WHERE path LIKE ?", f"{path}%")} == below
        inhabitants = {f"m{each}" for each in below if model.known[each].inhabited}
        assert {each["name"] for each in await members_of(path, LATER)} == inhabitants
        noted = [(each["verb"], each["before"], each["after"]) for each in await history(row["root_id"], f"node:{node}")]
        assert json.dumps(noted, sort_keys=True) == json.dumps(known.deeds, sort_keys=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(given_=seeds, taken=steps)
@example(given_=[], taken=[CLOSE, replace(CLOSE, later=1)])
async def test_a_tree_is_what_its_moves_make_it_and_a_refused_one_changes_nothing(
    database: str, given_: list[Seed], taken: list[Step]
) -> None:
    try:
        async with atomic():
            model = await planted(given_)
            await agreed(model)
            for step in taken:
                await done(model, step)
                await agreed(model)
            raise Undone
    except Undone:
        pass
