"""Retention: what has served its time is forgotten, from the first day."""

from datetime import datetime

from models import binding, deed, errand, group, outbox
from models.database import scour
from models.gathering import words


async def forget(now: datetime) -> None:
    for remembering in (deed, binding, errand, group, outbox, words):
        await remembering.forget(now)
    await outbox.forget_enclosures(now)
    await scour()
