"""每周小结: what a branch's questions of a week came to, in counts; names only of volunteers, and only where it is wished."""

from datetime import date, datetime, timedelta
from typing import Any

from models import due
from models.calendar import local
from models.card import Card
from models.database import rows
from models.organisation import Node, chats, wishes
from models.outbox import Recipient, debt, owe_many
from models.quiz.daily import next_week
from models.quiz.tables import QuizHabit
from models.quiz.volunteering import board

WEEK = timedelta(days=7)


async def sum_up(now: datetime) -> int:
    """On Monday the group hears of the week before."""
    return await due.sweep("quiz_habit", "week_due", now, summed_up)


async def summed_up(habit_id: int, now: datetime) -> None:
    habit = await QuizHabit.get(id=habit_id)
    node = await Node.get(id=habit.node_id)
    if not habit.daily or node.closed_at is not None:
        return
    there = await wishes(node.id)
    monday = local(now, there.zone).date()
    monday -= timedelta(days=monday.weekday())
    habit.week_due = next_week(there, now)
    await habit.save(update_fields=["week_due"])
    if (await counted(node.id, monday))["asked"]:
        card = Card("quiz/week", {"quiz_week": [node.id, monday.toordinal()]})
        for chat in await chats(node.id):
            to = Recipient(chat.bot_id, node.root_id, chat_id=chat.id)
            key = f"card:quiz_week:{node.id}:{monday.isoformat()}:{to.label}"
            await owe_many([debt("card", card, to, key, now, about=f"quiz_week:{node.id}", expire_at=now + WEEK / 7)])


COUNTS = """
SELECT COUNT(*) AS asked, COALESCE(SUM(answered), 0) AS answered, COALESCE(SUM(correct), 0) AS correct
FROM quiz_day WHERE node_id = ? AND close_due IS NULL AND day >= ? AND day < ?
"""


async def counted(node_id: int, monday: date) -> dict[str, int]:
    """Of the week before a Monday: questions asked, answers, right ones."""
    found = (await rows(COUNTS, node_id, monday - WEEK, monday))[0]
    return {name: int(value) for name, value in found.items()}


async def describe(which: list[int], now: datetime) -> dict[str, Any]:
    """A week of a node (its id, the ordinal of the Monday after): counts, `first` and `last` day, `board` of volunteers."""
    node_id, monday = which[0], date.fromordinal(which[1])
    habit = await QuizHabit.get_or_none(node_id=node_id)
    named = await board(node_id, monday - WEEK, monday, now) if habit and habit.board else []
    span = {"first": (monday - WEEK).isoformat(), "last": (monday - timedelta(days=1)).isoformat()}
    return await counted(node_id, monday) | span | {"node": (await Node.get(id=node_id)).name, "board": named}
