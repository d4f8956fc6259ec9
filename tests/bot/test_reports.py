"""Reports as they leave: the workbook made once for who may see it, the picture with its caption, nothing too long."""

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from bot import wording
from bot.files.attendance import words
from bot.files.pictures import drawn
from bot.sandbox.cast import MEMBER, SECRETARY
from bot.sandbox.html import Html
from models import errand
from models.actions import perform
from models.card import Action
from models.errand import Errand
from models.gathering import Gathering, close, end
from models.member import Role, actor
from models.outbox import Delivery, Enclosure
from models.report.asking import MOST_LINES
from models.report.occasions import MOST, NAMES
from models.report.own import MOST as MOST_OWN
from tests.bot.desk import Desk, Shelf
from tests.bot.machine import Machine, number
from tests.models.report.plausible import LINE, MONTH, OCCASION, OWN, STOOD, SUBTREE, TREND

MONTH_ASKED = 202611
LONG = "长" * 80
HUGE = {"held": 12_000, "should": 12_000, "expected": 99_999, "present": 99_999, "on_leave": 99_999, "absent": 99_999}


@pytest.fixture
def desk(machine: Machine) -> Desk:
    return Desk(machine, Shelf(b""))


async def was_held(desk: Desk) -> Gathering:
    """The branch's gathering of November, over and counted."""
    planned = await desk.machine.plan("学习")
    await Gathering.filter(id=planned.id).update(kind="theme_day", title="")
    await close(planned.closes_at)
    await end(planned.ends_at)
    desk.machine.time = planned.ends_at + timedelta(hours=1)
    await desk.machine.dispatcher.idle()  # what this says to the secretary is said before the rest
    return planned


async def asked_for(desk: Desk) -> Errand:
    await perform(await desk.secretary(), Action("report_file", desk.machine.branch.id, MONTH_ASKED), desk.machine.time)
    return await Errand.all().order_by("-id").get()


async def test_the_file_comes_once_with_the_names_and_is_forgotten_like_every_export(desk: Desk) -> None:
    await was_held(desk)
    one = await asked_for(desk)
    assert await desk.works() == 1
    assert (await Errand.get(id=one.id)).state == "done"
    owed = await Delivery.get(kind="export")
    assert owed.expire_at == desk.machine.time + timedelta(minutes=15)
    kept = await Enclosure.get()
    assert kept.name == words()["file"]
    found = load_workbook(io.BytesIO(bytes(kept.content)))
    names = {row[4].value for row in found["明细"].iter_rows(min_row=2)}
    assert {SECRETARY.name, MEMBER.name} <= names
    assert [cell.value for cell in found["汇总"][2]][:9] == [desk.machine.branch.name, "支部", 1, 1, 4, 0, 0, 4, 0]
    assert "出勤表" in await desk.says()
    assert await Enclosure.all().count() == 0
    assert await desk.works() == 0


async def test_who_lost_the_office_meanwhile_is_told_and_gets_nothing(desk: Desk) -> None:
    await was_held(desk)
    one = await asked_for(desk)
    await Role.all().update(until_at=desk.machine.time)
    assert await desk.works() == 1
    assert (await Errand.get(id=one.id)).state == "failed"
    assert await Enclosure.all().count() == 0
    assert await Delivery.filter(kind="export").count() == 0
    assert "由支部书记或组织委员来办" in await desk.says()


async def test_a_crash_while_the_file_is_made_makes_it_once(desk: Desk) -> None:
    await was_held(desk)
    await asked_for(desk)
    await errand.begin(desk.machine.bot.id, desk.machine.time)
    await errand.recover(desk.machine.bot.id)
    assert await desk.works() == 1
    assert (await Enclosure.all().count(), await Delivery.filter(kind="export").count()) == (1, 1)


async def test_the_picture_of_a_year_is_a_photo_with_its_denominators_beside_it(desk: Desk) -> None:
    await was_held(desk)
    machine = desk.machine
    answer = await perform(await actor(number(SECRETARY), machine.time), Action("trend", machine.branch.id, 2026), machine.time)
    assert answer.screen is not None
    rendered = await drawn(await wording.render(answer.screen, 1, machine.time))
    assert rendered.photo is not None
    assert rendered.photo.startswith(b"\x89PNG")
    assert "11月 0／4" in rendered.text
    assert "12月 0／0" in rendered.text


def length(name: str, **facts: Any) -> int:
    text = wording.block(name, "body", wording.cleaned(facts))
    return len(str(Html(text).read()[0]).encode("utf-16-le")) // 2


def test_the_longest_table_fits_into_a_message() -> None:
    line = LINE | HUGE | {"name": "😀" * 80, "depth": 3}
    table = SUBTREE | {"lines": [line] * MOST_LINES, "more": 9999, "month": 0, "first": 1}
    assert length("report/table", subtree=table, long=True) <= 4096


@pytest.mark.parametrize("count", [1, MOST])
def test_the_longest_month_fits_into_a_message(count: int) -> None:
    people = {"on_leave_names": ["😀" * 80] * 500, "absent_names": ["😀" * 80] * 500, "title": LONG} | HUGE
    month = MONTH | {"node": LONG, "occasions": [OCCASION | people] * count, "names": NAMES // count, "more": 99}
    assert length("report/month", branch_month=month) <= 4096
    assert length("report/totals", branch_totals=month) <= 4096


def test_the_longest_own_year_fits_into_a_message() -> None:
    own = OWN | {"lines": [STOOD | {"title": "😀" * 80, "reason": "😀" * 200, "made_up": True}] * MOST_OWN}
    assert length("report/own", own_record=own) <= 4096


def test_the_longest_caption_fits_below_a_picture() -> None:
    months = [{"month": month, "expected": 999_999, "present": 999_999} for month in range(1, 13)]
    assert length("report/trend", trend=TREND | {"node": "😀" * 80, "months": months}) <= 1024


def test_a_title_of_somebody_typed_is_no_markup() -> None:
    hostile = '<a href="tg://user?id=1">x</a>'
    month = MONTH | {"node": hostile, "occasions": [OCCASION | {"title": hostile, "absent_names": [hostile]}]}
    text = wording.block("report/month", "body", wording.cleaned({"branch_month": month}))
    assert "<a" not in text
