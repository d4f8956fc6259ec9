"""A live card is never lost: whatever happens on the way, people see its last version in the end.

And a press proves that the message it stands on arrived, even one we never recorded.
"""

from datetime import timedelta
from random import Random

import pytest

from models.card import Card
from models.outbox import (
    Delivery,
    Parcel,
    Recipient,
    adopt,
    cancel,
    drop,
    failed,
    put_back,
    recover,
    release,
    sent,
    touch,
    unclaim,
    unsure,
    wire,
)
from tests.cast import NOW, OUTSIDER, Cast
from tests.dump import changed, dump
from tests.models.outbox.letters import ABOUT, claimed, delivered, leased, live, owed, state, to_member, wired

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STEPS = 10  # fewer than the attempts after which a card is given up


class Walk:
    """One card's life by chance: `seen` is the version on people's screens, `changes` the one that should be."""

    def __init__(self, cast: Cast, card: int, chance: Random) -> None:
        self.cast, self.card, self.chance = cast, card, chance
        self.now, self.epoch, self.changes, self.seen = NOW, 1, 1, 0

    async def step(self) -> None:
        """An hour later something may have changed, and whatever is due leaves, or not."""
        self.now += HOUR
        await self.perhaps_change()
        for one in await claimed(self.cast, self.now, self.epoch):
            await self.perhaps_change()
            if self.chance.random() < 0.2:
                await unclaim(one)
            elif (on_wire := await wire(one)) is not None:
                await self.perhaps_change()
                await self.settle(on_wire)

    async def perhaps_change(self) -> None:
        if self.chance.random() < 0.4:
            self.changes += 1
            await touch(ABOUT, self.now)

    async def settle(self, one: Parcel) -> None:
        match self.chance.choice(["sent", "failed", "put back", "lost", "arrived and lost", "crash"]):
            case "sent":
                await self.arrive(one)
            case "failed":
                await failed(one, "500", self.now)
            case "put back":
                await put_back(one, "429", self.now)
            case "lost":
                await unsure(one, "timeout", self.now)
            case "arrived and lost":
                self.seen = one.wanted
                await unsure(one, "timeout", self.now)
                await adopt(one.id, self.cast.group.chat_id, 9, self.now)
            case _:
                self.epoch += 1
                await recover(self.cast.bot.id, self.epoch, self.now)

    async def arrive(self, one: Parcel) -> None:
        self.seen = one.wanted
        assert await sent(one, 9, self.now, self.now + MINUTE)

    async def calm_down(self) -> None:
        """Nothing changes any more and everything arrives."""
        self.now += HOUR
        for _ in range(3):
            for one in await claimed(self.cast, self.now, self.epoch):
                on_wire = await wire(one)
                assert on_wire is not None
                await self.arrive(on_wire)
            self.now += MINUTE


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_on_the_way_people_see_the_last_version(cast: Cast, seed: int) -> None:
    for number in range(8):
        card = await live(cast, expire_at=NOW + MINUTE)
        walk = Walk(cast, card, Random(f"{seed}.{number}"))
        await walk.arrive(await wired(cast))
        for _ in range(STEPS):
            await walk.step()
        await walk.calm_down()
        kept = await Delivery.get(id=card)
        assert (walk.seen, kept.shown, kept.wanted, kept.state) == (walk.changes, walk.changes, walk.changes, "sent"), number
        await kept.delete()


async def test_a_press_on_a_message_we_never_recorded_settles_it(cast: Cast) -> None:
    reply = await owed(to_member(cast), "reply")
    await unsure(await wired(cast), "timeout", NOW)
    await adopt(reply, cast.member.telegram_id or 0, 9, NOW + MINUTE)
    kept = await Delivery.get(id=reply)
    assert (kept.state, kept.message_id, kept.sent_at, kept.reason) == ("sent", 9, NOW + MINUTE, "")


async def test_a_pressed_card_about_to_be_sent_again_is_edited_instead(cast: Cast) -> None:
    card = await live(cast)
    await unsure(await wired(cast), "timeout", NOW)
    await adopt(card, cast.group.chat_id, 9, NOW)
    on_wire = await wired(cast)
    assert (on_wire.id, on_wire.message_id) == (card, 9)


async def test_a_pressed_reminder_in_the_dispatchers_hand_does_not_leave_again(cast: Cast) -> None:
    await owed(to_member(cast), "reminder")
    await unsure(await wired(cast), "timeout", NOW)
    one = await leased(cast, NOW + MINUTE)
    await adopt(one.id, cast.member.telegram_id or 0, 9, NOW + MINUTE)
    assert await wire(one) is None
    assert await state(one.id) == "sent"


async def test_of_two_copies_the_pressed_one_lives_on_and_the_other_is_taken_away(cast: Cast) -> None:
    card = await live(cast)
    await delivered(cast, message_id=9)
    await adopt(card, cast.group.chat_id, 8, NOW)
    await adopt(card, cast.group.chat_id, 8, NOW)
    erase, edit = sorted(await claimed(cast), key=lambda one: one.kind, reverse=True)
    assert (erase.kind, erase.card, erase.telegram_chat) == ("erase", Card("erase", {"message": 9}), cast.group.chat_id)
    assert (edit.id, edit.message_id) == (card, 8)


async def test_a_second_copy_of_what_an_unknown_person_was_sent_is_taken_away_too(cast: Cast) -> None:
    reply = await owed(Recipient(cast.bot.id, address=OUTSIDER), "reply")
    await delivered(cast, message_id=9)
    await adopt(reply, OUTSIDER, 8, NOW)
    (erase,) = await claimed(cast)
    assert (erase.kind, erase.telegram_chat) == ("erase", OUTSIDER)


async def test_a_press_on_the_recorded_message_changes_nothing(cast: Cast) -> None:
    card = await live(cast)
    await delivered(cast, message_id=9)
    before = await dump()
    await adopt(card, cast.group.chat_id, 9, NOW)
    assert changed(before, await dump()) == set()


@pytest.mark.parametrize("waiting", ["queued", "sent", "unknown", "refused"])
async def test_a_code_forged_or_forwarded_into_another_chat_proves_nothing(cast: Cast, waiting: str) -> None:
    card = await live(cast)
    if waiting == "sent":
        await delivered(cast, message_id=9)
    elif waiting != "queued":
        await drop(await wired(cast), waiting, "why")
    before = await dump()
    await adopt(card, cast.neighbour.telegram_id or 0, 7, NOW)
    await adopt(card + 1000, cast.group.chat_id, 7, NOW)
    assert changed(before, await dump()) == set()


async def test_a_press_does_not_disturb_a_send_under_way(cast: Cast) -> None:
    card = await live(cast)
    one = await wired(cast)
    before = await dump()
    await adopt(card, cast.group.chat_id, 7, NOW)
    assert changed(before, await dump()) == set()
    assert await sent(one, 9, NOW, NOW)


async def test_a_press_does_not_revive_what_was_taken_back(cast: Cast) -> None:
    reminder = await owed(to_member(cast), "reminder", due_at=NOW + HOUR)
    await cancel(ABOUT, "reminder")
    await adopt(reminder, cast.member.telegram_id or 0, 7, NOW)
    await release(NOW + HOUR)
    assert await state(reminder) == "cancelled"
    assert await claimed(cast, NOW + HOUR) == []
