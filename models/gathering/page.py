"""记录页: the record as a document, in the order of rules.md §1.5, each line with who says so. The machine draws it."""

from dataclasses import dataclass
from datetime import datetime

from models import errand
from models.audit import note
from models.card import Answer, Card, Refusal
from models.database import rows
from models.gathering.choice import YES
from models.gathering.organising import Row, organised, starts
from models.gathering.sheet import Counts, Line, counted, hold, lines, observers, when
from models.gathering.views import items
from models.organisation import serving
from models.rights import Actor

ERRAND = "record.page"


@dataclass(frozen=True, slots=True)
class Head:
    """The words of a record's head. `starts` and `ends` (of sign-in) are local, ISO; `kinds` are what it counts as."""

    node: str
    title: str
    kind: str
    kinds: tuple[str, ...]
    theme: str
    starts: str
    minutes: int
    place: str
    chair: str
    recorder: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A whole record. `agenda`: name of a shipped item, title, whether it was done; `made_up`: name, and when (local, ISO)
    or empty; instants of lines are local, ISO, by member.
    """

    head: Head
    counts: Counts
    lines: tuple[Line, ...]
    at: dict[int, str]
    observers: tuple[str, ...]
    agenda: tuple[Row, ...]
    made_up: tuple[tuple[str, str], ...]
    locked: str


async def ask_page(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Leaves the document to be made; it comes as a file."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice != YES:
        raise Refusal("action/unknown")
    if row["state"] != "recorded":
        row = await hold(row)
        if row["state"] != "closed":
            raise Refusal("record/not_yet")
    assert actor.member_id is not None, "an office is a member's"
    bot = await serving(row["root_id"])
    await errand.send(row["root_id"], bot, actor.member_id, ERRAND, {"gathering": gathering_id}, now)
    return Answer(toast=Card("record/file_coming"))


RECORDS = "SELECT kind, chair, recorder, closed_at FROM record WHERE gathering_id = ? ORDER BY id"
MADE_UP = """
SELECT m.name, u.done_at FROM make_up u JOIN member m ON m.id = u.member_id WHERE u.gathering_id = ? ORDER BY u.member_id
"""
NODE = "SELECT name FROM node WHERE id = ?"


async def page(actor: Actor, gathering_id: int, now: datetime) -> RecordPage:
    """The record as whoever asked for it may still see it; a Refusal otherwise. That it was taken out is noted."""
    row = await organised(actor, gathering_id, "gathering.record")
    kept = await rows(RECORDS, gathering_id)
    if not kept:
        raise Refusal("record/not_yet")
    known = await lines(gathering_id)
    made_up = [
        (each["name"], when(row | each, "done_at") if each["done_at"] else "") for each in await rows(MADE_UP, gathering_id)
    ]
    await note(row["root_id"], actor.label, "record_page", f"gathering:{gathering_id}", now, None, None)
    return RecordPage(
        head=await head(row, kept),
        counts=counted(line.standing for line in known),
        lines=tuple(known),
        at={line.member_id: when(row | {"at": line.at}, "at") for line in known if line.at is not None},
        observers=tuple(each["name"] for each in await observers(gathering_id)),
        agenda=tuple(await items(gathering_id)),
        made_up=tuple(made_up),
        locked=when(row | kept[0], "closed_at") if kept[0]["closed_at"] else "",
    )


async def head(row: Row, kept: list[Row]) -> Head:
    return Head(
        node=(await rows(NODE, row["node_id"]))[0]["name"],
        title=row["title"],
        kind=row["kind"],
        kinds=tuple(each["kind"] for each in kept),
        theme=row["theme"],
        starts=starts(row),
        minutes=row["minutes"],
        place=row["place"],
        chair=kept[0]["chair"],
        recorder=kept[0]["recorder"],
    )
