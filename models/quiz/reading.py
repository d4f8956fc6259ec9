"""今日党史: what happened on this day, to be read; nothing to answer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from models.card import Card
from models.organisation import Chat, Node
from models.outbox import Recipient, debt, owe_many
from models.quiz.tables import Reading


async def told_on(day: date) -> list[Reading]:
    """The stories of a day of the year, the oldest first."""
    found = await Reading.all().order_by("day")
    return [each for each in found if (each.day.month, each.day.day) == (day.month, day.day)]


async def announce(
    node: Node, told: Sequence[Reading], groups: Sequence[Chat], today: date, now: datetime, until: datetime
) -> None:
    """One card for all that happened on the day."""
    if not told:
        return
    card = Card("quiz/reading", {"readings": [each.id for each in told], "node": node.id})
    debts = []
    for chat in groups:
        to = Recipient(chat.bot_id, node.root_id, chat_id=chat.id)
        key = f"card:reading:{node.id}:{today.isoformat()}:{to.label}"
        debts.append(debt("card", card, to, key, now, about=f"reading:{node.id}", expire_at=until))
    await owe_many(debts)


async def describe_many(ids: list[int], _: datetime) -> list[dict[str, Any]]:
    """What a text may say of stories: `day` (ISO), `statement`, `source`."""
    found = await Reading.filter(id__in=ids).order_by("day")
    return [in_words(each) for each in found]


def in_words(one: Reading) -> dict[str, str]:
    return {"day": one.day.isoformat(), "statement": one.statement, "source": one.source}
