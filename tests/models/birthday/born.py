"""What the tests of political birthdays share: dates of members, a moment of a day in Shanghai, what was owed."""

from datetime import UTC, date, datetime, time

from models import birthday
from models.birthday import Birthday
from models.calendar import instant
from models.card import Card
from models.database import rows
from models.member import Member
from models.outbox import Delivery
from tests.cast import ZONE, Cast, Person

TODAY = date(2026, 11, 21)  # of `tests.cast.NOW`
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return instant(day, time(hour, minute), ZONE)


async def dated(person: Person, joined_on: date | None, full_member_on: date | None = None) -> None:
    await Member.filter(id=person.id).update(joined_on=joined_on, full_member_on=full_member_on)


async def settled(cast: Cast) -> None:
    """Everybody belongs where they do since long ago, so that any day can be looked at."""
    for table in ("membership", "role"):
        await rows(f"UPDATE {table} SET from_at = ? WHERE until_at IS NULL", BEGAN)


async def look(now: datetime) -> None:
    """The clock at a moment: its look, and the greetings it called for."""
    await birthday.look(now)
    await birthday.greet(now)


async def looked_at(*days: date, hour: int = 9) -> None:
    for day in days:
        await look(at(day, hour))


async def planned(person: Person, year: int = 2026) -> Birthday:
    return await Birthday.get(member_id=person.id, year=year)


async def owed(name: str) -> list[Delivery]:
    """Deliveries of one card, in the order they were owed."""
    return [one for one in await Delivery.all().order_by("id") if Card.from_json(one.card).name == name]


async def to_whom(name: str) -> list[int | None]:
    return [one.member_id for one in await owed(name)]
