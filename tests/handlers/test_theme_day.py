"""/plan reads a rule as people write it, shows the year to whom it is for, and plans one day as before."""

from datetime import time
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.cast import GROUP, MEMBER, OUTSIDER, SECRETARY
from handlers.gate import following
from handlers.theme_day import number as numeral
from handlers.theme_day import wanted
from models.card import Card, Refusal
from models.errand import Errand
from models.gathering import Gathering
from models.recurrence import LAST, DayOfMonth, Nth, Rule, Window
from models.theme_day import Series, Wanted
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import said, sent

BOSS, MEMBER_ID, STRANGER = number(SECRETARY), number(MEMBER), number(OUTSIDER)
GOOD = "每月第一个周二 15:00 二楼"


def read(words: str) -> Wanted:
    """As a handler is given what was written behind the command."""
    return wanted(following(f"/plan {words}"))


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("每月第一个周二", Nth(1, 1)), ("每月第1个周2", Nth(1, 1)), ("每月第一个星期二", Nth(1, 1)),
        ("每月首个礼拜二", Nth(1, 1)),
        ("每个月的第三个周三", Nth(3, 2)), ("每月第四个周日", Nth(4, 6)), ("每月第四个星期天", Nth(4, 6)),
        ("每月第二周五", Nth(2, 4)),
        ("每月最后一个周五", Nth(LAST, 4)), ("每月最后一周五", Nth(LAST, 4)), ("每月２０日", DayOfMonth(20)),
        ("每月20号", DayOfMonth(20)),
        ("每月二十日", DayOfMonth(20)), ("每月十二号", DayOfMonth(12)), ("每月三十一日", DayOfMonth(31)),
        ("每月十日", DayOfMonth(10)),
        ("每月廿一日", DayOfMonth(21)), ("每月最后一天", DayOfMonth(31)), ("每月1日至10日", Window(1, 10)),
        ("每月1-10日", Window(1, 10)),
        ("每月一日到十日", Window(1, 10)), ("每月1号～10号", Window(1, 10)), ("每月21日—31日", Window(21, 31)),
        ("每月第一个工作日", Window(1, 31)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [" 15:00", "15：00", "　１５：００"])
def test_a_rule_is_written_in_many_ways(words: str, rule: Rule, at: str) -> None:
    assert read(f"{words}{at} 二楼") == Wanted(rule, time(15), "二楼")


def test_a_place_may_have_words_and_a_length_may_be_said() -> None:
    assert read("每月第一个周二   15:00   党群服务中心　 二楼") == Wanted(Nth(1, 1), time(15), "党群服务中心 二楼")
    assert read("每月第一个周二 9:05 二楼 90分钟") == Wanted(Nth(1, 1), time(9, 5), "二楼", 90)


@pytest.mark.parametrize("said_so", ["调休也算", "调休日也算", "调休上班日也算"])
def test_a_branch_may_say_that_worked_weekends_count(said_so: str) -> None:
    assert read(f"每月1日至10日 15:00 二楼 {said_so}") == Wanted(Window(1, 10), time(15), "二楼", adjusted=True)
    assert read(f"每月1日至10日 15:00 二楼 90分钟 {said_so}") == Wanted(Window(1, 10), time(15), "二楼", 90, adjusted=True)


@pytest.mark.parametrize(
    "words",
    ["每月", "每月第一个周二", "每月第一个周二 15:00", "每月第五个周二 15:00 二楼", "每月第一个周八 15:00 二楼",
     "每月32日 15:00 二楼",
     "每月0日 15:00 二楼", "每月三十二日 15:00 二楼", "每月10日至1日 15:00 二楼", "每月20日 25:00 二楼", "每月20日 15:60 二楼",
     "每月20日 下午3点 二楼", "每月农历十五 15:00 二楼", "每月十十日 15:00 二楼", "每月一一一一日 15:00 二楼",
     "每月20日 15:00 二楼 5分钟", "每月20日 15:00 二楼 999分钟", "每月99999999999999999999日 15:00 二楼"],
)  # fmt: skip
def test_what_is_no_rule_is_told_the_form(words: str) -> None:
    with pytest.raises(Refusal, match="theme_day/form"):
        read(words)


