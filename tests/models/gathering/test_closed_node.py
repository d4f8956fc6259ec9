"""A node that was closed meets no more: what was planned is called off when it would be due, and no more is planned."""

from datetime import timedelta

import pytest

from models.audit import Note
from models.card import Refusal
from models.gathering import Gathering, Record, announce, close, end, remind
from models.organisation import Node
from models.outbox import Delivery
from tests.cast import NOW, Cast, planned


async def closed(cast: Cast) -> None:
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)


async def test_what_was_planned_is_called_off_and_nobody_is_asked(cast: Cast) -> None:
    gathering = await planned(cast)
    await closed(cast)
    await announce(NOW)
    one = await Gathering.get(id=gathering.id)
    assert (one.state, one.announce_due, one.remind_due, one.close_due, one.end_due) == ("cancelled", None, None, None, None)
    assert await Delivery.all().count() == 0
    assert (await Note.get(verb="call_off")).actor == "clock"


async def test_what_was_announced_leaves_no_record_of_nobody(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    await closed(cast)
    for sweep in (remind, close, end):
        await sweep(gathering.ends_at)
    assert (await Gathering.get(id=gathering.id)).state == "cancelled"
    assert await Record.all().count() == 0


async def test_what_had_begun_is_recorded(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    await close(gathering.closes_at)
    await closed(cast)
    await end(gathering.ends_at + timedelta(minutes=1))
    assert (await Record.get()).expected == 5


async def test_nothing_is_planned_for_it(cast: Cast) -> None:
    await closed(cast)
    cast.branch.closed_at = NOW
    with pytest.raises(Refusal, match="gathering/closed_node"):
        await planned(cast)
