"""作答: a tap on an option of the day's question. It is confirmed to whoever tapped; the group sees how many have answered."""

import json
from datetime import datetime
from typing import Any

from models.audit import note
from models.calendar import local
from models.card import Answer, Card, Refusal
from models.database import from_ms, rows, to_ms
from models.member import Actor
from models.organisation import wishes
from models.outbox import touch
from models.quiz.choosing import named
from models.quiz.daily import about

# The hot path: one question for the day and one's own answer, one statement to keep it.
ASKED = """
SELECT d.id, d.native, d.root_id, d.node_id, d.item_id, d.closes_at, d.close_due, n.path, i.options, i.answer, a.chosen AS mine
FROM quiz_day d JOIN node n ON n.id = d.node_id JOIN quiz_item i ON i.id = d.item_id
LEFT JOIN quiz_answer a ON a.day_id = d.id AND a.member_id = ?
WHERE d.id = ?
"""
KEEP = """
INSERT INTO quiz_answer (root_id, day_id, member_id, chosen, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day_id, member_id) DO NOTHING RETURNING id
"""
Row = dict[str, Any]


async def answer(actor: Actor, day_id: int, choice: int, now: datetime) -> Answer:
    """Keeps the first answer; a second one changes nothing and is told so."""
    asked = await open_to(actor, day_id)
    options = json.loads(asked["options"])
    if not 1 <= choice <= len(options) or asked["native"]:
        raise Refusal("action/unknown")
    if asked["mine"] is not None:
        return again(asked, options, choice)
    if asked["close_due"] is None or asked["closes_at"] <= to_ms(now):
        raise Refusal("quiz/closed")
    if not await rows(KEEP, asked["root_id"], day_id, actor.member_id, 1 << choice - 1, now):  # two taps at once
        return again((await standing(day_id, actor.member_id or 0)) or asked, options, choice)
    await touch(about(day_id), now)
    await note(asked["root_id"], actor.label, "quiz", f"quiz_day:{day_id}", now, None, None)
    closes = local(from_ms(asked["closes_at"]), (await wishes(asked["node_id"])).zone).isoformat()
    return Answer(toast=Card("quiz/kept", {"option": options[choice - 1], "closes": closes}))


def again(asked: Row, options: list[str], choice: int) -> Answer:
    """The first answer holds; a box where the person may believe otherwise."""
    mine = named(options, asked["mine"])[0]
    return Answer(toast=Card("quiz/again", {"option": mine}), alert=mine != options[choice - 1])


async def open_to(actor: Actor, day_id: int) -> Row:
    """The question as this actor may answer it. What does not exist and what is not theirs sound the same."""
    found = await standing(day_id, actor.member_id or 0)
    actor.must("quiz.answer", found["path"] if found else "nowhere")
    assert found is not None, "nobody has a right nowhere"
    return found


async def standing(day_id: int, member_id: int) -> Row | None:
    found = await rows(ASKED, member_id, day_id)
    return found[0] if found else None
