"""A press that means something for each verb of a gathering: those of its members, and those of its organisers."""

from collections.abc import Awaitable, Callable
from datetime import date, time

from models.card import Action
from models.gathering import AgendaItem, Choice, Gathering, Proposal, Rsvp
from models.gathering.agenda import OFFERED, OPEN
from models.gathering.choice import YES
from models.gathering.moving import DO, packed
from models.gathering.phone import OPEN as NEW_LIST
from models.gathering.proposals import PACK, PICK, put_forward
from models.gathering.settling import PACK as HABIT
from models.gathering.unreached import ASK, CHOOSE
from models.gathering.waiting import NO_LIMIT
from tests.cast import NOW, Cast, answers, planned

Press = Callable[[Cast], Awaitable[Action]]


def on_gathering(verb: str, choice: int) -> Press:
    async def press(cast: Cast) -> Action:
        return Action(verb, (await planned(cast)).id, choice)

    return press


def on_branch(verb: str, choice: int) -> Press:
    async def press(cast: Cast) -> Action:
        return Action(verb, cast.branch.id, choice)

    return press


def on_item(verb: str, choice: int) -> Press:
    async def press(cast: Cast) -> Action:
        gathering = await planned(cast)
        facts = {"root_id": cast.district.id, "gathering_id": gathering.id}
        return Action(verb, (await AgendaItem.create(position=1, fixed=False, title="parking", **facts)).id, choice)

    return press


async def leave_press(cast: Cast) -> Action:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(approves_leave=True)
    await answers(cast.member, gathering, Choice.LEAVE)
    return Action("leave_decide", (await Rsvp.get()).id, YES)


async def topics_press(cast: Cast) -> Action:
    gathering = await planned(cast)
    await put_forward(await cast.member.acting(), gathering.id, "parking", NOW)
    return Action("topics", gathering.id, YES)


async def topic_press(cast: Cast) -> Action:
    press = await topics_press(cast)
    return Action("topic", press.target, (await Proposal.get()).id * PACK + PICK)


OF_MEMBERS: dict[str, Press] = {
    "detail": on_gathering("detail", YES),
    "propose": on_gathering("propose", YES),
    "speak": on_gathering("speak", YES),
}
OF_ORGANISERS: dict[str, Press] = {
    "agenda": on_gathering("agenda", OPEN),
    "agenda_add": on_gathering("agenda_add", OFFERED),
    "agenda_drop": on_item("agenda_drop", YES),
    "call_off": on_gathering("call_off", DO),
    "desk": on_gathering("desk", YES),
    "habit": on_branch("habit", HABIT),
    "habits": on_branch("habits", YES),
    "leave_decide": leave_press,
    "move": on_gathering("move", packed(date(2026, 12, 8), time(15))),
    "names": on_gathering("names", YES),
    "seats": on_gathering("seats", NO_LIMIT),
    "topic": topic_press,
    "topics": topics_press,
}


def on_phone(verb: str, meant: int) -> Press:
    """The press of a name in the list of those to be asked by phone, or of what they said."""

    async def press(cast: Cast) -> Action:
        return Action(verb, (await planned(cast)).id, cast.offline.id * CHOOSE + meant)

    return press


OF_PHONES: dict[str, Press] = {
    "phone_at": on_gathering("phone_at", NEW_LIST),
    "phone": on_phone("phone", ASK),
    "phone_say": on_phone("phone_say", Choice.JOIN),
}
