"""The record as a document: made once for who may see it, and forgotten like every export."""

import io
from datetime import timedelta

import pytest
from docx import Document

from bot.sandbox.cast import MEMBER, SECRETARY
from models import errand
from models.actions import perform
from models.audit import Note
from models.card import Action
from models.errand import Errand
from models.gathering import Gathering, close, end
from models.gathering.tables import Rsvp
from models.member import Member, Role
from models.outbox import Delivery, Enclosure
from tests.bot.desk import Desk, Shelf
from tests.bot.machine import Machine


@pytest.fixture
def desk(machine: Machine) -> Desk:
    return Desk(machine, Shelf(b""))


async def asked_for(desk: Desk) -> Gathering:
    """The record of a gathering that is over, where one was on leave for a reason."""
    planned = await desk.machine.plan("学习")
    await close(planned.closes_at)
    member = await Member.get(name=MEMBER.name)
    kept = {"root_id": member.root_id, "member_id": member.id, "choice": 2, "reason": "值班", "at": planned.closes_at}
    await Rsvp.create(gathering_id=planned.id, **kept)
    await end(planned.ends_at)
    desk.machine.time = planned.ends_at + timedelta(hours=1)
    await desk.machine.dispatcher.idle()
    await perform(await desk.secretary(), Action("record_file", planned.id, 1), desk.machine.time)
    return planned


def cells(content: bytes) -> str:
    return "\n".join(cell.text for table in Document(io.BytesIO(content)).tables for row in table.rows for cell in row.cells)


async def test_the_record_comes_once_with_names_and_reasons_and_is_forgotten_like_every_export(desk: Desk) -> None:
    await asked_for(desk)
    assert await desk.works() == 1
    said = cells(bytes((await Enclosure.get()).content))
    assert all(each in said for each in (SECRETARY.name, MEMBER.name, "值班", "应到 4，实到 0，请假 1，缺席 3"))
    assert (await Delivery.get(kind="export")).expire_at == desk.machine.time + timedelta(minutes=15)
    assert await Note.filter(verb="record_page").count() == 1
    assert "可以打印签名" in await desk.says()
    assert await Enclosure.all().count() == await desk.works() == 0


async def test_who_keeps_no_record_any_more_is_told_and_gets_nothing(desk: Desk) -> None:
    await asked_for(desk)
    await Role.all().update(until_at=desk.machine.time)
    assert await desk.works() == 1
    assert (await Errand.all().order_by("-id").get()).state == "failed"
    assert await Enclosure.all().count() == await Delivery.filter(kind="export").count() == 0
    assert "由支部书记或组织委员来办" in await desk.says()


async def test_a_crash_while_the_record_is_made_makes_it_once(desk: Desk) -> None:
    await asked_for(desk)
    await errand.begin(desk.machine.bot.id, desk.machine.time)
    await errand.recover(desk.machine.bot.id)
    assert await desk.works() == 1
    assert (await Enclosure.all().count(), await Delivery.filter(kind="export").count()) == (1, 1)
