"""A whole book against the database: what it would change, for everybody who is asked to decide, and for who enters it."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.database import rows
from models.rights import Actor
from models.roster.branches import Atlas, compare_nodes
from models.roster.judging import judge
from models.roster.lines import NODES, Book, Fault
from models.roster.people import Entry, Roll, compare_members
from models.roster.state import Person, State, load

SHOWN = 10  # faults, differences or names in a message; all are in the file beside it


@dataclass(slots=True)
class Verdict:
    """`atlas` and `entries` are of the rows that can be entered, `faults` of the others. `missing`: who is of a branch the
    sheet names, and not in the sheet. `mark` changes when the meaning of a row that can be entered does.
    """

    atlas: Atlas
    entries: list[Entry]
    faults: list[Fault]
    missing: list[Person] = field(default_factory=list)
    mark: str = ""

    @property
    def long(self) -> bool:
        """Whether a message cannot tell it all."""
        return bool(self.faults) or len(differences(self)) > SHOWN or len(self.missing) > SHOWN

    @property
    def counts(self) -> dict[str, int]:
        """`new`, `changed`, `same`, `bad`: rows of both sheets."""
        bad = {(each.sheet, each.row) for each in self.faults}
        nodes = self.atlas.branches
        new = [*(each.new for each in nodes), *(each.person is None for each in self.entries)]
        changed = [*(bool(each.changes) for each in nodes), *(bool(each.changes) for each in self.entries)]
        same = len(new) - sum(new) - sum(changed)
        return {"new": sum(new), "changed": sum(changed), "same": same, "bad": len(bad)}


TAKEN = "SELECT id, code FROM member WHERE root_id = ? AND code IS NOT NULL"


async def compare(by: Actor, root_id: int, book: Book, now: datetime) -> Verdict:
    """What a book means to somebody who may edit rosters; nothing is written.

    A row may be good only thanks to a bad one (somebody of a branch that cannot be founded). So the good rows are looked at
    again without the bad, until nothing is against any of them: what is left can be entered.
    """
    state = await load(root_id, by.reach("roster.edit"), now)
    mine = {person.id for person in state.people}
    taken = {row["code"] for row in await rows(TAKEN, root_id) if row["id"] not in mine}
    verdict = await judged(by, root_id, book, state, taken, now)
    faults, missing = verdict.faults, verdict.missing
    while verdict.faults:
        book = book.without(verdict.faults)
        verdict = await judged(by, root_id, book, state, taken, now)
        faults = faults + verdict.faults
    verdict.faults = sorted(faults, key=lambda each: (each.sheet != NODES, each.row))
    verdict.missing = missing
    return verdict


async def judged(by: Actor, root_id: int, book: Book, state: State, taken: set[str], now: datetime) -> Verdict:
    """One look at a book."""
    atlas = compare_nodes(book.nodes, state)
    roll = compare_members(Roll(state, atlas, book.columns, taken), book.members)
    await judge(by, root_id, atlas, roll.entries, now)
    meant = {entry.person.id for entry in roll.entries if entry.person}
    homes = {id(entry.places["home"]) for entry in roll.entries}
    missing = [each for each in state.people if id(each.places["home"]) in homes and each.id not in meant]
    return Verdict(atlas, roll.entries, [*book.faults, *atlas.faults, *roll.faults], missing, marked(atlas, roll.entries))


def marked(atlas: Atlas, entries: list[Entry]) -> str:
    """A digest of what each row would do."""
    steps = [[each.line.row, each.place.id, each.new, each.changes] for each in atlas.branches]
    steps += [[each.line.row, each.person.id if each.person else 0, False, each.changes] for each in entries]
    return hashlib.sha256(json.dumps(steps, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def differences(verdict: Verdict) -> list[dict[str, Any]]:
    """One for each field that changes: sheet, row, name, column, old, new."""
    found = [
        {"sheet": "nodes", "row": each.line.row, "name": each.place.name, "column": column, "old": old, "new": new}
        for each in verdict.atlas.branches
        for column, (old, new) in each.changes.items()
    ]
    return found + [
        {"sheet": "members", "row": each.line.row, "name": each.line.name, "column": column, "old": old, "new": new}
        for each in verdict.entries
        for column, (old, new) in each.changes.items()
    ]
