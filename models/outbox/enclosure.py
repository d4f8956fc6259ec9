"""附件: files owed with a delivery. A card names one by its fact `enclosure`; it is kept for a day once sent."""

from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField, run

KEPT = timedelta(days=30)
KEPT_SENT = timedelta(days=1)


class Enclosure(Model):
    """A file: its name as people see it, and its bytes."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    name = fields.CharField(120)
    content = fields.BinaryField()
    at = InstantField()

    class Meta:
        table = "enclosure"


async def enclose(root_id: int, name: str, content: bytes, now: datetime) -> int:
    """Keeps a file for a delivery written in the same transaction; its number is the card's fact `enclosure`."""
    return int((await Enclosure.create(root_id=root_id, name=name, content=content, at=now)).id)


async def enclosed(enclosure_id: int) -> tuple[str, bytes] | None:
    """Name and content; None when it was forgotten."""
    one = await Enclosure.get_or_none(id=enclosure_id)
    return (one.name, bytes(one.content)) if one else None


# A card is JSON without spaces: `"enclosure":12` ends before a comma or a brace.
SENT = """
DELETE FROM enclosure WHERE at <= ? AND EXISTS (
  SELECT 1 FROM delivery d WHERE d.state IN ('sent', 'cancelled', 'expired', 'refused', 'dead', 'unknown')
    AND (d.card LIKE '%"enclosure":' || enclosure.id || ',%' OR d.card LIKE '%"enclosure":' || enclosure.id || '}%')
)
"""


async def forget_enclosures(now: datetime) -> None:
    """Retention: a day after it was made if its delivery is settled, 30 days in any case."""
    await run(SENT, now - KEPT_SENT)
    await run("DELETE FROM enclosure WHERE at <= ?", now - KEPT)
