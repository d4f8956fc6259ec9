"""更正: how somebody stands is written anew, with a reason; the old line stays, and the person concerned is told."""

from datetime import datetime

from models import draft
from models.audit import note, read_notes
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.draft import Question
from models.gathering.entering import ask_why, homes, may_enter, relist
from models.gathering.organising import Row, organised
from models.gathering.record import changed
from models.gathering.roll import Names, paged, show
from models.gathering.sheet import EXCUSED, PRESENT, STANDINGS, add, expect, found, hold, lines
from models.gathering.typed import reason
from models.organisation import serving
from models.outbox import Recipient, owe
from models.rights import Actor

ASK, FIRST = 0, 1  # beside the member in a choice: show what may be said; from FIRST on, STANDINGS
LEAVE_OUT = "UPDATE expected SET ground = ? WHERE gathering_id = ? AND member_id = ?"


async def correct_at(actor: Actor, gathering_id: int, page: int, now: datetime) -> Answer:
    """The list of all expected; page 0 puts it up anew."""
    row = await organised(actor, gathering_id, "gathering.record")
    await hold(row)
    names: Names = [(line.name, line.member_id * 16 + ASK) for line in await lines(row["id"])]
    card = Card("record/correct", {"gathering": row["id"], "sheet": row["id"], "page": 1, "pages": 1})
    card = paged(
        card, names, page, "correct_at", row["id"], lambda name, choice: Tap("named", "correct", row["id"], choice, name)
    )
    await show(actor, row, f"correct:{row['id']}:{actor.member_id}", card, page, now)
    return Answer()


async def correct(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """One person was tapped: what may be said of them; then why."""
    row = await organised(actor, gathering_id, "gathering.record")
    member_id, code = divmod(choice, 16)
    stands = {line.member_id: line.standing for line in await lines(row["id"])}.get(member_id)
    if stands is None or code > len(STANDINGS):
        raise Refusal("action/unknown")
    await hold(row)
    if code == ASK:
        return Answer(screen=Card("record/one", {"member": member_id, "standing": stands}, says(row["id"], member_id)))
    wanted = STANDINGS[code - FIRST]
    if wanted == stands:
        raise Refusal("record/same", standing=stands)
    return await ask_why(actor, row, member_id, wanted, now)


def says(gathering_id: int, member_id: int) -> tuple[tuple[Tap, ...], ...]:
    present, on_leave, absent, excused = (member_id * 16 + FIRST + number for number in range(len(STANDINGS)))
    return (
        (Tap("record.present", "correct", gathering_id, present), Tap("record.on_leave", "correct", gathering_id, on_leave)),
        (Tap("record.absent", "correct", gathering_id, absent), Tap("record.excused", "correct", gathering_id, excused)),
    )


async def reasoned(actor: Actor, bot_id: int, asked: Question, words: str, now: datetime) -> Answer:
    """The reason was typed: the line is written, the counts follow, the person is told."""
    row = await found(int(asked.facts["gathering"]))
    member_id, standing = int(asked.facts["member"]), str(asked.facts["standing"])
    where = (await homes(row, now)).get(member_id, [])
    if standing != PRESENT or not may_enter(actor, row, where):
        actor.must("gathering.record", row["path"])
    why = reason(words)
    row = await hold(row)
    await written(actor, row, member_id, standing, why, now)
    await changed(row, now)
    await relist(actor, row, now)
    await tell_of(actor, row, member_id, standing, why, now)
    assert actor.telegram_id is not None, "somebody typed"
    await draft.close(bot_id, actor.telegram_id)
    return Answer(screen=Card("record/written", {"member": member_id, "standing": standing}))


async def written(actor: Actor, row: Row, member_id: int, standing: str, why: str, now: datetime) -> None:
    """A line more; whoever is left out of the expected keeps their lines and has a ground instead."""
    if standing == EXCUSED:
        await run(LEAVE_OUT, why, row["id"], member_id)
        after = {"member": member_id, "standing": standing}
        await note(row["root_id"], actor.label, "leave_out", f"gathering:{row['id']}", now, None, after)
        return
    await add(actor, row, member_id, standing, "organiser" if row["state"] == "open" else "late", now, reason=why)
    await expect(actor, row, member_id, now)


LAST = "SELECT MAX(id) AS id FROM note WHERE root_id = ? AND target = ?"


async def tell_of(actor: Actor, row: Row, member_id: int, standing: str, why: str, now: datetime) -> None:
    """Whoever a line is about reads it, with the reason; their own hand they know."""
    bound = await rows("SELECT 1 AS one FROM account WHERE member_id = ?", member_id)
    if member_id == actor.member_id or not bound:
        return
    last = (await read_notes(LAST, row["root_id"], f"gathering:{row['id']}"))[0]["id"]
    to = Recipient(await serving(row["root_id"]), row["root_id"], member_id=member_id)
    card = Card("record/corrected", {"gathering": row["id"], "standing": standing, "reason": why})
    await owe("notice", card, to, f"notice:record:{row['id']}:{last}:{to.label}", now, about=f"gathering:{row['id']}")
