"""Compares the sheet 党员 with the roster: who is new, who changed, who is missing. Nobody is removed for being missing.

Identity: the code; else branch, name and date of joining; else, where a sheet has no dates, branch and name alone.
"""

from dataclasses import dataclass, field
from typing import Any

from models.organisation.kinds import JOINT
from models.roster.branches import Atlas
from models.roster.lines import MEMBERS, Fault, MemberLine
from models.roster.state import KINDS, Person, Place, State

FACTS = ("category", "status", "joined_on", "full_member_on")
DEFAULTS = {"category": "direct", "status": "full"}


@dataclass(slots=True)
class Entry:
    """What a row means: somebody of the roster or somebody new, where they belong, what changes (field → old, new)."""

    line: MemberLine
    person: Person | None
    places: dict[str, Place | None]
    facts: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


class Roll:
    """The roster by the ways a row can name somebody of it."""

    def __init__(self, state: State, atlas: Atlas, columns: list[str], taken: set[str]) -> None:
        self.state, self.atlas, self.columns, self.taken = state, atlas, columns, taken
        self.by_code = {person.code: person for person in state.people if person.code}
        self.by_name: dict[tuple[int, str], list[Person]] = {}
        for person in state.people:
            self.by_name.setdefault((id(person.places["home"]), person.name), []).append(person)
        self.seen: dict[Any, int] = {}
        self.entries: list[Entry] = []
        self.faults: list[Fault] = []

    def fault(self, line: MemberLine, column: str, reason: str, detail: str = "") -> None:
        self.faults.append(Fault(MEMBERS, line.row, column, reason, detail))


def compare_members(roll: Roll, lines: list[MemberLine]) -> Roll:
    """`taken`: codes of members beyond reach; who bears one is not said."""
    for line in lines:
        home = home_of(roll, line)
        person = named(roll, line, home) if home else None
        if home and not any(fault.row == line.row for fault in roll.faults[-1:]):
            entered(roll, line, home, person)
    return roll


def home_of(roll: Roll, line: MemberLine) -> Place | None:
    found = roll.atlas.find(line.home)
    if len(found) != 1 or found[0].closed:
        roll.fault(line, "home", "several" if len(found) > 1 else "unknown_node", line.home)
        return None
    if found[0].kind in JOINT:
        roll.fault(line, "home", "joint", line.home)
        return None
    return found[0]


def named(roll: Roll, line: MemberLine, home: Place) -> Person | None:
    """Whom a row means; None for somebody new. A row that may mean several is a fault."""
    if line.code is not None:
        if line.code in roll.by_code:
            return roll.by_code[line.code]
        if line.code in roll.taken:
            roll.fault(line, "code", "code_taken", line.code)
            return None
    found = [each for each in roll.by_name.get((id(home), line.name), []) if line.code is None or each.code is None]
    exact = [each for each in found if line.joined_on is not None and each.facts["joined_on"] == line.joined_on]
    found = exact or [each for each in found if same_day(line, each)] or roll.state.homeless.get(line.name, [])
    if len(found) > 1:
        roll.fault(line, "name", "several_people", line.name)
        return None
    return found[0] if found else None


def same_day(line: MemberLine, person: Person) -> bool:
    """Two dates that differ are two people; where either is not known, the name decides."""
    known = person.facts["joined_on"]
    return line.joined_on is None or known is None or line.joined_on == known


def entered(roll: Roll, line: MemberLine, home: Place, person: Person | None) -> None:
    mark = person.id if person else (line.code or (id(home), line.name, line.joined_on))
    marks = {mark, line.code or mark}  # a code may also be given to two people
    if before := [roll.seen[each] for each in marks if each in roll.seen]:
        roll.fault(line, "name", "twice", str(min(before)))
        return
    roll.seen |= dict.fromkeys(marks, line.row)
    places = belonging(roll, line, home, person)
    if places is None:
        return
    entry = Entry(line, person, places, facts_of(line, person, roll.columns))
    entry.changes = changes(entry)
    if wrong_order(entry.facts):
        roll.fault(line, "full_member_on", "order")
        return
    roll.entries.append(entry)


def belonging(roll: Roll, line: MemberLine, home: Place, person: Person | None) -> dict[str, Place | None] | None:
    """Where a row puts somebody; None after a fault."""
    places: dict[str, Place | None] = {"home": home}
    for kind in ("reporting", "group"):
        before = person.places[kind] if person else None
        word = getattr(line, kind)
        if kind not in roll.columns or word is None:
            places[kind] = before
        elif word == "":
            places[kind] = None
        elif before is not None and word in (before.code, before.name):
            places[kind] = before
        elif len(found := roll.atlas.find(word)) == 1 and joinable(kind, found[0], home):
            places[kind] = found[0]
        else:
            roll.fault(line, kind, "several" if len(found) > 1 else "unknown_node", word)
            return None
    return places


def joinable(kind: str, place: Place, home: Place) -> bool:
    return not place.closed and (kind != "group" or place.below(home))


def facts_of(line: MemberLine, person: Person | None, columns: list[str]) -> dict[str, Any]:
    """The row's facts; a column the sheet does not have, or an empty cell of one that needs a value, keeps what was."""
    before = person.facts if person else dict.fromkeys(FACTS) | DEFAULTS
    facts = {name: getattr(line, name) if name in columns else before[name] for name in FACTS}
    return {name: value if value is not None or name not in DEFAULTS else before[name] for name, value in facts.items()}


def wrong_order(facts: dict[str, Any]) -> bool:
    return bool(facts["joined_on"] and facts["full_member_on"] and facts["joined_on"] > facts["full_member_on"])


def changes(entry: Entry) -> dict[str, tuple[Any, Any]]:
    person, line = entry.person, entry.line
    if person is None:
        return {}
    found: dict[str, tuple[Any, Any]] = {}
    if line.name != person.name:
        found["name"] = (person.name, line.name)
    if line.code is not None and line.code != person.code:
        found["code"] = (person.code, line.code)
    for kind in KINDS:
        if entry.places[kind] is not person.places[kind]:
            found[kind] = (name_of(person.places[kind]), name_of(entry.places[kind]))
    return found | {name: (person.facts[name], new) for name, new in entry.facts.items() if new != person.facts[name]}


def name_of(place: Place | None) -> str | None:
    return place.name if place else None
