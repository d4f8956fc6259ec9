"""Answers: a tap on a gathering's card, and what follows from it."""

from datetime import datetime
from typing import Any

from models.audit import note
from models.calendar import local
from models.card import Answer, Card, Refusal
from models.database import from_ms, rows, to_ms
from models.draft import ask
from models.gathering import leave, waiting
from models.gathering.choice import Choice
from models.gathering.organising import starts, told
from models.member import Actor
from models.outbox import cancel_own, touch

# The hot path: one question for the gathering and one's own answer, one statement to keep it. A refused leave is no answer.
ASKED = """
SELECT g.*, n.path, t.bot_id, r.id AS answer, r.decision, r.at AS since, x.state AS reach,
  CASE WHEN r.decision = 'refused' THEN NULL ELSE r.choice END AS mine, r.waiting
FROM gathering g JOIN node n ON n.id = g.node_id JOIN node t ON t.id = g.root_id
LEFT JOIN rsvp r ON r.gathering_id = g.id AND r.member_id = ?
LEFT JOIN account a ON a.member_id = ? LEFT JOIN reachability x ON x.account_id = a.id AND x.bot_id = t.bot_id
WHERE g.id = ?
"""
KEEP = """
INSERT INTO rsvp (root_id, gathering_id, member_id, choice, via, reason, decision, waiting, at)
VALUES (?, ?, ?, ?, ?, '', ?, ?, ?)
ON CONFLICT (gathering_id, member_id) DO UPDATE SET choice = excluded.choice, via = excluded.via, reason = '',
  decision = excluded.decision, waiting = excluded.waiting, at = excluded.at
WHERE rsvp.at <= ?
RETURNING id
"""
NEVER = 2**62  # ms: no answer is newer
Row = dict[str, Any]


async def rsvp(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Keeps a member's answer; tapping again changes it, tapping the same says so. The group sees counts only."""
    asked = await open_to(actor, gathering_id)
    judge(asked, choice, now)
    assert actor.member_id is not None, "only members may answer"
    if asked["mine"] == choice:
        return Answer(toast=await again(asked, choice, now))
    row = await keep(asked, actor.member_id, Choice(choice), now, by=actor.label)
    assert row is not None, "nobody overtakes a tap"
    if choice == Choice.LEAVE:
        return await on_leave(actor, asked, row, now)
    kept = Card("gathering/kept", {"choice": choice, "starts": starts(asked)})
    return Answer(toast=await place_of(row, now) if row["waiting"] else kept)


async def open_to(actor: Actor, gathering_id: int) -> Row:
    """The gathering as this actor may answer it. What does not exist and what is not theirs sound the same."""
    found = await standing_at(gathering_id, actor.member_id or 0)
    actor.must("gathering.answer", found["path"] if found else "nowhere")
    assert found is not None, "nobody has a right nowhere"
    return found


async def standing_at(gathering_id: int, member_id: int) -> Row | None:
    """A gathering with a member's own answer to it: `answer` (id of the row), `mine`, `decision`, `waiting`, `since`."""
    found = await rows(ASKED, member_id, member_id, gathering_id)
    return found[0] if found else None


def judge(asked: Row, choice: int, now: datetime) -> None:
    """A refusal for what cannot be answered, or not any more."""
    if choice not in set(Choice) or (choice == Choice.MAYBE and not asked["offers_maybe"]):
        raise Refusal("action/unknown")
    alive(asked, now)
    if not told(asked, now) or asked["closes_at"] <= to_ms(now):
        raise Refusal("gathering/closed")
    if choice == Choice.LEAVE != asked["mine"] and asked["leave_until"] <= to_ms(now):
        raise Refusal("gathering/leave_over", until=local(from_ms(asked["leave_until"]), asked["zone"]).isoformat())


def alive(asked: Row, now: datetime) -> None:
    """A gathering nobody has been asked to yet, or that was called off, takes no taps."""
    if asked["state"] == "planned" and not told(asked, now):
        raise Refusal("gathering/early")
    if asked["state"] == "cancelled":
        raise Refusal("gathering/cancelled", starts=starts(asked))


async def keep(
    asked: Row, member_id: int, choice: Choice, now: datetime, *, by: str, via: str = "tap", decided: bool = False
) -> Row | None:
    """Keeps one answer with all that follows from it, for whoever has judged; the row as it is kept. None: what was told by
    phone is no longer the newest, because they have just answered themselves.

    `asked`: what `standing_at` said of this member. `via`: tap, or phone. `decided`: whoever enters a leave decides on it too.
    """
    asked = await waiting.one_by_one(asked)
    if choice == Choice.JOIN:
        await waiting.give_seats(asked, now, by)  # who has left the organisation freed theirs silently
    queued = choice == Choice.JOIN and await waiting.full(asked, member_id, now)
    decision = "asked" if choice == Choice.LEAVE and asked["approves_leave"] and not decided else ""
    facts = (asked["root_id"], asked["id"], member_id, choice, via, decision, queued, now)
    kept = await rows(KEEP, *facts, NEVER if via == "tap" else asked["since"] or 0)
    if not kept:
        return None
    about = f"gathering:{asked['id']}"
    await touch(about, now)
    await cancel_own(about, "reminder", member_id)
    await leave.withdraw(asked, now)
    await waiting.give_seats(asked, now, by)
    before = {"choice": asked["mine"]} if asked["mine"] else None
    after = {"choice": choice} | ({} if via == "tap" else {"member": member_id, "via": via})
    await note(asked["root_id"], by, "rsvp", about, now, before, after)
    return asked | {"answer": kept[0]["id"], "mine": choice, "decision": decision, "waiting": queued, "since": to_ms(now)}


async def again(asked: Row, choice: int, now: datetime) -> Card:
    same = Card("gathering/same", {"choice": choice, "starts": starts(asked)})
    return await place_of(asked, now) if asked["waiting"] else same


async def place_of(row: Row, now: datetime) -> Card:
    return Card("gathering/waiting", {"place": await waiting.place(row, now), "starts": starts(row)})


async def on_leave(actor: Actor, asked: Row, row: Row, now: datetime) -> Answer:
    """The leave is kept; those who decide are asked, and its reason is asked for in private where one can be asked."""
    assert actor.member_id is not None
    if row["decision"]:
        row["decision"] = await leave.request(row, actor.member_id, now)
    private = actor.telegram_id is not None and asked["reach"] in (None, "ok")
    toast = Card("gathering/leave_kept", {"decided": not row["decision"], "private": private, "starts": starts(row)})
    if not private or actor.telegram_id is None:
        return Answer(toast=toast)
    await ask(row["bot_id"], actor.telegram_id, leave.QUESTION, {"gathering": row["id"], "optional": True}, now)
    return Answer(toast=toast, screen=Card("gathering/why", {"starts": starts(row)}))
