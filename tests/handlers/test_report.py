"""/attendance and /themeday: months and organisations as people write them, and each hears what is theirs to know."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.cast import ADMINISTRATOR, GROUP, MEMBER, OUTSIDER, SECRETARY
from handlers.report import question
from models.card import Card, Refusal
from models.member import OPERATOR, bind, enrol, grant
from models.organisation import grow
from models.report import Question
from models.report.span import spanned
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import said

NOVEMBER = date(2026, 11, 21)
BOSS, MEMBER_ID, STRANGER, ADMIN = number(SECRETARY), number(MEMBER), number(OUTSIDER), number(ADMINISTRATOR)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("", Question()),
        *((word, Question(202612)) for word in ["12月", "12月份", "十二月", "2026年12月", "2026-12", "2026.12", "2026/12月"]),
        *((word, Question(202611)) for word in ["本月", "这个月", "11月", "十一月份", "2026-11"]),
        *((word, Question(202610)) for word in ["上月", "上个月", "10月", "十月"]),
        *((word, Question(2026)) for word in ["全年", "今年", "2026年", "2026", "年度"]),
        *((word, Question(2025)) for word in ["去年", "上年", "2025年"]),
        ("1月", Question(202601)),
        ("百花园", Question(place="百花园")),
        ("12月 百花园", Question(202612, "百花园")),
        ("百花园 小区   12月", Question(202612, "百花园 小区")),
        ("我的", Question(own=True)),
        ("我 2025年", Question(2025, own=True)),
        ("Z000012 全年", Question(2026, "Z000012")),
        ("12月 11月", Question(202612, "11月")),
        ("月", Question(place="月")),
    ],
)
def test_months_and_places_are_read_in_any_order(words: str, asked: Question) -> None:
    assert question(words, NOVEMBER) == asked


@pytest.mark.parametrize(
    ("today", "span"), [(date(2027, 1, 3), 202612), (date(2026, 12, 3), 202612), (date(2026, 10, 3), 202512)]
)
def test_a_month_without_a_year_is_no_farther_ahead_than_the_next(today: date, span: int) -> None:
    assert question("12月", today).span == span


def test_last_month_of_january_is_december() -> None:
    assert question("上月", date(2027, 1, 31)).span == 202612


@pytest.mark.parametrize("words", ["13月", "0月", "00月", "2026年13月", "2026-0", "2026-99", "十十月", "99月"])
def test_a_month_there_is_not_is_told_so(words: str) -> None:
    with pytest.raises(Refusal, match="report/form"):
        question(words, NOVEMBER)


@given(
    st.text(st.sampled_from("0123456789月年一二十全上本-/. 百") | st.characters(), max_size=30),
    st.dates(date(2001, 1, 1), date(2990, 12, 31)),
)
def test_no_words_are_worse_than_a_refusal(words: str, today: date) -> None:
    read = reading(words, today)
    if isinstance(read, Card):
        assert read == Card("report/form")
    else:
        assert read.span is None or spanned(read.span).number == read.span


def reading(words: str, today: date) -> Question | Card:
    try:
        return question(words, today)
    except Refusal as no:
        return no.card


async def asked(machine: Machine, by: int, chat: int | None = None, words: str = "/attendance") -> Card:
    (card,) = await machine.take(said(words, by, chat))
    return card


async def test_attendance_is_names_in_private_and_counts_in_the_group(machine: Machine) -> None:
    assert (await asked(machine, BOSS)).name == "gathering/none"
    assert (await asked(machine, BOSS, GROUP.id)).name == "gathering/none"
    planned = await machine.plan()
    assert await asked(machine, BOSS) == Card("gathering/names", {"gathering": planned.id, "people": planned.id})
    assert await asked(machine, BOSS, GROUP.id) == Card("gathering/counts", {"gathering": planned.id})
    assert (await asked(machine, BOSS, UNLINKED)).name == "gathering/unlinked"


async def test_a_member_hears_of_themselves_and_of_nobody_in_the_group(machine: Machine) -> None:
    await machine.plan()
    assert (await asked(machine, MEMBER_ID)).name == "report/own"
    assert (await asked(machine, MEMBER_ID, GROUP.id)).name == "rights/refused"
    assert (await asked(machine, STRANGER)).name == "rights/stranger"
    assert (await asked(machine, STRANGER, GROUP.id)).name == "rights/stranger"


async def test_words_after_the_command_name_a_month_and_a_branch(machine: Machine) -> None:
    month = {"branch_month": [machine.branch.id, 202612]}
    for words in ("12月", "１２月", "12月 百花园", f"{GROUP.title}   2026年12月"):
        assert (await asked(machine, BOSS, words=f"/attendance {words}")).facts == month
    assert (await asked(machine, BOSS, words="/attendance 13月")).name == "report/form"
    assert (await asked(machine, BOSS, words="/attendance 12月 别的支部")).name == "report/no_branch"
    assert (await asked(machine, BOSS, GROUP.id, "/attendance 12月")).facts == {"branch_totals": [machine.branch.id, 202612]}
    assert (await asked(machine, BOSS, GROUP.id, "/attendance 别的支部")).name == "report/in_private"


async def test_the_next_day_is_told_in_private_and_in_the_group(machine: Machine) -> None:
    assert (await asked(machine, BOSS, words="/themeday")).name == "gathering/none"
    assert (await asked(machine, MEMBER_ID, words="/themeday")).name == "report/nothing"
    planned = await machine.plan()
    card = await asked(machine, MEMBER_ID, words="/themeday")
    assert (card.name, card.facts["gathering"]) == ("report/next", planned.id)
    here = Card("report/next_here", {"gathering": planned.id, "above": False})
    assert await asked(machine, MEMBER_ID, GROUP.id, "/themeday") == here
    assert (await asked(machine, MEMBER_ID, UNLINKED, "/themeday")).name == "gathering/unlinked"
    assert (await asked(machine, STRANGER, words="/themeday")).name == "rights/stranger"


async def test_an_organiser_of_another_branch_sees_nothing_of_this_one(machine: Machine) -> None:
    assert machine.branch.root_id is not None
    other = await grow(machine.branch, "别的支部", "branch")
    other.path = f"/{machine.branch.root_id}/{other.id}/"
    await other.save()
    somebody = await enrol(OPERATOR, machine.branch.root_id, "某书记", "full", machine.time, other.id)
    await bind(OPERATOR, somebody, ADMIN, "2026-11", machine.time)
    await grant(OPERATOR, somebody, other.id, "secretary", machine.time)
    await machine.plan()
    assert (await asked(machine, ADMIN)).name == "gathering/none"
    assert (await asked(machine, ADMIN, GROUP.id)).name == "rights/refused"
    assert await asked(machine, ADMIN, words="/attendance 百花园") == Card("report/no_branch")
    assert await asked(machine, ADMIN, words="/attendance 没有的") == Card("report/no_branch")
