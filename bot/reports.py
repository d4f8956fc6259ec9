"""The errand `report.sheet`: the attendance of a node as a workbook, owed to whoever asked for it and may still see it."""

import asyncio
from datetime import datetime

from bot.files.attendance import attendance, words
from models import errand, outbox, report
from models.card import Card, Refusal
from models.database import atomic
from models.errand import Task
from models.member import Account, Actor, actor
from models.outbox import Recipient


async def write_report(task: Task, now: datetime) -> None:
    """Makes the file and owes it, once. Who lost the right or the account meanwhile gets none."""
    account = await Account.get_or_none(member_id=task.member_id)
    by = await actor(account.telegram_id, now) if account else Actor()
    try:
        async with atomic():
            book = await report.extract(by, int(task.facts["node"]), int(task.facts["span"]), now)
    except Refusal as no:
        await refused(task, no, now)
        return
    content = await asyncio.to_thread(attendance, book)
    async with atomic():
        if await errand.end(task.id, "done", now):
            number = await outbox.enclose(task.root_id, str(words()["file"]), content, now)
            card = Card("report/file", {"node": task.facts["node"], "enclosure": number})
            await outbox.owe("export", card, recipient(task), f"export:{task.about}", now)


async def refused(task: Task, no: Refusal, now: datetime) -> None:
    async with atomic():
        if await errand.end(task.id, "failed", now):
            await outbox.owe("notice", no.card, recipient(task), f"notice:{task.about}:refused", now)


def recipient(task: Task) -> Recipient:
    return Recipient(task.bot_id, task.root_id, member_id=task.member_id)
