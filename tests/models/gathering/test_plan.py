"""Planning is judged before anything is written, and leaves a gathering the clock can act on."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.card import Card, Refusal
from models.gathering import Gathering, plan
from models.gathering.plan import LONGEST_TEXT, Wish, reminder_at
from models.member import Actor
from models.organisation import Node
from tests.cast import NOW, Cast, planned
from tests.dump import changed, dump

TUESDAY = date(2026, 12, 1)


def wish(day: date = TUESDAY, at: time = time(15), title: str = "theme day", place: str = "room 1") -> Wish:
    return Wish(title, place, day, at)


async def refused(cast: Cast, wanted: Wish, by: Actor | None = None) -> Card:
    """The words of the refusal; fails if anything was written."""
    before = await dump()
    with pytest.raises(Refusal) as no:
        await plan(by or await cast.secretary.acting(), cast.branch, wanted, NOW)
    assert changed(before, await dump()) == set()
    return no.value.card


async def test_a_planned_gathering_keeps_local_time_and_derives_its_instants(cast: Cast) -> None:
    gathering = await planned(cast, title="主题党日 \U0001f6a9")
    found = await Gathering.get(id=gathering.id)
    assert (found.local_date, found.local_time, found.zone) == (TUESDAY, "15:00", "Asia/Shanghai")
    assert (found.title, found.place, found.revision) == ("主题党日 \U0001f6a9", "room 1", 1)
    assert (found.root_id, found.node_id) == (cast.district.id, cast.branch.id)
    start = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    assert (found.starts_at, found.closes_at) == (start, start - timedelta(minutes=10))
    assert (found.announce_due, found.remind_due, found.close_due) == (NOW, start - timedelta(days=1), found.closes_at)


async def test_the_planner_is_shown_what_was_planned(cast: Cast) -> None:
    answer = await plan(await cast.secretary.acting(), cast.branch, wish(), NOW)
    assert answer.screen == Card("gathering/planned", {"gathering": (await Gathering.get()).id})


@pytest.mark.parametrize(("day", "at"), [(date(2026, 11, 20), time(12)), (date(2026, 11, 21), time(12))])
async def test_what_has_begun_cannot_be_planned(cast: Cast, day: date, at: time) -> None:
    assert await refused(cast, wish(day, at)) == Card("gathering/past", {"starts": f"{day}T12:00"})


async def test_what_lies_more_than_a_year_ahead_is_a_slip_of_the_finger(cast: Cast) -> None:
    assert await refused(cast, wish(date(2027, 12, 27))) == Card("gathering/too_far", {"starts": "2027-12-27T15:00"})


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Santiago", "Pacific/Kiritimati"])
@pytest.mark.parametrize(("day", "why"), [(date.min, "gathering/past"), (date.max, "gathering/too_far")])
@pytest.mark.parametrize("at", [time(0), time(23, 59)])
async def test_the_ends_of_the_calendar_are_refused_like_any_other_day(day: date, at: time, why: str, zone: str) -> None:
    """Their instants do not exist: 0001-01-01 00:00 in Shanghai would lie in the year 0."""
    node = Node(id=1, root_id=1, path="/1/", zone=zone)
    secretary = Actor(member_id=1, offices=(("secretary", "/1/"),))
    with pytest.raises(Refusal, match=why):
        await plan(secretary, node, wish(day, at), NOW)


@pytest.mark.parametrize(
    "wanted",
    [
        wish(title=""),
        wish(place=""),
        wish(title="字" * (LONGEST_TEXT + 1)),
        wish(place="x" * (LONGEST_TEXT + 1)),
        wish(title="x" * 5000),
    ],
    ids=["no title", "no place", "long title", "long place", "very long title"],
)
async def test_title_and_place_have_to_be_said_and_short(cast: Cast, wanted: Wish) -> None:
    assert await refused(cast, wanted) == Card("gathering/wordy", {"most": LONGEST_TEXT})


async def test_a_title_of_sixty_characters_fits(cast: Cast) -> None:
    assert (await planned(cast, title="\U0001f6a9" * LONGEST_TEXT)).title == "\U0001f6a9" * LONGEST_TEXT


async def test_only_organisers_of_the_node_or_above_plan(cast: Cast) -> None:
    for nobody in (cast.member, cast.former, cast.neighbour_secretary, cast.foreigner):
        assert (await refused(cast, wish(), await nobody.acting())).name == "rights/refused"
    assert (await refused(cast, wish(), Actor(telegram_id=5))).name == "rights/stranger"


async def test_who_may_not_plan_learns_nothing_about_the_wish(cast: Cast) -> None:
    assert (await refused(cast, wish(date(2020, 1, 1)), await cast.member.acting())).name == "rights/refused"


async def test_minutes_before_the_start_the_answers_close_at_once_and_nobody_is_reminded(cast: Cast) -> None:
    gathering = await planned(cast, date(2026, 11, 21), time(12, 5))
    assert (gathering.closes_at, gathering.close_due, gathering.remind_due) == (NOW, NOW, None)


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_reminder_comes_a_day_before_and_only_if_that_day_is_still_ahead(ahead: timedelta) -> None:
    at = reminder_at(NOW + ahead, NOW)
    assert (at is None) == (ahead <= timedelta(days=1))
    assert at is None or at == NOW + ahead - timedelta(days=1)
