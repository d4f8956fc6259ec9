"""Answers close and sign-in opens: the expected are frozen, the code of the day is made. Then it ends, with a record."""

import secrets
from datetime import datetime

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import from_ms, run, to_ms
from models.gathering.choice import YES
from models.gathering.due import Row, about, sweep
from models.gathering.organising import organised
from models.gathering.record import draw_up_record
from models.gathering.sheet import hold
from models.gathering.sign_in import buttons
from models.member import EXPECTED
from models.outbox import cancel, restate
from models.responsible import tell
from models.rights import Actor

OPEN = "UPDATE gathering SET state = 'open', code = ? WHERE id = ? AND state IN ('planned', 'announced')"
FREEZE = f"""
INSERT INTO expected (root_id, gathering_id, member_id, ground)
SELECT g.root_id, g.id, who.id, '' FROM ({EXPECTED}) who CROSS JOIN gathering g WHERE g.id = ?
ON CONFLICT DO NOTHING
"""
END = "UPDATE gathering SET state = 'closed', code = '', end_due = NULL, ends_at = ? WHERE id = ? AND state = 'open'"


async def close(now: datetime) -> int:
    """Answers are closed and sign-in opens."""
    return await sweep("close_due", now, closed)


async def closed(row: Row, now: datetime) -> None:
    await cancel(about(row), kind="reminder")
    if not await begun(row, now) or row["ends_at"] <= to_ms(now):  # found after all was over: the end follows at once
        return
    card = Card("sign_in/card", {"gathering": row["id"], "signed": row["id"]}, buttons(row))
    await restate(about(row), card, now)
    occasion = f"sign_in:{row['id']}:{row['revision']}"
    # A notice and no capped duty: it is of use within this hour only.
    await tell("gathering.record", row["path"], venue_card(row["id"]), occasion, now, about=f"venue:{row['id']}", live=True)


async def begun(row: Row, now: datetime) -> bool:
    """Opens it once, however late: who belongs to the node at this moment is expected, or, found later, when it began."""
    code = f"{secrets.randbelow(10**6):06}"
    if not await run(OPEN, code, row["id"]):
        return False
    at = min(now, from_ms(row["starts_at"]))
    await run(FREEZE, f"{row['path']}%", at, at, row["id"])
    return True


def venue_card(gathering_id: int) -> Card:
    """For those responsible: the code and its picture, to be shown at the venue."""
    taps = (
        Tap("sign_in.enter", "enter_at", gathering_id, 0),
        Tap("sign_in.end", "end_sign_in", gathering_id, YES),
    )
    return Card("sign_in/venue", {"gathering": gathering_id, "venue": gathering_id}, (taps,))


async def show_venue(actor: Actor, gathering_id: int, choice: int, _: datetime) -> Answer:
    """The code once more, for who lost it."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice != YES:
        raise Refusal("action/unknown")
    if row["state"] != "open":
        await hold(row)
        raise Refusal("sign_in/over")
    return Answer(screen=venue_card(gathering_id))


async def end(now: datetime) -> int:
    """Sign-in is over; the record is made up."""
    return await sweep("end_due", now, ended)


async def ended(row: Row, now: datetime) -> None:
    await begun(row, now)  # nobody may have been there to open it
    if await run(END, row["ends_at"], row["id"]):
        await draw_up_record(row, now)


async def end_now(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Those responsible end it before its time, but not before the gathering began."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice != YES:
        raise Refusal("action/unknown")
    await hold(row)
    if row["starts_at"] > to_ms(now):
        raise Refusal("sign_in/not_begun")
    if not await run(END, now, gathering_id):
        raise Refusal("sign_in/over")
    await note(row["root_id"], actor.label, "end_sign_in", f"gathering:{gathering_id}", now, None, None)
    await draw_up_record(row | {"ends_at": to_ms(now)}, now)
    return Answer(toast=Card("sign_in/ended"))
