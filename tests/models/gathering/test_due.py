"""The clock announces and closes: late or often, everything is owed once and to nobody too many."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

import pytest

from models.card import Card
from models.deed import DeadLetter
from models.gathering import Choice, Gathering, Habit, announce, close, end, next_due, remind
from models.gathering.choice import answering
from models.organisation import link
from models.outbox import Delivery, restate
from tests.cast import NOW, Cast, planned
from tests.dump import changed, dump
from tests.models.gathering.invited import announced, shown
from tests.models.outbox.letters import claimed, delivered

DAY, HOUR, MOMENT = timedelta(days=1), timedelta(hours=1), timedelta(milliseconds=1)
SWEEPS: dict[str, Callable[[datetime], Awaitable[int]]] = {"announce": announce, "remind": remind, "close": close}


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
    kept = await Gathering.get(id=gathering.id)
    assert (kept.state, kept.announced_at) == ("announced", NOW)


async def test_a_card_offers_the_two_answers(cast: Cast) -> None:
    gathering = await announced(cast)
    card = shown(await Delivery.get())
    assert (card.name, card.facts) == ("gathering/card", {"gathering": gathering.id})
    (join, leave), *_ = card.taps
    assert (join.verb, join.target, join.choice) == ("rsvp", gathering.id, Choice.JOIN)
    assert (leave.verb, leave.target, leave.choice) == ("rsvp", gathering.id, Choice.LEAVE)


async def test_a_node_without_a_group_announces_to_nobody(cast: Cast) -> None:
    await planned(cast)
    await restate("nothing", Card("x"), NOW)
    cast.group.unlinked_at = NOW
    await cast.group.save()
    await announce(NOW)
    assert await Delivery.all().count() == 0


async def test_a_group_that_is_linked_later_gets_the_card_then_and_the_others_no_second_one(cast: Cast) -> None:
    gathering = await announced(cast)
    later = await link(cast.branch, cast.bot.id, -2, 0, NOW + DAY)
    await Gathering.filter(id=gathering.id).update(announce_due=NOW + DAY)
    assert await announce(NOW + DAY) == 1
    assert [card.chat_id for card in await Delivery.all().order_by("id")] == [cast.group.id, later.id]
    kept = await Gathering.get(id=gathering.id)
    assert (kept.announced_at, kept.remind_due) == (NOW, gathering.remind_due)


@pytest.mark.parametrize("name", SWEEPS)
async def test_a_sweep_does_nothing_too_early_and_nothing_twice(cast: Cast, name: str) -> None:
    gathering = await (announced if name != "announce" else planned)(cast)
    due = {"announce": NOW, "remind": gathering.starts_at - 3 * DAY, "close": gathering.closes_at}[name]
    before = await dump()
    assert await SWEEPS[name](due - MOMENT) == 0
    assert changed(before, await dump()) == set()
    assert await SWEEPS[name](due) == 1
    after = await dump()
    assert changed(before, after) >= {"gathering", "delivery"}
    assert await SWEEPS[name](due) == 0
    assert await SWEEPS[name](due + HOUR) == 0
    assert changed(after, await dump()) == set()


async def test_three_machines_that_sweep_at_once_owe_once(cast: Cast) -> None:
    gathering = await planned(cast)
    await asyncio.gather(*(announce(NOW) for _ in range(3)))
    await asyncio.gather(*(remind(gathering.starts_at - DAY) for _ in range(3)))
    assert await Delivery.filter(kind="reminder").count() == 4
    await asyncio.gather(*(close(gathering.closes_at) for _ in range(3)))
    assert [card.wanted for card in await Delivery.filter(kind="card")] == [2]


async def test_what_was_called_off_between_the_look_and_the_deed_is_left_alone(cast: Cast) -> None:
    """The due columns go with the deed; were they forgotten, the state is looked at all the same."""
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    assert await announce(NOW) == 1
    assert await remind(gathering.starts_at - DAY) == 1
    assert await Delivery.all().count() == 0


async def test_closing_takes_the_answers_away_and_takes_back_reminders_that_have_not_left(cast: Cast) -> None:
    gathering = await announced(cast)
    await delivered(cast, message_id=9)
    await remind(gathering.starts_at - DAY)
    await close(gathering.closes_at)
    assert await Delivery.filter(kind="reminder", state="cancelled").count() == 4
    (card,) = [each for each in await claimed(cast, gathering.closes_at) if each.kind == "card"]
    assert card.message_id == 9
    assert {tap.verb for row in card.card.taps for tap in row}.isdisjoint({"rsvp"})


async def test_closing_one_gathering_leaves_the_others_alone(cast: Cast) -> None:
    first, second = await announced(cast), await announced(cast, date(2026, 12, 2))
    await remind(second.starts_at - DAY)
    others = Delivery.filter(about=f"gathering:{second.id}").order_by("id")
    before = [each.card for each in await others]
    await close(first.closes_at)
    assert [each.card for each in await others] == before
    assert {each.state for each in await others} == {"queued"}


async def test_what_is_announced_after_its_answers_closed_offers_no_answers(cast: Cast) -> None:
    """Planned minutes before the start, or swept late: whichever of announcing and closing comes first."""
    gathering = await planned(cast, date(2026, 11, 21), time(12, 5))
    await close(NOW)
    await announce(NOW)
    card = shown(await Delivery.get(kind="card"))
    assert (card.name, card.taps) == ("gathering/card", ())
    assert gathering.closes_at == NOW


async def test_the_next_due_instant_is_the_first_of_all_columns(cast: Cast) -> None:
    assert await next_due() is None
    await planned(cast)
    assert await next_due() == NOW
    gathering = await announced(cast, date(2026, 12, 4))
    first = await Gathering.get_or_none(starts_at__lt=gathering.starts_at)
    assert first is not None
    instants = [each.starts_at - lead for each in (first, gathering) for lead in (3 * DAY, DAY, HOUR)]
    for due in sorted({*instants, *(at for each in (first, gathering) for at in (each.closes_at, each.ends_at))}):
        assert await next_due() == due
        await remind(due)
        await close(due)
        await end(due)
    assert await next_due() is None


async def test_a_gathering_that_breaks_the_sweep_stops_none_behind_it_and_is_tried_again_later(cast: Cast) -> None:
    broken, sound = await announced(cast, title="broken"), await announced(cast, title="sound")
    day_before = sound.starts_at - DAY
    await Gathering.filter(id=broken.id).update(remind_leads="soon")
    with pytest.raises(ExceptionGroup):
        await remind(day_before)
    assert await Delivery.filter(kind="reminder", about=f"gathering:{sound.id}").exists()
    assert (await Gathering.get(id=broken.id)).remind_due == day_before + HOUR


async def test_a_gathering_nobody_can_make_sense_of_is_a_dead_letter_after_the_third_time(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    broken = await announced(cast)
    first = broken.starts_at - 3 * DAY
    await Gathering.filter(id=broken.id).update(remind_leads="soon")
    for hours in range(3):
        assert await DeadLetter.all().count() == 0
        with pytest.raises(ExceptionGroup):
            await remind(first + hours * HOUR)
    (letter,) = await DeadLetter.all()
    assert (letter.key, letter.reason, letter.body) == (f"sweep:gathering.remind_due:{broken.id}", "ValueError", "")
    assert "a row was put aside" in caplog.text
    assert (await Gathering.get(id=broken.id)).remind_due is None
    assert await remind(first + 9 * HOUR) == 0


async def test_a_gathering_that_was_repaired_and_made_due_again_has_three_tries_again(cast: Cast) -> None:
    broken = await announced(cast)
    first = broken.starts_at - 3 * DAY
    for leads, hours in (("soon", (0, 1, 2)), ("often", (3, 4))):
        await Gathering.filter(id=broken.id).update(remind_leads=leads, remind_due=first)
        for hour in hours:
            with pytest.raises(ExceptionGroup):
                await remind(first + hour * HOUR)
    assert (await Gathering.get(id=broken.id)).remind_due == first + 5 * HOUR


async def test_a_card_shows_the_buttons_its_gathering_offers(cast: Cast) -> None:
    gathering = await planned(cast)
    await Habit.create(root_id=cast.district.id, node_id=cast.branch.id, offers_maybe=True)
    await announce(NOW)
    assert shown(await Delivery.get()).taps == answering({"id": gathering.id, "offers_maybe": True})
