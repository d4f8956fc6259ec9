"""Presses nobody heard: Telegram forgets them after a while, so each group with buttons to press is asked to press again."""

from datetime import datetime, timedelta
from typing import Any

from models.calendar import awake, local
from models.card import Card
from models.database import from_ms, rows, to_ms
from models.organisation import Wishes, wishes
from models.outbox import Delivery, Recipient, debt, owe_many

MINUTE = timedelta(minutes=1)
# Where an answer or a sign-in can still be tapped in, and until when. What it is about is named where it is one thing, so that
# calling it off takes back what has not left.
OPEN = """
SELECT c.id, c.root_id, c.node_id, MAX(g.until) AS until, CASE WHEN COUNT(*) = 1 THEN MIN(g.about) ELSE '' END AS about
FROM (
  SELECT 'gathering:' || id AS about, CASE WHEN state = 'open' THEN ends_at ELSE closes_at END AS until
  FROM gathering WHERE state IN ('announced', 'open')
) g
JOIN delivery d ON d.about = g.about AND d.live = ? AND d.message_id IS NOT NULL AND d.bot_id = ?
JOIN chat c ON c.id = d.chat_id AND c.unlinked_at IS NULL
WHERE g.until > ? GROUP BY c.id, c.root_id, c.node_id ORDER BY c.id
"""

Row = dict[str, Any]


async def press_again(bot_id: int, since: datetime, until: datetime) -> int:
    """Presses between the two may not have been heard: owes every group with an open card a word, once; how many they are.

    `until` is now. At night the word waits for the morning, and is of no use if all is closed by then.
    """
    owed, wanted = [], dict[int, Wishes]()
    for chat in await rows(OPEN, True, bot_id, until):
        if chat["node_id"] not in wanted:
            wanted[chat["node_id"]] = await wishes(chat["node_id"])
        owed += word(chat, wanted[chat["node_id"]], bot_id, since, until)
    await owe_many(owed)
    return len(owed)


def word(chat: Row, wanted: Wishes, bot_id: int, since: datetime, until: datetime) -> list[Delivery]:
    due_at = awake(until, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    if due_at >= from_ms(chat["until"]):
        return []
    to, key = Recipient(bot_id, chat["root_id"], chat_id=chat["id"]), f"outage:bot:{bot_id}:{to_ms(since)}:chat:{chat['id']}"
    days = [
        local(each, wanted.zone).isoformat(timespec="minutes") for each in (since, until + MINUTE)
    ]  # whole minutes around it
    card = Card("gathering/press_again", {"since": days[0], "back": days[1]})
    expire_at = min(from_ms(chat["until"]), due_at + timedelta(hours=24))
    return [debt("outage", card, to, key, until, about=chat["about"], due_at=due_at, expire_at=expire_at)]
