"""A rule is shown before it holds; once it holds the year is drawn up, and a new rule takes over what is only planned."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from models.card import LARGEST, Card, Refusal
from models.errand import Errand
from models.gathering import Gathering, announce, plan
from models.gathering.moving import called_off
from models.gathering.organising import organised
from models.gathering.plan import Wish
from models.member import OPERATOR, Account, grant
from models.recurrence import DayOfMonth, Nth
from models.theme_day import Series, ask_rule, decide, describe_rule, learn, settle_rule
from models.theme_day.seeing import preview
from tests.cast import NOW, Cast, planned
from tests.dump import changed, dump
from tests.models.theme_day.rules import days, ruled, wanted
from tests.models.years import YEAR_2026

JANUARY = datetime(2026, 1, 1, 4, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, 4, tzinfo=UTC)
REST_OF_2026 = ["2026-04-07", "2026-05-06", "2026-06-02", "2026-07-07", "2026-08-04", "2026-09-01", "2026-10-08", "2026-11-03",
                "2026-12-01"]  # fmt: skip


async def asked(cast: Cast) -> Card:
    screen = (await ask_rule(await cast.secretary.acting(), cast.bot.id, cast.branch, wanted(), NOW)).screen
    assert screen is not None
    return screen


async def refused(cast: Cast, who: str, errand_id: int, choice: int = 1) -> str:
    before = await dump()
    with pytest.raises(Refusal) as no:
        await decide(await getattr(cast, who).acting(), errand_id, choice, NOW)
    assert changed(before, await dump()) == set()
    return no.value.card.name


async def test_a_preview_writes_nothing_but_the_question(cast: Cast) -> None:
    before = await dump()
    await asked(cast)
    assert changed(before, await dump()) == {"errand"}


async def test_a_preview_tells_the_days_and_where_each_policy_puts_those_that_collide(cast: Cast) -> None:
    card = await asked(cast)
    found = await preview(int(str(card.facts["preview"])), NOW)
    assert found is not None
    assert [len(each["days"]) for each in found["years"]] == [1, 12]
    assert [each["provisional"] for each in found["years"]] == [True, True]
    assert found["collisions"] == []
    assert [tap.label for row in card.taps for tap in row] == ["shift.next", "shift.week", "shift.none", "shift.ask"]


async def test_a_collision_names_the_feast_and_both_ways_out(cast: Cast) -> None:
    await ruled(cast, now=MARCH)
    by = await cast.secretary.acting()
    screen = (await ask_rule(by, cast.bot.id, cast.branch, wanted(), MARCH)).screen
    assert screen is not None
    found = await preview(int(str(screen.facts["preview"])), MARCH)
    assert found is not None
    assert found["collisions"][0] == {"day": "2026-05-05", "feast": "劳动节", "next": "2026-05-06", "week": "2026-05-12"}


async def test_one_tap_draws_up_the_year_and_from_november_the_next(cast: Cast) -> None:
    card = await asked(cast)
    tap = card.taps[0][0]
    answer = await decide(await cast.secretary.acting(), tap.target, tap.choice, NOW)
    assert answer.toast == Card("theme_day/settled", {"starts": "2026-12-01T15:00", "count": 13})
    found = await days(cast.branch)
    assert (len(found), found[0], found[-1]) == (13, "2026-12-01", "2027-12-07")
    one = await Gathering.get(month="2027-12")
    assert (one.kind, one.title, one.place, one.provisional, one.state) == ("theme_day", "", "room 1", True, "planned")


async def test_past_months_are_left_out_and_holidays_are_minded(cast: Cast) -> None:
    await ruled(cast, now=MARCH)
    assert await days(cast.branch) == REST_OF_2026
    assert {one.provisional for one in await Gathering.all()} == {False}


async def test_the_question_is_answered_once_and_only_by_who_asked(cast: Cast) -> None:
    number = (await asked(cast)).taps[0][0].target
    await grant(OPERATOR, cast.probationary.member, cast.branch.id, "deputy_secretary", NOW)
    assert await refused(cast, "probationary", number) == "rights/refused"
    assert await refused(cast, "member", number) == "rights/refused"
    assert await refused(cast, "secretary", number, 3) == "action/unknown"
    assert await refused(cast, "secretary", LARGEST) == "rights/refused"
    await decide(await cast.secretary.acting(), number, 2, NOW)
    assert await refused(cast, "secretary", number) == "theme_day/lapsed"


async def test_a_question_about_something_else_is_no_rule(cast: Cast) -> None:
    number = (await asked(cast)).taps[0][0].target
    await Errand.filter(id=number).update(kind="roster.check")
    assert await refused(cast, "secretary", number) == "rights/refused"


async def test_who_lost_the_office_meanwhile_settles_nothing(cast: Cast) -> None:
    number = (await asked(cast)).taps[0][0].target
    await Account.filter(member_id=cast.secretary.id).delete()
    by = await cast.secretary.acting()
    with pytest.raises(Refusal, match="rights/stranger"):
        await decide(by, number, 1, NOW)


@pytest.mark.parametrize("place", ["", "长" * 61])
async def test_a_place_has_to_be_said_and_short(cast: Cast, place: str) -> None:
    with pytest.raises(Refusal, match="gathering/wordy"):
        await ask_rule(await cast.secretary.acting(), cast.bot.id, cast.branch, wanted(place=place), NOW)


async def test_a_new_rule_moves_what_is_planned_and_keeps_what_hangs_on_it(cast: Cast) -> None:
    first = await ruled(cast, now=MARCH)
    before = {one.month: one for one in await Gathering.all()}
    by = await cast.secretary.acting()
    await settle_rule(by, cast.branch, wanted(DayOfMonth(20), "room 2", time(9, 30)), "next_working_day", MARCH)
    after = {one.month: one for one in await Gathering.all()}
    assert {month: one.id for month, one in after.items() if month in before} == {m: one.id for m, one in before.items()}
    assert (after["2026-06"].local_date, after["2026-06"].local_time) == (date(2026, 6, 22), "09:30")
    assert (after["2026-06"].place, after["2026-06"].revision) == ("room 2", 2)
    assert after["2026-03"].local_date == date(2026, 3, 20)  # ahead by the new rule only
    assert (await Series.get(id=first.id)).ended_at == MARCH
    assert {one.series_id for one in after.values()} == {(await Series.get(ended_at=None)).id}


async def test_what_was_announced_stays_and_its_month_is_not_doubled(cast: Cast) -> None:
    await ruled(cast)
    later = datetime(2026, 11, 26, 4, tzinfo=UTC)
    await announce(later)
    assert (await Gathering.get(month="2026-12")).state == "announced"
    await settle_rule(await cast.secretary.acting(later), cast.branch, wanted(Nth(2, 2)), "none", later)
    found = await days(cast.branch)
    assert found[:2] == ["2026-12-01", "2027-01-13"]
    assert len(found) == 13


async def test_a_planned_day_whose_new_day_is_over_stays(cast: Cast) -> None:
    late = datetime(2026, 11, 10, 4, tzinfo=UTC)
    await ruled(cast, DayOfMonth(25), now=late)
    await settle_rule(await cast.secretary.acting(), cast.branch, wanted(), "next_working_day", late)
    assert (await days(cast.branch))[:2] == ["2026-11-25", "2026-12-01"]


async def test_a_month_that_was_called_off_is_drawn_up_by_the_next_rule(cast: Cast) -> None:
    await ruled(cast)
    by = await cast.secretary.acting()
    gathering = await Gathering.get(month="2026-12")
    await called_off(await organised(by, gathering.id), NOW, by.label)
    await settle_rule(by, cast.branch, wanted(Nth(2, 2)), "none", NOW)
    assert (await days(cast.branch))[0] == "2026-12-09"


async def test_one_off_days_are_nobodys_month(cast: Cast) -> None:
    await planned(cast)
    await ruled(cast)
    assert (await days(cast.branch))[:2] == ["2026-12-01", "2026-12-01"]


async def test_a_rule_is_noted_with_what_held_before(cast: Cast) -> None:
    await ruled(cast)
    by, before = await cast.secretary.acting(), len(await dump())
    await settle_rule(by, cast.branch, wanted(Nth(0, 4)), "ask", NOW + timedelta(hours=1))
    assert before == len(await dump())
    from_audit = [row for row in (await dump())["note"] if "settle_rule" in str(row)]
    assert len(from_audit) == 2
    assert "nth 1 1" in str(from_audit[1])
    assert "nth 0 4" in str(from_audit[1])


async def test_only_organisers_settle(cast: Cast) -> None:
    for who in ("member", "neighbour_secretary", "foreigner", "former"):
        with pytest.raises(Refusal, match="rights/refused"):
            await settle_rule(await getattr(cast, who).acting(), cast.branch, wanted(), "none", NOW)
    assert await Series.all().count() == 0


async def test_worked_weekends_count_only_where_the_branch_says_so(cast: Cast) -> None:
    await learn(OPERATOR, None, YEAR_2026, JANUARY)
    by = await cast.secretary.acting()
    for adjusted, day in ((False, "2026-01-05"), (True, "2026-01-04")):  # Sunday the 4th is worked
        asked_for = replace(wanted(Nth(1, 4)), adjusted=adjusted)
        screen = (await ask_rule(by, cast.bot.id, cast.branch, asked_for, JANUARY)).screen
        assert screen is not None
        shown = await preview(int(str(screen.facts["preview"])), JANUARY)
        assert shown is not None
        assert (shown["collisions"][0]["next"], shown["adjusted"]) == (day, adjusted)
        tap = screen.taps[0][0]
        await decide(by, tap.target, tap.choice, JANUARY)
        assert (await days(cast.branch))[0] == day
        assert (await describe_rule(cast.branch.id, JANUARY))["adjusted"] is adjusted


async def test_a_theme_day_already_planned_for_that_very_day_is_the_months_own(cast: Cast) -> None:
    by, wish = await cast.secretary.acting(), Wish("theme day", "room 2", date(2026, 12, 1), time(9), kind="theme_day")
    await plan(by, cast.branch, wish, NOW)
    await ruled(cast)
    (one,) = await Gathering.filter(local_date="2026-12-01")
    assert (one.month, one.place, one.local_time) == ("2026-12", "room 2", "09:00")
    assert one.series_id == (await Series.get()).id
