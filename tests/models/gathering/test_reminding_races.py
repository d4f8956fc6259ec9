"""Reminding and releasing what was held back, at the same moment: neither waits for what the other has."""

import asyncio
from datetime import datetime, timedelta

from models.gathering import Gathering, remind
from models.outbox import Delivery, Recipient, debt, release
from tests.cast import Cast, Person, settle
from tests.models.gathering.invited import announced
from tests.models.outbox.letters import CARD

DAY = timedelta(days=1)


async def held_for_all(cast: Cast, people: list[Person], gathering: Gathering, at: datetime) -> None:
    """The first reminder of everybody is held, because their week is full; at `at` there is room."""
    first = gathering.starts_at - 3 * DAY
    keys = [(person, f"reminder:old:{gathering.id}:{number}:{person.id}") for person in people for number in range(5)]
    to = {person.id: Recipient(cast.bot.id, cast.district.id, member_id=person.id) for person in people}
    await Delivery.bulk_create([debt("reminder", CARD, to[person.id], key, first - DAY) for person, key in keys])
    await remind(first)
    await Delivery.filter(key__startswith="reminder:old").delete()
    assert await Delivery.filter(state="held", reason="cap").update(due_at=at) == len(people)


async def test_a_lead_and_the_release_of_what_an_earlier_one_held_do_not_stop_each_other(cast: Cast) -> None:
    people = [await settle(f"person {number}", cast.branch) for number in range(30)]
    for _ in range(4):
        gathering = await announced(cast)
        second = gathering.starts_at - DAY
        await held_for_all(cast, people, gathering, second)
        await asyncio.gather(remind(second), release(second), release(second))
        left = await Delivery.filter(about=f"gathering:{gathering.id}", kind="reminder", state="queued")
        assert len([each for each in left if each.created_at >= second]) >= len(people)
        assert not [each for each in left if each.created_at < second and each.member_id in {person.id for person in people}]
        await Delivery.filter(kind="reminder").delete()
        await Gathering.filter(id=gathering.id).update(remind_due=None)
