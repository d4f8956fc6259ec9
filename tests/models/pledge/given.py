"""A campaign of the branch, and pledges at every stage."""

from datetime import date, datetime

from models.card import Card
from models.database import atomic
from models.draft import Question
from models.member import Actor
from models.organisation import Node
from models.outbox import Delivery
from models.pledge import Call, Campaign, Pledge, Promise, campaign, choosing, plan, reporting, request, reviewing
from models.pledge.cards import KEEP, PACK, PUBLISH, SHOW
from models.pledge.reviewing import APPROVE, GIVE_BACK, SEEN
from models.pledge.stages import Kept
from tests.cast import NOW, Cast, Person

YEAR = Call("pledge", date(2026, 12, 1), date(2027, 11, 30))


async def drawn_up(cast: Cast, call: Call = YEAR, node: Node | None = None, by: Actor | None = None) -> Campaign:
    """A campaign nobody has seen yet."""
    answer = await plan(by or await cast.secretary.acting(), node or cast.branch, call, NOW)
    assert answer.screen is not None
    return await Campaign.get(id=answer.screen.facts["campaign"])


async def opened(cast: Cast, call: Call = YEAR) -> Campaign:
    one = await drawn_up(cast, call)
    await campaign.desk(await cast.secretary.acting(), one.id, campaign.START, NOW)
    return await Campaign.get(id=one.id)


async def chosen(one: Campaign, person: Person, places: tuple[int, ...] = (1, 4), now: datetime = NOW) -> Pledge:
    """Items were picked and nothing was promised yet."""
    by = await person.acting(now)
    if not await Pledge.exists(campaign_id=one.id, member_id=person.id):
        await choosing.pledge(by, one.id, SHOW, now)
    for place in places:
        await choosing.pick(by, one.id, place, now)
    return await Pledge.get(campaign_id=one.id, member_id=person.id)


async def made(one: Campaign, person: Person, places: tuple[int, ...] = (1, 4), now: datetime = NOW) -> Pledge:
    pledge = await chosen(one, person, places, now)
    await choosing.make(await person.acting(now), one.id, pledge.revision, now)
    await request(now)  # the clock puts it to those responsible
    return await Pledge.get(id=pledge.id)


def agreeing(pledge: Pledge) -> int:
    """同意, to what the pledge says as it was read."""
    return pledge.revision * SEEN + APPROVE


def giving_back(pledge: Pledge) -> int:
    return pledge.revision * SEEN + GIVE_BACK


async def approved(cast: Cast, one: Campaign, person: Person) -> Pledge:
    pledge = await made(one, person)
    if pledge.state == "made":  # where nobody else reviews, it holds at once
        await reviewing.decide(await cast.secretary.acting(), pledge.id, agreeing(pledge), NOW)
    return await Pledge.get(id=pledge.id)


async def under_way(cast: Cast, one: Campaign, person: Person, public: bool = False) -> Pledge:
    """Agreed to by the branch, published or not, and being kept."""
    pledge = await approved(cast, one, person)
    await choosing.pledge(await person.acting(), one.id, PUBLISH if public else KEEP, NOW)
    return await Pledge.get(id=pledge.id)


async def in_round(one: Campaign, number: int) -> None:
    """Reports of this round are asked for."""
    await Campaign.filter(id=one.id).update(round=number)


async def reports(person: Person, pledge: Pledge, number: int, kept: Kept = Kept.DONE, now: datetime = NOW) -> None:
    for promise in await Promise.filter(pledge_id=pledge.id).order_by("position"):
        await reporting.say(await person.acting(now), promise.id, number * PACK + kept, now)


async def stage(pledge: Pledge) -> str:
    return str((await Pledge.get(id=pledge.id)).state)


async def shown(person: Person, about: str) -> Card:
    """The newest live card of a thing in somebody's chat."""
    found = await Delivery.filter(member_id=person.id, about=about, live=True).order_by("-id").first()
    assert found is not None
    return Card.from_json(found.card)


def asked(kind: str, **facts: object) -> Question:
    return Question(kind, facts)


async def undone(deed: object) -> object:
    """As the gate does it: a refusal leaves nothing behind."""
    async with atomic():
        return await deed  # type: ignore[misc]
