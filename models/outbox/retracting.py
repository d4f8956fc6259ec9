"""Taking back what was said of a thing, wherever it was said: what has not left never does, what is up is erased."""

from datetime import datetime, timedelta
from typing import Any

from models.card import Card
from models.database import from_ms, rows, run
from models.outbox.owing import FORGOTTEN, Delivery, Recipient, cancel, debt, owe_many

ERASABLE, TOO_OLD = timedelta(hours=47), timedelta(hours=48)  # Telegram takes no message back that is older
LEAVING = f"UPDATE delivery SET about = '{FORGOTTEN}' WHERE about = ? AND message_id IS NULL AND state = 'wire'"
UP = """
SELECT id, bot_id, root_id, member_id, chat_id, message_id, sent_at FROM delivery
WHERE about = ? AND message_id IS NOT NULL AND sent_at > ? AND kind <> 'erase'
"""


async def retract(about: str, now: datetime) -> int:
    """How many messages are erased; what is leaving this very moment is, once it is known where it arrived."""
    await run(LEAVING, about)
    await cancel(about)
    up = await rows(UP, about, now - ERASABLE)
    await owe_many([erasing(each, now) for each in up])
    return len(up)


def erasing(said: dict[str, Any], now: datetime) -> Delivery:
    to = Recipient(said["bot_id"], said["root_id"], member_id=said["member_id"], chat_id=said["chat_id"])
    key, too_old = f"erase:{said['id']}:{said['message_id']}", from_ms(said["sent_at"]) + TOO_OLD
    return debt("erase", Card("erase", {"message": said["message_id"]}), to, key, now, expire_at=too_old)
