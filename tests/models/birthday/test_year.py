"""A year of a branch's birthdays, from instant to instant: exactly what somebody wrote down by hand in `year.txt`."""

from datetime import UTC, date, datetime
from pathlib import Path

from models.birthday import Birthday, BirthdayHabit, BirthdayWish, next_due
from models.calendar import local
from models.card import Card
from models.member import Member
from models.organisation import Node
from models.outbox import Delivery
from tests.cast import ZONE, Cast, Person, settle
from tests.models.birthday.born import at, dated, look, settled

TABLE = Path(__file__).with_name("year.txt")
BEGIN, END = at(date(2027, 12, 15), 12), datetime(2028, 12, 31, 16, tzinfo=UTC)
MOVED, THERE = at(date(2028, 7, 31), 23), "Asia/Urumqi"


async def peopled(cast: Cast) -> dict[int, str]:
    """Who there is, by number."""
    more = [await settle(name, cast.branch) for name in ("eve", "newyear", "leap", "public", "unwilling")]
    gone = [await settle(name, cast.branch, status=name) for name in ("suspended", "deceased")]
    eve, newyear, leap, public, unwilling = more
    await dated(eve, date(2006, 12, 31))
    await dated(newyear, date(2005, 1, 1))
    await dated(leap, date(1996, 2, 29))
    await dated(public, date(2001, 10, 1))
    await dated(unwilling, date(1990, 9, 9))
    await dated(gone[0], date(2000, 5, 20))
    await dated(gone[1], date(1960, 6, 15), date(1961, 6, 15))
    await dated(cast.secretary, date(1995, 7, 1), date(1996, 7, 1))
    await dated(cast.former, date(1978, 3, 5), date(1979, 3, 5))
    await dated(cast.probationary, date(2027, 3, 10))
    await dated(cast.offline, date(1977, 8, 11))  # the last day without probation: fifty years in August 2027
    await wishing(cast, public, "group")
    await wishing(cast, unwilling, "none")
    await BirthdayHabit.create(root_id=cast.district.id, node_id=cast.branch.id, in_group=True)
    return {one.id: one.name for one in await Member.all()}


async def wishing(cast: Cast, person: Person, how: str) -> None:
    await BirthdayWish.create(root_id=cast.district.id, member_id=person.id, how=how)


async def told(names: dict[int, str], now: datetime, zone: str) -> list[str]:
    """What this instant owed, in the words of the table; it is taken to have arrived."""
    found = []
    for one in await Delivery.filter(state="queued").order_by("id"):
        card = Card.from_json(one.card)
        whom = "group" if one.chat_id else names[one.member_id or 0]
        said = " ".join(filter(None, [card.name.removeprefix("birthday/"), await about(card, names)]))
        found.append(f"{local(now, zone):%Y-%m-%d %H:%M} {said} > {whom}")
    await Delivery.filter(state="queued").update(state="sent", sent_at=now, message_id=1)
    return found


async def about(card: Card, names: dict[int, str]) -> str:
    match [*card.facts.items()]:
        case [("birthday_month", [_, month, _])]:
            return f"{month // 100}-{month % 100:02}"
        case [("medals", [_, year])]:
            return str(year)
        case [("birthday", int(number))] if card.name != "birthday/greeting":
            return names[(await Birthday.get(id=number)).member_id]
        case _:
            return ""


async def played(cast: Cast) -> list[str]:
    names, zone, now = await peopled(cast), ZONE, BEGIN
    found: list[str] = []
    while now < END:
        if now >= MOVED and zone == ZONE:
            zone = THERE
            await Node.filter(id=cast.branch.id).update(zone=zone)
        await look(now)
        found += await told(names, now, zone)
        following = await next_due()
        assert following is not None
        assert following > now, "the journey does not end"
        now = min(following, MOVED) if now < MOVED else following
    return found


def written() -> list[str]:
    lines = (line.partition("#")[0].rstrip() for line in TABLE.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


async def test_a_year_is_the_table_somebody_wrote_by_hand(cast: Cast) -> None:
    await settled(cast)
    assert sorted(await played(cast)) == sorted(written())
