"""Settling: what became of a parcel is written down, with what it tells about whom it was for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.channels import Sent
from models import group, outbox, quiz, reach
from models.database import atomic, retryable
from models.outbox import Parcel

logger = logging.getLogger(__name__)

AGAIN = 0.5  # seconds until a database that does not answer is asked again
GONE = frozenset({"blocked", "never_started", "chat_gone", "kicked", "no_rights", "thread_gone"})


async def arrived(one: Parcel, there: Sent, bot_id: int, now: datetime) -> None:
    async with atomic():
        pause = outbox.EDIT_PAUSE if one.member_id is None else outbox.OWN_PAUSE
        await outbox.sent(one, there.message_id, now, now + pause)
        if one.member_id is not None:
            await reach.note_reach(bot_id, one.member_id, "ok", now)
        elif one.chat_id is not None:
            await group.spoke(one.chat_id, now)
        if there.upload is not None:
            await outbox.keep_upload(bot_id, *there.upload, now)
        if there.poll is not None:
            await quiz.put_up(one.card, there.poll)


async def given_up(one: Parcel, reason: str, bot_id: int, now: datetime) -> None:
    """It will never arrive; whoever cannot be reached is remembered as that."""
    async with atomic():
        if reason in GONE and one.member_id is not None:
            await reach.note_reach(bot_id, one.member_id, reason, now)
        elif one.chat_id is not None:
            await group.refused(one.chat_id, reason, now)
        await outbox.drop(one, "refused" if reason in GONE | {"gone"} else "dead", reason)


async def another_way(one: Parcel, reason: str, now: datetime) -> bool:
    """Whether what a chat refuses can be said there otherwise, and so stays in line."""
    if reason == "thread_gone":
        return await falls_back(one, now)
    return reason == "no_polls" and await does_without_poll(one, now)


async def falls_back(one: Parcel, now: datetime) -> bool:
    """A topic is gone: once, its deliveries go to the group's general topic instead, and so does an answer in it."""
    async with atomic():
        if await outbox.to_general(one.id):
            return True
        return one.chat_id is not None and await group.thread_lost(one.chat_id, now)


async def does_without_poll(one: Parcel, now: datetime) -> bool:
    """A group that allows no polls is asked by buttons."""
    async with atomic():
        return await quiz.by_buttons(one.card, now)


async def insist(settle: Callable[[], Awaitable[object]]) -> None:
    """Settles however long the database is away: what we know of a message must not be lost while we live."""
    while True:
        try:
            await settle()
            return
        except Exception as error:
            if not retryable(error):
                raise
            logger.warning("the database does not answer; settling again", extra={"action": "dispatcher.database"})
            await asyncio.sleep(AGAIN)
