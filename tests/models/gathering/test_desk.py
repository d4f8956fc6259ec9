"""The organiser's desk and the whole notice: what is offered follows the state, and only to whom it is theirs."""

from datetime import date, timedelta

import pytest

from models.card import Card, Refusal
from models.gathering import Gathering
from models.gathering.choice import YES
from models.gathering.desk import MOST, choose, desk, names
from models.gathering.detail import detail
from models.member import OPERATOR, grant
from tests.cast import NOW, Cast, planned


async def offered(cast: Cast, gathering: Gathering) -> list[str]:
    screen = (await desk(await cast.secretary.acting(), gathering.id, YES, NOW)).screen
    assert screen is not None
    assert screen.facts == {"gathering": gathering.id, "agenda": gathering.id}
    assert all(len(row) <= 2 for row in screen.taps)
    return [tap.label for row in screen.taps for tap in row]


async def test_what_lies_ahead_can_be_moved_and_called_off_and_what_is_over_cannot(cast: Cast) -> None:
    gathering = await planned(cast)
    found = {}
    for state in ("planned", "announced", "open", "closed", "recorded", "cancelled"):
        await Gathering.filter(id=gathering.id).update(state=state)
        found[state] = {each.removeprefix("desk.") for each in await offered(cast, gathering)}
    mine = {"names", "agenda", "move", "seats", "call_off"}
    assert found["planned"] & mine == found["announced"] & mine == mine
    assert found["open"] & mine == {"names", "agenda", "call_off"}
    assert found["closed"] & mine == {"names", "agenda"}
    assert found["recorded"] & mine == {"names"}
    assert found["cancelled"] & mine == set()


async def test_the_limit_can_be_lifted_where_there_is_one(cast: Cast) -> None:
    gathering = await planned(cast)
    assert "desk.no_limit" not in await offered(cast, gathering)
    await Gathering.filter(id=gathering.id).update(capacity=3)
    assert "desk.no_limit" in await offered(cast, gathering)


async def test_the_desk_is_of_the_one_gathering_ahead_else_asks_which(cast: Cast) -> None:
    by = await cast.secretary.acting()
    with pytest.raises(Refusal, match="gathering/none"):
        await choose(by, NOW)
    later = await planned(cast, date(2026, 12, 9))
    screen = (await choose(by, NOW)).screen
    assert screen is not None
    assert screen.name == "gathering/desk"
    first = await planned(cast, date(2026, 12, 2))
    screen = (await choose(by, NOW)).screen
    assert screen is not None
    assert (screen.name, screen.facts) == ("gathering/desks", {"gatherings": [first.id, later.id]})
    assert [tap.target for row in screen.taps for tap in row] == [first.id, later.id]
    await Gathering.filter(id=first.id).update(state="recorded")
    screen = (await choose(by, NOW)).screen
    assert screen is not None
    assert screen.facts["gathering"] == later.id


async def test_a_desk_reaches_as_far_as_the_office(cast: Cast) -> None:
    gathering = await planned(cast)
    for person in (cast.member, cast.foreigner, cast.neighbour_secretary):
        by = await person.acting()
        for press in (desk(by, gathering.id, YES, NOW), names(by, gathering.id, YES, NOW)):
            with pytest.raises(Refusal, match="rights/refused"):
                await press
    with pytest.raises(Refusal, match="gathering/none"):
        await choose(await cast.neighbour_secretary.acting(), NOW)
    with pytest.raises(Refusal, match="rights/refused"):
        await choose(await cast.member.acting(), NOW)
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "secretary", NOW)
    screen = (await choose(await cast.neighbour.acting(), NOW)).screen
    assert screen is not None
    assert screen.facts["gathering"] == gathering.id


async def test_names_are_for_those_responsible(cast: Cast) -> None:
    gathering = await planned(cast)
    screen = (await names(await cast.secretary.acting(), gathering.id, YES, NOW)).screen
    assert screen == Card("gathering/names", {"gathering": gathering.id, "people": gathering.id})


async def test_the_whole_notice_is_shown_to_those_it_is_for_with_what_can_be_done(cast: Cast) -> None:
    gathering = await planned(cast)
    screen = (await detail(await cast.member.acting(), gathering.id, YES, NOW)).screen
    assert screen is not None
    assert (screen.name, screen.facts) == ("gathering/detail", {"gathering": gathering.id})
    assert [[tap.verb for tap in row] for row in screen.taps] == [["rsvp", "rsvp"], ["speak", "propose"]]
    await Gathering.filter(id=gathering.id).update(offers_maybe=True)
    screen = (await detail(await cast.member.acting(), gathering.id, YES, NOW)).screen
    assert screen is not None
    assert [len(row) for row in screen.taps] == [2, 1, 2]
    late = (await detail(await cast.member.acting(), gathering.id, YES, gathering.closes_at)).screen
    assert late is not None
    assert late.taps == ()


async def test_the_notice_of_what_is_not_theirs_or_was_called_off_is_not_shown(cast: Cast) -> None:
    gathering = await planned(cast)
    for person in (cast.neighbour, cast.foreigner):
        with pytest.raises(Refusal, match="rights/refused"):
            await detail(await person.acting(), gathering.id, YES, NOW)
    for columns, why in (
        ({"state": "cancelled"}, "gathering/cancelled"),
        ({"state": "planned", "announce_due": None}, "early"),
    ):
        await Gathering.filter(id=gathering.id).update(**columns)
        with pytest.raises(Refusal, match=why):
            await detail(await cast.member.acting(), gathering.id, YES, NOW)


async def test_records_nobody_locked_do_not_hide_what_is_coming(cast: Cast) -> None:
    """Nine days long over whose record was never looked at, and one ahead."""
    for number in range(MOST + 1):
        old = await planned(cast)
        await Gathering.filter(id=old.id).update(state="closed", starts_at=NOW - timedelta(days=30 * (number + 1)))
    ahead = await planned(cast)
    screen = (await choose(await cast.secretary.acting(), NOW)).screen
    assert screen is not None
    offered = screen.facts["gatherings"]
    assert isinstance(offered, list)
    assert (len(offered), offered[-1]) == (MOST, ahead.id)
