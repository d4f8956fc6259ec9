"""光荣在党50年: listed ninety days before 1 July, by a rule that guesses nothing, confirmed by a person."""

from datetime import date

import pytest

from bot.wording import render
from models.birthday import BirthdayWish, Medal
from models.birthday.medals import decide, expected
from models.card import Card, Refusal
from models.member import Member, Membership, Role
from models.outbox import Delivery
from tests.cast import NOW, Cast
from tests.models.birthday.born import at, dated, looked_at, owed, settled

SPRING = date(2026, 4, 2)  # ninety days before 1 July


async def listed(cast: Cast) -> list[int]:
    return [one.member_id for one in await Medal.all().order_by("id")]


async def veterans(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1975, 7, 1), date(1976, 7, 1))  # complete on the very day
    await dated(cast.offline, date(1975, 7, 2), date(1976, 7, 2))  # a day short
    await dated(cast.former, date(1976, 3, 5))  # no probation then: the usual “a year later” would miss them
    await dated(cast.secretary, date(1968, 5, 4))  # long enough, but since when it counts nobody knows


async def test_the_list_is_drawn_up_ninety_days_before_by_the_dates_alone(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(date(2026, 4, 1))
    assert await listed(cast) == []
    await looked_at(SPRING, date(2026, 4, 3))
    assert sorted(await listed(cast)) == sorted([cast.member.id, cast.former.id])
    (one,) = await owed("birthday/medals")
    assert (one.member_id, one.kind) == (cast.secretary.id, "duty")
    text = (await render(Card.from_json(one.card), 1, at(SPRING))).text
    assert "member，50年，1976年7月1日起：待核对" in text
    assert "没有转正日期：secretary" in text
    assert "offline" not in text


async def test_sixty_and_seventy_years_are_listed_in_the_year_that_completes_them(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1965, 7, 1), date(1966, 7, 1))
    await dated(cast.offline, date(1955, 7, 1), date(1956, 7, 1))
    await dated(cast.former, date(1960, 7, 1), date(1961, 7, 1))
    facts = {"root_id": cast.district.id, "node_id": cast.branch.id, "year": 2021, "at": NOW, "state": "confirmed"}
    await Medal.bulk_create([Medal(member_id=who.id, **facts) for who in (cast.member, cast.offline, cast.former)])
    await looked_at(SPRING)
    await Medal.all().update(state="confirmed")
    await looked_at(date(2027, 4, 2))
    fresh = await Medal.exclude(year=2021).order_by("years")
    assert [(one.member_id, one.years, one.year) for one in fresh] == [
        (cast.member.id, 60, 2026),
        (cast.offline.id, 70, 2026),
    ]
    assert len(await owed("birthday/medals")) == 1
    (one,) = await owed("birthday/medals")
    assert [tap.shown for row in Card.from_json(one.card).taps for tap in row] == ["member 60"] * 2 + ["offline 70"] * 2
    assert "member，60年，1966年7月1日起：已确认" in (await render(Card.from_json(one.card), 1, at(SPRING))).text


async def test_nobody_is_listed_twice(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(SPRING, date(2027, 4, 2))
    assert sorted(await listed(cast)) == sorted([cast.member.id, cast.former.id, cast.offline.id])
    assert (await Medal.get(member_id=cast.offline.id)).year == 2027


async def test_the_clock_expects_a_list_only_while_somebody_is_not_on_one(cast: Cast) -> None:
    await veterans(cast)
    await dated(cast.secretary, None)
    assert await expected(cast.branch, 2026, at(SPRING))
    await looked_at(SPRING)
    assert not await expected(cast.branch, 2026, at(SPRING))
    assert await expected(cast.branch, 2027, at(SPRING))


@pytest.mark.parametrize("status", ["deceased", "suspended"])
async def test_only_the_living_in_good_standing_are_listed(cast: Cast, status: str) -> None:
    await veterans(cast)
    await Member.filter(id=cast.member.id).update(status=status)
    await looked_at(SPRING)
    assert await listed(cast) == [cast.former.id]


async def test_who_wants_no_birthdays_is_on_the_list_all_the_same(cast: Cast) -> None:
    await veterans(cast)
    await BirthdayWish.create(root_id=cast.district.id, member_id=cast.member.id, how="none")
    await looked_at(SPRING)
    assert cast.member.id in await listed(cast)


async def test_where_only_dates_are_missing_the_secretary_is_told_too(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1968, 5, 4))
    await looked_at(SPRING)
    assert len(await owed("birthday/medals")) == 1
    assert await listed(cast) == []


