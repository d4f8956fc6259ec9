"""错题: what a member got wrong comes back after growing pauses."""

from datetime import date
from typing import Any

from models.database import rows, run
from models.quiz.spacing import PAUSES, Standing, graded
from models.quiz.tables import Day, Item, Mistake

WRONG = """
INSERT INTO quiz_mistake (root_id, member_id, item_id, box, due_on)
SELECT a.root_id, a.member_id, ?, ?, ? FROM quiz_answer a WHERE a.day_id = ? AND a.chosen <> ?
ON CONFLICT (member_id, item_id) DO UPDATE SET box = excluded.box, due_on = excluded.due_on
"""
RIGHT = """
FROM quiz_mistake WHERE item_id = ? AND box = ? AND due_on <= ?
  AND member_id IN (SELECT a.member_id FROM quiz_answer a WHERE a.day_id = ? AND a.chosen = ?)
"""
MOVE = f"UPDATE quiz_mistake SET box = ?, due_on = ? WHERE id IN (SELECT id {RIGHT})"


async def learn_from(day: Day) -> None:
    """A day's question has closed: only now does it count among anybody's mistakes. Box by box, so that ten thousand answers
    are a handful of statements; what has moved on is due later, and nobody moves twice.
    """
    item, anew = await Item.get(id=day.item_id), graded(None, False, day.day)
    assert anew is not None, "wrong always comes back"
    for box in range(len(PAUSES)):
        whose = (item.id, box, day.day, day.id, item.answer)
        after = graded(Standing(box, day.day), True, day.day)
        await (run(MOVE, after.box, after.due_on, *whose) if after else run(f"DELETE {RIGHT}", *whose))
    await run(WRONG, item.id, anew.box, anew.due_on, day.id, item.answer)


async def keep(root_id: int, member_id: int, item_id: int, right: bool, today: date) -> None:
    """What becomes of an item in a member's mistakes after an answer."""
    mine: dict[str, Any] = {"member_id": member_id, "item_id": item_id}
    kept = await Mistake.get_or_none(**mine)
    stands = graded(Standing(kept.box, kept.due_on) if kept else None, right, today)
    if stands is None:
        await Mistake.filter(**mine).delete()
    elif kept is None:
        await Mistake.create(root_id=root_id, box=stands.box, due_on=stands.due_on, **mine)
    else:
        await Mistake.filter(id=kept.id).update(box=stands.box, due_on=stands.due_on)


DUE = """
SELECT m.item_id FROM quiz_mistake m JOIN quiz_item i ON i.id = m.item_id
WHERE m.member_id = ? AND m.due_on <= ? AND i.enabled = ? AND (i.valid_until IS NULL OR i.valid_until >= ?)
  AND NOT EXISTS (SELECT 1 FROM quiz_pause p WHERE p.root_id = m.root_id AND p.item_id = i.id)
ORDER BY m.due_on, m.id
"""


async def coming_back(member_id: int, today: date, by: date | None = None) -> list[int]:
    """The items of a member's mistakes that are due today, or will be by a day; those waiting longest first."""
    return [row["item_id"] for row in await rows(DUE, member_id, by or today, True, today)]
