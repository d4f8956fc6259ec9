"""Two at once: rules, years and clocks that meet leave one rule, one day a month, and nobody told twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime

from models.database import atomic
from models.gathering import Gathering
from models.outbox import Delivery
from models.recurrence import Nth
from models.theme_day import Series, extend, learn, settle_rule
from tests.cast import NOW, Cast
from tests.models.theme_day.rules import days, ruled, wanted
from tests.models.years import YEAR_2027

NOVEMBER = datetime(2027, 11, 1, 0, 30, tzinfo=UTC)


async def whole(deed: Awaitable[object]) -> object:
    async with atomic():
        return await deed


async def doubled() -> list[str]:
    """Months that have more than one day."""
    found = Counter(one.month or "" for one in await Gathering.exclude(state="cancelled"))
    return [month for month, count in found.items() if count > 1]


async def test_two_rules_at_once_leave_the_last(cast: Cast) -> None:
    await ruled(cast)
    by = await cast.secretary.acting()
    rules = [wanted(Nth(2, 2), "room 2"), wanted(Nth(3, 3), "room 3")]
    await asyncio.gather(*(whole(settle_rule(by, cast.branch, rule, "none", NOW)) for rule in rules))
    series = await Series.get(ended_at=None)
    assert await doubled() == []
    assert {one.place for one in await Gathering.filter(series_id=series.id)} == {series.place}
    assert len(await days(cast.branch)) == 13


async def test_a_year_that_is_learnt_while_a_rule_is_settled_moves_its_days(cast: Cast) -> None:
    await ruled(cast)
    by = await cast.secretary.acting()
    await asyncio.gather(
        whole(learn(by, cast.branch, YEAR_2027, NOW)), whole(settle_rule(by, cast.branch, wanted(), "next_working_day", NOW))
    )
    found = await Gathering.filter(month__startswith="2027-")
    assert {one.provisional for one in found} == {False}
    assert await days(cast.branch, month="2027-05") == ["2027-05-06"]


async def test_two_clocks_draw_up_a_year_once(cast: Cast) -> None:
    await ruled(cast)
    await asyncio.gather(extend(NOVEMBER), extend(NOVEMBER))
    assert await Gathering.filter(month__startswith="2028-").count() == 12
    assert await Delivery.filter(kind="duty").count() == 1


async def test_a_rule_that_is_settled_while_the_year_is_drawn_up_has_all_of_it(cast: Cast) -> None:
    await ruled(cast)
    by = await cast.secretary.acting()
    await asyncio.gather(extend(NOVEMBER), whole(settle_rule(by, cast.branch, wanted(Nth(2, 2)), "none", NOVEMBER)))
    assert await doubled() == []
    series = await Series.get(ended_at=None)
    mine = await Gathering.filter(series_id=series.id, month__startswith="2028-")
    assert len(mine) == 12
    assert {one.local_date.weekday() for one in mine} == {2}
