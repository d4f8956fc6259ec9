"""Writes what a book means: the tree first, then its people, in one transaction, every change with its audit note."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from models import rounds
from models.audit import Note, written
from models.database import atomic, rows, run
from models.member import Member, Membership
from models.organisation import Node, close, establish, move, rename, settle
from models.outbox import spare
from models.rights import LAPSED, Actor
from models.roster.branches import Branch
from models.roster.compare import Verdict, compare
from models.roster.lines import WISHES, Book, Fault
from models.roster.people import FACTS, Entry
from models.roster.state import KINDS, Place

BATCH = 500  # people written between two numbers of progress, and rows of one statement


Progress = Callable[[int], None]


class Stale(Exception):
    """The roster changed since it was compared, in a way that changes what a row means. `faults`: rows that went bad."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


def silent(_: int) -> None:
    """Nobody waits for how far it is."""


async def enter(by: Actor, root_id: int, book: Book, mark: str | None, now: datetime, progress: Progress = silent) -> Verdict:
    """Enters the rows of a book that are not left out. Stale when one of them is bad, or they no longer mean what `mark` says.

    `progress` hears how many people were written, which holds only once the whole transaction does.
    """
    async with atomic():
        await run("UPDATE node SET kind = kind WHERE id = ?", root_id)  # one entering of a tree at a time
        verdict = await compare(by, root_id, book.agreed, now)
        if verdict.faults or (mark is not None and mark != verdict.mark):
            raise Stale(verdict.faults)
        # Downwards, so that no node is put below one that is still to leave it; closing goes the other way.
        branches = sorted(verdict.atlas.branches, key=lambda branch: verdict.atlas.depth(branch.place))
        for branch in branches:
            await grown(by, branch, now)
        await peopled(by, root_id, verdict.entries, now, progress)
        for branch in reversed(branches):
            if "closed" in branch.changes:
                await close(by, await Node.get(id=branch.place.id), now)
        await rounds.hasten(homes(verdict.entries), now)
        return verdict


def homes(entries: list[Entry]) -> set[str]:
    """Paths of the nodes that have somebody new, or somebody of whom something else is known now."""
    places = [entry.places["home"] for entry in entries if entry.person is None or entry.changes]
    return {place.path for place in places if place is not None}


async def peopled(by: Actor, root_id: int, entries: list[Entry], now: datetime, progress: Progress) -> None:
    done = 0
    for verb, meant in (
        (added, [each for each in entries if each.person is None]),
        (changed, [each for each in entries if each.person and each.changes]),
    ):
        for part in parts(meant):
            await verb(by, root_id, part, now)
            done += len(part)
            progress(done)


async def grown(by: Actor, branch: Branch, now: datetime) -> None:
    """One row of the sheet of nodes; a new node's number becomes its place's."""
    place, line = branch.place, branch.line
    if branch.new:
        assert place.above is not None, "a root is planted, not entered"
        above = await Node.get(id=place.above.id)
        node = await establish(by, above, line.name, line.kind, line.code, now)
        place.id, place.path = node.id, node.path
    elif not branch.changes:
        return
    node = await Node.get(id=place.id)
    if "above" in branch.changes and branch.above is not None:
        await move(by, node, await Node.get(id=branch.above.id), now)
    if "name" in branch.changes:
        await rename(by, node, line.name, now)
    wanted = {name: value for name, value in line.wishes.items() if branch.new or name in branch.changes}
    if "code" in branch.changes:
        wanted["code"] = line.code
    if any(value is not None for value in wanted.values()) or branch.changes.keys() & {*WISHES, "code"}:
        await settle(by, node, wanted, now)


