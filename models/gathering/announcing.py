"""The announcement: the card goes to the groups of the node; from then on those who do not answer are reminded."""

from datetime import datetime
from typing import Any

from models.card import Card
from models.database import from_ms, rows
from models.gathering import phone
from models.gathering.choice import answering
from models.gathering.due import Row, about, is_open, sweep
from models.gathering.habits import habits
from models.gathering.organising import GATHERING
from models.gathering.plan import customary, instants
from models.gathering.tables import Gathering
from models.organisation import Chat, chats, wishes
from models.outbox import Delivery, Recipient, debt, owe_many


async def announce(now: datetime) -> int:
    """The card goes to the node's groups, with the buttons to answer; to a group that is linked later, then."""
    return await sweep("announce_due", now, announced)


async def announced(row: Row, now: datetime) -> None:
    fresh = row["state"] == "planned"
    if fresh:
        row = await as_of_now(row, now)
    if row["remind_due"] is None and (fresh or is_open(row, now)):  # no reminder lies ahead: whom to phone is told at once
        await phone.offer(row, now)
    if row["state"] in ("announced", "open"):
        await owe_many([card_for(row, chat, now) for chat in await chats(row["node_id"])])


async def as_of_now(row: Row, now: datetime) -> Row:
    """Announced: with the node's habits of this day, and not of the day it was planned. The first reminder is the first that
    lies ahead of the card.
    """
    told: dict[str, Any] = {"state": "announced", "announced_at": now, "remind_lead": None, "remind_due": None}
    if is_open(row, now):
        wanted, custom = await wishes(row["node_id"]), await habits(row["node_id"])
        told |= customary(custom) | instants(from_ms(row["starts_at"]), wanted, custom, now)
    await Gathering.filter(id=row["id"]).update(**told)
    return (await rows(GATHERING, row["id"]))[0]


def card_for(row: Row, chat: Chat, now: datetime) -> Delivery:
    to = Recipient(chat.bot_id, row["root_id"], chat_id=chat.id)
    key = f"card:gathering:{row['id']}:announce:{row['revision']}:{to.label}"
    card = Card("gathering/card", {"gathering": row["id"]}, answering(row) if is_open(row, now) else ())
    return debt("card", card, to, key, now, about=about(row), live=True, expire_at=from_ms(row["starts_at"]))