LETTERS = st.sampled_from("每月第一二三四五十廿个周星期日号至到-最后天工作0123456789: 楼分钟") | st.characters()


@given(st.text(LETTERS, max_size=60))
def test_no_line_is_worse_than_a_form_refusal(words: str) -> None:
    found = answered(f"每月{words}")
    if isinstance(found, Card):
        assert found == Card("theme_day/form")
    else:
        assert found.place == " ".join(found.place.split())
        assert 10 <= found.minutes <= 600


def answered(words: str) -> Wanted | Card:
    try:
        return read(words)
    except Refusal as no:
        return no.card


def test_numerals_are_read_up_to_the_end_of_a_month() -> None:
    words = ["一", "九", "十", "十一", "二十", "二十九", "三十", "三十一", "廿", "廿三"]
    assert [numeral(each) for each in words] == [1, 9, 10, 11, 20, 29, 30, 31, 20, 23]


async def order(machine: Machine, words: str, by: int = BOSS, chat: int | None = None) -> Card:
    (card,) = await machine.take(said(f"/plan {words}", by, chat))
    return card


async def test_a_rule_is_shown_before_it_holds_in_private_and_in_the_group(machine: Machine) -> None:
    for chat in (None, GROUP.id):
        card = await order(machine, GOOD, chat=chat)
        assert card.name == "theme_day/preview"
        assert [tap.choice for row in card.taps for tap in row] == [1, 2, 4, 5]
    assert await Series.all().count() == await Gathering.all().count() == 0
    assert await Errand.all().count() == 2


async def test_the_year_is_shown_to_members_and_to_nobody_else(machine: Machine) -> None:
    assert (await order(machine, "")).name == "theme_day/none"
    assert (await order(machine, "", MEMBER_ID)).name == "theme_day/nothing"
    await machine.plan()
    for by in (BOSS, MEMBER_ID):
        assert (await order(machine, "", by)).name == "theme_day/year"
        assert (await order(machine, "", by, GROUP.id)).name == "theme_day/year"
        assert (await order(machine, "", by, UNLINKED)).name == "gathering/unlinked"
    for chat in (None, GROUP.id, UNLINKED):
        assert (await order(machine, "", STRANGER, chat)).name == "rights/stranger"


async def test_only_an_organiser_proposes_a_rule(machine: Machine) -> None:
    for words in (GOOD, "每月 garbage"):
        for chat in (None, GROUP.id):
            assert (await order(machine, words, MEMBER_ID, chat)).name == "rights/refused"
            assert (await order(machine, words, STRANGER, chat)).name == "rights/stranger"
    assert (await order(machine, GOOD, BOSS, UNLINKED)).name == "gathering/unlinked"
    assert await Errand.all().count() == 0


async def test_a_date_still_plans_one_day(machine: Machine) -> None:
    assert (await order(machine, "12月1日 15:00 二楼 党日")).name == "gathering/planned"


async def test_a_file_of_holidays_is_known_by_its_name(machine: Machine) -> None:
    assert await machine.take(sent("2027.JSON", BOSS)) == []
    assert (await Errand.get()).kind == "holidays"
    assert [card.name for card in await machine.take(sent("2027.json", MEMBER_ID))] == ["rights/refused"]
    assert [card.name for card in await machine.take(sent("2027.json", STRANGER))] == ["rights/stranger"]
    (large,) = await machine.take(sent("2027.json", BOSS, size=10**9))
    assert large.facts["why"] == "large"
    await machine.take(sent("2027.xlsx", BOSS))
    assert [one.kind for one in await Errand.all().order_by("id")] == ["holidays", "roster.check"]


def test_a_thousand_spaces_are_read_at_once() -> None:
    started = perf_counter()
    for words in (f"每月{' ' * 990}x", f"每月第{' ' * 990}x", f"每月1{' ' * 990}x"):
        with pytest.raises(Refusal, match="theme_day/form"):
            read(words)
    assert perf_counter() - started < 0.5
