"""A year of holidays moves what is only planned, once, tells the organisers, and leaves to people what people were told."""

from datetime import date, datetime
from typing import Any

import pytest

from models.audit import Note
from models.card import Card, Refusal
from models.gathering import Gathering
from models.gathering.moving import shift
from models.gathering.organising import organised
from models.holidays import HolidayYear, Year
from models.member import OPERATOR
from models.organisation import Node
from models.outbox import Delivery
from models.recurrence import Nth, Window
from models.theme_day import learn, moves, offer, settle_rule, ship, tops
from models.theme_day.drawing import on, redate
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.theme_day.rules import days, ruled, wanted
from tests.models.years import YEAR_2026, YEAR_2027

MAY, OCTOBER = (date(2027, 5, 4), date(2027, 5, 6)), (date(2027, 10, 5), date(2027, 10, 8))
MOVED = [each.toordinal() for pair in (MAY, OCTOBER) for each in pair]


async def told(name: str = "theme_day/recomputed") -> list[tuple[int | None, dict[str, Any]]]:
    """Who was sent cards of that name, with what facts."""
    cards = [(one.member_id, Card.from_json(one.card)) for one in await Delivery.all().order_by("id")]
    return [(member, dict(card.facts)) for member, card in cards if card.name == name]


async def learnt(cast: Cast, year: Year = YEAR_2027, now: datetime = NOW) -> int:
    """By the branch's secretary, for the branch; how many days moved."""
    screen = (await learn(await cast.secretary.acting(), cast.branch, year, now)).screen
    assert screen is not None
    moved = screen.facts["moved"]
    assert isinstance(moved, int)
    return moved


async def test_what_is_planned_moves_and_the_organisers_hear_of_it_once(cast: Cast) -> None:
    await ruled(cast)
    assert await learnt(cast) == 2
    found = await days(cast.branch, month__startswith="2027-")
    assert (found[4], found[9]) == ("2027-05-06", "2027-10-08")
    may = await Gathering.get(month="2027-05")
    assert (may.revision, may.starts_at.day, may.provisional) == (2, 6, False)
    assert await told() == [(cast.secretary.id, {"node": cast.branch.id, "year": 2027, "moves": MOVED, "clashes": []})]
    assert await moves(MOVED, NOW) == [{"old": f"{old}", "new": f"{new}"} for old, new in (MAY, OCTOBER)]


async def test_the_same_again_moves_and_tells_nothing(cast: Cast) -> None:
    await ruled(cast)
    await learnt(cast)
    before = await dump()
    assert await learnt(cast) == 0
    assert changed(before, await dump()) == {"note"}  # that it was loaded again


async def test_the_mark_goes_also_where_nothing_moves(cast: Cast) -> None:
    await ruled(cast, Nth(3, 2))
    assert {one.provisional for one in await Gathering.filter(month__startswith="2027-")} == {True}
    assert await learnt(cast) == 0
    assert {one.provisional for one in await Gathering.filter(month__startswith="2027-")} == {False}
    assert await told() == []


async def test_what_was_moved_by_hand_stays(cast: Cast) -> None:
    await ruled(cast)
    await Gathering.filter(month="2027-05").update(local_date=date(2027, 5, 20))
    assert await learnt(cast) == 1
    assert (await days(cast.branch, month="2027-05")) == ["2027-05-20"]


async def test_what_was_announced_is_put_to_people(cast: Cast) -> None:
    await ruled(cast)
    await Gathering.filter(month="2027-05").update(state="announced")
    assert await learnt(cast) == 1
    assert await days(cast.branch, month="2027-05") == ["2027-05-04"]
    ((_, facts),) = await told()
    assert facts["clashes"] == [MAY[0].toordinal()]


async def test_a_place_that_was_changed_by_hand_moves_along(cast: Cast) -> None:
    await ruled(cast)
    await Gathering.filter(month="2027-05").update(place="room 9")
    await learnt(cast)
    assert (await Gathering.get(month="2027-05")).place == "room 9"


async def test_a_rule_that_asks_moves_nothing_and_will_ask(cast: Cast) -> None:
    await ruled(cast, shift="ask")
    assert await learnt(cast) == 0
    may = await Gathering.get(month="2027-05")
    assert may.local_date == MAY[0]
    assert may.ask_due is not None
    assert may.ask_due.date() == date(2027, 4, 13)
    assert await Gathering.filter(ask_due__isnull=False).count() == 2


