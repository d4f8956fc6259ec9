"""Retention: what has served its time is forgotten, from the first day."""

from datetime import datetime

from models import binding, deed, outbox


async def forget(now: datetime) -> None:
    for remembering in (deed, binding, outbox):
        await remembering.forget(now)
