"""Many deeds in one transaction: a card is touched once, and a pressed message is looked up once."""

from contextlib import suppress
from datetime import timedelta

from bot.engines import engine
from models.audit import Note, note, read_notes
from models.batch import batched
from models.card import Answer, Refusal
from models.database import atomic
from models.deed import claim_all, deed
from models.outbox import Delivery, adopt, touch
from tests.bot.engines.test_transactions import Undone
from tests.cast import NOW, Cast
from tests.models.outbox.letters import ABOUT, claimed, delivered, live

SOON = NOW + timedelta(minutes=1)


async def wanted(card: int) -> int:
    return (await Delivery.get(id=card)).wanted


async def test_a_card_that_many_deeds_touch_is_touched_once_at_the_end(cast: Cast) -> None:
    card = await live(cast)
    await delivered(cast, message_id=9)
    async with batched():
        for _ in range(5):
            await touch(ABOUT, SOON)
        assert await wanted(card) == 1
    assert await wanted(card) == 2
    assert [one.id for one in await claimed(cast, SOON)] == [card]


async def test_outside_of_a_batch_every_touch_counts_at_once(cast: Cast) -> None:
    card = await live(cast)
    async with batched():
        pass
    await touch(ABOUT, NOW)
    await touch(ABOUT, NOW)
    assert await wanted(card) == 3


async def test_a_batch_that_fails_touches_nothing_and_leaves_nothing_for_the_next(cast: Cast) -> None:
    card = await live(cast)
    with suppress(Undone):
        async with batched():
            await touch(ABOUT, NOW)
            raise Undone
    async with batched():
        pass
    assert await wanted(card) == 1


async def test_a_message_found_recorded_is_looked_up_once_a_batch(cast: Cast) -> None:
    card = await live(cast)
    await delivered(cast, message_id=9)
    async with batched():
        await adopt(card, cast.group.chat_id, 9, NOW)
        before = engine().statements
        await adopt(card, cast.group.chat_id, 9, NOW)
        assert engine().statements == before
    await adopt(card, cast.group.chat_id, 9, NOW)
    assert engine().statements == before + 1


async def test_the_other_copy_is_adopted_in_the_same_batch_too(cast: Cast) -> None:
    card = await live(cast)
    await delivered(cast, message_id=9)
    async with batched():
        await adopt(card, cast.group.chat_id, 9, NOW)
        await adopt(card, cast.group.chat_id, 8, NOW)
    assert (await Delivery.get(id=card)).message_id == 8


async def test_what_waits_is_said_at_the_end_in_one_trip_and_the_last_of_its_kind(cast: Cast) -> None:
    async with batched():
        for each in range(3):
            await note(cast.branch.root_id or 0, "clock", "tried", f"node:{each}", NOW, None, None)
        assert await Note.filter(verb="tried").count() == 0
    assert [one.target for one in await Note.filter(verb="tried").order_by("id")] == ["node:0", "node:1", "node:2"]


async def test_who_reads_the_audit_finds_what_is_being_noted(cast: Cast) -> None:
    async with batched():
        await note(cast.branch.root_id or 0, "clock", "tried", "node:1", NOW, None, None)
        assert len(await read_notes("SELECT id FROM note WHERE verb = ?", "tried")) == 1
    assert await Note.filter(verb="tried").count() == 1


async def test_what_a_refusal_undoes_is_not_noted(cast: Cast) -> None:
    async def refused() -> Answer:
        await note(cast.branch.root_id or 0, "clock", "refused", "node:1", NOW, None, None)
        raise Refusal("action/unknown")

    async with atomic(), batched():
        await note(cast.branch.root_id or 0, "clock", "kept", "node:1", NOW, None, None)
        await deed("one", refused, NOW)
    assert [one.verb for one in await Note.filter(target="node:1", actor="clock")] == ["kept"]


async def test_keys_claimed_together_are_used_once_each_and_those_used_before_not_at_all(cast: Cast) -> None:
    async def done() -> Answer:
        return Answer()

    async with atomic():
        await deed("old", done, NOW)
    async with atomic(), batched():
        await claim_all(["old", "new", "new"], NOW)
        assert [await deed(key, done, NOW) is not None for key in ("old", "new", "new", "other")] == [False, True, False, True]
    async with atomic(), batched():
        await claim_all(["new", "other"], NOW)
        assert [await deed(key, done, NOW) for key in ("new", "other")] == [None, None]
