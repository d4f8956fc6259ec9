"""The year as a list: for everybody it is for, with what is over, what is coming, what moved and what may still move."""

from datetime import date, time, timedelta

import pytest

from bot import wording
from models.card import Card, Refusal
from models.errand import Errand
from models.gathering import Gathering, announce
from models.member import OPERATOR, Membership, grant
from models.organisation import grow
from models.theme_day import describe, describe_rule, fetch, learn, rule, turn, where, year_list
from models.theme_day.seeing import MOST_LINES
from tests.cast import NOW, Cast, planned
from tests.models.theme_day.rules import ruled
from tests.models.years import YEAR_2027

ALL_IN_2027 = 12


async def shown(cast: Cast, who: str) -> Card:
    screen = (await year_list(await getattr(cast, who).acting(), cast.branch, NOW)).screen
    assert screen is not None
    return screen


def taps(card: Card) -> list[tuple[str, int]]:
    return [(tap.verb, tap.choice) for row in card.taps for tap in row]


async def test_a_member_sees_the_year_and_the_file_an_organiser_the_rule_too(cast: Cast) -> None:
    await ruled(cast)
    assert (await shown(cast, "member")).facts == {"year_of": [cast.branch.id, 2026]}
    assert taps(await shown(cast, "member")) == [("year_file", 2026), ("year", 2027)]
    assert taps(await shown(cast, "secretary")) == [("year_file", 2026), ("rule", 1), ("year", 2027)]


async def test_nobody_else_sees_it(cast: Cast) -> None:
    await ruled(cast)
    for who in ("neighbour", "neighbour_secretary", "foreigner"):
        with pytest.raises(Refusal, match="rights/refused"):
            await shown(cast, who)


async def test_without_a_plan_each_hears_what_is_theirs_to_know(cast: Cast) -> None:
    with pytest.raises(Refusal, match="theme_day/none"):
        await shown(cast, "secretary")
    with pytest.raises(Refusal, match="theme_day/nothing"):
        await shown(cast, "member")


async def test_lines_tell_state_and_mark_and_where_a_day_came_from(cast: Cast) -> None:
    await ruled(cast)
    await announce(NOW + timedelta(days=4))
    this_year = await describe([cast.branch.id, 2026], NOW)
    assert [(line["day"], line["state"], line["provisional"]) for line in this_year["coming"]] == [
        ("2026-12-01", "announced", False)
    ]
    next_year = await describe([cast.branch.id, 2027], NOW)
    assert (len(next_year["coming"]), next_year["provisional"], next_year["over"]) == (ALL_IN_2027, True, [])
    await learn(await cast.secretary.acting(), cast.branch, YEAR_2027, NOW)
    may = (await describe([cast.branch.id, 2027], NOW))["coming"][4]
    assert (may["day"], may["nominal"], may["feast"]) == ("2027-05-06", "2027-05-04", "劳动节")
    assert not (await describe([cast.branch.id, 2027], NOW))["provisional"]


async def test_what_is_over_is_told_by_its_days_and_what_was_called_off_is_not(cast: Cast) -> None:
    await ruled(cast)
    await Gathering.filter(month__in=["2027-03", "2027-04"]).update(state="cancelled")
    later = NOW + timedelta(days=130)  # 31 March 2027
    found = await describe([cast.branch.id, 2027], later)
    assert found["over"] == ["2027-01-05", "2027-02-02"]
    assert [(line["day"], line["state"]) for line in found["coming"][:2]] == [
        ("2027-04-06", "cancelled"),
        ("2027-05-04", "planned"),
    ]


async def test_one_off_days_stand_in_the_list_with_their_titles(cast: Cast) -> None:
    await planned(cast, date(2026, 12, 20), time(9), "study")
    (line,) = (await describe([cast.branch.id, 2026], NOW))["coming"]
    assert (line["title"], line["at"], line["nominal"]) == ("study", "09:00", "")


async def test_a_list_stays_readable(cast: Cast) -> None:
    for minute in range(MOST_LINES + 3):
        await planned(cast, date(2026, 12, 20), time(9, minute))
    found = await describe([cast.branch.id, 2026], NOW)
    assert (len(found["coming"]), found["more"]) == (MOST_LINES, 3)


async def test_another_year_is_one_tap_away(cast: Cast) -> None:
    await ruled(cast)
    screen = (await turn(await cast.member.acting(), cast.branch.id, 2027, NOW)).screen
    assert screen is not None
    assert taps(screen) == [("year_file", 2027), ("year", 2026)]


async def test_the_file_is_an_errand_for_who_may_see(cast: Cast) -> None:
    await ruled(cast)
    await fetch(await cast.member.acting(), cast.branch.id, 2026, NOW)
    errand = await Errand.get()
    assert (errand.kind, errand.member_id) == ("calendar", cast.member.id)
    with pytest.raises(Refusal, match="rights/refused"):
        await fetch(await cast.neighbour.acting(), cast.branch.id, 2026, NOW)


async def test_the_rule_is_told_or_that_there_is_none(cast: Cast) -> None:
    assert (await describe_rule(cast.branch.id, NOW))["rule"] == ""
    await ruled(cast, shift="next_week")
    found = await describe_rule(cast.branch.id, NOW)
    assert (found["rule"], found["shift"], found["at"], found["place"]) == ("nth 1 1", "next_week", "15:00", "room 1")
    assert (await rule(await cast.secretary.acting(), cast.branch.id, 1, NOW)).screen is not None
    with pytest.raises(Refusal, match="rights/refused"):
        await rule(await cast.member.acting(), cast.branch.id, 1, NOW)


async def test_in_private_one_looks_where_one_organises_or_belongs(cast: Cast) -> None:
    assert (await where(await cast.member.acting())).id == cast.branch.id
    assert (await where(await cast.secretary.acting())).id == cast.branch.id
    await grant(OPERATOR, cast.probationary.member, cast.district.id, "admin", NOW)
    assert (await where(await cast.probationary.acting())).id == cast.district.id
    await ruled(cast)
    assert (await where(await cast.probationary.acting())).id == cast.branch.id  # where there is a rule


async def test_a_member_of_a_group_looks_at_the_branch_that_has_the_rule(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    await Membership.filter(member_id=cast.member.id).update(node_id=group.id)
    await ruled(cast)
    assert (await where(await cast.member.acting())).id == cast.branch.id


async def test_who_belongs_nowhere_sees_nothing(cast: Cast) -> None:
    await Membership.filter(member_id=cast.member.id).delete()
    with pytest.raises(Refusal, match="rights/refused"):
        await where(await cast.member.acting())


async def test_a_day_at_another_place_says_so(cast: Cast) -> None:
    await ruled(cast)
    await Gathering.filter(month="2027-03").update(place="museum")
    words = (await wording.render(Card("theme_day/year", {"year_of": [cast.branch.id, 2027]}), 1, NOW)).text
    lines = words.splitlines()
    assert [line for line in lines if "museum" in line] == [line for line in lines if line.startswith("3月2日")]
    assert words.count("room 1") == 1


async def test_a_year_nobody_has_loaded_is_said_to_be_provisional(cast: Cast) -> None:
    await ruled(cast)
    card = Card("theme_day/year", {"year_of": [cast.branch.id, 2027]})
    assert (await wording.render(card, 1, NOW)).text.count("，暂算") == ALL_IN_2027
    await learn(await cast.secretary.acting(), cast.branch, YEAR_2027, NOW)
    assert "暂算" not in (await wording.render(card, 1, NOW)).text
