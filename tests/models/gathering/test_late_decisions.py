"""A leave that is decided when the day is over: the sheet follows while it may still change, and never after it was locked."""

from datetime import timedelta

import pytest

from models.card import Answer, Card, Refusal
from models.database import atomic
from models.gathering import Choice, Gathering, Rsvp, announce, close, end
from models.gathering.leave import NO, decide
from models.gathering.sheet import counted, lines
from models.outbox import Delivery
from tests.cast import NOW, Cast, answers, planned
from tests.models.gathering.signing import AT, ENDS, STARTS, TODAY, counts, open_until, press

LOCK = 2


async def asked_in_vain(cast: Cast) -> Gathering:
    """Sign-in is over, nobody came, and nobody has decided on the one leave that was asked for."""
    gathering = await planned(cast, TODAY, AT)
    await Gathering.filter(id=gathering.id).update(approves_leave=True)
    await announce(NOW)
    await open_until(gathering, STARTS)
    await answers(cast.member, gathering, Choice.LEAVE)
    await open_until(gathering, NOW)
    await close(NOW)
    await end(ENDS)
    return await Gathering.get(id=gathering.id)


async def refuses(cast: Cast) -> Answer:
    async with atomic():
        return await decide(await cast.secretary.acting(), (await Rsvp.get()).id, NO, ENDS)


async def test_the_counts_follow_a_decision_after_the_end(cast: Cast) -> None:
    gathering = await asked_in_vain(cast)
    assert await counts(gathering) == (5, 0, 1, 4, 0)
    await refuses(cast)
    assert await counts(gathering) == (5, 0, 0, 5, 0)


async def test_a_locked_record_is_not_changed_by_a_decision(cast: Cast) -> None:
    gathering = await asked_in_vain(cast)
    await press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)
    with pytest.raises(Refusal, match="record/locked"):
        await refuses(cast)
    known = counted(line.standing for line in await lines(gathering.id))
    assert (known.expected, known.present, known.on_leave, known.absent) == (await counts(gathering))[:4]


async def test_who_is_refused_when_it_is_over_is_not_told_to_come(cast: Cast) -> None:
    gathering = await asked_in_vain(cast)
    await refuses(cast)
    told = await Delivery.get(member_id=cast.member.id, kind="notice")
    assert Card.from_json(told.card) == Card("gathering/leave_told", {"gathering": gathering.id, "granted": False})


async def test_who_is_refused_before_can_answer_again_there(cast: Cast) -> None:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(approves_leave=True)
    await answers(cast.member, gathering, Choice.LEAVE)
    async with atomic():
        await decide(await cast.secretary.acting(), (await Rsvp.get()).id, NO, NOW + timedelta(hours=1))
    told = await Delivery.get(member_id=cast.member.id, kind="notice")
    assert [tap.verb for tap in Card.from_json(told.card).taps[0]] == ["rsvp", "rsvp"]
