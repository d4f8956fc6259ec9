"""/plan reads what people write and refuses the rest politely."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox.cast import ADMINISTRATOR, GROUP, MEMBER, OUTSIDER, SECRETARY
from handlers.gathering import meant, wish
from models.card import Card, Refusal
from models.gathering import Gathering
from models.gathering.plan import Wish
from models.member import OPERATOR, bind, enrol, grant
from models.organisation import grow
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import said

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOSS, MEMBER_ID, STRANGER, ADMIN = number(SECRETARY), number(MEMBER), number(OUTSIDER), number(ADMINISTRATOR)
PARTY_DAY = Wish("12月主题党日", "社区党群服务中心二楼", date(2026, 12, 1), time(15), "theme_day")


@pytest.mark.parametrize(
    "day", ["2026-12-01", "2026年12月1日", "2026/12/1", "2026.12.01", "12月1日", "12月1", "12-1", "12/01", "12.1"]
)
@pytest.mark.parametrize("at", [" 15:00", "15:00", "  15:00"])
def test_a_day_is_written_in_many_ways(day: str, at: str) -> None:
    separator = "" if day.endswith("日") else " "
    assert wish(f"{day}{separator}{at} 社区党群服务中心二楼 12月主题党日", TODAY) == PARTY_DAY


def test_what_is_called_a_theme_day_is_one_and_nothing_else() -> None:
    titles = ("主题党日", "12月主题党日暨党课", "主题教育", "党日活动")
    kinds = [wish(f"12-1 15:00 二楼 {title}", TODAY).kind for title in titles]
    assert kinds == ["theme_day", "theme_day", "gathering", "gathering"]


def test_a_title_may_have_words_and_lines() -> None:
    assert wish("12-1 9:05 二楼  学习  讨论\n座谈 ", TODAY).title == "学习 讨论 座谈"
    assert wish("12-1 9:05 二楼 学习", TODAY).at == time(9, 5)


@pytest.mark.parametrize(
    ("month", "day", "today", "year"),
    [(11, 21, date(2026, 11, 21), 2026), (11, 20, date(2026, 11, 21), 2027), (1, 1, date(2026, 12, 31), 2027),
     (12, 31, date(2026, 1, 1), 2026), (2, 29, date(2027, 11, 21), 2028), (2, 29, date(2028, 2, 1), 2028)],
)  # fmt: skip
def test_a_date_without_a_year_is_the_next_such_day(month: int, day: int, today: date, year: int) -> None:
    assert meant(None, month, day, today) == date(year, month, day)


@pytest.mark.parametrize(
    "words",
    ["", "明天 15:00 二楼 党日", "12月1日 15:00 二楼", "12月1日 15:00", "2月31日 15:00 二楼 党日",
     "2026-02-30 15:00 二楼 党日",
     "12月1日 25:00 二楼 党日", "12月1日 15:60 二楼 党日", "13月1日 15:00 二楼 党日", "0月1日 15:00 二楼 党日",
     "12月0日 15:00 二楼 党日", "12月1日 下午3点 二楼 党日", "0000-12-01 15:00 二楼 党日", "12月1日 15:0 二楼 党日",
     "12月1日 -1:00 二楼 党日", "2026-02-29 15:00 二楼 党日", "2月29日 15:00 二楼 党日", "0001-01-01 00:00 二楼 党日",
     "9999-12-31 23:59 二楼 党日"],
)  # fmt: skip
def test_what_is_no_order_is_told_the_form(words: str) -> None:
    with pytest.raises(Refusal, match="gathering/form"):
        wish(words, TODAY)


LETTERS = st.sampled_from("0123456789月日年:/.- 二楼党\n") | st.characters()


@given(st.text(LETTERS, max_size=60) | st.from_regex(r"\A\d{1,5}[-/.月年]?\d{0,3}[-/.月]\d{1,3}日? ?\d{1,3}:\d{2} \S+ \S+\Z"))
@example("٢٠٢٦-١٢-٠١ ١٥:٠٠ 二楼 党日")
@example("2000-01-01 00:00 a b")
@example("2999-12-31 23:59 a b")
def test_no_line_is_worse_than_a_form_refusal(words: str) -> None:
    found = read(words)
    if isinstance(found, Card):
        assert found == Card("gathering/form")
    else:
        assert found.title == " ".join(found.title.split())
        assert not set(found.place) & set(" \n\t")
        assert 2000 <= found.day.year <= 2999


def read(words: str) -> Wish | Card:
    try:
        return wish(words, TODAY)
    except Refusal as no:
        return no.card


async def order(machine: Machine, words: str, by: int = BOSS, chat: int | None = None) -> str:
    (card,) = await machine.take(said(f"/plan {words}", by, chat))
    return card.name


async def test_an_organiser_plans_in_private_and_in_the_group(machine: Machine) -> None:
    assert await order(machine, "12月1日 15:00 二楼 党日") == "gathering/planned"
    assert await order(machine, "2月1日 9:00 二楼 新年", chat=GROUP.id) == "gathering/planned"
    first, second = await Gathering.all().order_by("id")
    assert (first.node_id, first.title, first.place) == (machine.branch.id, "党日", "二楼")
    assert first.starts_at == datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert second.local_date == date(2027, 2, 1)


async def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(machine: Machine) -> None:
    assert await order(machine, "2月31日 15:00 二楼 党日") == "gathering/form"
    assert await order(machine, "2026-11-21 11:59 二楼 党日") == "gathering/past"
    assert await order(machine, "2000-01-01 00:00 二楼 党日") == "gathering/past"
    assert await order(machine, "2999-12-31 23:59 二楼 党日") == "gathering/too_far"
    assert await order(machine, f"12月1日 15:00 二楼 {'长' * 61}") == "gathering/wordy"
    assert await order(machine, f"12月1日 15:00 {'长' * 61} 党日") == "gathering/wordy"
    assert await Gathering.all().count() == 0


async def test_only_an_organiser_plans(machine: Machine) -> None:
    good = "12月1日 15:00 二楼 党日"
    assert await order(machine, good, MEMBER_ID) == "rights/refused"
    assert await order(machine, good, STRANGER) == "rights/stranger"
    assert await order(machine, good, MEMBER_ID, GROUP.id) == "rights/refused"
    assert await order(machine, good, STRANGER, GROUP.id) == "rights/stranger"
    assert await order(machine, good, STRANGER, UNLINKED) == "rights/stranger"
    assert await order(machine, "garbage", STRANGER) == "rights/stranger"  # the form is no secret, but not theirs
    assert await order(machine, good, BOSS, UNLINKED) == "gathering/unlinked"
    assert await Gathering.all().count() == 0


async def test_who_organises_several_nodes_says_it_in_the_group(machine: Machine) -> None:
    other = await grow(machine.branch, "3号楼党小组", "party_group")
    await grant(OPERATOR, machine.members[SECRETARY.name], other.id, "deputy_secretary", machine.time)
    assert await order(machine, "12月1日 15:00 二楼 党日") == "gathering/which"
    assert await order(machine, "12月1日 15:00 二楼 党日", chat=GROUP.id) == "gathering/planned"


async def test_an_organiser_of_another_branch_plans_nothing_in_this_one(machine: Machine) -> None:
    assert machine.branch.root_id is not None
    other = await grow(machine.branch, "别的支部", "branch")
    other.path = f"/{machine.branch.root_id}/{other.id}/"
    await other.save()
    somebody = await enrol(OPERATOR, machine.branch.root_id, "某书记", "full", machine.time, other.id)
    await bind(OPERATOR, somebody, ADMIN, "2026-11", machine.time)
    await grant(OPERATOR, somebody, other.id, "secretary", machine.time)
    assert await order(machine, "12月1日 15:00 二楼 党日", ADMIN, GROUP.id) == "rights/refused"
