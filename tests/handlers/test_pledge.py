"""/pledge reads a period as people write it, is private for members, and everything typed reaches the right question."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.cast import GROUP, MEMBER, OUTSIDER, SECRETARY
from handlers.gate import following
from handlers.pledge import call
from models.card import Card, Refusal
from models.pledge import Call, Campaign, CampaignItem, Pledge, Promise
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import pressed, said

BOSS, MEMBER_ID, STRANGER = number(SECRETARY), number(MEMBER), number(OUTSIDER)
GOOD = "2027年1月1日至12月31日 我是党员"
YEAR = Call("我是党员", date(2027, 1, 1), date(2027, 12, 31))


def read(words: str) -> Call:
    """As a handler is given what was written behind the command."""
    return call(following(f"/pledge {words}"))


@pytest.mark.parametrize(
    "words",
    [GOOD, "2027年1月1日到2027年12月31日 我是党员", "２０２７年１月１日至１２月３１日　我是党员",
     "2027-1-1至2027-12-31 我是党员",
     "2027.1.1-12.31 我是党员", "2027/01/01—2027/12/31 我是党员", "从2027年1月1日至12月31日 我是党员",
     "2027年 我是党员", "2027年度 我是党员"],
)  # fmt: skip
def test_a_period_is_written_in_many_ways(words: str) -> None:
    assert read(words) == YEAR


@pytest.mark.parametrize(
    "words",
    ["我是党员", "2027年", "1月1日至12月31日 我是党员", "2027年1月1日 我是党员", "明年 我是党员", "2027年1月1日至12月31日"],
)
def test_what_is_no_period_is_told_the_form(words: str) -> None:
    with pytest.raises(Refusal, match="pledge/form"):
        read(words)


@pytest.mark.parametrize("words", ["2027年2月30日至12月31日 我是党员", "2027年1月1日至13月1日 我是党员"])
def test_a_day_no_month_has_is_told_so(words: str) -> None:
    with pytest.raises(Refusal, match="pledge/period"):
        read(words)


@given(st.text(st.sampled_from("2027年月日至到-/. 013从度我") | st.characters(), max_size=60))
def test_no_line_is_worse_than_a_refusal(words: str) -> None:
    assert answered(f"2027年{words}") in ("a call", "pledge/form", "pledge/period")


def answered(words: str) -> str:
    try:
        return "a call" if read(words).title else ""
    except Refusal as no:
        return no.card.name


def test_a_long_line_is_read_at_once() -> None:
    began = perf_counter()
    for words in ("2027年1月1日至" + " " * 5000 + "x", "2" * 5000, "2027年1月1日" + "至" * 5000):
        with pytest.raises(Refusal):
            read(words)
    assert perf_counter() - began < 1


async def order(machine: Machine, words: str, by: int = BOSS, chat: int | None = None) -> Card:
    (card,) = await machine.take(said(f"/pledge {words}".strip(), by, chat))
    return card


async def test_an_organiser_draws_one_up_in_private_or_in_the_group_it_is_for(machine: Machine) -> None:
    for chat in (None, GROUP.id):
        assert (await order(machine, GOOD, chat=chat)).name == "pledge/planned"
    assert {each.node_id for each in await Campaign.all()} == {machine.branch.id}
    assert (await order(machine, GOOD, chat=UNLINKED)).name == "gathering/unlinked"
    for words in (GOOD, "garbage"):
        for chat in (None, GROUP.id):
            assert (await order(machine, words, MEMBER_ID, chat)).name == "rights/refused"
            assert (await order(machine, words, STRANGER, chat)).name == "rights/stranger"
    assert await Campaign.all().count() == 2


async def test_a_title_of_5000_characters_draws_nothing_up(machine: Machine) -> None:
    assert (await order(machine, "2027年 " + "长" * 5000)).name == "pledge/long_title"
    assert not await Campaign.exists()


async def test_alone_it_teaches_shows_and_keeps_pledges_out_of_the_group(machine: Machine) -> None:
    assert (await order(machine, "")).name == "pledge/form"
    assert (await order(machine, "", MEMBER_ID)).name == "pledge/nothing"
    assert (await order(machine, "", STRANGER)).name == "rights/stranger"
    for by in (BOSS, MEMBER_ID, STRANGER):
        assert (await order(machine, "", by, GROUP.id)).name == "pledge/private"
    await order(machine, GOOD)
    await Campaign.all().update(state="open")
    listed = await order(machine, "")
    assert (listed.name, [tap.verb for row in listed.taps for tap in row]) == ("pledge/list", ["pledge", "pledge_desk"])
    shown = await machine.take(said("/pledge", MEMBER_ID))
    assert [card.name for card in shown] == ["pledge/choose"]


async def test_what_is_typed_answers_the_button_that_asked(machine: Machine) -> None:
    await order(machine, GOOD)
    one = await Campaign.get()
    await machine.take(pressed(f"1.pledge_desk.{one.id}.2.0", BOSS))
    (card,) = await machine.take(said("每月读一本书", BOSS))
    assert card.name == "pledge/item_added"
    assert await CampaignItem.filter(title="每月读一本书").count() == 1
    await Campaign.all().update(state="open")
    for code in ("1.0", "2.0"):
        await machine.take(pressed(f"1.pledge.{one.id}.{code}", MEMBER_ID))
    machine.later(seconds=1)
    assert await machine.take(said("长" * 5000, MEMBER_ID)) == [Card("pledge/long_own", {"most": 40})]
    assert [card.name for card in await machine.take(said("每周到楼道里走一遍", MEMBER_ID))] == ["pledge/choose"]
    assert (await Promise.get()).title == "每周到楼道里走一遍"
    assert (await Pledge.get()).state == "choosing"
