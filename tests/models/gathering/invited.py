"""A gathering whose card is up, and what has been said about it in private."""

from datetime import date, datetime, time

from models.card import Card
from models.gathering import Gathering, announce
from models.outbox import Delivery
from tests.cast import NOW, Cast, planned

FIRST = date(2026, 12, 1)  # a Tuesday


async def announced(cast: Cast, day: date = FIRST, at: time = time(15), title: str = "theme day") -> Gathering:
    gathering = await planned(cast, day, at, title)
    await announce(NOW)
    return await Gathering.get(id=gathering.id)


def shown(delivery: Delivery) -> Card:
    return Card.from_json(delivery.card)


async def said(kind: str = "reminder", since: datetime | None = None) -> dict[int | None, str]:
    """By member: the name of the newest card of that kind owed to them."""
    found = await Delivery.filter(kind=kind, created_at__gte=since or NOW).order_by("id")
    return {each.member_id: shown(each).name for each in found}
