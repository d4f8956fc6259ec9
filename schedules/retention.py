"""Retention: what has served its time is forgotten, from the first day."""

from datetime import datetime

from models import binding, deed, errand, group, outbox


async def forget(now: datetime) -> None:
    for remembering in (deed, binding, errand, group, outbox):
        await remembering.forget(now)
    await outbox.forget_enclosures(now)
