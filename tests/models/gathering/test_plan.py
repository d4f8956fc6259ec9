"""Planning is judged before anything is written, and leaves a gathering the clock can act on."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from models.card import Card, Refusal
from models.database import atomic
from models.gathering import AgendaItem, Gathering, Habit, plan
from models.gathering.habits import FIVE
from models.gathering.plan import LONGEST_TEXT, Wish, draw_up
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
    assert (found.starts_at, found.closes_at) == (start, start - timedelta(minutes=15))
    assert (found.leave_until, found.ends_at) == (start - timedelta(hours=2), start + timedelta(minutes=30))
    assert (found.announce_due, found.remind_due) == (NOW, start - timedelta(days=3))
    assert (found.close_due, found.end_due) == (found.closes_at, found.ends_at)


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


async def test_what_is_planned_when_leave_is_over_lets_people_ask_as_long_as_they_may_answer(cast: Cast) -> None:
    gathering = await planned(cast, date(2026, 11, 21), time(13))
    assert gathering.leave_until == gathering.closes_at == NOW + timedelta(minutes=45)


async def drawn(cast: Cast, kind: str) -> Gathering:
    return await draw_up(await cast.secretary.acting(), cast.branch, Wish("", "room 1", TUESDAY, time(15), kind), NOW)


async def items(gathering: Gathering) -> list[tuple[str | None, str, bool]]:
    found = await AgendaItem.filter(gathering_id=gathering.id).order_by("position")
    return [(each.name, each.title, each.fixed) for each in found]


async def test_a_theme_day_starts_with_the_five_fixed_items_and_other_gatherings_with_none(cast: Cast) -> None:
    assert await items(await drawn(cast, "theme_day")) == [(name, "", True) for name in FIVE]
    assert await items(await drawn(cast, "general_meeting")) == []


async def test_a_branch_brings_its_own_fixed_items_and_inherits_those_above(cast: Cast) -> None:
    above, own = json.dumps(["oath", "dues"]), json.dumps(["奏唱国歌", "study"])
    await Habit.create(root_id=cast.district.id, node_id=cast.district.id, items=above)
    assert [each[:2] for each in await items(await drawn(cast, "theme_day"))] == [(None, "oath"), ("dues", "")]
    await Habit.create(root_id=cast.district.id, node_id=cast.branch.id, items=own)
    assert [each[:2] for each in await items(await drawn(cast, "theme_day"))] == [(None, "奏唱国歌"), ("study", "")]


async def test_a_series_is_announced_its_days_before_as_soon_as_people_are_awake(cast: Cast) -> None:
    gathering = await drawn(cast, "theme_day")
    assert (gathering.state, gathering.announce_due) == ("planned", datetime(2026, 11, 24, 0, 30, tzinfo=UTC))


async def test_wishes_of_the_node_are_kept_with_the_gathering(cast: Cast) -> None:
    said: dict[str, Any] = {"offers_maybe": True, "shows_names": True, "approves_leave": True, "remind_leads": "60"}
    said["leave_minutes"] = 30
    await Habit.create(root_id=cast.district.id, node_id=cast.branch.id, sign_before=30, sign_after=60, **said)
    found = await planned(cast)
    await Habit.all().delete()
    found = await Gathering.get(id=found.id)
    assert (found.offers_maybe, found.shows_names, found.approves_leave, found.remind_leads) == (True, True, True, "60")
    assert found.starts_at - found.closes_at == found.starts_at - found.leave_until == timedelta(minutes=30)
    assert (found.ends_at - found.starts_at, found.remind_due) == (timedelta(hours=1), found.starts_at - timedelta(hours=1))


async def test_there_are_no_two_theme_days_on_one_day_but_other_gatherings_may_be(cast: Cast) -> None:
    by = await cast.secretary.acting()
    wish = Wish("a", "room", date(2026, 12, 1), time(15), kind="theme_day")
    await plan(by, cast.branch, wish, NOW)
    for at in (time(15), time(9)):
        with pytest.raises(Refusal, match="gathering/same_day"):
            async with atomic():
                await plan(by, cast.branch, replace(wish, at=at), NOW)
    await plan(by, cast.branch, replace(wish, kind="gathering"), NOW)
    await plan(by, cast.branch, replace(wish, day=date(2026, 12, 2)), NOW)
    await Gathering.filter(kind="theme_day", local_date="2026-12-01").update(state="cancelled")
    await plan(by, cast.branch, wish, NOW)
