"""草稿: a question whose answer is typed. An account has at most one open; the next question takes its place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.card import Card
from models.database import InstantField, atomic, from_ms, rows, run, to_ms
from models.outbox import Recipient, owe

LIFE = timedelta(minutes=30)  # a question that is answered later has been forgotten by the person too


class Draft(Model):
    """An open question: who is asked, what about (`kind`, with its facts), until when."""

    id = fields.BigIntField(primary_key=True)
    bot_id = fields.BigIntField()
    telegram_id = fields.BigIntField()
    kind = fields.CharField(32)
    facts = fields.TextField()
    expires_at = InstantField()

    class Meta:
        table = "draft"
        unique_together = (("bot_id", "telegram_id"),)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as the answer finds it."""

    kind: str
    facts: Mapping[str, Any]


ASK = """
INSERT INTO draft (bot_id, telegram_id, kind, facts, expires_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (bot_id, telegram_id) DO UPDATE SET
  kind = excluded.kind, facts = excluded.facts, expires_at = excluded.expires_at
"""
OPEN = "SELECT kind, facts FROM draft WHERE bot_id = ? AND telegram_id = ? AND expires_at > ?"


async def ask(bot_id: int, telegram_id: int, kind: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Leaves a question open for an account; an older one is dropped."""
    await run(ASK, bot_id, telegram_id, kind, json.dumps(dict(facts), ensure_ascii=False), now + LIFE)


async def asked(bot_id: int, telegram_id: int, now: datetime) -> Question | None:
    """The question an account's typed words answer, or None."""
    found = await rows(OPEN, bot_id, telegram_id, now)
    return Question(found[0]["kind"], json.loads(found[0]["facts"])) if found else None


async def close(bot_id: int, telegram_id: int) -> None:
    """The question is answered, or nobody waits for the answer any more."""
    await run("DELETE FROM draft WHERE bot_id = ? AND telegram_id = ?", bot_id, telegram_id)


async def expire(now: datetime) -> int:
    """Questions nobody answered are dropped, and whoever was asked is told, unless they were free to say nothing."""
    due = await rows("SELECT id, bot_id, telegram_id, facts FROM draft WHERE expires_at <= ? ORDER BY id LIMIT 100", now)
    for row in due:
        async with atomic():
            dropped = await run("DELETE FROM draft WHERE id = ? AND expires_at <= ?", row["id"], now)
            if dropped and not json.loads(row["facts"]).get("optional"):
                to = Recipient(row["bot_id"], address=row["telegram_id"])
                await owe("notice", Card("draft/over"), to, f"notice:draft:{row['id']}:{to_ms(now)}", now)
    return len(due)


async def next_due() -> datetime | None:
    """When the next question is over."""
    found = (await rows("SELECT MIN(expires_at) AS at FROM draft"))[0]["at"]
    return None if found is None else from_ms(found)
