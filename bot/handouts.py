"""The errand `handout`: new links for a branch, made into a sheet and owed to whoever asked for it.

Done at least once: until the sheet is owed, doing it again only voids links nobody has seen.
"""

import asyncio
from datetime import datetime

from bot.files.handout import handout, words
from models import binding, errand, outbox
from models.binding import Sheet
from models.card import Card, Refusal
from models.database import atomic
from models.errand import Task
from models.member import Account, Actor, actor
from models.outbox import Recipient


async def hand_out(task: Task, now: datetime) -> None:
    """Makes the sheet. Who lost the right or the account meanwhile gets none."""
    account = await Account.get_or_none(member_id=task.member_id)
    by = await actor(account.telegram_id, now) if account else Actor()
    try:
        async with atomic():
            made = await binding.sheet(by, int(task.facts["node"]), int(task.facts["days"]), now)
    except Refusal as no:
        await refused(task, no, now)
        return
    content = await asyncio.to_thread(handout, made)
    async with atomic():
        if await errand.end(task.id, "done", now):
            await owe(task, made, content, now)


async def refused(task: Task, no: Refusal, now: datetime) -> None:
    async with atomic():
        if await errand.end(task.id, "failed", now):
            await outbox.owe("notice", no.card, recipient(task), f"notice:{task.about}:refused", now)


async def owe(task: Task, made: Sheet, content: bytes, now: datetime) -> None:
    enclosure = await outbox.enclose(task.root_id, words("file"), content, now)
    card = Card(
        "binding/handout",
        {"node": task.facts["node"], "slips": len(made.slips), "until": made.until, "enclosure": enclosure},
    )
    await outbox.owe("export", card, recipient(task), f"export:{task.about}", now)


def recipient(task: Task) -> Recipient:
    return Recipient(task.bot_id, task.root_id, member_id=task.member_id)
