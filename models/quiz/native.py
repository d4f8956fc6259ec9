"""原生投票: the day's question as the messenger's own poll. It tells how many chose what, never who, and so do we."""

from collections.abc import Sequence
from datetime import datetime

from models.audit import note
from models.card import Card
from models.database import rows, run
from models.outbox import restate
from models.quiz.choosing import shuffled
from models.quiz.daily import GROUP, about, answering
from models.quiz.tables import Day, Item, Poll, QuizHabit

LONGEST = 32  # characters of a poll's id


async def put_up(card: Card, poll: str) -> None:
    """A poll has arrived in a group: under this id the messenger will tell its counts."""
    day = await Day.get(id=card.facts["quiz_poll"])
    sql = "INSERT INTO quiz_poll (root_id, day_id, poll, answered, correct) VALUES (?, ?, ?, 0, 0) ON CONFLICT DO NOTHING"
    await run(sql, day.root_id, day.id, poll)


async def by_buttons(card: Card, now: datetime) -> bool:
    """A group allows no polls: the node asks by buttons, today and until somebody wishes otherwise. False: another group has
    the poll already, and one question is not asked in two ways.
    """
    day = await Day.get(id=card.facts["quiz_poll"])
    if await Poll.exists(day_id=day.id):
        return False
    await Day.filter(id=day.id).update(native=False)
    if await QuizHabit.filter(node_id=day.node_id, native=True).update(native=False):
        await note(day.root_id, "clock", "quiz_set", f"node:{day.node_id}", now, {"native": True}, {"native": False})
    await restate(about(day.id), Card("quiz/card", {"quiz_day": day.id}, await answering(day)), now)
    return True


# A vote cannot be taken back, so that counts only grow: of two that come in the wrong order the larger one is the later.
COUNTED = "UPDATE quiz_poll SET answered = ?, correct = ? WHERE poll = ? AND answered <= ? RETURNING day_id"
SUM = """
UPDATE quiz_day SET answered = (SELECT SUM(p.answered) FROM quiz_poll p WHERE p.day_id = quiz_day.id),
  correct = (SELECT SUM(p.correct) FROM quiz_poll p WHERE p.day_id = quiz_day.id)
WHERE id = ?
"""


async def tally(poll: str, answered: int, votes: Sequence[int]) -> None:
    """How many have answered a poll so far, and how many each of its options, as they stand in it. Others' polls are ignored.

    It ends some time after the question does, so that the day's counts follow until then.
    """
    if len(poll) > LONGEST or not (known := await Poll.get_or_none(poll=poll)):
        return
    item = await Item.get(id=(await Day.get(id=known.day_id)).item_id)
    order = shuffled(len(item.choices), f"{known.day_id}:{GROUP}")
    correct = sum(count for option, count in zip(order, votes, strict=False) if item.answer >> option & 1)
    if await rows(COUNTED, answered, correct, poll, answered):
        await run(SUM, known.day_id)