async def added(by: Actor, root_id: int, entries: list[Entry], now: datetime) -> None:
    """New members. A code marks each row until its number is known; who has no own bears one with a space, as no sheet can."""
    marks = {id(entry): entry.line.code or f"new {entry.line.row}" for entry in entries}
    await Member.bulk_create(
        [Member(root_id=root_id, name=entry.line.name, code=marks[id(entry)], **facts(entry.facts)) for entry in entries],
        batch_size=BATCH,
    )
    asked = ", ".join("?" * len(entries))
    found = await rows(f"SELECT id, code FROM member WHERE root_id = ? AND code IN ({asked})", root_id, *marks.values())
    numbers = {row["code"]: row["id"] for row in found}
    ids = {id(entry): numbers[marks[id(entry)]] for entry in entries}
    await run("UPDATE member SET code = NULL WHERE root_id = ? AND code LIKE 'new %'", root_id)
    await belong(root_id, ((ids[id(entry)], kind, entry.places[kind]) for entry in entries for kind in KINDS), now)
    await noted(by, root_id, "enrol", ((ids[id(entry)], None, after(entry)) for entry in entries), now)


def facts(known: dict[str, Any]) -> dict[str, Any]:
    """As the model wants them: dates as dates."""
    days = {name: date.fromisoformat(known[name]) if known[name] else None for name in ("joined_on", "full_member_on")}
    return {name: known[name] for name in FACTS} | days


def after(entry: Entry) -> dict[str, Any]:
    places = {kind: place.id for kind in KINDS if (place := entry.places[kind])}
    return {name: value for name, value in entry.facts.items() if value is not None} | places


async def changed(by: Actor, root_id: int, entries: list[Entry], now: datetime) -> None:
    known = {one.id: one for one in await Member.filter(id__in=[entry.person.id for entry in entries if entry.person])}
    notes = []
    for entry in entries:
        assert entry.person is not None, "somebody new does not change"
        one = known[entry.person.id]
        if {"home", "name"} & entry.changes.keys() and entry.person.places["home"] is None and one.status == "officer":
            entry.facts["status"] = entry.line.status or "full"
        one.update_from_dict(facts(entry.facts) | {"name": entry.line.name, "code": entry.line.code or one.code})
        states = [{name: pair[side] for name, pair in entry.changes.items()} for side in (0, 1)]
        notes.append((entry.person.id, states[0], states[1]))
    await Member.bulk_update(list(known.values()), fields=["name", "code", *FACTS], batch_size=BATCH)
    for kind in KINDS:
        await resettled(root_id, kind, [entry for entry in entries if kind in entry.changes], now)
    await spare([entry.person.id for entry in entries if entry.person and "status" in entry.changes and lapses(entry)])
    await noted(by, root_id, "correct", notes, now)


def lapses(entry: Entry) -> bool:
    """Somebody is no longer asked or told anything: suspended, gone to another place, dead."""
    return entry.facts["status"] in LAPSED


async def resettled(root_id: int, kind: str, entries: list[Entry], now: datetime) -> None:
    """Memberships of one kind end, and begin elsewhere; what was is kept with its until."""
    moved = [(entry.person.id, entry.places[kind]) for entry in entries if entry.person]
    if moved:
        marks = ", ".join("?" * len(moved))
        ended = f"UPDATE membership SET until_at = ? WHERE kind = ? AND until_at IS NULL AND member_id IN ({marks})"
        await run(ended, now, kind, *(member_id for member_id, _ in moved))
    await belong(root_id, ((member_id, kind, place) for member_id, place in moved), now)


async def belong(root_id: int, wanted: Iterable[tuple[int, str, Place | None]], now: datetime) -> None:
    rows_ = [
        Membership(root_id=root_id, member_id=member_id, node_id=place.id, kind=kind, from_at=now)
        for member_id, kind, place in wanted
        if place is not None
    ]
    await Membership.bulk_create(rows_, batch_size=BATCH)


async def noted(by: Actor, root_id: int, verb: str, states: Iterable[tuple[int, Any, Any]], now: datetime) -> None:
    notes = [
        Note(
            root_id=root_id,
            at=now,
            actor=by.label,
            verb=verb,
            target=f"member:{number}",
            before=written(before),
            after=written(later),
        )
        for number, before, later in states
    ]
    await Note.bulk_create(notes, batch_size=BATCH)


def parts(entries: list[Entry]) -> list[list[Entry]]:
    return [entries[start : start + BATCH] for start in range(0, len(entries), BATCH)]
