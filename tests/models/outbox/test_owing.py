"""What is owed: once per key, renewed in place, taken back in time."""

import asyncio
from datetime import timedelta
from time import perf_counter

import pytest

from models.card import Card
from models.database import atomic
from models.outbox import (
    EDIT_PAUSE,
    PROMISES,
    Delivery,
    Recipient,
    cancel,
    debt,
    drop,
    next_due,
    owe,
    owe_many,
    restate,
    sent,
    touch,
    wire,
)
from tests.cast import NOW, Cast
from tests.models.outbox.letters import (
    ABOUT,
    CARD,
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

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


async def test_a_key_is_owed_once_and_what_was_owed_first_stays(cast: Cast) -> None:
    await owe("reply", CARD, to_member(cast), "reply:1:1", NOW)
    await owe("reply", Card("other"), to_group(cast), "reply:1:1", NOW + HOUR)
    only = await Delivery.get()
    assert (Card.from_json(only.card), only.member_id, only.created_at) == (CARD, cast.member.id, NOW)


async def test_a_key_twice_in_one_batch_is_owed_once_and_the_rest_is_owed_too(cast: Cast) -> None:
    keys = ["a", "b", "a", "c"]
    await owe_many([debt("card", CARD, to_member(cast), key, NOW) for key in keys])
    assert [each.key for each in await Delivery.all().order_by("key")] == ["a", "b", "c"]


async def test_three_machines_that_owe_the_same_owe_it_once(cast: Cast) -> None:
    await asyncio.gather(*(owe("card", CARD, to_member(cast), "same", NOW) for _ in range(3)))
    assert await Delivery.all().count() == 1


async def test_what_a_failed_deed_owed_is_not_owed(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        await owe_and_fail(cast)
    assert await Delivery.all().count() == 0


async def owe_and_fail(cast: Cast) -> None:
    async with atomic():
        await owe("card", CARD, to_member(cast), "same", NOW)
        raise ZeroDivisionError


async def test_owing_nobody_is_no_error(cast: Cast) -> None:
    await owe_many([])
    assert await Delivery.all().count() == 0


async def test_five_thousand_are_owed_within_two_seconds(cast: Cast) -> None:
    debts = [debt("broadcast", CARD, to_member(cast), f"broadcast:{n}", NOW) for n in range(5000)]
    start = perf_counter()
    await owe_many(debts)
    assert perf_counter() - start < 2
    assert await Delivery.all().count() == 5000


def test_a_due_instant_ahead_makes_it_held() -> None:
    to = Recipient(1, address=5)
    assert debt("reply", CARD, to, "k", NOW).state == "queued"
    assert debt("reply", CARD, to, "k", NOW, due_at=NOW).state == "queued"
    held = debt("reply", CARD, to, "k", NOW, due_at=NOW + HOUR)
    assert (held.state, held.due_at, held.created_at) == ("held", NOW + HOUR, NOW)


@pytest.mark.parametrize("kind", PROMISES)
def test_a_kind_has_its_lane_and_is_worth_sending_for_its_life_from_when_it_is_due(kind: str) -> None:
    promise, due = PROMISES[kind], NOW + HOUR
    one = debt(kind, CARD, Recipient(1, address=5), "k", NOW, due_at=due)
    assert one.lane == promise.lane
    assert one.expire_at == (None if promise.life is None else due + promise.life)


def test_an_end_of_its_own_rules_over_the_kinds_life() -> None:
    assert debt("reply", CARD, Recipient(1, address=5), "k", NOW, expire_at=NOW + HOUR).expire_at == NOW + HOUR


def test_a_recipient_has_a_name_that_tells_no_address() -> None:
    labels = [Recipient(1, member_id=3).label, Recipient(1, chat_id=4).label, Recipient(1, address=700_000_999).label]
    assert labels == ["member:3", "chat:4", "address"]


async def test_touching_a_shown_card_queues_one_edit_however_often(cast: Cast) -> None:
    card = await live(cast)
    await delivered(cast, message_id=9)
    for _ in range(10):
        await touch(ABOUT, NOW)
    one = await leased(cast, NOW + EDIT_PAUSE)
    assert (one.id, one.message_id, one.wanted, one.lane) == (card, 9, 11, 4)


async def test_an_edit_leaves_at_least_five_seconds_after_the_last_send(cast: Cast) -> None:
    await live(cast)
    await delivered(cast, message_id=9)
    await touch(ABOUT, NOW + SECOND)
    assert EDIT_PAUSE == 5 * SECOND
    assert await claimed(cast, NOW + EDIT_PAUSE - timedelta(milliseconds=1)) == []
    assert len(await claimed(cast, NOW + EDIT_PAUSE)) == 1


async def test_a_card_touched_long_after_its_last_send_is_edited_at_once(cast: Cast) -> None:
    await live(cast)
    await delivered(cast, message_id=9)
    await touch(ABOUT, NOW + HOUR)
    assert len(await claimed(cast, NOW + HOUR)) == 1


async def test_a_card_not_sent_yet_is_sent_in_its_newest_version_and_not_later(cast: Cast) -> None:
    await live(cast)
    await touch(ABOUT, NOW + HOUR)
    one = await leased(cast, NOW)
    await touch(ABOUT, NOW + HOUR)
    on_wire = await wire(one)
    assert on_wire is not None
    assert (one.wanted, on_wire.wanted, on_wire.lane) == (2, 3, 2)


async def test_a_touch_between_wire_and_sent_queues_the_card_once_more(cast: Cast) -> None:
    card = await live(cast)
    one = await wired(cast)
    await touch(ABOUT, NOW)
    await touch(ABOUT, NOW)
    assert await state(card) == "wire"
    assert await sent(one, 9, NOW, NOW + EDIT_PAUSE)
    again = await delivered(cast, 9, NOW + EDIT_PAUSE)
    assert (again.id, again.message_id, again.wanted) == (card, 9, 3)
    assert await claimed(cast, NOW + HOUR) == []


async def test_only_the_live_cards_of_the_thing_itself_are_touched(cast: Cast) -> None:
    others = [await live(cast, about="gathering:2"), await owed(to_group(cast))]
    for one in await claimed(cast):
        await wire(one)
        await sent(one, one.id, NOW, NOW)
    await touch(ABOUT, NOW + HOUR)
    assert [await state(each) for each in others] == ["sent", "sent"]


@pytest.mark.parametrize("end", ["refused", "dead", "unknown"])
async def test_a_card_that_was_given_up_is_not_revived_by_a_touch(cast: Cast, end: str) -> None:
    card = await live(cast)
    await drop(await wired(cast), end, "gone")
    await touch(ABOUT, NOW + HOUR)
    assert await state(card) == end


async def test_restating_makes_live_cards_another_card(cast: Cast) -> None:
    card, plain = await live(cast), await owed(to_member(cast), "reminder")
    for one in await claimed(cast):
        on_wire = await wire(one)
        assert on_wire is not None
        await sent(on_wire, one.id, NOW, NOW)
    await restate(ABOUT, Card("gathering/over"), NOW + HOUR)
    one = await leased(cast, NOW + HOUR)
    assert (one.id, one.message_id, one.card) == (card, card, Card("gathering/over"))
    assert Card.from_json((await Delivery.get(id=plain)).card) == CARD


async def test_cancelling_takes_back_what_has_not_left(cast: Cast) -> None:
    to = to_member(cast)
    on_wire = await owed(to, "reminder")
    await wired(cast)
    left = await owed(to, "reminder")
    await delivered(cast, message_id=9)
    in_hand = await owed(to, "reminder")
    await leased(cast)
    held, queued = await owed(to, "reminder", due_at=NOW + HOUR), await owed(to, "reminder")
    assert await cancel(ABOUT, "reminder") == 3
    states = [await state(each) for each in (on_wire, left, in_hand, held, queued)]
    assert states == ["wire", "sent", "cancelled", "cancelled", "cancelled"]


async def test_cancelling_leaves_other_kinds_other_things_and_edits_alone(cast: Cast) -> None:
    to = to_member(cast)
    shown = await live(cast)
    await delivered(cast, message_id=9)
    await touch(ABOUT, NOW)
    others = [await owed(to, "card"), await owed(to, "reminder", about="gathering:2")]
    assert await cancel(ABOUT, "reminder") == 0
    assert await cancel(ABOUT, "card") == 1
    assert [await state(each) for each in (shown, *others)] == ["queued", "cancelled", "queued"]


async def test_the_next_due_instant_is_the_first_of_what_waits(cast: Cast) -> None:
    assert await next_due() is None
    await owed(to_member(cast), "reminder", due_at=NOW + 2 * HOUR)
    assert await next_due() == NOW + 2 * HOUR
    await owed(to_member(cast), "reminder", due_at=NOW + HOUR)
    assert await next_due() == NOW + HOUR
    await owed(to_member(cast))
    assert await next_due() == NOW
    await delivered(cast, message_id=9)
    assert await next_due() == NOW + HOUR
    await cancel(ABOUT, "reminder")
    assert await next_due() is None
