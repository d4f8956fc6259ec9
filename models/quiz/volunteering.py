"""自愿榜: off by default, because rankings are what people were spared; who wishes to be named in it says so, and may leave."""

from datetime import date, datetime
from typing import Any

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.member import Actor
from models.organisation import Node
from models.quiz.daily import YES
from models.quiz.tables import Volunteer
from models.responsible import marks
from models.rights import LAPSED

LISTED = 10


async def volunteer(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """A tap joins a node's list, the next one leaves; who does not belong there any more may still leave."""
    node = await Node.get_or_none(id=node_id)
    mine: dict[str, Any] = {"member_id": actor.member_id or 0, "node_id": node_id}
    if not await Volunteer.exists(**mine):
        actor.must("quiz.answer", node.path if node else "nowhere")
    if choice != YES:
        raise Refusal("action/unknown")
    joins = not await Volunteer.filter(**mine).delete()
    if joins:
        await Volunteer.create(root_id=actor.root_id, at=now, **mine)
    before, after = {"named": not joins, "node": node_id}, {"named": joins, "node": node_id}
    await note(actor.root_id or 0, actor.label, "quiz_board", f"member:{actor.member_id}", now, before, after)
    return Answer(toast=Card("quiz/volunteered", {"joins": joins}))


LISTS = """
SELECT n.id, n.name, n.path, v.id AS mine FROM node n LEFT JOIN quiz_volunteer v ON v.node_id = n.id AND v.member_id = ?
WHERE v.id IS NOT NULL
  OR n.root_id = ? AND n.closed_at IS NULL AND n.id IN (SELECT h.node_id FROM quiz_habit h WHERE h.board = ?)
ORDER BY n.path
"""


async def volunteering(actor: Actor) -> tuple[Tap, ...]:
    """A button for each list one may join or leave; where there are several, by name."""
    found = await rows(LISTS, actor.member_id, actor.root_id, True)
    open_to = [row for row in found if row["mine"] or any(home.startswith(row["path"]) for home in actor.homes)]
    several = len(open_to) > 1
    return tuple(Tap("quiz.join", "quiz_board", row["id"], YES, row["name"] if several else "") for row in open_to)


NAMED = "SELECT n.name FROM quiz_volunteer v JOIN node n ON n.id = v.node_id WHERE v.member_id = ? ORDER BY n.path"


async def named_in(member_id: int) -> list[str]:
    """The nodes whose list somebody said yes to."""
    return [row["name"] for row in await rows(NAMED, member_id)]


# Only who still belongs to the node: a week is summed up when it is over.
BOARD = """
SELECT m.name, COUNT(*) AS hits FROM quiz_answer a
JOIN quiz_day d ON d.id = a.day_id JOIN quiz_item i ON i.id = d.item_id
JOIN quiz_volunteer v ON v.member_id = a.member_id AND v.node_id = d.node_id
JOIN node n ON n.id = d.node_id JOIN member m ON m.id = a.member_id
WHERE d.node_id = ? AND d.close_due IS NULL AND d.day >= ? AND d.day < ? AND a.chosen = i.answer
  AND m.status NOT IN ({lapsed}) AND EXISTS (
    SELECT 1 FROM membership s JOIN node h ON h.id = s.node_id WHERE s.member_id = m.id AND h.path LIKE n.path || '%'
      AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
  )
GROUP BY m.id, m.name ORDER BY COUNT(*) DESC, m.id LIMIT ?
"""


async def board(node_id: int, since: date, until: date, now: datetime) -> list[dict[str, Any]]:
    """Volunteers by right answers of some days: name, hits."""
    return await rows(BOARD.format(lapsed=marks(LAPSED)), node_id, since, until, *LAPSED, now, now, LISTED)
