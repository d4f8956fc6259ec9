"""Deliveries in every state, as the tests of the outbox need them."""

from datetime import datetime
from itertools import count
from typing import Any

from models.card import Card
from models.outbox import Delivery, Parcel, Recipient, claim, debt, owe_many, sent, wire
from tests.cast import NOW, Cast

ALL_LANES = (0, 4)
CARD = Card("gathering/card", {"gathering": 1})
ABOUT = "gathering:1"
numbers = count(1)


def to_member(cast: Cast) -> Recipient:
    return Recipient(cast.bot.id, cast.district.id, member_id=cast.member.id)


def to_group(cast: Cast) -> Recipient:
    return Recipient(cast.bot.id, cast.district.id, chat_id=cast.group.id)


async def owed(to: Recipient, kind: str = "card", now: datetime = NOW, card: Card = CARD, **details: Any) -> int:
    """Owes one more delivery; its id."""
    key = f"{kind}:test:{next(numbers)}"
    await owe_many([debt(kind, card, to, key, now, **{"about": ABOUT, **details})])
    return int((await Delivery.get(key=key)).id)


async def live(cast: Cast, **details: Any) -> int:
    """Owes a card of the group that is renewed in place."""
    return await owed(to_group(cast), live=True, **details)


async def claimed(cast: Cast, now: datetime = NOW, epoch: int = 1, most: int = 100) -> list[Parcel]:
    return await claim(cast.bot.id, epoch, now, ALL_LANES, most)


async def leased(cast: Cast, now: datetime = NOW, epoch: int = 1) -> Parcel:
    (one,) = await claimed(cast, now, epoch)
    return one


async def wired(cast: Cast, now: datetime = NOW, epoch: int = 1) -> Parcel:
    """The only delivery that is due, on the wire."""
    one = await wire(await leased(cast, now, epoch))
    assert one is not None
    return one


async def delivered(cast: Cast, message_id: int, now: datetime = NOW, epoch: int = 1) -> Parcel:
    """The only delivery that is due, sent."""
    one = await wired(cast, now, epoch)
    assert await sent(one, message_id, now, now)
    return one


async def state(delivery_id: int) -> str:
    return (await Delivery.get(id=delivery_id)).state