async def test_a_year_taken_back_moves_the_days_back(cast: Cast) -> None:
    await ruled(cast)
    await learnt(cast)
    assert await learnt(cast, Year(2027, {date(2027, 1, 1): "元旦"}, frozenset())) == 2
    assert await days(cast.branch, month="2027-05") == ["2027-05-04"]


async def test_everybody_below_follows_but_who_knows_the_year_better(cast: Cast) -> None:
    await ruled(cast)
    await settle_rule(await cast.neighbour_secretary.acting(), cast.neighbours, wanted(), "next_working_day", NOW)
    own = Year(2027, {date(2027, 5, 4): "own"}, frozenset())
    await learnt(cast, own)
    assert await days(cast.branch, month="2027-05") == ["2027-05-05"]
    await learn(OPERATOR, None, YEAR_2027, NOW)
    assert await days(cast.branch, month="2027-05") == ["2027-05-05"]
    assert await days(cast.neighbours, month="2027-05") == ["2027-05-06"]
    assert [member for member, _ in await told()] == [cast.secretary.id, cast.neighbour_secretary.id]


async def test_a_branch_moves_no_other(cast: Cast) -> None:
    await ruled(cast)
    await settle_rule(await cast.neighbour_secretary.acting(), cast.neighbours, wanted(), "next_working_day", NOW)
    await learnt(cast)
    assert await days(cast.neighbours, month="2027-05") == ["2027-05-04"]


async def test_who_may_not_load_moves_nothing(cast: Cast) -> None:
    await ruled(cast)
    for who in ("member", "neighbour_secretary", "foreigner", "former"):
        before = await dump()
        with pytest.raises(Refusal, match="rights/refused"):
            await learn(await getattr(cast, who).acting(), cast.branch, YEAR_2027, NOW)
        assert changed(before, await dump()) == set()


async def test_a_file_is_taken_from_who_may_load_somewhere(cast: Cast) -> None:
    await offer(await cast.secretary.acting(), cast.bot.id, "file", 3000, NOW)
    with pytest.raises(Refusal) as no:
        await offer(await cast.secretary.acting(), cast.bot.id, "file", 200_001, NOW)
    assert no.value.card.facts["why"] == "large"
    with pytest.raises(Refusal, match="rights/refused"):
        await offer(await cast.member.acting(), cast.bot.id, "file", 3000, NOW)


async def test_a_year_goes_to_the_highest_nodes_of_whoever_sends_it(cast: Cast) -> None:
    assert await tops(await cast.secretary.acting()) == [await Node.get(id=cast.branch.id)]


async def test_what_ships_is_learnt_at_the_first_start_only(cast: Cast) -> None:
    assert await ship([YEAR_2026], NOW) == 1
    assert await ship([YEAR_2026], NOW) == 0
    assert (await HolidayYear.get()).node_id == 0


async def test_a_shipped_year_moves_what_was_drawn_up_before(cast: Cast) -> None:
    await ruled(cast)
    assert await ship([YEAR_2026, YEAR_2027], NOW) == 1  # what somebody loaded of 2026 stays
    assert await days(cast.branch, month="2027-05") == ["2027-05-06"]


async def test_what_somebody_moves_at_the_same_time_is_not_moved_back(cast: Cast) -> None:
    """Whoever redates has read the row before: a move that was faster holds."""
    await ruled(cast)
    by = await cast.secretary.acting()
    may = await Gathering.get(month="2027-05")
    await shift(await organised(by, may.id), on(may, date(2027, 5, 20)), NOW, by.label)
    assert not await redate(by, cast.branch, may, on(may, date(2027, 5, 6)), NOW)
    assert await days(cast.branch, month="2027-05") == ["2027-05-20"]
    assert not await Note.filter(verb="redate").exists()


async def test_a_window_that_moves_onto_a_day_off_is_asked_about(cast: Cast) -> None:
    await ruled(cast, Window(4, 5), "ask")
    assert await days(cast.branch, month="2027-05") == ["2027-05-04"]
    off = {date(2027, 5, day): "feast" for day in (4, 5)}
    await learnt(cast, Year(2027, {date(2027, 5, 4): "feast"}, frozenset()))
    assert await days(cast.branch, month="2027-05") == ["2027-05-05"]
    await learnt(cast, Year(2027, off, frozenset()))
    may = await Gathering.get(month="2027-05")
    assert (may.local_date, may.ask_due is not None) == (date(2027, 5, 4), True)


async def test_a_closed_branch_is_left_alone(cast: Cast) -> None:
    await ruled(cast)
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)
    await learn(OPERATOR, None, YEAR_2027, NOW)
    assert await days(cast.branch, month="2027-05") == ["2027-05-04"]
    assert await told() == []
