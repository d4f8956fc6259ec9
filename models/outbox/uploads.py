"""What the messenger has already: a picture's file_id, good for the bot that sent it, by what is in the picture.

A row, so that it outlives a restart.
"""

from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField, rows, run

KEPT = timedelta(days=60)


class Upload(Model):
    """`digest`: SHA-256 of the bytes, hexadecimal."""

    id = fields.BigIntField(primary_key=True)
    bot_id = fields.BigIntField()
    digest = fields.CharField(64)
    file_id = fields.CharField(255)
    at = InstantField()

    class Meta:
        table = "upload"
        unique_together = (("bot_id", "digest"),)


async def uploaded(bot_id: int, digest: str) -> str | None:
    """The file_id of a picture this bot has sent; None if it has to be sent as bytes."""
    found = await rows("SELECT file_id FROM upload WHERE bot_id = ? AND digest = ?", bot_id, digest)
    return str(found[0]["file_id"]) if found else None


KEEP = """
INSERT INTO upload (bot_id, digest, file_id, at) VALUES (?, ?, ?, ?)
ON CONFLICT (bot_id, digest) DO UPDATE SET file_id = excluded.file_id, at = excluded.at
"""


async def keep_upload(bot_id: int, digest: str, file_id: str, now: datetime) -> None:
    """The newest name holds: Telegram may have forgotten the one before."""
    await run(KEEP, bot_id, digest, file_id, now)


async def forget_uploads(now: datetime) -> None:
    """Retention; a picture sent later is sent as bytes once more."""
    await run("DELETE FROM upload WHERE at <= ?", now - KEPT)
