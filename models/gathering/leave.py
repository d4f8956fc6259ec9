"""请假: kept at the tap; its reason is for those responsible only, who decide it where the node wants that."""

from datetime import datetime
from typing import Any

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run, to_ms
from models.draft import Question, close
from models.gathering.choice import YES, Choice, answering
from models.gathering.organising import AHEAD, about_leave, starts
from models.gathering.record import changed
from models.gathering.sheet import hold
from models.gathering.typed import tidy
from models.member import Actor
from models.organisation import serving
from models.outbox import Recipient, cancel, owe, restate, touch
from models.responsible import tell

NO = 2
QUESTION = "gathering.reason"
LONGEST_REASON = 200
DECISIONS = {YES: "granted", NO: "refused"}
Row = dict[str, Any]


async def request(row: Row, member_id: int, now: datetime) -> str:
    """Asks those who decide; the decision as it stands. Where nobody can be asked, the leave holds."""
    taps = (
        Tap("leave.grant", "leave_decide", row["answer"], YES),
        Tap("leave.refuse", "leave_decide", row["answer"], NO),
    )
    card, matter = Card("gathering/leave_asked", {"leave": row["answer"]}, (taps,)), about_leave(row["answer"], row["since"])
    if await tell("gathering.approve", row["path"], card, matter, now, about=matter, live=True, besides=member_id):
        return "asked"
    await run("UPDATE rsvp SET decision = '' WHERE id = ?", row["answer"])
    return ""


async def withdraw(asked: Row, now: datetime) -> None:
    """Who answers anew asks for nothing any more: what has not left is taken back, what has is renewed without its buttons."""
    if asked["decision"] != "asked":
        return
    matter = about_leave(asked["answer"], asked["since"])
    await cancel(matter)
    await restate(matter, Card("gathering/leave_withdrawn", {"leave": asked["answer"]}), now)


REQUEST = """
SELECT g.*, n.path, r.id AS answer, r.member_id, r.choice, r.decision, r.at AS since FROM rsvp r
JOIN gathering g ON g.id = r.gathering_id JOIN node n ON n.id = g.node_id WHERE r.id = ?
"""
DECIDE = "UPDATE rsvp SET decision = ? WHERE id = ? AND choice = ? AND decision = 'asked'"


async def decide(actor: Actor, answer: int, choice: int, now: datetime) -> Answer:
    """Grants or refuses a leave; of two who decide at once the first does. A refused leave is no answer any more: whoever it
    is refused to when all is over was absent, and once the record is locked nothing is decided any more.
    """
    found = await rows(REQUEST, answer)
    actor.must("gathering.approve", found[0]["path"] if found else "nowhere")
    if choice not in DECISIONS or found[0]["member_id"] == actor.member_id:
        raise Refusal("action/unknown")
    row = await settled(found[0])
    if not await run(DECIDE, DECISIONS[choice], answer, Choice.LEAVE):
        raise Refusal("gathering/leave_over_now")
    await decided(actor, row, choice == YES, now)
    return Answer(toast=Card("gathering/leave_decided_now", {"granted": choice == YES}))


STAY = "UPDATE gathering SET state = state WHERE id = ?"


async def settled(row: Row) -> Row:
    """The same request, of a gathering whose state stays until the transaction ends; a refusal if it takes no decision."""
    await run(STAY, row["id"])
    row = (await rows(REQUEST, row["answer"]))[0]
    if row["state"] == "cancelled":
        raise Refusal("gathering/cancelled", starts=starts(row))
    if row["state"] not in AHEAD:
        await hold(row)
    return row


async def decided(actor: Actor, row: Row, granted: bool, now: datetime) -> None:
    """Those who were asked see who decided, the member is told, the tally follows."""
    matter = about_leave(row["answer"], row["since"])
    await restate(matter, Card("gathering/leave_decided", {"leave": row["answer"], "by": actor.member_id}), now)
    to = Recipient(await serving(row["root_id"]), row["root_id"], member_id=row["member_id"])
    taps = () if granted or row["closes_at"] <= to_ms(now) else answering(row, detail=False)
    card, gathering = Card("gathering/leave_told", {"gathering": row["id"], "granted": granted}, taps), f"gathering:{row['id']}"
    said = "granted" if granted else "refused"
    await owe("notice", card, to, f"notice:{matter}:{said}", now, about=gathering)
    await changed(row, now)
    await note(
        row["root_id"], actor.label, "leave_decide", gathering, now, None, {"decision": said, "member": row["member_id"]}
    )


SAY = """
UPDATE rsvp SET reason = ? WHERE gathering_id = ? AND member_id = ? AND choice = ? RETURNING id, root_id, at
"""


async def say_reason(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """The reason was typed. The note says that there is one, and not which: notes are kept for ever."""
    reason = tidy(words)
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Refusal("gathering/long_reason", most=LONGEST_REASON)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    kept = await rows(SAY, reason, question.facts["gathering"], actor.member_id, Choice.LEAVE)
    if not kept:
        raise Refusal("gathering/no_leave")
    await touch(about_leave(kept[0]["id"], kept[0]["at"]), now)
    target = f"gathering:{question.facts['gathering']}"
    await note(kept[0]["root_id"], actor.label, "reason", target, now, None, {"given": True})
    return Answer(screen=Card("gathering/reason_kept"))


DESCRIBED = """
SELECT m.name, r.reason, r.decision, g.kind, g.title, g.local_date, g.local_time, n.name AS node
FROM rsvp r JOIN member m ON m.id = r.member_id JOIN gathering g ON g.id = r.gathering_id JOIN node n ON n.id = g.node_id
WHERE r.id = ?
"""


async def describe(answer: int, _: datetime) -> dict[str, Any]:
    """What a card for those who decide says of a leave: who, why, of which gathering (`gathering`, as a title needs it)."""
    row = (await rows(DESCRIBED, answer))[0]
    gathering = {"kind": row["kind"], "title": row["title"], "starts": starts(row)}
    return {name: row[name] for name in ("name", "reason", "decision", "node")} | {"gathering": gathering}
