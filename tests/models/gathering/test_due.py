"""The clock announces, reminds and closes: late or often, everything is owed once and to nobody too many."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

import pytest

from models.card import Card
from models.gathering import Choice, Gathering, announce, close, next_due, remind
from models.member import Account, Membership
from models.organisation import link
from models.outbox import Delivery, restate
from tests.cast import NOW, Cast, answers, planned
from tests.dump import changed, dump
from tests.models.outbox.letters import claimed, delivered

DAY, MOMENT = timedelta(days=1), timedelta(milliseconds=1)
SWEEPS: dict[str, Callable[[datetime], Awaitable[int]]] = {"announce": announce, "remind": remind, "close": close}


def shown(delivery: Delivery) -> Card:
    return Card.from_json(delivery.card)


async def reminded() -> set[int | None]:
    return {each.member_id for each in await Delivery.filter(kind="reminder")}


async def test_a_gathering_is_announced_in_every_group_of_its_node_and_nowhere_else(cast: Cast) -> None:
    topic = await link(cast.branch, cast.bot.id, -2, 7, NOW)
    await link(cast.neighbours, cast.bot.id, -3, 0, NOW)
    gathering = await planned(cast)
    assert await announce(NOW) == 1
    cards = await Delivery.all().order_by("chat_id")
    assert [card.chat_id for card in cards] == [cast.group.id, topic.id]
    assert {(card.kind, card.about, card.live, card.state) for card in cards} == {
        ("card", f"gathering:{gathering.id}", True, "queued")
    }
    assert {card.expire_at for card in cards} == {gathering.starts_at}


async def test_a_card_offers_the_two_answers(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    card = shown(await Delivery.get())
    assert (card.name, card.facts) == ("gathering/card", {"gathering": gathering.id})
    ((join, leave),) = card.taps
    assert (join.verb, join.target, join.choice) == ("rsvp", gathering.id, Choice.JOIN)
    assert (leave.verb, leave.target, leave.choice) == ("rsvp", gathering.id, Choice.LEAVE)


async def test_a_node_without_a_group_announces_to_nobody(cast: Cast) -> None:
    await planned(cast)
    await restate("nothing", Card("x"), NOW)
    cast.group.unlinked_at = NOW
    await cast.group.save()
    await announce(NOW)
    assert await Delivery.all().count() == 0


@pytest.mark.parametrize("name", SWEEPS)
async def test_a_sweep_does_nothing_too_early_and_nothing_twice(cast: Cast, name: str) -> None:
    gathering = await planned(cast)
    await announce(NOW) if name != "announce" else None
    due = {"announce": NOW, "remind": gathering.starts_at - DAY, "close": gathering.closes_at}[name]
    before = await dump()
    assert await SWEEPS[name](due - MOMENT) == 0
    assert changed(before, await dump()) == set()
    assert await SWEEPS[name](due) == 1
    after = await dump()
    assert changed(before, after) == {"gathering", "delivery"}
    assert await SWEEPS[name](due) == 0
    assert await SWEEPS[name](due + 30 * DAY) == 0
    assert changed(after, await dump()) == set()


async def test_three_machines_that_sweep_at_once_owe_once(cast: Cast) -> None:
    gathering = await planned(cast)
    await asyncio.gather(*(announce(NOW) for _ in range(3)))
    await asyncio.gather(*(remind(gathering.starts_at - DAY) for _ in range(3)))
    await asyncio.gather(*(close(gathering.closes_at) for _ in range(3)))
    assert [card.wanted for card in await Delivery.filter(kind="card")] == [2]
    assert await Delivery.filter(kind="reminder").count() == 4


async def test_only_the_silent_who_can_be_written_to_are_reminded(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, Choice.JOIN)
    await answers(cast.former, gathering, Choice.LEAVE)
    await remind(gathering.starts_at - DAY)
    assert await reminded() == {cast.secretary.id, cast.probationary.id}


async def test_who_has_left_or_unbound_by_then_is_not_reminded_and_who_came_is(cast: Cast) -> None:
    gathering = await planned(cast)
    at = gathering.starts_at - DAY
    await Membership.filter(member_id=cast.member.id).update(until_at=at)
    await Account.filter(member_id=cast.probationary.id).delete()
    came = {"root_id": cast.district.id, "member_id": cast.neighbour.id, "node_id": cast.branch.id}
    await Membership.create(kind="reporting", from_at=at, **came)
    await remind(at)
    assert await reminded() == {cast.secretary.id, cast.former.id, cast.neighbour.id}


async def test_a_reminder_can_be_answered_and_ends_with_the_start(cast: Cast) -> None:
    gathering = await planned(cast)
    await remind(gathering.starts_at - DAY)
    one = await Delivery.get(member_id=cast.member.id)
    assert [tap.choice for tap in shown(one).taps[0]] == [Choice.JOIN, Choice.LEAVE]
    assert (one.expire_at, one.live, one.state) == (gathering.starts_at, False, "queued")
    assert (one.bot_id, one.root_id) == (cast.bot.id, cast.district.id)


async def test_nobody_is_reminded_at_night(cast: Cast) -> None:
    gathering = await planned(cast, date(2026, 12, 1), time(22))
    await remind(gathering.starts_at - DAY)
    one = await Delivery.get(member_id=cast.member.id)
    assert (one.state, one.due_at.isoformat()) == ("held", "2026-12-01T00:30:00+00:00")


async def test_a_reminder_found_late_is_sent_late_but_not_when_the_answers_are_closed(cast: Cast) -> None:
    gathering = await planned(cast)
    later = await planned(cast, date(2026, 12, 2), time(14))
    await remind(gathering.closes_at)
    assert {each.about for each in await Delivery.all()} == {f"gathering:{later.id}"}
    assert {each.due_at for each in await Delivery.all()} == {gathering.closes_at}


async def test_closing_takes_the_buttons_away_and_takes_back_reminders_that_have_not_left(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    await delivered(cast, message_id=9)
    await remind(gathering.starts_at - DAY)
    await close(gathering.closes_at)
    assert await Delivery.filter(kind="reminder", state="cancelled").count() == 4
    (card,) = await claimed(cast, gathering.closes_at)
    assert (card.message_id, card.card) == (9, Card("gathering/card", {"gathering": gathering.id}))


async def test_closing_one_gathering_leaves_the_others_alone(cast: Cast) -> None:
    first, second = await planned(cast), await planned(cast, date(2026, 12, 2))
    await announce(NOW)
    await remind(second.starts_at - DAY)
    before = [each.card for each in await Delivery.filter(about=f"gathering:{second.id}")]
    await close(first.closes_at)
    after = await Delivery.filter(about=f"gathering:{second.id}")
    assert [each.card for each in after] == before
    assert {each.state for each in after} == {"queued"}


async def test_what_is_announced_after_its_answers_closed_offers_no_buttons(cast: Cast) -> None:
    """Planned minutes before the start, or swept late: whichever of announcing and closing comes first."""
    gathering = await planned(cast, date(2026, 11, 21), time(12, 5))
    await close(NOW)
    await announce(NOW)
    assert shown(await Delivery.get()) == Card("gathering/card", {"gathering": gathering.id})


async def test_the_next_due_instant_is_the_first_of_all_three_columns(cast: Cast) -> None:
    assert await next_due() is None
    late, early = await planned(cast, date(2026, 12, 3)), await planned(cast, date(2026, 12, 1))
    assert await next_due() == NOW
    await announce(NOW)
    expected = [early.starts_at - DAY, early.closes_at, late.starts_at - DAY, late.closes_at]
    for due in sorted(expected):
        assert await next_due() == due
        await remind(due)
        await close(due)
    assert await next_due() is None


async def test_a_gathering_that_breaks_the_sweep_stops_none_behind_it_and_is_tried_again_later(cast: Cast) -> None:
    broken, sound = await planned(cast, title="broken"), await planned(cast, title="sound")
    await announce(NOW)
    day_before = sound.starts_at - timedelta(days=1)
    await Gathering.filter(id=broken.id).update(zone="Mars/Olympus")
    with pytest.raises(ExceptionGroup):
        await remind(day_before)
    assert await Delivery.filter(kind="reminder", about=f"gathering:{sound.id}").exists()
    assert (await Gathering.get(id=broken.id)).remind_due == day_before + timedelta(hours=1)
