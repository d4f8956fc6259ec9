"""The dispatcher's side: only the holder of the lease claims, and every step moves what is in the state it expects."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from models.card import Card
from models.organisation import know_bot, migrate
from models.outbox import (
    Delivery,
    Parcel,
    Recipient,
    cancel,
    claim,
    counts,
    drop,
    failed,
    forget,
    put_back,
    recover,
    sent,
    to_general,
    touch,
    unclaim,
    unsure,
    wire,
)
from models.outbox.sending import BACK_OFF, MOST_ATTEMPTS
from tests.cast import NOW, OUTSIDER, Cast
from tests.dump import changed, dump
from tests.models.outbox.letters import (
    ABOUT,
    ALL_LANES,
    claimed,
    delivered,
    leased,
    live,
    owed,
    state,
    to_group,
    to_member,
    wired,
)

HOUR, SECOND, DAY = timedelta(hours=1), timedelta(seconds=1), timedelta(days=1)


async def test_the_wire_follows_a_group_to_its_new_id(cast: Cast) -> None:
    await owed(to_group(cast))
    one = await leased(cast)
    await migrate(cast.bot.id, cast.group.chat_id, -1_009)
    on_wire = await wire(one)
    assert on_wire is not None
    assert on_wire.telegram_chat == -1_009


async def test_the_wire_refuses_what_was_cancelled(cast: Cast) -> None:
    reminder = await owed(to_member(cast), "reminder")
    one = await leased(cast)
    await cancel(ABOUT, "reminder")
    assert await wire(one) is None
    assert await state(reminder) == "cancelled"


async def test_nothing_goes_over_the_wire_twice(cast: Cast) -> None:
    await owed(to_member(cast))
    one = await leased(cast)
    assert [await wire(one) is None, await wire(one) is None] == [False, True]


async def test_the_wire_refuses_a_claim_of_an_older_epoch(cast: Cast) -> None:
    await owed(to_member(cast))
    old = await leased(cast, epoch=1)
    await recover(cast.bot.id, 2, NOW)
    new = await leased(cast, epoch=2)
    assert await wire(old) is None
    assert await wire(new) is not None


async def test_what_did_not_leave_can_be_given_back_unless_somebody_else_has_it(cast: Cast) -> None:
    await owed(to_member(cast))
    old = await leased(cast, epoch=1)
    await unclaim(old)
    new = await leased(cast, epoch=2)
    await unclaim(old)
    assert await state(new.id) == "leased"


SETTLINGS: dict[str, Callable[[Parcel], Awaitable[Any]]] = {
    "sent": lambda one: sent(one, 9, NOW, NOW),
    "put back": lambda one: put_back(one, "429", NOW + HOUR),
    "failed": lambda one: failed(one, "500", NOW),
    "dropped": lambda one: drop(one, "refused", "blocked"),
    "unsure": lambda one: unsure(one, "timeout", NOW),
    "unclaimed": unclaim,
}


@pytest.mark.parametrize("how", SETTLINGS)
async def test_an_older_epoch_settles_nothing(cast: Cast, how: str) -> None:
    await owed(to_member(cast))
    old = await wired(cast, epoch=1)
    await recover(cast.bot.id, 2, NOW)
    later = NOW + SECOND
    on_wire = await wired(cast, later, epoch=2)
    before = await dump()
    await SETTLINGS[how](old)
    assert changed(before, await dump()) == set()
    assert await sent(on_wire, 10, later, later)


@pytest.mark.parametrize("how", SETTLINGS)
async def test_what_is_settled_stays_settled(cast: Cast, how: str) -> None:
    await owed(to_member(cast))
    one = await delivered(cast, message_id=9)
    before = await dump()
    await SETTLINGS[how](one)
    assert changed(before, await dump()) == set()


async def test_a_sent_card_keeps_its_message_and_when(cast: Cast) -> None:
    card = await owed(to_member(cast), "reminder")
    await failed(await wired(cast), "500", NOW)
    await delivered(cast, 9, NOW + HOUR)
    kept = await Delivery.get(id=card)
    assert (kept.state, kept.message_id, kept.sent_at, kept.shown) == ("sent", 9, NOW + HOUR, 1)
    assert (kept.attempt, kept.reason, kept.lane) == (0, "", 2)


async def test_a_failure_is_tried_again_after_longer_and_longer_pauses_and_then_is_ours_to_repair(cast: Cast) -> None:
    card, moment, pauses = await owed(to_member(cast)), NOW, []
    while await state(card) == "queued":
        await failed(await wired(cast, moment), "500", moment)
        due = (await Delivery.get(id=card)).due_at
        pauses.append(int((due - moment).total_seconds()))
        moment = due
    assert pauses[: len(BACK_OFF)] == list(BACK_OFF)
    assert set(pauses[len(BACK_OFF) : -1]) == {BACK_OFF[-1]}
    kept = await Delivery.get(id=card)
    assert (kept.state, kept.reason, len(pauses)) == ("dead", "500", MOST_ATTEMPTS)


async def test_waiting_for_a_limit_uses_no_attempt(cast: Cast) -> None:
    card = await owed(to_member(cast))
    await failed(await wired(cast), "500", NOW)
    for hour in range(1, 20):
        await put_back(await wired(cast, NOW + hour * HOUR), "429", NOW + (hour + 1) * HOUR)
    kept = await Delivery.get(id=card)
    assert (kept.state, kept.attempt, kept.reason, kept.due_at) == ("queued", 1, "429", NOW + 20 * HOUR)


async def test_a_long_reason_is_cut(cast: Cast) -> None:
    card = await owed(to_member(cast))
    await drop(await wired(cast), "dead", "wording: " + "x" * 200)
    assert len((await Delivery.get(id=card)).reason) == 80


@pytest.mark.parametrize(
    ("kind", "becomes"), [("reply", "unknown"), ("broadcast", "unknown"), ("card", "queued"), ("reminder", "queued")]
)
async def test_an_unknown_outcome_is_sent_again_where_that_is_promised(cast: Cast, kind: str, becomes: str) -> None:
    card = await owed(to_member(cast), kind)
    await unsure(await wired(cast), "timeout", NOW)
    kept = await Delivery.get(id=card)
    assert (kept.state, kept.reason) == (becomes, "timeout")


async def test_an_edit_of_unknown_outcome_is_repeated_freely(cast: Cast) -> None:
    await owed(to_member(cast), "reply", live=True)
    await delivered(cast, message_id=9)
    await touch(ABOUT, NOW)
    moment = NOW + 10 * SECOND
    edit = await wired(cast, moment)
    await unsure(edit, "timeout", moment)
    assert await state(edit.id) == "queued"


async def test_after_a_crash_the_leased_are_queued_and_the_wired_unsure(cast: Cast) -> None:
    reply, card, waiting = [await owed(to_member(cast), kind) for kind in ("reply", "card", "broadcast")]
    for one in (await claimed(cast))[:2]:
        await wire(one)
    assert await recover(cast.bot.id, 2, NOW) == 2
    assert [await state(each) for each in (reply, card, waiting)] == ["unknown", "queued", "queued"]
    kept = await Delivery.get(id=card)
    assert (kept.reason, kept.attempt) == ("crash", 1)


async def test_what_a_crash_left_on_the_wire_leaves_again_before_what_was_owed_later(cast: Cast) -> None:
    first = await owed(to_member(cast), "notice")
    await wired(cast)
    later = await owed(to_member(cast), "notice")
    await recover(cast.bot.id, 2, NOW)
    assert [one.id for one in await claim(cast.bot.id, 2, NOW, ALL_LANES, 10)] == [first, later]


async def test_a_recovery_leaves_its_own_epoch_other_bots_and_the_settled_alone(cast: Cast) -> None:
    other = await know_bot(8, "other")
    for _ in range(2):
        await owed(Recipient(other.id, address=5))
    on_wire, _in_hand = await claim(other.id, 1, NOW, ALL_LANES, 10)
    await wire(on_wire)
    await owed(to_member(cast))
    await delivered(cast, message_id=9, epoch=2)
    await owed(to_member(cast))
    await wired(cast, epoch=2)
    before = await dump()
    assert await recover(cast.bot.id, 2, NOW) == 0
    assert changed(before, await dump()) == set()


async def test_a_second_recovery_finds_nothing_to_do(cast: Cast) -> None:
    await owed(to_member(cast))
    await wired(cast)
    assert [await recover(cast.bot.id, 2, NOW), await recover(cast.bot.id, 2, NOW)] == [1, 0]


async def test_the_states_are_counted_per_bot(cast: Cast) -> None:
    other = await know_bot(8, "other")
    await owed(Recipient(other.id, address=5))
    await owed(to_member(cast))
    await delivered(cast, message_id=9)
    for _ in range(2):
        await owed(to_member(cast))
    assert await counts(cast.bot.id) == {"sent": 1, "queued": 2}
    assert await counts(other.id) == {"queued": 1}


async def test_where_an_unknown_person_was_answered_is_forgotten_within_the_hour(cast: Cast) -> None:
    reply = await owed(Recipient(cast.bot.id, address=OUTSIDER), "reply")
    await forget(NOW + 3 * HOUR / 4 - timedelta(milliseconds=1))
    assert (await Delivery.get(id=reply)).address == OUTSIDER
    await forget(NOW + 3 * HOUR / 4)
    assert (await Delivery.get(id=reply)).address is None
    (one,) = await claimed(cast)
    assert one.telegram_chat is None


async def test_settled_deliveries_are_forgotten_after_thirty_days_but_not_live_cards_or_what_is_still_owed(cast: Cast) -> None:
    card = await live(cast)
    await delivered(cast, message_id=8)
    settled = await owed(to_member(cast))
    await delivered(cast, message_id=9)
    waiting = await owed(to_member(cast), due_at=NOW + 40 * DAY)
    await forget(NOW + 30 * DAY - timedelta(milliseconds=1))
    assert await Delivery.filter(id=settled).exists()
    await forget(NOW + 30 * DAY)
    assert {each.id for each in await Delivery.all()} == {card, waiting}
    await forget(NOW + 400 * DAY)
    assert [each.id for each in await Delivery.all()] == [waiting]


async def test_a_card_is_claimed_as_it_was_owed(cast: Cast) -> None:
    card = Card("gathering/card", {"title": "主题党日 \U0001f6a9 <b>"})
    await owed(to_member(cast), card=card)
    assert (await leased(cast)).card == card


async def test_an_answer_falls_back_from_its_topic_to_the_general_one_once(cast: Cast) -> None:
    for thread, falls in ((7, True), (0, False), (None, False)):
        one = await owed(Recipient(cast.bot.id, address=OUTSIDER, thread_id=thread), "reply")
        assert await to_general(one) is falls
        assert not await to_general(one)
        assert (await Delivery.get(id=one)).thread_id == (0 if falls else thread)
