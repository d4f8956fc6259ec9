"""The machine's part: a year of holidays from a file, a command or the release; the year's days as a file for calendars."""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from bot import operations, theme_day
from bot.files import years
from bot.sandbox.cast import MEMBER, SECRETARY
from bot.web.admin import BadWish
from models import errand
from models.card import Card, Refusal
from models.errand import Errand
from models.gathering import Gathering
from models.holidays import HolidayYear
from models.member import OPERATOR, Account, Actor, Member, actor, grant
from models.organisation import Node, grow
from models.outbox import Delivery, Enclosure
from models.recurrence import Nth
from models.theme_day import fetch, offer, settle_rule
from tests.bot.desk import Desk, Shelf
from tests.bot.machine import Machine, number
from tests.models.theme_day.rules import wanted
from tests.models.years import MADE_UP

TEXT = json.dumps(MADE_UP, ensure_ascii=False).encode()


@pytest.fixture
def desk(machine: Machine) -> Desk:
    return Desk(machine, Shelf(TEXT))


async def by(machine: Machine, who: Any = SECRETARY) -> Actor:
    return await actor(number(who), machine.time)


async def ruled(machine: Machine) -> None:
    await settle_rule(await by(machine), machine.branch, wanted(Nth(1, 1)), "next_working_day", machine.time)


async def sent(desk: Desk) -> Errand:
    machine = desk.machine
    await offer(await by(machine), machine.bot.id, "file", len(TEXT), machine.time)
    return await Errand.get()


async def newest(kind: str) -> Card:
    one = await Delivery.filter(kind=kind).order_by("-id").first()
    assert one is not None
    return Card.from_json(one.card)


async def test_a_file_that_was_sent_is_learnt_and_its_sender_told(desk: Desk) -> None:
    await ruled(desk.machine)
    one = await sent(desk)
    assert await desk.works() == 1
    assert await newest("notice") == Card("theme_day/learnt", {"year": 2027, "count": 21, "work": 3, "moved": 2})
    assert (await Gathering.get(month="2027-05")).local_date == date(2027, 5, 6)
    assert (await Errand.get(id=one.id)).state == "done"
    assert (await HolidayYear.get()).node_id == desk.machine.branch.id


@pytest.mark.parametrize("content", [b"[]", b"\xff\xff", TEXT.replace(b"2027-05-05", b"2026-05-05")])
async def test_a_file_that_is_no_year_leaves_nothing_and_is_told(desk: Desk, content: bytes) -> None:
    desk.shelf.content = content
    one = await sent(desk)
    await desk.works()
    assert (await newest("notice")).name == "theme_day/bad_year"
    assert (await Errand.get(id=one.id)).state == "failed"
    assert await HolidayYear.all().count() == 0


async def test_who_lost_the_right_before_it_was_read_changes_nothing(desk: Desk) -> None:
    await sent(desk)
    await Account.all().delete()
    await desk.works()
    assert (await newest("notice")).name == "rights/stranger"
    assert await HolidayYear.all().count() == 0


async def test_a_calendar_file_is_owed_to_whoever_asked(desk: Desk) -> None:
    machine = desk.machine
    await ruled(machine)
    await fetch(await by(machine, MEMBER), machine.branch.id, 2027, machine.time)
    await desk.works()
    card = await newest("export")
    enclosure = await Enclosure.get(id=card.facts["enclosure"])
    assert enclosure.name == "2027年主题党日.ics"
    events = Calendar.from_ical(bytes(enclosure.content)).events
    assert [event.start for event in events][4] == datetime(2027, 5, 4, 7, tzinfo=UTC)
    assert len(events) == 12


async def test_who_left_meanwhile_gets_no_calendar(desk: Desk) -> None:
    machine = desk.machine
    await ruled(machine)
    await fetch(await by(machine, MEMBER), machine.branch.id, 2027, machine.time)
    await Account.filter(telegram_id=number(MEMBER)).delete()
    await desk.works()
    assert (await newest("notice")).name == "rights/refused"
    assert await Enclosure.all().count() == 0


def asking(content: bytes = TEXT, node: str = "") -> dict[str, Any]:
    return {"content": base64.b64encode(content).decode(), "node": node}


async def test_the_operator_teaches_everybody_or_one_node(machine: Machine) -> None:
    await ruled(machine)
    said = await operations.perform(machine.bot, "holidays", asking())
    assert said["said"].startswith("2027年的节假日录入好了：放假21天，调休上班3天；2次主题党日")
    await operations.perform(machine.bot, "holidays", asking(node=machine.branch.name))
    assert {one.node_id for one in await HolidayYear.all()} == {0, machine.branch.id}


async def test_what_the_operator_gets_wrong_is_said(machine: Machine) -> None:
    with pytest.raises(BadWish, match="没有叫这个名称的组织"):
        await operations.perform(machine.bot, "holidays", asking(node="no such"))
    with pytest.raises(Refusal, match="theme_day/bad_year"):
        await operations.perform(machine.bot, "holidays", asking(b"{}"))
    for wishes in ({}, {"content": "?", "node": ""}, {"content": 5, "node": ""}):
        with pytest.raises(BadWish):
            await operations.perform(machine.bot, "holidays", wishes)
    assert await HolidayYear.all().count() == 0


async def test_a_release_brings_its_years_once(machine: Machine) -> None:
    assert await theme_day.ship(machine.time) == len(years.shipped())
    assert await theme_day.ship(machine.time) == 0


async def test_an_errand_done_twice_tells_once(desk: Desk) -> None:
    await ruled(desk.machine)
    await sent(desk)
    task = await errand.begin(desk.machine.bot.id, desk.machine.time)
    assert task is not None
    for _ in range(2):
        await theme_day.learn(task, desk.runner.fetched, desk.machine.time)
    assert await Delivery.filter(key__startswith=f"notice:{task.about}").count() == 1
    assert (await Gathering.get(month="2027-05")).revision == 2


async def test_who_answers_for_two_branches_is_told_of_all_that_moved(desk: Desk) -> None:
    machine = desk.machine
    above = await Node.get(id=machine.branch.root_id)
    other = await grow(above, "别的支部", "branch")
    secretary = await Member.get(id=(await by(machine)).member_id)
    await grant(OPERATOR, secretary, other.id, "admin", machine.time)
    for node in (machine.branch, other):
        await settle_rule(await by(machine), node, wanted(Nth(1, 1)), "next_working_day", machine.time)
    await sent(desk)
    await desk.works()
    assert {one.node_id for one in await HolidayYear.all()} == {machine.branch.id, other.id}
    learnt = await Delivery.get(kind="notice", card__contains="theme_day/learnt")
    assert Card.from_json(learnt.card).facts == {"year": 2027, "count": 21, "work": 3, "moved": 4}
