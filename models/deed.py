"""A deed: one thing done once. Its key and its attempt counters hold even when the organisation says no.

Updates, pages and the command line act through `deed`. The transaction around it is the caller's to begin: a polled batch
shares one, a page has its own.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.batch import CURRENT, undoing
from models.card import Answer, Refusal
from models.database import InstantField, atomic, rows, run

logger = logging.getLogger(__name__)

KEYS_KEPT = timedelta(hours=48)  # Telegram repeats an update for at most 24 h
LETTERS_KEPT = timedelta(hours=48)
ROWS_KEPT = timedelta(days=30)  # the dead letter of a row holds nothing but its number, and nobody is asked for it again
STUMBLES, AGAIN = 3, timedelta(hours=1)  # so often a sweep looks at a row it cannot make sense of, so long it waits between
SWEEP = "sweep:"  # how the key of such a row begins


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
    """An update nobody could read or that failed, kept for 48 h; a row no sweep can make sense of, for 30 days. To be looked
    at, and never in the way of the next.
    """

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
    if not await claimed(key, now):
        return None
    if tries and await counted(tries, now) > tries.most:
        return Refusal("deed/too_many", minutes=int(tries.window.total_seconds() // 60)).answer
    return await attempted(verb)


async def claimed(key: str, now: datetime) -> bool:
    """Whether nobody used the key before, neither ever nor in this batch."""
    batch = CURRENT.get()
    if batch is None or key not in batch.claimed:
        return bool(await rows(CLAIM, key, now))
    first, batch.claimed[key] = batch.claimed[key], False
    return first


async def claim_all(keys: list[str], now: datetime) -> None:
    """Claims the keys of a batch in one statement, for `deed` to use one by one."""
    batch = CURRENT.get()
    if batch is None or not keys:
        return
    many = ", ".join(["(?, ?)"] * len(keys))
    found = await rows(CLAIM.replace("(?, ?)", many), *(each for key in keys for each in (key, now)))
    batch.claimed |= dict.fromkeys(keys, False) | {row["key"]: True for row in found}


async def attempted(verb: Callable[[], Awaitable[Answer]]) -> Answer:
    try:
        with undoing():
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


async def stumbled(row: str, error: Exception, now: datetime) -> datetime | None:
    """A sweep failed at a row: when to look at it again. None after the third time: it is a dead letter then, and its due
    column is to be emptied. `row` names sweep and row: gathering.remind_due:12.
    """
    key = f"{SWEEP}{row}"
    if await counted(Tries(key, STUMBLES, ROWS_KEPT), now) < STUMBLES:
        return now + AGAIN
    logger.error("a row was put aside", exc_info=error, extra={"action": "sweep.dead_letter", "row": row})
    await bury(key, "", type(error).__name__, now)
    await run("DELETE FROM attempt WHERE key = ?", key)  # who repairs it and makes it due again begins anew
    return None


def storable(text: str) -> str:
    """Any text as both databases keep it: PostgreSQL takes no NUL, and neither takes half a character."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


async def forget(now: datetime) -> None:
    """Retention: keys and dead letters for 48 h, those of rows for 30 days, counters to the end of their window."""
    await run("DELETE FROM deed WHERE at <= ?", now - KEYS_KEPT)
    await run(f"DELETE FROM dead_letter WHERE at <= ? AND key NOT LIKE '{SWEEP}%'", now - LETTERS_KEPT)
    await run("DELETE FROM dead_letter WHERE at <= ?", now - ROWS_KEPT)
    await run("DELETE FROM attempt WHERE until_at <= ?", now)
