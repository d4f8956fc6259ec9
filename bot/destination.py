"""Where a parcel goes: what goes to one place stays in order, and waits for what is in hand for it."""

import math
from collections.abc import Callable

from models import outbox
from models.outbox import Parcel


class Resting:
    """Where a message could not be left and will be tried again: what else goes there waits behind it in the database."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self.ticks = ticks
        self.places: dict[int, tuple[float, Parcel]] = {}

    def put(self, one: Parcel, seconds: float) -> None:
        self.places[destination(one)] = (self.ticks() + seconds, one)

    def parcels(self) -> list[Parcel]:
        """One of each place that still rests."""
        now = self.ticks()
        self.places = {place: (until, one) for place, (until, one) in self.places.items() if until > now}
        return [one for _, one in self.places.values()]

    def holds(self, one: Parcel) -> bool:
        return one.message_id is None and destination(one) in self.places

    def soonest(self) -> float:
        """Seconds until one has rested."""
        return max(min((until for until, _ in self.places.values()), default=math.inf) - self.ticks(), 0.0)


def busy(held: list[Parcel]) -> outbox.Busy:
    """Who has a message in hand: what else is owed to them waits its turn in the database. An edit in hand may wait for the
    better part of a minute, and holds up nothing.
    """
    held = [one for one in held if one.message_id is None]
    return outbox.Busy(
        tuple({one.chat_id for one in held if one.chat_id is not None}),
        tuple({one.member_id for one in held if one.member_id is not None}),
        tuple({one.address for one in held if one.address is not None}),
    )


def destination(one: Parcel) -> int:
    """What must stay in order. Without an address any number will do: it is not going anywhere."""
    return one.telegram_chat or 0