async def test_a_person_confirms_and_may_think_again(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(SPRING)
    by, one = await cast.secretary.acting(), await Medal.get(member_id=cast.member.id)
    for choice, state in [(1, "confirmed"), (2, "struck"), (1, "confirmed")]:
        await decide(by, one.id, choice, NOW)
        assert (await Medal.get(id=one.id)).state == state
    (shown,) = await owed("birthday/medals")
    assert [tap.shown for row in Card.from_json(shown.card).taps for tap in row] == ["former"] * 2 + ["member"] * 2


async def test_nobody_confirms_for_another_branch(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(SPRING)
    one = await Medal.get(member_id=cast.member.id)
    with pytest.raises(Refusal, match="rights/refused"):
        await decide(await cast.neighbour_secretary.acting(), one.id, 1, NOW)
    with pytest.raises(Refusal, match="action/unknown"):
        await decide(await cast.secretary.acting(), one.id, 3, NOW)


async def test_who_comes_on_the_list_late_is_told_of_anew(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(SPRING)
    await dated(cast.neighbour, date(1970, 1, 1))
    await dated(cast.probationary, date(1970, 1, 1))
    await looked_at(date(2026, 4, 20), date(2026, 4, 21))
    first, second = [one for one in await owed("birthday/medals") if one.member_id == cast.secretary.id]
    assert first.card == second.card
    assert "probationary" in [tap.shown for row in Card.from_json(second.card).taps for tap in row]


async def test_whoever_takes_office_in_the_season_is_told_and_a_year_without_an_officer_is_made_up_for(cast: Cast) -> None:
    await veterans(cast)
    await dated(cast.offline, date(1965, 7, 1), date(1966, 7, 1))  # sixty this year, and in no other
    await Role.filter(member_id=cast.secretary.id).update(from_at=at(date(2027, 4, 10)))
    await looked_at(SPRING, date(2026, 6, 30))
    assert (await owed("birthday/medals"), len(await listed(cast))) == ([], 4)
    await looked_at(date(2027, 4, 2), date(2027, 4, 11))
    (one,) = await owed("birthday/medals")
    assert Card.from_json(one.card).facts == {"medals": [cast.branch.id, 2027]}
    text = (await render(Card.from_json(one.card), 1, at(SPRING))).text
    for words in ("member，50年", "former，50年", "offline，60年"):
        assert words in text, words


async def test_a_list_that_was_decided_is_not_asked_about_again(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(SPRING)
    await dated(cast.offline, None)
    await dated(cast.secretary, None)
    await Medal.all().update(state="confirmed")
    await looked_at(date(2027, 4, 2))
    assert len(await owed("birthday/medals")) == 1
    assert {one.year for one in await Medal.all()} == {2026}


async def test_who_moves_branch_before_a_decision_is_on_the_list_of_the_new_branch(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(SPRING)
    await Membership.filter(member_id=cast.member.id).update(node_id=cast.neighbours.id)
    await looked_at(date(2026, 4, 20))
    one = await Medal.get(member_id=cast.member.id)
    assert one.node_id == cast.neighbours.id
    old, new = await owed("birthday/medals")
    assert [tap.shown for row in Card.from_json(old.card).taps for tap in row] == ["former"] * 2
    assert (new.member_id, Card.from_json(new.card).facts) == (
        cast.neighbour_secretary.id,
        {"medals": [cast.neighbours.id, 2026]},
    )


async def test_whose_office_has_ended_is_shown_no_newer_list(cast: Cast) -> None:
    await veterans(cast)
    await looked_at(SPRING)
    await Delivery.all().update(state="sent", message_id=9)
    await Role.filter(member_id=cast.secretary.id).update(until_at=at(SPRING, 10))
    await Role.filter(member_id=cast.neighbour_secretary.id).update(node_id=cast.branch.id)
    by, one = await cast.neighbour_secretary.acting(at(SPRING, 11)), await Medal.get(member_id=cast.member.id)
    await decide(by, one.id, 1, at(SPRING, 11))
    (shown,) = await owed("birthday/medals")
    assert (shown.live, shown.state) == (False, "sent")
