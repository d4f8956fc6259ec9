"""A year of holidays is judged before it is kept, whatever a file holds; the nearest ancestor's year decides."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.card import Refusal
from models.holidays import EVERYBODY, HolidayYear, Year, known, load, ships
from models.member import OPERATOR, grant
from models.recurrence import Holidays
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.years import MADE_UP, YEAR_2026, YEAR_2027


def changed_by(**facts: Any) -> dict[str, Any]:
    return deepcopy(MADE_UP) | facts


def many(number: int) -> dict[str, str]:
    return {date.fromordinal(date(2027, 1, 1).toordinal() + each).isoformat(): "假" for each in range(number)}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "year"), ([], "year"), ("2027", "year"), ({}, "year"), (changed_by(year="2027"), "year"),
        (changed_by(year=1999), "year"), (changed_by(year=10**400), "year"), (changed_by(off=None), "shape"),
        (changed_by(off={}), "shape"), (changed_by(off=["2027-01-01"]), "shape"),
        (changed_by(work={"2027-02-20": "班"}), "shape"),
        (changed_by(off=many(365)), "many"), (changed_by(work=["2027-02-20"] * 400), "many"),
        (changed_by(year=2028), "day"), (changed_by(off={"2026-12-31": "元旦"}), "day"),
        (changed_by(off={"2027-02-30": "春节"}), "day"),
        (changed_by(off={"20270101": "元旦"}), "day"), (changed_by(work=[20270220]), "day"), (changed_by(work=[None]), "day"),
        (changed_by(off={"2027-W01-5": "元旦"}), "day"),
        (changed_by(off={"2027-01-01": 5}), "name"), (changed_by(off={"2027-01-01": "长" * 21}), "name"),
        (changed_by(off={"2027-01-01": "元\u0000旦"}), "name"), (changed_by(off={"2027-01-01": "\ud800"}), "name"),
        (changed_by(work=["2027-02-06"]), "both"), (changed_by(work=["2027-02-22"]), "weekday"),
    ],
)  # fmt: skip
def test_a_year_that_cannot_be_is_refused_with_the_reason(data: object, why: str) -> None:
    with pytest.raises(Refusal) as no:
        Year.judged(data)
    assert no.value.card.name == "theme_day/bad_year"
    assert no.value.card.facts["why"] == why
    assert str(no.value.card.facts["detail"]).encode() is not None  # it can be kept


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries({}, optional={"year": st.integers(2019, 2101) | JSON, "off": JSON, "work": JSON, "source": JSON})


@given(JSON | NEARLY)
def test_no_data_is_worse_than_a_refusal(data: object) -> None:
    try:
        year = Year.judged(data)
    except Refusal:
        return
    assert json.loads(year.written)["off"]


def test_a_year_is_written_as_it_is_read() -> None:
    again = Year.judged({"year": 2026, **json.loads(YEAR_2026.written)})
    assert (again.off, again.work) == (YEAR_2026.off, YEAR_2026.work)
    assert (len(again.off), len(again.work)) == (33, 6)


def test_a_source_is_kept_short_and_plain() -> None:
    assert Year.judged(changed_by(source="x\ud800\n" * 500)).source == "x" * 180
    assert Year.judged(changed_by(source=7)).source == ""


async def test_the_nearest_ancestors_year_decides(cast: Cast) -> None:
    admin = await promoted(cast)
    assert await known(cast.branch) == Holidays()
    await load(OPERATOR, None, YEAR_2026, NOW)
    await load(OPERATOR, None, YEAR_2027, NOW)
    one = Year(2027, {date(2027, 1, 4): "district"}, frozenset())
    await load(admin, cast.district, one, NOW)
    own = Year(2027, {date(2027, 1, 5): "branch"}, frozenset())
    await load(await cast.secretary.acting(), cast.branch, own, NOW)
    assert (await known(cast.branch)).off == {**YEAR_2026.off, date(2027, 1, 5): "branch"}
    assert (await known(cast.neighbours)).off == {**YEAR_2026.off, date(2027, 1, 4): "district"}
    assert (await known(cast.foreign_branch)).off == {**YEAR_2026.off, **YEAR_2027.off}
    assert (await known(cast.branch)).known == {2026, 2027}


async def promoted(cast: Cast) -> Any:
    await grant(OPERATOR, cast.member.member, cast.district.id, "admin", NOW)
    return await cast.member.acting()


async def test_only_who_may_loads_a_year_and_only_at_the_own_node(cast: Cast) -> None:
    for who, node in [("member", cast.branch), ("secretary", cast.district), ("secretary", cast.neighbours)]:
        by, before = await getattr(cast, who).acting(), await dump()
        with pytest.raises(Refusal, match="rights/refused"):
            await load(by, node, YEAR_2027, NOW)
        assert changed(before, await dump()) == set()


async def test_loading_again_replaces(cast: Cast) -> None:
    by = await cast.secretary.acting()
    await load(by, cast.branch, YEAR_2027, NOW)
    await load(by, cast.branch, Year(2027, {date(2027, 1, 4): "x"}, frozenset()), NOW)
    assert (await HolidayYear.get()).days == '{"off": {"2027-01-04": "x"}, "work": []}'


async def test_what_ships_is_news_once_and_never_takes_the_place_of_what_somebody_loaded(cast: Cast) -> None:
    news = await ships(YEAR_2026)
    assert news is not None
    await load(OPERATOR, None, news, NOW)
    assert await ships(YEAR_2026) is None
    assert await ships(Year(2026, {date(2026, 1, 1): "元旦"}, frozenset())) is not None  # a later release corrects itself
    await load(OPERATOR, None, Year(2026, {date(2026, 1, 2): "x"}, frozenset(), "by hand"), NOW)
    assert await ships(YEAR_2026) is None
    assert (await HolidayYear.get(node_id=EVERYBODY)).source == "by hand"
