"""Compares the sheet 组织 with the tree: which nodes are new, renamed, moved, settled, closed. `judging` says what may be."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from models.roster.lines import NODES, Fault, NodeLine
from models.roster.state import Place, State

DEEPEST = 12  # levels of a tree that a sheet may grow
MOST_LEVELS = 128  # the column of paths holds no more


@dataclass(slots=True)
class Branch:
    """What a row of the sheet means: its place, and what changes. `changes`: field → (old, new)."""

    line: NodeLine
    place: Place
    new: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    above: Place | None = None  # where it is to be; None for the top of what one reaches, which stays

    @property
    def moves(self) -> bool:
        return "above" in self.changes


class Atlas:
    """All places a word may mean, with those the sheet adds; `taken` are codes of nodes beyond reach."""

    def __init__(self, state: State) -> None:
        self.places = state.reached
        self.tops = [place for place in self.places if place.above is None or place.above.outside]
        self.taken = {place.code for place in state.places.values() if place.outside and place.code}
        self.faults: list[Fault] = []
        self.branches: list[Branch] = []
        self.meant: dict[int, Branch] = {}  # by the identity of a place
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

    def means(self, branch: Branch) -> None:
        """A row means a place, unless an earlier one does."""
        before = self.meant.setdefault(id(branch.place), branch)
        if before is not branch:
            self.fault(branch.line, "name", "twice", str(before.line.row))
            return
        branch.changes = {} if branch.new else dict(changes(branch))
        self.branches.append(branch)

    def above(self, place: Place) -> Place | None:
        """The node above as it will be."""
        branch = self.meant.get(id(place))
        return branch.above if branch and branch.above else place.above

    def upwards(self, place: Place) -> list[Place]:
        """The nodes above as they will be, nearest first; a circle is gone round for a while."""
        return list(islice(self.climb(place), MOST_LEVELS))

    def climb(self, place: Place) -> Iterator[Place]:
        above = self.above(place)
        while above is not None:
            yield above
            above = self.above(above)

    def depth(self, place: Place) -> int:
        return 1 + len(self.upwards(place))


def compare_nodes(lines: list[NodeLine], state: State) -> Atlas:
    """Rows may name nodes that stand further down: they are resolved in rounds, at most one for each level of a tree."""
    atlas, waiting = Atlas(state), unique(lines)
    first = {mark(line): line.row for line in waiting}
    for _ in range(DEEPEST):
        waiting = [line for line in waiting if not resolved(atlas, line)]
    for line in waiting:
        reason = "several" if len(atlas.find(line.above)) > 1 else "unknown_node"
        atlas.fault(line, "above", reason, line.above)
    for line in lines:
        if line.row != first[mark(line)]:
            atlas.fault(line, "name", "twice", str(first[mark(line)]))
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
    if line.code in atlas.taken:
        atlas.fault(line, "code", "code_taken", line.code or "")
        return True
    place = known(atlas, line)
    if place is not None and (place.above is None or place.above.outside):
        atlas.means(Branch(line, place))
        return True
    found = atlas.find(line.above)
    if len(found) != 1:
        return False
    if place is None:
        place = namesake(atlas, line, found[0])
    if place is not None:
        atlas.means(Branch(line, place, above=found[0]))
    elif atlas.depth(found[0]) >= DEEPEST:
        atlas.fault(line, "above", "too_deep")
    else:
        add(atlas, line, found[0])
    return True


def add(atlas: Atlas, line: NodeLine, above: Place) -> None:
    place = Place(None, line.name, line.kind, line.code, above, wishes=dict(line.wishes))
    atlas.means(Branch(line, place, new=True, above=above))
    atlas.learn(place)


def known(atlas: Atlas, line: NodeLine) -> Place | None:
    """The place a row means whatever stands above it: by its code, or the top of what one reaches by its name."""
    if line.code is not None:
        exact = [place for place in atlas.by_word.get(line.code, []) if place.code == line.code and place.id is not None]
        if exact:
            return exact[0]
    return next((place for place in atlas.tops if place.name == line.name and fitting(place, line)), None)


def namesake(atlas: Atlas, line: NodeLine, above: Place) -> Place | None:
    """The place of that name there; a closed one only where the row says it is closed and none is open."""
    there = [each for each in atlas.by_word.get(line.name, []) if each.name == line.name and each.above is above]
    meant = [each for each in there if fitting(each, line) and (line.closed or not each.closed)]
    return min(meant, key=lambda each: each.closed, default=None)


def fitting(place: Place, line: NodeLine) -> bool:
    return line.code is None or place.code in (None, line.code)


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
