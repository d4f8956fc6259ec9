"""Compares the sheet 组织 with the tree: which nodes are new, renamed, moved, settled, closed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from models.organisation import fits
from models.rights import Actor
from models.roster.lines import NODES, Fault, NodeLine
from models.roster.state import Place, State

DEEPEST = 12  # levels of a tree; the column of paths holds more


@dataclass(slots=True)
class Branch:
    """What a row of the sheet means: its place, and what changes. `changes`: field → (old, new)."""

    line: NodeLine
    place: Place
    new: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    above: Place | None = None  # where it is to move


class Atlas:
    """All places a word may mean, with those the sheet adds."""

    def __init__(self, state: State) -> None:
        self.places = state.reached
        self.faults: list[Fault] = []
        self.branches: list[Branch] = []
        self.by_word: dict[str, list[Place]] = {}
        for place in self.places:
            self.learn(place)

    def learn(self, place: Place) -> None:
        for word in {place.name, place.code or place.name}:
            self.by_word.setdefault(word, []).append(place)

    def find(self, word: str) -> list[Place]:
        """Places a code or a name may mean: a code is exact."""
        found = self.by_word.get(word, [])
        return [place for place in found if place.code == word] or [place for place in found if not place.closed]

    def fault(self, line: NodeLine, column: str, reason: str, detail: str = "") -> None:
        self.faults.append(Fault(NODES, line.row, column, reason, detail))


def compare_nodes(by: Actor, lines: list[NodeLine], state: State) -> Atlas:
    """Rows may name nodes that stand further down: they are resolved in rounds."""
    atlas, waiting = Atlas(state), unique(lines)
    while waiting:
        left = [line for line in waiting if not resolved(atlas, line)]
        if len(left) == len(waiting):
            break
        waiting = left
    for line in lines:
        if line in waiting:
            reason = "several" if len(atlas.find(line.above)) > 1 else "unknown_node"
            atlas.fault(line, "above", reason, line.above)
    kept, first = {branch.line.row for branch in atlas.branches}, {mark(line): line.row for line in reversed(lines)}
    for line in lines:
        if line.row not in kept and line not in waiting:
            atlas.fault(line, "name", "twice", str(first[mark(line)]))
    for branch in atlas.branches:
        judge(by, atlas, branch)
    return atlas


def unique(lines: list[NodeLine]) -> list[NodeLine]:
    """Each node once: the first row of a code, or of a name below the same node."""
    seen: dict[Any, NodeLine] = {}
    for line in lines:
        seen.setdefault(mark(line), line)
    return list(seen.values())


def mark(line: NodeLine) -> Any:
    return line.code or (line.above, line.name)


def resolved(atlas: Atlas, line: NodeLine) -> bool:
    """Finds the place a row means, or adds it. False: the node above is not known yet."""
    place = known(atlas, line)
    if place is not None and (place.above is None or place.above.outside):
        atlas.branches.append(Branch(line, place))  # the top of what one reaches stays where it is
        return True
    found = atlas.find(line.above)
    if len(found) != 1:
        return False
    if place is None:
        place = next((each for each in atlas.find(line.name) if each.above is found[0] and fitting(each, line)), None)
    if place is not None:
        atlas.branches.append(Branch(line, place, above=found[0]))
        return True
    place = Place(None, line.name, line.kind, line.code, found[0], wishes=dict(line.wishes))
    atlas.branches.append(Branch(line, place, new=True, above=found[0]))
    atlas.learn(place)
    return True


def known(atlas: Atlas, line: NodeLine) -> Place | None:
    """The place a row means whatever stands above it: by its code, or the top of what one reaches by its name."""
    if line.code is not None:
        exact = [place for place in atlas.places if place.code == line.code]
        if exact:
            return exact[0]
    tops = [place for place in atlas.places if place.above is None or place.above.outside]
    return next((place for place in tops if place.name == line.name and fitting(place, line)), None)


def fitting(place: Place, line: NodeLine) -> bool:
    return line.code is None or place.code in (None, line.code)


def judge(by: Actor, atlas: Atlas, branch: Branch) -> None:
    """Whether it may be so; fills `changes`."""
    line, place = branch.line, branch.place
    branch.changes = {} if branch.new else dict(changes(branch))
    if (branch.new or branch.changes) and not by.may("tree.edit", reached_path(place)):
        atlas.fault(line, "name", "tree")
    elif not branch.new and line.kind != place.kind:
        atlas.fault(line, "kind", "kind_kept")
    elif branch.above is not None and (branch.new or "above" in branch.changes):
        judge_above(atlas, branch, branch.above)
    elif "closed" in branch.changes and (not line.closed or inhabited(atlas, place)):
        atlas.fault(line, "closed", "inhabited" if line.closed else "reopened")


def judge_above(atlas: Atlas, branch: Branch, above: Place) -> None:
    if above.closed or (above.below(branch.place) and not branch.new):
        atlas.fault(branch.line, "above", "below_itself" if not above.closed else "closed_node")
    elif not fits(above.kind, branch.line.kind):
        atlas.fault(branch.line, "kind", "kind_here")
    elif depth(above) >= DEEPEST:
        atlas.fault(branch.line, "above", "too_deep")


def changes(branch: Branch) -> Iterator[tuple[str, tuple[Any, Any]]]:
    line, place = branch.line, branch.place
    if line.name != place.name:
        yield "name", (place.name, line.name)
    if line.code is not None and line.code != place.code:
        yield "code", (place.code, line.code)
    if branch.above is not None and branch.above is not place.above:
        yield "above", (place.above.name if place.above else None, branch.above.name)
    if line.closed != place.closed:
        yield "closed", (place.closed, line.closed)
    for name, value in line.wishes.items():
        if value != place.wishes.get(name):
            yield name, (place.wishes.get(name), value)


def inhabited(atlas: Atlas, place: Place) -> bool:
    """Whether it still has open nodes below it that the sheet does not close."""
    closing = {id(branch.place) for branch in atlas.branches if branch.line.closed}
    others = [*atlas.places, *(branch.place for branch in atlas.branches if branch.new)]
    return any(each.above is place and not each.closed and id(each) not in closing for each in others)


def reached_path(place: Place) -> str:
    while not place.path and place.above is not None:
        place = place.above
    return place.path


def depth(place: Place | None) -> int:
    return 0 if place is None else 1 + depth(place.above)
