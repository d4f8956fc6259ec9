"""A branch's month: counts for everybody who may ask, names for who is responsible, answers while it has not begun."""

from datetime import date, timedelta

from bot import wording
from models.card import Card
from models.gathering import Gathering, Record, close
from models.gathering.choice import Choice
from models.organisation import grow
from models.report.occasions import MOST, NAMES, month, totals
from models.report.trend import describe
from tests.cast import NOW, Cast, answers, planned
from tests.models.report.held import AFTER, START, held, recorded

DECEMBER = 202612


async def test_what_was_held_is_told_with_its_counts_and_the_names_of_those_who_were_not_there(cast: Cast) -> None:
    gathering = await held(cast, cast.member, cast.secretary)
    told = await month([cast.branch.id, DECEMBER], AFTER)
    (one,) = told["occasions"]
    assert (told["node"], told["year"], told["month"], told["more"], told["names"]) == ("branch", 2026, 12, 0, NAMES)
    assert (one["expected"], one["present"], one["on_leave"], one["absent"], one["observers"]) == (5, 2, 0, 3, 0)
    assert (one["recorded"], one["locked"], one["on_leave_names"]) == (True, False, [])
    assert one["absent_names"] == ["former", "probationary", "offline"]
    assert one["id"] == gathering.id


async def test_a_group_is_told_no_name(cast: Cast) -> None:
    await held(cast, cast.member)
    (one,) = (await totals([cast.branch.id, DECEMBER], AFTER))["occasions"]
    assert (one["present"], one["absent"]) == (1, 4)
    assert not any("names" in key for key in one)


async def test_what_has_not_begun_is_told_by_its_answers_and_what_is_open_as_under_way(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, Choice.LEAVE)
    await answers(cast.probationary, gathering)
    (one,) = (await month([cast.branch.id, DECEMBER], NOW))["occasions"]
    assert (one["coming"], one["recorded"], one["replied"], one["joining"], one["on_leave"], one["expected"]) == (
        True, False, 2, 1, 1, 5,
    )  # fmt: skip
    await close(gathering.closes_at)
    (one,) = (await month([cast.branch.id, DECEMBER], gathering.starts_at + timedelta(minutes=1)))["occasions"]
    assert (one["coming"], one["recorded"]) == (False, False)


async def test_a_month_holds_all_of_the_branch_and_its_groups_in_their_order(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    second = await held(cast, node=group, day=date(2026, 12, 9), kind="gathering")
    first = await held(cast, day=START)
    await held(cast, day=date(2027, 1, 5))
    await held(cast, node=cast.neighbours, day=START)
    off = await held(cast, day=date(2026, 12, 20))
    await Gathering.filter(id=off.id).update(state="cancelled")
    told = await month([cast.branch.id, DECEMBER], NOW)
    assert [each["id"] for each in told["occasions"]] == [first.id, second.id]


async def test_names_share_the_room_of_a_message(cast: Cast) -> None:
    for number in range(MOST + 1):
        await held(cast, day=START + timedelta(days=number), kind="gathering")
    told = await month([cast.branch.id, DECEMBER], NOW)
    assert (len(told["occasions"]), told["more"], told["names"]) == (MOST, 1, NAMES // MOST)


async def test_an_empty_month_is_empty(cast: Cast) -> None:
    assert (await month([cast.branch.id, DECEMBER], NOW))["occasions"] == []


async def test_a_trend_has_twelve_months_and_those_without_a_record_are_nought_of_nought(cast: Cast) -> None:
    await recorded(cast.branch, "2026-03", 10, 9)
    await recorded(cast.neighbours, "2026-03", 20, 10)
    await recorded(cast.branch, "2026-12", 10, 8)
    await recorded(cast.branch, "2025-12", 10, 8)
    await recorded(cast.branch, "2026-05", 10, 8, kind="gathering")
    told = await describe([cast.district.id, 2026], NOW)
    assert (told["node"], told["expected"], told["present"]) == ("district", 40, 27)
    filled = {each["month"]: (each["present"], each["expected"]) for each in told["months"]}
    assert [each["month"] for each in told["months"]] == list(range(1, 13))
    assert filled == dict.fromkeys(range(1, 13), (0, 0)) | {3: (19, 30), 12: (8, 10)}


async def test_what_is_over_and_has_no_record_is_not_said_to_be_under_way(cast: Cast) -> None:
    gathering = await held(cast)
    await Record.all().delete()  # as what was held before there were records
    await Gathering.filter(id=gathering.id).update(state="recorded")
    for name, facts in (("report/month", "branch_month"), ("report/totals", "branch_totals")):
        words = (await wording.render(Card(name, {facts: [cast.branch.id, DECEMBER]}), 1, AFTER)).text
        assert "正在开" not in words
        assert "没有签到记录" in words


async def test_rates_are_said_with_their_denominators_and_nothing_is_nought(cast: Cast) -> None:
    await held(cast, cast.member, cast.secretary)
    for name, fact in (("report/month", "branch_month"), ("report/totals", "branch_totals")):
        words = (await wording.render(Card(name, {fact: [cast.branch.id, DECEMBER]}), 1, AFTER)).text
        assert "实到／应到 40.0%（2／5），请假 0，缺席 3" in words
        empty = (await wording.render(Card(name, {fact: [cast.branch.id, 202611]}), 1, AFTER)).text
        assert "应到 0，实到 0" in empty


async def test_a_table_is_said_with_its_denominators_and_a_branch_with_nothing_as_nought(cast: Cast) -> None:
    await held(cast, cast.member, cast.secretary)
    card = Card("report/table", {"subtree": [cast.district.id, DECEMBER], "long": False})
    words = (await wording.render(card, 1, AFTER)).text
    assert [line.strip("　") for line in words.splitlines()[1:4]] == [
        "district：已开1／2，40.0%（2／5），请假0，缺席3＊",
        "branch：已开1／1，40.0%（2／5），请假0，缺席3＊",
        "neighbours：已开0／1，0／0",
    ]
