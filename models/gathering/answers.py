"""Answers: a tap on a gathering's card, and the question who has answered."""

from datetime import datetime
from enum import IntEnum
from typing import Any

from models.audit import note
from models.card import Answer, Card, Refusal
from models.database import rows, run, to_ms
from models.member import Actor
from models.organisation import Node
from models.outbox import cancel, touch


class Choice(IntEnum):
    """What a member may answer."""

    JOIN = 1
    LEAVE = 2


# The hot path: one question for the gathering and one's own answer, one statement to keep it.
ASKED = """
SELECT g.root_id, g.local_date, g.local_time, g.closes_at, n.path, r.choice AS mine
FROM gathering g JOIN node n ON n.id = g.node_id
LEFT JOIN rsvp r ON r.gathering_id = g.id AND r.member_id = ?
WHERE g.id = ?
"""
KEEP = """
INSERT INTO rsvp (root_id, gathering_id, member_id, choice, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (gathering_id, member_id) DO UPDATE SET choice = excluded.choice, at = excluded.at
"""


async def rsvp(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Keeps a member's answer; tapping again changes it, tapping the same says so. The group sees counts only."""
    asked = await open_to(actor, gathering_id)
    if choice not in set(Choice):
        raise Refusal("action/unknown")
    if asked["closes_at"] <= to_ms(now):
        raise Refusal("gathering/closed")
    starts = f"{asked['local_date']}T{asked['local_time']}"
    if asked["mine"] == choice:
        return Answer(toast=Card("gathering/same", {"choice": choice, "starts": starts}))
    await run(KEEP, asked["root_id"], gathering_id, actor.member_id, choice, now)
    await touch(f"gathering:{gathering_id}", now)
    await cancel(f"gathering:{gathering_id}", "reminder", actor.member_id)
    before = {"choice": asked["mine"]} if asked["mine"] else None
    await note(asked["root_id"], actor.label, "rsvp", f"gathering:{gathering_id}", now, before, {"choice": choice})
    return Answer(toast=Card("gathering/kept", {"choice": choice, "starts": starts}))


async def open_to(actor: Actor, gathering_id: int) -> dict[str, Any]:
    """The gathering as this actor may answer it. What does not exist and what is not theirs sound the same."""
    found = await rows(ASKED, actor.member_id or 0, gathering_id)
    actor.must("gathering.answer", found[0]["path"] if found else "nowhere")
    return found[0]


LATEST = """
SELECT g.id, n.path FROM gathering g JOIN node n ON n.id = g.node_id
WHERE {reach} ORDER BY CASE WHEN g.starts_at >= ? THEN 0 ELSE 1 END, ABS(g.starts_at - ?), g.id LIMIT 1
"""


async def attendance(actor: Actor, node: Node | None, now: datetime) -> Answer:
    """Who has answered the next gathering, else the last: counts where `node`'s group asks, names where one asks in private."""
    if node is not None:
        actor.must("gathering.attendance", node.path)
        reach = [node.path]
    else:
        reach = actor.reach("gathering.attendance")
        if not reach:
            actor.must("gathering.attendance", "nowhere")
    found = await rows(LATEST.format(reach=" OR ".join(["n.path LIKE ?"] * len(reach))), *within(reach), now, now)
    if not found:
        raise Refusal("gathering/none")
    latest: int = found[0]["id"]
    if node is None:
        return Answer(screen=Card("gathering/names", {"gathering": latest, "people": latest}))
    return Answer(screen=Card("gathering/counts", {"gathering": latest}))


def within(paths: list[str]) -> list[str]:
    return [f"{path}%" for path in paths]
