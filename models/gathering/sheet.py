"""签到表: how everybody expected stands, and the counts that follow.

应到 = 实到 + 请假 + 缺席; observers are apart (rules.md §1.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.audit import note
from models.calendar import local
from models.card import Refusal
from models.database import from_ms, rows, run
from models.gathering.organising import GATHERING, Row
from models.rights import Actor

PRESENT, ON_LEAVE, ABSENT, EXCUSED = "present", "on_leave", "absent", "excused"
STANDINGS = (PRESENT, ON_LEAVE, ABSENT, EXCUSED)
FORGOTTEN = "-"  # a ground that was blanked by retention
LEAVE = 2  # `answers.Choice.LEAVE`

# The newest line of a person holds. Without any, leave that was not refused is leave, and all else is absence.
LINES = """
SELECT e.member_id, m.name, e.ground, p.standing AS line, p.via, p.at, p.reason, r.choice, r.decision, r.reason AS asked_why
FROM expected e JOIN member m ON m.id = e.member_id
LEFT JOIN presence p ON p.id = (
  SELECT MAX(q.id) FROM presence q WHERE q.gathering_id = e.gathering_id AND q.member_id = e.member_id
)
LEFT JOIN rsvp r ON r.gathering_id = e.gathering_id AND r.member_id = e.member_id
WHERE e.gathering_id = ? ORDER BY e.member_id
"""
OBSERVERS = """
SELECT p.id, p.name FROM presence p
WHERE p.gathering_id = ? AND p.member_id IS NULL AND p.standing = 'observer' AND p.id = (
  SELECT MAX(q.id) FROM presence q WHERE q.gathering_id = p.gathering_id AND q.member_id IS NULL AND q.name = p.name
) ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One person expected: how they stand, who says so (`via`: tap, code, organiser, late; empty: by what was answered)."""

    member_id: int
    name: str
    standing: str
    via: str = ""
    at: int | None = None  # ms
    why: str = ""  # the reason of a leave or a correction, or the ground on which somebody is left out


@dataclass(frozen=True, slots=True)
class Counts:
    expected: int
    present: int
    on_leave: int
    absent: int


def standing(ground: str, line: str | None, choice: int | None, decision: str | None) -> str:
    """How somebody stands. Undecided leave counts as leave: nobody is made absent by an organiser's silence."""
    if ground:
        return EXCUSED
    if line is not None:
        return line
    return ON_LEAVE if choice == LEAVE and decision != "refused" else ABSENT


def line_of(row: Row) -> Line:
    stands = standing(row["ground"], row["line"], row["choice"], row["decision"])
    asked = row["asked_why"] if stands == ON_LEAVE else ""
    ground = "" if row["ground"] == FORGOTTEN else row["ground"]
    why = ground if stands == EXCUSED else row["reason"] or asked
    return Line(row["member_id"], row["name"], stands, row["via"] or "", row["at"], why or "")


def counted(standings: Iterable[str]) -> Counts:
    """Whoever is lawfully left out is counted nowhere."""
    known = list(standings)
    present, on_leave, absent = (known.count(each) for each in (PRESENT, ON_LEAVE, ABSENT))
    return Counts(present + on_leave + absent, present, on_leave, absent)


async def lines(gathering_id: int) -> list[Line]:
    """Everybody expected, also those left out, in the order of the roster."""
    return [line_of(row) for row in await rows(LINES, gathering_id)]


async def observers(gathering_id: int) -> list[Row]:
    """列席: id of the line and name."""
    return await rows(OBSERVERS, gathering_id)


HOLD = "UPDATE gathering SET state = state WHERE id = ? AND state IN ('open', 'closed') RETURNING state, ends_at"
EXPECT = """
INSERT INTO expected (root_id, gathering_id, member_id, ground) VALUES (?, ?, ?, '')
ON CONFLICT (gathering_id, member_id) DO UPDATE SET ground = '' WHERE expected.ground <> '' RETURNING id
"""
ADD = """
INSERT INTO presence (root_id, gathering_id, member_id, name, standing, via, actor, reason, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


async def found(gathering_id: int) -> Row:
    """A gathering, not yet judged; what does not exist is nowhere."""
    one = await rows(GATHERING, gathering_id)
    return one[0] if one else {"path": "nowhere", "state": "", "root_id": 0}


async def hold(row: Row) -> Row:
    """Keeps the sheet as it is until the transaction ends: ending sign-in and locking wait, and what comes after a lock is
    refused. Gives the row as it is by now: sign-in may have ended since it was read.
    """
    if held := await rows(HOLD, row["id"]):
        return row | held[0]
    state = (await found(row["id"]))["state"]
    if state == "recorded":
        raise Refusal("record/locked")
    if state == "cancelled":
        raise Refusal("sign_in/cancelled")
    raise Refusal("sign_in/early", opens=when(row, "closes_at"))


def when(row: Row, column: str) -> str:
    """An instant of a gathering as people there read it, ISO."""
    return local(from_ms(row[column]), row["zone"]).isoformat()


async def expect(actor: Actor, row: Row, member_id: int, now: datetime) -> None:
    """Whoever comes is expected, also who joined after the list was frozen or had been left out; that is noted."""
    if await rows(EXPECT, row["root_id"], row["id"], member_id):
        after = {"member": member_id}
        await note(row["root_id"], actor.label, "expect", f"gathering:{row['id']}", now, None, after)


async def add(actor: Actor, row: Row, member_id: int | None, stands: str, via: str, now: datetime, **more: str) -> bool:
    """Adds a line; `more`: name (of an observer), reason. False: this very person's own line is there already."""
    told = (more.get("name", ""), stands, via, actor.label, more.get("reason", ""))
    if not await run(ADD, row["root_id"], row["id"], member_id, *told, now):
        return False
    after = {"member": member_id, "standing": stands, "via": via}
    await note(row["root_id"], actor.label, "presence", f"gathering:{row['id']}", now, None, after)
    return True
