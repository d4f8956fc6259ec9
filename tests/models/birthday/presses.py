"""A press that means something for each verb of political birthdays."""

from collections.abc import Awaitable, Callable
from datetime import date

from models.birthday import Medal
from models.birthday.listing import PAGES
from models.birthday.ways import PACK
from models.card import Action
from models.gathering import Gathering
from models.gathering.choice import YES
from tests.cast import NOW, Cast, planned
from tests.models.birthday import born

SOON = date(1999, 12, 5)

Press = Callable[[Cast], Awaitable[Action]]


def on_own(verb: str) -> Press:
    """By the member whose birthday it is, once it was planned; a theme day lies ahead."""

    async def press(cast: Cast) -> Action:
        await theme_day(cast)
        return Action(verb, await coming(cast), YES)

    return press


def on_celebration(verb: str) -> Press:
    async def press(cast: Cast) -> Action:
        return Action(verb, await coming(cast), YES)

    return press


async def coming(cast: Cast) -> int:
    await born.dated(cast.member, SOON)
    await born.look(NOW)
    return int((await born.planned(cast.member)).id)


async def theme_day(cast: Cast) -> Gathering:
    found = await planned(cast)
    await Gathering.filter(id=found.id).update(kind="theme_day")
    return found


async def wish_press(cast: Cast) -> Action:
    return Action("birthday_wish", cast.member.id, 2)


async def list_press(cast: Cast) -> Action:
    return Action("birthday_list", cast.branch.id, 202612 * PAGES + 1)


async def ways_press(cast: Cast) -> Action:
    return Action("birthday_ways", cast.branch.id, YES)


async def way_press(cast: Cast) -> Action:
    return Action("birthday_way", cast.branch.id, PACK)


async def lead_press(cast: Cast) -> Action:
    await born.dated(cast.offline, SOON)
    return Action("oath_lead", (await theme_day(cast)).id, cast.offline.id)


async def medal_press(cast: Cast) -> Action:
    facts = {"root_id": cast.district.id, "node_id": cast.branch.id, "member_id": cast.member.id}
    return Action("medal", (await Medal.create(year=2026, at=NOW, **facts)).id, YES)


OF_ONESELF: dict[str, Press] = {
    "birthday_oath": on_own("birthday_oath"),
    "birthday_thanks": on_own("birthday_thanks"),
    "birthday_speak": on_own("birthday_speak"),
}
OF_THOSE_RESPONSIBLE: dict[str, Press] = {
    "birthday_see": on_celebration("birthday_see"),
    "birthday_words": on_celebration("birthday_words"),
    "birthday_hold": on_celebration("birthday_hold"),
    "birthday_list": list_press,
    "birthday_ways": ways_press,
    "birthday_way": way_press,
    "oath_lead": lead_press,
    "medal": medal_press,
}
