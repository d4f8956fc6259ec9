"""记录: what a gathering came to, by kind of record; checked by those responsible, then locked for good."""

from datetime import datetime, timedelta
from typing import Any

from models.audit import note
from models.calendar import awake
from models.card import Answer, Card, Refusal, Tap
from models.database import from_ms, rows, run, to_ms
from models.gathering.choice import YES
from models.gathering.due import about
from models.gathering.make_up import offer
from models.gathering.organising import Row, organised, own_lists
from models.gathering.sheet import counted, hold, lines, observers
from models.organisation import serving, wishes
from models.outbox import Recipient, debt, owe_many, restate, touch
from models.responsible import retire, tell
from models.rights import Actor

ASK_LOCK, LOCK = 1, 2
LONG_AFTER = timedelta(hours=1)  # the end of sign-in
CHAIR, RECORDER = 1, 2

DRAW_UP = """
INSERT INTO record
  (root_id, node_id, gathering_id, kind, month, expected, present, on_leave, absent, observers, chair, recorder)
VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, 0, ?, ?) ON CONFLICT DO NOTHING
"""
COUNT = """
UPDATE record SET expected = ?, present = ?, on_leave = ?, absent = ?, observers = ?
WHERE gathering_id = ? AND closed_at IS NULL
"""
SECRETARY = """
SELECT m.name FROM role r JOIN member m ON m.id = r.member_id
WHERE r.node_id = ? AND r.kind = 'secretary' AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
  AND m.status NOT IN ('suspended', 'transferred', 'deceased') ORDER BY r.id LIMIT 1
"""


async def draw_up_record(row: Row, now: datetime) -> None:
    """Sign-in is over: the counts, and the question to those responsible whether they are right."""
    chair = await rows(SECRETARY, row["node_id"], now, now)
    await insert(row, row["kind"], chair[0]["name"] if chair else "", "")
    await recount(row)
    await restate(about(row), Card("sign_in/over_card", {"gathering": row["id"], "signed": row["id"]}), now)
    await restate(f"venue:{row['id']}", Card("sign_in/venue_over", {"gathering": row["id"]}), now)
    occasion = f"record:{row['id']}"
    card = checking(row["id"])
    due_at = await convenient(row, now)
    await tell("gathering.record", row["path"], card, occasion, now, about=occasion, live=True, due_at=due_at, kind="duty")


async def convenient(row: Row, now: datetime) -> datetime:
    """While people are still there, be it late in the evening; found long after, when they are awake."""
    if now - from_ms(row["ends_at"]) < LONG_AFTER:
        return now
    wanted = await wishes(row["node_id"])
    return awake(now, row["zone"], wanted.quiet_from, wanted.quiet_until)


async def insert(row: Row, kind: str, chair: str, recorder: str) -> None:
    facts = (row["root_id"], row["node_id"], row["id"], kind, str(row["local_date"])[:7], chair, recorder)
    await run(DRAW_UP, *facts)


async def recount(row: Row) -> None:
    counts = counted(line.standing for line in await lines(row["id"]))
    guests = len(await observers(row["id"]))
    await run(COUNT, counts.expected, counts.present, counts.on_leave, counts.absent, guests, row["id"])


async def changed(row: Row, now: datetime) -> None:
    """A line more: the counts follow in the same transaction, and what shows them is renewed."""
    if row["state"] == "closed":
        await recount(row)
    await touch(about(row), now)
    await renew(row, now)


async def renew(row: Row, now: datetime, card: Card | None = None) -> None:
    """What shows the record follows it, or becomes another card, for those who still keep it: it names who was absent."""
    kept = f"record:{row['id']}"
    await retire("gathering.record", row["path"], kept, now)
    await (restate(kept, card, now) if card else touch(kept, now))


