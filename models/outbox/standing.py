"""How the outbox stands: for the operator, and for a dispatcher that has just begun."""

from datetime import datetime, timedelta

from models.database import rows, to_ms

MINUTE = timedelta(minutes=1)


async def counts(bot_id: int) -> dict[str, int]:
    """How many deliveries are in each state."""
    found = await rows("SELECT state, COUNT(*) AS n FROM delivery WHERE bot_id = ? GROUP BY state", bot_id)
    return {row["state"]: row["n"] for row in found}


RECENT = """
SELECT COALESCE(a.telegram_id, c.chat_id, d.address) AS chat, d.sent_at FROM delivery d
LEFT JOIN account a ON a.member_id = d.member_id LEFT JOIN chat c ON c.id = d.chat_id
WHERE d.bot_id = ? AND d.sent_at > ? ORDER BY d.sent_at, d.id
"""


async def recent(bot_id: int, now: datetime) -> list[tuple[int, float]]:
    """What left in the last minute: to which Telegram chat, and how many seconds ago, the oldest first."""
    found = await rows(RECENT, bot_id, now - MINUTE)
    return [(row["chat"], max((to_ms(now) - row["sent_at"]) / 1000, 0.0)) for row in found if row["chat"] is not None]


PAUSE = "flood:"  # what a queued delivery says that met a 429: of what scope, until when
PAUSED = """
SELECT COALESCE(a.telegram_id, c.chat_id, d.address) AS chat, d.reason FROM delivery d
LEFT JOIN account a ON a.member_id = d.member_id LEFT JOIN chat c ON c.id = d.chat_id
WHERE d.bot_id = ? AND d.state = 'queued' AND d.reason LIKE 'flood:%' ORDER BY d.id
"""


def pause(scope: str, until: datetime) -> str:
    """The reason of a delivery that has to wait because Telegram said so, kept for a dispatcher that begins meanwhile."""
    return f"{PAUSE}{scope}:{to_ms(until)}"


async def pauses(bot_id: int, now: datetime) -> list[tuple[str, int, float]]:
    """What Telegram asked to wait for: the scope, the Telegram chat that met it, how many seconds are left."""
    asked = [(row["chat"] or 0, *row["reason"].removeprefix(PAUSE).split(":")) for row in await rows(PAUSED, bot_id)]
    return [(scope, chat, left) for chat, scope, until in asked if (left := (int(until) - to_ms(now)) / 1000) > 0]
