"""Judges the sheet 组织: each row against the tree and its people as they will be once everything is entered."""

from collections.abc import Iterator
from datetime import datetime

from models.database import rows
from models.organisation import fits
from models.rights import Actor
from models.roster.branches import DEEPEST, Atlas, Branch
from models.roster.people import Entry
from models.roster.state import KINDS, Place

Objection = tuple[str, str]  # column, reason

BELONGING = """
SELECT member_id, kind, node_id, until_at FROM membership WHERE root_id = ? AND (until_at IS NULL OR until_at > ?)
"""


async def judge(by: Actor, root_id: int, atlas: Atlas, entries: list[Entry], now: datetime) -> None:
    """Adds a fault for each row of the sheet that may not be so: the first thing there is against it."""
    closing = any("closed" in branch.changes for branch in atlas.branches)
    lived_in = await inhabited(root_id, entries, now) if closing else set()
    busy, deep = parents(atlas), too_deep(atlas)
    for branch in atlas.branches:
        for column, reason in objections(by, atlas, branch):
            atlas.fault(branch.line, column, reason)
            break
        else:
            for column, reason in consequences(branch, busy, deep, lived_in):
                atlas.fault(branch.line, column, reason)
                break


def objections(by: Actor, atlas: Atlas, branch: Branch) -> Iterator[Objection]:
    """What is against a row whatever the others say, but for circles, which take two."""
    line, place = branch.line, branch.place
    if (branch.new or branch.changes) and not allowed(by, branch):
        yield "name", "tree"
    if not branch.new and line.kind != place.kind:
        yield "kind", "kind_kept"
    if branch.above is not None and (branch.new or branch.moves):
        yield from misplaced(atlas, branch, branch.above)
    if branch.new and line.closed:
        yield "closed", "closed_new"
    if "closed" in branch.changes and not line.closed:
        yield "closed", "reopened"


def misplaced(atlas: Atlas, branch: Branch, above: Place) -> Iterator[Objection]:
    if any(each is branch.place for each in atlas.upwards(branch.place)):
        yield "above", "below_itself"
    if above.closed:
        yield "above", "closed_node"
    if not fits(above.kind, branch.line.kind):
        yield "kind", "kind_here"


def consequences(branch: Branch, busy: set[int], deep: set[int], lived_in: set[int | None]) -> Iterator[Objection]:
    """What is against a row because of the others."""
    if id(branch.place) in deep:
        yield "above", "too_deep"
    if "closed" in branch.changes:
        if branch.place.above is None:
            yield "closed", "top"
        if id(branch.place) in busy:
            yield "closed", "inhabited"
        if branch.place.id in lived_in:
            yield "closed", "peopled"


def allowed(by: Actor, branch: Branch) -> bool:
    """The tree is changed by who may: where a node is, and where it is to be."""
    touched = [branch.place, branch.above] if branch.above is not None and branch.moves else [branch.place]
    return all(by.may("tree.edit", reached_path(place)) for place in touched)


def reached_path(place: Place) -> str:
    while not place.path and place.above is not None:
        place = place.above
    return place.path


def parents(atlas: Atlas) -> set[int]:
    """Identities of places that will have an open node directly below them."""
    places = [*atlas.places, *(branch.place for branch in atlas.branches if branch.new)]
    closing = {id(branch.place) for branch in atlas.branches if branch.line.closed}
    return {id(atlas.above(place)) for place in places if not place.closed and id(place) not in closing}


def too_deep(atlas: Atlas) -> set[int]:
    """Identities of moved places that will be, or will have something below them, deeper than a tree may be."""
    moved = {id(branch.place) for branch in atlas.branches if branch.moves}
    if not moved:
        return set()
    chains = [[place, *atlas.upwards(place)] for place in atlas.places]
    return {id(place) for chain in chains if len(chain) > DEEPEST and straight(chain) for place in chain} & moved


def straight(chain: list[Place]) -> bool:
    """Whether it leads to a top. What hangs on a circle is not to blame, and is judged again without it."""
    return len({id(place) for place in chain}) == len(chain)


async def inhabited(root_id: int, entries: list[Entry], now: datetime) -> set[int | None]:
    """Ids of nodes to which somebody will belong, now or later, in reach or not. A move ends only what had no end yet."""
    moved = {(entry.person.id, kind) for entry in entries if entry.person for kind in KINDS if kind in entry.changes}
    found = await rows(BELONGING, root_id, now)
    stay = {row["node_id"] for row in found if row["until_at"] is not None or (row["member_id"], row["kind"]) not in moved}
    return stay | {place.id for entry in entries for place in comings(entry)}


def comings(entry: Entry) -> Iterator[Place]:
    """Where a row brings somebody they did not belong to."""
    for kind in KINDS:
        place = entry.places[kind]
        if place is not None and (entry.person is None or kind in entry.changes):
            yield place