def checking(gathering_id: int) -> Card:
    """What those responsible look at before they lock."""
    return Card(
        "record/check",
        {"gathering": gathering_id, "sheet": gathering_id},
        (
            (Tap("record.correct", "correct_at", gathering_id, 0), Tap("sign_in.enter", "enter_at", gathering_id, 0)),
            (Tap("record.agenda", "record_tick", gathering_id, 0), Tap("sign_in.observe", "observe", gathering_id, YES)),
            (
                Tap("record.chair", "record_who", gathering_id, CHAIR),
                Tap("record.recorder", "record_who", gathering_id, RECORDER),
            ),
            (Tap("record.kinds", "record_kind", gathering_id, 0),),
            (Tap("record.file", "record_file", gathering_id, YES), Tap("record.lock", "lock_record", gathering_id, ASK_LOCK)),
        ),
    )


async def record_at(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The record once more, for who lost it."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice != YES:
        raise Refusal("action/unknown")
    if row["state"] == "recorded":
        return Answer(screen=locked_card(gathering_id))
    await open_record(row)
    to = Recipient(await serving(row["root_id"]), row["root_id"], member_id=actor.member_id)
    key, kept = f"notice:record:{row['id']}:{to_ms(now)}:{to.label}", f"record:{row['id']}"
    await owe_many([debt("notice", checking(row["id"]), to, key, now, about=kept, live=True)])
    return Answer()


async def open_record(row: Row) -> None:
    """Refuses where there is no record yet, or none that may still change."""
    if (await hold(row))["state"] != "closed":
        raise Refusal("record/not_yet")


LOCKED = "UPDATE gathering SET state = 'recorded' WHERE id = ? AND state = 'closed'"
CLOSED = """
UPDATE record SET closed_at = ?, recorder = CASE WHEN recorder = '' THEN ? ELSE recorder END WHERE gathering_id = ?
"""
NAME = "SELECT name FROM member WHERE id = ?"


async def lock(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Asks first; then nothing of the record changes any more, and the absent are offered to make it up."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice not in (ASK_LOCK, LOCK):
        raise Refusal("action/unknown")
    await open_record(row)
    if choice == ASK_LOCK:
        taps = ((Tap("record.lock", "lock_record", gathering_id, LOCK),),)
        return Answer(screen=Card("record/ask_lock", {"gathering": gathering_id, "sheet": gathering_id}, taps))
    if not await run(LOCKED, gathering_id):
        raise Refusal("record/locked")
    await run(CLOSED, now, (await rows(NAME, actor.member_id))[0]["name"], gathering_id)
    await note(row["root_id"], actor.label, "lock_record", f"gathering:{gathering_id}", now, None, None)
    await renew(row, now, locked_card(gathering_id))
    for about_list in await own_lists(gathering_id):
        await restate(about_list, Card("record/list_over", {"gathering": gathering_id}), now)
    await offer(row, now)
    return Answer(toast=Card("record/now_locked"))


def locked_card(gathering_id: int) -> Card:
    taps = ((Tap("record.file", "record_file", gathering_id, YES),),)
    return Card("record/check", {"gathering": gathering_id, "sheet": gathering_id}, taps)


STATE = "SELECT state, node_id FROM gathering WHERE id = ?"
RECORDS = "SELECT kind, chair, recorder FROM record WHERE gathering_id = ? ORDER BY id"
MADE_UP = "SELECT COUNT(*) AS offered, COUNT(done_at) AS done FROM make_up WHERE gathering_id = ?"


async def sheet(gathering_id: int, _: datetime) -> dict[str, Any]:
    """The whole sheet, names included: for those responsible, in private. Counts, names by standing, record."""
    known = await lines(gathering_id)
    counts = counted(line.standing for line in known)
    kept = await rows(RECORDS, gathering_id)
    made_up = (await rows(MADE_UP, gathering_id))[0]
    return {
        "expected": counts.expected,
        "present": [line.name for line in known if line.standing == "present"],
        "on_leave": [line.name for line in known if line.standing == "on_leave"],
        "absent": [line.name for line in known if line.standing == "absent"],
        "excused": [line.name for line in known if line.standing == "excused"],
        "observers": [each["name"] for each in await observers(gathering_id)],
        "kinds": [each["kind"] for each in kept],
        "chair": kept[0]["chair"] if kept else "",
        "recorder": kept[0]["recorder"] if kept else "",
        "offered": made_up["offered"],
        "made_up": made_up["done"],
        "locked": (await rows(STATE, gathering_id))[0]["state"] == "recorded",
    }
