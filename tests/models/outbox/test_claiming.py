"""Claiming: what is due, in order, once, and with the place it goes to."""

import asyncio
from datetime import timedelta

from models.database import atomic
from models.organisation import Chat, know_bot
from models.outbox import Busy, Parcel, Recipient, claim, owe_many, release, touch, wire
from models.outbox.owing import debt
from tests.cast import NOW, OUTSIDER, Cast
from tests.models.outbox.letters import (
    ABOUT,
    ALL_LANES,
    CARD,
    claimed,
    delivered,
    live,
    owed,
    state,
    to_group,
    to_member,
)

HOUR, SECOND, DAY = timedelta(hours=1), timedelta(seconds=1), timedelta(days=1)


async def test_claims_come_by_lane_then_by_due_instant_then_in_order(cast: Cast) -> None:
    to = to_member(cast)
    later = await owed(to, "card", due_at=NOW - HOUR)
    bulk = await owed(to, "broadcast", due_at=NOW - 2 * HOUR)
    first = await owed(to, "card", due_at=NOW - 2 * HOUR)
    second = await owed(to, "reminder", due_at=NOW - 2 * HOUR)
    reply = await owed(to, "reply")
    assert [one.id for one in await claimed(cast, most=3)] == [reply, first, second]
    assert [one.id for one in await claimed(cast)] == [later, bulk]


async def test_nothing_is_claimed_before_it_is_due(cast: Cast) -> None:
    await owed(to_member(cast), due_at=NOW + HOUR)
    await release(NOW + HOUR - timedelta(milliseconds=1))
    assert await claimed(cast, NOW + 2 * HOUR) == []
    await release(NOW + HOUR)
    assert await claimed(cast, NOW + HOUR - timedelta(milliseconds=1)) == []
    assert len(await claimed(cast, NOW + HOUR)) == 1


async def test_what_is_worth_nothing_any_more_expires_instead(cast: Cast) -> None:
    queued, held = await owed(to_member(cast), "reply"), await owed(to_member(cast), due_at=NOW + HOUR, expire_at=NOW + HOUR)
    assert await claimed(cast, NOW + HOUR) == []
    assert [await state(each) for each in (queued, held)] == ["expired", "expired"]


async def test_a_reply_is_claimed_until_the_last_moment_of_its_life(cast: Cast) -> None:
    await owed(to_member(cast), "reply")
    assert len(await claimed(cast, NOW + timedelta(minutes=2) - timedelta(milliseconds=1))) == 1


async def test_a_card_that_is_seen_never_expires(cast: Cast) -> None:
    """A gathering has begun while we were down: its card still has to lose its buttons."""
    card = await live(cast, expire_at=NOW + HOUR)
    await delivered(cast, message_id=9)
    await touch(ABOUT, NOW + 2 * HOUR)
    assert [one.id for one in await claimed(cast, NOW + 2 * HOUR)] == [card]


async def test_other_bots_other_lanes_and_waiting_chats_are_passed_over(cast: Cast) -> None:
    other = await know_bot(8, "other")
    await owed(Recipient(other.id, address=5))
    normal, group, bulk = await owed(to_member(cast)), await owed(to_group(cast)), await owed(to_member(cast), "broadcast")
    assert await claim(cast.bot.id, 1, NOW, (0, 1), 10) == []
    assert [one.id for one in await claim(cast.bot.id, 1, NOW, (2, 2), 10, Busy((cast.group.id, 99)))] == [normal]
    assert [one.id for one in await claimed(cast)] == [group, bulk]


async def test_two_that_claim_at_once_never_get_the_same(cast: Cast) -> None:
    await owe_many([debt("card", CARD, to_member(cast), f"card:{n}", NOW) for n in range(60)])
    hands = await asyncio.gather(*(claim(cast.bot.id, 1, NOW, ALL_LANES, 20) for _ in range(3)))
    taken = [one.id for hand in hands for one in hand]
    assert len(taken) == len(set(taken))
    rest = await claimed(cast)
    assert len(taken) + len(rest) == 60


async def test_a_claim_not_yet_committed_keeps_its_parcels(cast: Cast) -> None:
    await owe_many([debt("card", CARD, to_member(cast), f"card:{n}", NOW) for n in range(4)])
    begun = asyncio.Event()
    second = asyncio.create_task(claim_after(begun, cast))  # started outside of the transaction
    async with atomic():
        first = await claimed(cast, most=2)
        begun.set()
        await asyncio.sleep(0.05)  # PostgreSQL lets the other look now, SQLite after the commit
    assert len({one.id for one in [*first, *await second]}) == 4


async def claim_after(begun: asyncio.Event, cast: Cast) -> list[Parcel]:
    await begun.wait()
    return await claimed(cast, most=2)


async def test_a_parcel_knows_where_it_goes(cast: Cast) -> None:
    await Chat.filter(id=cast.group.id).update(thread_id=42)
    member, group = await owed(to_member(cast)), await owed(to_group(cast))
    address = await owed(Recipient(cast.bot.id, address=OUTSIDER))
    found = {one.id: (one.telegram_chat, one.thread_id) for one in await claimed(cast)}
    assert found == {
        member: (cast.member.telegram_id, 0),
        group: (cast.group.chat_id, 42),
        address: (OUTSIDER, 0),
    }


async def test_whoever_has_no_account_and_a_group_unlinked_meanwhile_are_nowhere(cast: Cast) -> None:
    await owed(Recipient(cast.bot.id, cast.district.id, member_id=cast.offline.id))
    await owed(to_group(cast))
    nobody, group = await claimed(cast)
    assert (nobody.telegram_chat, group.telegram_chat) == (None, cast.group.chat_id)
    await Chat.all().update(unlinked_at=NOW)
    on_wire = await wire(group)
    assert on_wire is not None
    assert on_wire.telegram_chat is None
