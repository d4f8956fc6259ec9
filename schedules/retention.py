"""Retention: what has served its time is forgotten, from the first day."""

from datetime import datetime

from models import binding, birthday, deed, errand, group, outbox, pledge, quiz
from models.database import scour
from models.gathering import words


async def forget(now: datetime) -> None:
    for remembering in (deed, binding, birthday, errand, group, outbox, pledge, quiz, words):
        await remembering.forget(now)
    await outbox.forget_enclosures(now)
    await outbox.forget_uploads(now)
    await scour()
