"""The lease on a bot's token: one sender and one poller at a time, the database's clock decides.

`owner` is the installation, not the process: the data folder's lock already keeps a second process of the same installation
out, so a restarted service takes its own lease back at once. Each taking raises `epoch`, which fences off older holders.
"""

from tortoise import fields
from tortoise.models import Model

from models.database import dialect, rows

SECONDS = 15  # how long a lease holds without renewal
DATABASE_NOW = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER) * 1000",
    "postgres": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
}


class Lease(Model):
    bot_id = fields.BigIntField(primary_key=True, generated=False)
    owner = fields.CharField(64)
    epoch = fields.IntField()
    until_ms = fields.BigIntField()  # by the database's clock, never compared with ours

    class Meta:
        table = "lease"


TAKE = """
INSERT INTO lease (bot_id, owner, epoch, until_ms) VALUES (?, ?, 1, {now} + ?)
ON CONFLICT (bot_id) DO UPDATE SET owner = excluded.owner, epoch = lease.epoch + 1, until_ms = excluded.until_ms
WHERE lease.owner = excluded.owner OR lease.until_ms < {now}
RETURNING epoch
"""
RENEW = "UPDATE lease SET until_ms = {now} + ? WHERE bot_id = ? AND owner = ? AND epoch = ? RETURNING epoch"


async def take(bot_id: int, owner: str) -> int | None:
    """The new epoch, or None while another installation holds the token."""
    found = await rows(TAKE.format(now=DATABASE_NOW[dialect()]), bot_id, owner, SECONDS * 1000)
    return int(found[0]["epoch"]) if found else None


async def renew(bot_id: int, owner: str, epoch: int) -> bool:
    """Whether the lease is still ours, now for another 15 s."""
    return bool(await rows(RENEW.format(now=DATABASE_NOW[dialect()]), SECONDS * 1000, bot_id, owner, epoch))
