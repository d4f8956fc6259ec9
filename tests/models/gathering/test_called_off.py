"""What organisers have in hand of a day that is called off says so, and asks nothing more."""

import pytest

from models.card import Card
from models.database import atomic
from models.gathering import Choice, Gathering
from models.gathering.agenda import OPEN, agenda
from models.gathering.moving import DO, call_off
from models.gathering.phone import OPEN as NEW_LIST
from models.gathering.phone import phone_at
from models.outbox import Delivery
from tests.cast import NOW, Cast, answers, planned
from tests.models.gathering.invited import announced
from tests.models.gathering.signing import opened, press


async def off(cast: Cast, gathering: Gathering) -> None:
    async with atomic():
        await call_off(await cast.secretary.acting(), gathering.id, DO, NOW)


async def arrived(about: str) -> int:
    """The one live card of that thing is up."""
    (one,) = await Delivery.filter(about__startswith=about, live=True)
    await Delivery.filter(id=one.id).update(state="sent", message_id=one.id, sent_at=NOW)
    return int(one.id)


async def shows(number: int) -> tuple[Card, str]:
    one = await Delivery.get(id=number)
    return Card.from_json(one.card), one.state


def gone(gathering: Gathering) -> tuple[Card, str]:
    return Card("gathering/called_off", {"gathering": gathering.id}), "queued"


async def test_the_list_of_those_who_are_not_here_yet_is_taken_down(cast: Cast) -> None:
    gathering = await opened(cast)
    await press(cast, "secretary", "enter_at", gathering.id, 0)
    number = await arrived(f"enter:{gathering.id}")
    await off(cast, gathering)
    assert await shows(number) == gone(gathering)


@pytest.mark.parametrize("what", ["agenda", "phone"])
async def test_the_lists_for_the_time_before_are_taken_down(cast: Cast, what: str) -> None:
    gathering, by = await announced(cast), await cast.secretary.acting()
    await (agenda(by, gathering.id, OPEN, NOW) if what == "agenda" else phone_at(by, gathering.id, NEW_LIST, NOW))
    number = await arrived(f"{what}:{gathering.id}")
    await off(cast, gathering)
    assert await shows(number) == gone(gathering)


async def test_a_leave_nobody_decided_on_needs_no_decision_any_more(cast: Cast) -> None:
    gathering = await planned(cast)
    other = await planned(cast)
    await Gathering.all().update(approves_leave=True)
    for each in (gathering, other):
        await answers(cast.member, each, Choice.LEAVE)
    requests = [one.id for one in await Delivery.filter(about__startswith="leave:").order_by("id")]
    await Delivery.filter(id__in=requests).update(state="sent", message_id=5, sent_at=NOW)
    await off(cast, gathering)
    assert await shows(requests[0]) == gone(gathering)
    assert (await shows(requests[1]))[0].name == "gathering/leave_asked"


async def test_lists_of_other_days_stay(cast: Cast) -> None:
    """Whose number begins like that of the day that is called off."""
    gathering = await announced(cast)
    await agenda(await cast.secretary.acting(), gathering.id, OPEN, NOW)
    number = await arrived(f"agenda:{gathering.id}")
    for about in (f"agenda:{gathering.id}1", f"enter:{gathering.id}1:5"):
        await Delivery.filter(id=number).update(about=about)
        await off(cast, gathering)
        await Gathering.filter(id=gathering.id).update(state="announced")
        await gathering.refresh_from_db()
        assert (await shows(number))[1] == "sent"
