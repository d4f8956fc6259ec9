"""A deed: one thing done once. Its key and its attempt counters hold even when the organisation says no.

Updates, pages and the command line act through `deed`. The transaction around it is the caller's to begin: a polled batch
shares one, a page has its own.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.card import Answer, Refusal
from models.database import InstantField, atomic, rows, run

KEYS_KEPT = timedelta(hours=48)  # Telegram repeats an update for at most 24 h
LETTERS_KEPT = timedelta(hours=48)


class Deed(Model):
    """The key of something done. Its presence is the proof."""

    key = fields.CharField(80, primary_key=True)
    at = InstantField(db_index=True)

    class Meta:
        table = "deed"


class Attempt(Model):
    """How often something guessable was tried within its window."""

    key = fields.CharField(120, primary_key=True)
    count = fields.IntField()
    until_at = InstantField()

    class Meta:
        table = "attempt"


class DeadLetter(Model):
    """An update nobody could read or that failed: kept for 48 h to be looked at, never in the way of the next."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(80, unique=True)
    body = fields.TextField()
    reason = fields.CharField(200)
    at = InstantField()

    class Meta:
        table = "dead_letter"


@dataclass(frozen=True, slots=True)
class Tries:
    """A guard against guessing: at most `most` tries under `key` within `window` of the first."""

    key: str
    most: int
    window: timedelta


CLAIM = "INSERT INTO deed (key, at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING RETURNING key"
COUNT = """
INSERT INTO attempt (key, count, until_at) VALUES (?, 1, ?)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN attempt.until_at <= ? THEN 1 ELSE attempt.count + 1 END,
  until_at = CASE WHEN attempt.until_at <= ? THEN excluded.until_at ELSE attempt.until_at END
RETURNING count
"""


async def deed(key: str, verb: Callable[[], Awaitable[Answer]], now: datetime, tries: Tries | None = None) -> Answer | None:
    """Does `verb` once under `key`. None: it was done before. A Refusal becomes its answer, and undoes the verb alone.

    Inside an `atomic()` of the caller's, which a bug undoes as a whole, key and all.
    """
    if not await rows(CLAIM, key, now):
        return None
    if tries and await counted(tries, now) > tries.most:
        return Refusal("deed/too_many", minutes=int(tries.window.total_seconds() // 60)).answer
    return await attempted(verb)


async def attempted(verb: Callable[[], Awaitable[Answer]]) -> Answer:
    try:
        async with atomic():
            return await verb()
    except Refusal as no:
        return no.answer


async def counted(tries: Tries, now: datetime) -> int:
    found = await rows(COUNT, tries.key, now + tries.window, now, now)
    return int(found[0]["count"])


BURY = "INSERT INTO dead_letter (key, body, reason, at) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"


async def bury(key: str, body: str, reason: str, now: datetime) -> None:
    """Keeps what could not be done, under the key it would have been done by; the key counts as used."""
    await run(BURY, key, storable(body), storable(reason)[:200], now)
    await rows(CLAIM, key, now)


def storable(text: str) -> str:
    """Any text as both databases keep it: PostgreSQL takes no NUL, and neither takes half a character."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


async def forget(now: datetime) -> None:
    """Retention: keys and dead letters for 48 h, counters to the end of their window."""
    await run("DELETE FROM deed WHERE at <= ?", now - KEYS_KEPT)
    await run("DELETE FROM dead_letter WHERE at <= ?", now - LETTERS_KEPT)
    await run("DELETE FROM attempt WHERE until_at <= ?", now)
