"""The errand `record.page`: the record of a gathering as a document, owed to whoever asked for it and may still see it."""

import asyncio
from datetime import datetime

from bot.files.minutes import minutes, words
from bot.reports import recipient, refused
from models import errand, outbox
from models.card import Card, Refusal
from models.database import atomic
from models.errand import Task
from models.gathering import page
from models.member import Account, Actor, actor


async def write_minutes(task: Task, now: datetime) -> None:
    """Makes the file and owes it, once. Who lost the right or the account meanwhile gets none."""
    account = await Account.get_or_none(member_id=task.member_id)
    by = await actor(account.telegram_id, now) if account else Actor()
    try:
        async with atomic():
            made = await page.page(by, int(task.facts["gathering"]), now)
    except Refusal as no:
        await refused(task, no, now)
        return
    content = await asyncio.to_thread(minutes, made)
    async with atomic():
        if await errand.end(task.id, "done", now):
            number = await outbox.enclose(task.root_id, words()["file"], content, now)
            card = Card("record/page", {"gathering": task.facts["gathering"], "enclosure": number})
            await outbox.owe("export", card, recipient(task), f"export:{task.about}", now)
