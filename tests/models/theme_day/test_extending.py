"""On 1 November the days of the following year are drawn up, once, however late the clock comes."""

from datetime import UTC, datetime, timedelta

import pytest

from models.card import Card
from models.gathering import Gathering
from models.member import OPERATOR, grant
from models.organisation import Node, grow
from models.outbox import Delivery
from models.theme_day import Series, extend, next_due, settle_rule
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.theme_day.rules import days, ruled, wanted

NOVEMBER = datetime(2027, 11, 1, 0, 30, tzinfo=UTC)  # 8:30 in Shanghai


async def drawn_up() -> list[dict[str, object]]:
    cards = [Card.from_json(one.card) for one in await Delivery.all()]
    return [dict(card.facts) for card in cards if card.name == "theme_day/extended"]


async def test_the_year_after_next_is_drawn_up_on_its_first_of_november(cast: Cast) -> None:
    await ruled(cast)
    assert (await Series.get()).extend_due == NOVEMBER == await next_due()
    assert await extend(NOVEMBER - timedelta(seconds=1)) == 0
    assert await extend(NOVEMBER) == 1
    found = await days(cast.branch, month__startswith="2028-")
    assert (len(found), found[0], found[-1]) == (12, "2028-01-04", "2028-12-05")
    assert await drawn_up() == [{"node": cast.branch.id, "year": 2028, "count": 12}]
    assert await next_due() == datetime(2028, 11, 1, 0, 30, tzinfo=UTC)


async def test_twice_is_once(cast: Cast) -> None:
    await ruled(cast)
    await extend(NOVEMBER)
    before = await dump()
    assert await extend(NOVEMBER) == 0
    assert changed(before, await dump()) == set()


async def test_a_clock_that_comes_months_late_draws_up_what_is_left(cast: Cast) -> None:
    await ruled(cast)
    await extend(datetime(2028, 2, 10, tzinfo=UTC))
    assert (await days(cast.branch, month__startswith="2028-"))[0] == "2028-03-07"
    assert await drawn_up() == [{"node": cast.branch.id, "year": 2028, "count": 10}]
    assert (await Series.get()).extend_due == datetime(2028, 11, 1, 0, 30, tzinfo=UTC)


async def test_a_rule_of_spring_has_its_next_year_the_same_november(cast: Cast) -> None:
    await ruled(cast, now=datetime(2026, 3, 10, tzinfo=UTC))
    assert await Gathering.filter(month__startswith="2027-").count() == 0
    await extend(datetime(2026, 11, 1, 0, 30, tzinfo=UTC))
    assert await Gathering.filter(month__startswith="2027-").count() == 12


async def test_neither_an_ended_rule_nor_a_closed_branch_goes_on(cast: Cast) -> None:
    await ruled(cast)
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)
    await extend(NOVEMBER)
    assert await Gathering.filter(month__startswith="2028-").count() == 0
    await Series.all().update(ended_at=NOW, extend_due=NOVEMBER)
    assert await extend(NOVEMBER) == 0
    assert await next_due() is None


async def test_one_that_cannot_be_drawn_up_stops_none_behind_it_and_is_looked_at_in_an_hour(cast: Cast) -> None:
    await ruled(cast)
    await settle_rule(await cast.neighbour_secretary.acting(), cast.neighbours, wanted(), "next_working_day", NOW)
    await Series.filter(node_id=cast.branch.id).update(rule="broken")
    with pytest.raises(ExceptionGroup, match="1 series"):
        await extend(NOVEMBER)
    assert await Gathering.filter(month__startswith="2028-").count() == 12
    assert (await Series.get(node_id=cast.branch.id)).extend_due == NOVEMBER + timedelta(hours=1)


async def test_a_new_years_days_are_automatic_words_within_the_weeks_limit(cast: Cast) -> None:
    """Who answers for many branches is spared the sixth message of that morning; it is held, not lost."""
    for number in range(6):
        node = await grow(cast.district, f"branch {number}", "branch")
        await grant(OPERATOR, cast.secretary.member, node.id, "secretary", NOW)
        await settle_rule(await cast.secretary.acting(), node, wanted(), "none", NOW)
    await extend(NOVEMBER)
    told = await Delivery.filter(kind="duty", member_id=cast.secretary.id)
    assert sorted(one.state for one in told) == ["held", *["queued"] * 5]


async def test_a_clock_that_comes_a_year_late_forgets_no_month_that_lies_ahead(cast: Cast) -> None:
    await ruled(cast)
    await extend(datetime(2028, 11, 10, tzinfo=UTC))
    assert await days(cast.branch, month__startswith="2028-") == ["2028-12-05"]
    assert await Gathering.filter(month__startswith="2029-").count() == 12
    assert (await drawn_up())[0]["count"] == 12
