"""What the database holds of the part of a tree somebody may edit, and the same as lines of a sheet."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.database import rows, run
from models.roster.lines import WISHES, Book, MemberLine, NodeLine

KINDS = ("home", "reporting", "group")


@dataclass(slots=True, eq=False)
class Place:
    """A node of the tree, or one that a sheet adds (`id` None until it is entered)."""

    id: int | None
    name: str
    kind: str
    code: str | None = None
    above: "Place | None" = None
    path: str = ""
    closed: bool = False
    wishes: dict[str, Any] = field(default_factory=dict)
    outside: bool = False  # beyond reach: known only because somebody within belongs there too

    @property
    def word(self) -> str:
        """How a sheet names it."""
        return self.code or self.name

    def below(self, other: "Place") -> bool:
        """Whether it is `other` or lies below it."""
        place: Place | None = self
        while place is not None and place is not other:
            place = place.above
        return place is not None


@dataclass(slots=True, eq=False)
class Person:
    """A member of the roster with the nodes they belong to, by kind of membership."""

    id: int
    code: str | None
    name: str
    facts: dict[str, Any]  # category, status, joined_on, full_member_on (ISO)
    places: dict[str, Place | None]


@dataclass(slots=True)
class State:
    places: dict[int, Place]
    people: list[Person]
    homeless: dict[str, list[Person]] = field(default_factory=dict)  # by name; only for who reaches the whole tree

    @property
    def reached(self) -> list[Place]:
        return [place for place in self.places.values() if not place.outside]


NODES = f"SELECT id, parent_id, name, kind, code, path, closed_at, {', '.join(WISHES)} FROM node WHERE root_id = ?"
PEOPLE = """
SELECT m.id, m.code, m.name, m.status, m.category, m.joined_on, m.full_member_on, s.kind, s.node_id
FROM member m LEFT JOIN membership s ON s.member_id = m.id AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
WHERE m.root_id = ? ORDER BY m.id, s.id
"""


async def load(root_id: int, reach: list[str], now: datetime) -> State:
    """The part of a tree below the paths of `reach`."""
    places: dict[int, Place] = {}
    tops = tuple(reach)
    for row in sorted(await rows(NODES, root_id), key=lambda row: row["path"].count("/")):
        places[row["id"]] = place_of(row, places.get(row["parent_id"]))
        places[row["id"]].outside = not row["path"].startswith(tops)
    return sorted_out(places, await people(root_id, places, now), f"/{root_id}/" in tops)


def place_of(row: dict[str, Any], above: Place | None) -> Place:
    wishes = {name: row[name] for name in WISHES} | {"greets": None if row["greets"] is None else bool(row["greets"])}
    closed = row["closed_at"] is not None
    return Place(row["id"], row["name"], row["kind"], row["code"], above, row["path"], closed, wishes)


def sorted_out(places: dict[int, Place], people: list[Person], whole: bool) -> State:
    state = State(places, [])
    for person in people:
        home = person.places["home"]
        if home is None and whole:
            state.homeless.setdefault(person.name, []).append(person)
        if home is not None and not home.outside:
            state.people.append(person)
    return state


async def people(root_id: int, places: dict[int, Place], now: datetime) -> list[Person]:
    found: dict[int, Person] = {}
    for row in await rows(PEOPLE, now, now, root_id):
        person = found.get(row["id"]) or person_of(row)
        found[person.id] = person
        if row["kind"] in KINDS:
            person.places[row["kind"]] = places.get(row["node_id"])
    return list(found.values())


def person_of(row: dict[str, Any]) -> Person:
    facts = {name: row[name] for name in ("category", "status")}
    facts |= {name: str(row[name]) if row[name] else None for name in ("joined_on", "full_member_on")}
    return Person(row["id"], row["code"], row["name"], facts, dict.fromkeys(KINDS))


async def extract(root_id: int, reach: list[str], now: datetime) -> Book:
    """The same as a book: reading it back changes nothing."""
    state = await load(root_id, reach, now)
    nodes = [node_line(place, row) for row, place in enumerate(state.reached, start=2)]
    return Book(nodes, [member_line(person, row) for row, person in enumerate(state.people, start=2)])


def node_line(place: Place, row: int) -> NodeLine:
    above = place.above.word if place.above else ""
    return NodeLine(row, place.code, place.name, place.kind, above, place.closed, place.wishes)


def member_line(person: Person, row: int) -> MemberLine:
    words = {kind: place.word if (place := person.places[kind]) else "" for kind in KINDS}
    return MemberLine(row, person.code, person.name, **words, **person.facts)


# Ours is a letter and at least six digits; where a branch's own code looks the same, that keeps its owner, and ours doubles
# its letter: without a code somebody could not be told from a namesake when an export is read back.
NUMBER = """
UPDATE {table} SET code = {ours} WHERE root_id = ? AND code IS NULL AND NOT EXISTS (
  SELECT 1 FROM {table} other WHERE other.root_id = {table}.root_id AND other.code = {ours}
)
"""
OURS = """
'{letters}' || SUBSTR('000000', 1, CASE WHEN {table}.id < 1000000 THEN 6 - LENGTH(CAST({table}.id AS VARCHAR(20))) ELSE 0 END)
  || CAST({table}.id AS VARCHAR(20))
"""


async def number(root_id: int) -> None:
    """编号: gives every node and member of a tree that has none one of ours (Z000012, M000034)."""
    for table, letter in (("node", "Z"), ("member", "M")):
        letters = letter
        while await rows(f"SELECT id FROM {table} WHERE root_id = ? AND code IS NULL LIMIT 1", root_id):
            await run(NUMBER.format(table=table, ours=OURS.format(table=table, letters=letters)), root_id)
            letters += letter
