"""The dispatcher: order, lanes, limits, and an end for every delivery whatever the world answers."""

import asyncio
from datetime import timedelta

import pytest

from bot.dispatcher import Dispatcher
from bot.throttle import Throttle
from models import clock, outbox
from models.card import Card
from tests.bot.machine import Machine
from tests.bot.post import Post, idle, owe, states

HERE, THERE = 501, 502


@pytest.fixture
def machine(mailing: Machine) -> Machine:
    return mailing


async def test_a_chat_hears_in_order_and_one_at_a_time(machine: Machine, post: Post) -> None:
    post.script[HERE] = [0.02, None, 0.01]
    for each in range(6):
        await owe(machine, each, HERE)
        await owe(machine, each + 100, THERE)
    await idle(machine)
    assert post.said(HERE) == [str(each) for each in range(6)]
    assert post.said(THERE) == [str(each + 100) for each in range(6)]
    assert max(post.most.values()) == 1
    assert set(await states()) == {"sent"}


async def test_chats_are_served_side_by_side(machine: Machine, post: Post) -> None:
    post.held.clear()
    for chat in range(601, 621):
        await owe(machine, chat, chat)
    await machine.dispatcher.step()
    async with asyncio.timeout(5):
        while len(post.calls) < machine.dispatcher.senders:  # noqa: ASYNC110 (the post has no event for it)
            await asyncio.sleep(0)
    await machine.dispatcher.step()
    assert len(machine.dispatcher.sending) == machine.dispatcher.senders == 8
    post.held.set()
    await idle(machine)
    assert len(post.calls) == 20


async def test_urgent_lanes_overtake_bulk_even_when_much_of_it_is_in_hand(machine: Machine, post: Post) -> None:
    for each in range(80):
        await owe(machine, each, 1000 + each, "broadcast")
    post.held.clear()
    await machine.dispatcher.step()
    await owe(machine, 999, HERE, "reply")
    post.held.set()
    await idle(machine)
    order = [chat for _, chat, _ in post.calls]
    assert order.index(HERE) < 2 * machine.dispatcher.senders  # those on their way, and those that start with it
    assert len(order) == 81


async def test_what_is_over_while_it_waits_in_hand_does_not_leave(machine: Machine, post: Post) -> None:
    post.held.clear()
    await owe(machine, 1, HERE)
    await owe(machine, 2, HERE, expire_at=machine.time + timedelta(minutes=1))
    await machine.dispatcher.step()
    machine.later(minutes=2)
    post.held.set()
    await idle(machine)
    assert post.said(HERE) == ["1"]
    assert await states() == ["sent", "expired"]


async def test_what_is_cancelled_in_hand_does_not_leave(machine: Machine, post: Post) -> None:
    post.held.clear()
    await owe(machine, 1, HERE, about="gathering:1")
    await owe(machine, 2, HERE, about="gathering:2")
    await machine.dispatcher.step()
    assert await outbox.cancel("gathering:2", "card") == 1
    post.held.set()
    await idle(machine)
    assert post.said(HERE) == ["1"]
    assert await states() == ["sent", "cancelled"]


async def test_what_came_too_late_is_not_sent(machine: Machine, post: Post) -> None:
    await owe(machine, 1, HERE, "reply")
    machine.later(minutes=2)
    await idle(machine)
    assert await states() == ["expired"]


async def test_an_erased_message_is_deleted(machine: Machine, post: Post) -> None:
    one = await owe(machine, 1, HERE, "erase")
    one.card = Card("erase", {"message": 77}).to_json()
    await one.save()
    await idle(machine)
    assert post.calls == [("delete", HERE, "77")]


async def test_without_the_lease_nothing_is_sent(machine: Machine, post: Post) -> None:
    await owe(machine, 1, HERE)
    machine.dispatcher.holder.until = machine.dispatcher.holder.ticks() + 4.9  # less than a send and its settling need
    await machine.dispatcher.step()
    assert machine.dispatcher.sending == {}
    assert await states() == ["queued"]


async def test_what_another_dispatcher_took_over_is_left_to_it(machine: Machine, post: Post) -> None:
    post.held.clear()
    await owe(machine, 1, HERE)
    await owe(machine, 2, HERE)
    await machine.dispatcher.step()
    async with asyncio.timeout(5):
        while not post.calls:  # noqa: ASYNC110 (the post has no event for it)
            await asyncio.sleep(0)
    assert await outbox.recover(machine.bot.id, machine.dispatcher.holder.epoch + 1, machine.time) == 1
    post.held.set()
    await asyncio.wait(machine.dispatcher.sending)
    machine.dispatcher.let_go()
    await asyncio.wait(machine.dispatcher.sending)
    assert post.said(HERE) == ["1"]  # the second was in hand and did not leave
    assert await states() == ["queued", "queued"]


async def test_paused_it_rests_and_finishing_lets_arrive_what_is_on_its_way(machine: Machine, post: Post) -> None:
    post.held.clear()
    await owe(machine, 1, HERE)
    await machine.dispatcher.step()
    await owe(machine, 2, THERE)
    asyncio.get_running_loop().call_later(0.05, post.held.set)
    await machine.dispatcher.finish(5)
    await machine.dispatcher.step()
    assert await states() == ["sent", "queued"]
    machine.dispatcher.paused = False
    await idle(machine)
    assert await states() == ["sent", "sent"]


async def test_finishing_does_not_wait_for_ever(machine: Machine, post: Post) -> None:
    post.held.clear()
    await owe(machine, 1, HERE)
    await machine.dispatcher.step()
    async with asyncio.timeout(2):
        await machine.dispatcher.finish(0.05)
    post.held.set()
    await asyncio.wait(machine.dispatcher.sending)


async def test_a_wake_up_sends_at_once(machine: Machine, post: Post) -> None:
    running = asyncio.create_task(machine.dispatcher.run())
    try:
        for each in range(5):
            await owe(machine, each, HERE)
            machine.dispatcher.wake()
            async with asyncio.timeout(0.4):  # less than it looks by itself
                while len(post.calls) <= each:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_claim_cut_short_is_taken_up_again(machine: Machine, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database leased, and went away before it could say what."""
    claim = outbox.claim

    async def cut_short(*args: object) -> list[object]:
        if await claim(*args):  # type: ignore[arg-type]
            raise ConnectionResetError
        return []

    await owe(machine, 1, HERE)
    monkeypatch.setattr("bot.dispatcher.outbox.claim", cut_short)
    with pytest.raises(ConnectionResetError):
        await machine.dispatcher.step()
    assert await states() == ["leased"]
    monkeypatch.setattr("bot.dispatcher.outbox.claim", claim)
    await idle(machine)
    assert post.said(HERE) == ["1"]
    assert await states() == ["sent"]


async def test_a_flood_to_one_chat_delays_nobody_else(machine: Machine, post: Post) -> None:
    for each in range(200):
        await owe(machine, each, HERE, "reply")
    await owe(machine, 999, THERE, "reply")
    await machine.dispatcher.step()
    await machine.dispatcher.step()
    await asyncio.gather(*machine.dispatcher.sending)
    assert post.said(THERE) == ["999"]
    assert len([one for one in machine.dispatcher.waiting if one.telegram_chat == HERE]) <= 3


async def test_a_settling_that_fails_leaves_nothing_on_the_wire(
    machine: Machine, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError("a bug in the settling")

    await owe(machine, 1, HERE)
    monkeypatch.setattr("bot.settling.arrived", breaks)
    await idle(machine)
    assert await states() == ["unknown"]


async def test_a_new_dispatcher_knows_what_the_last_one_sent_a_moment_ago(machine: Machine, post: Post) -> None:
    await owe(machine, 1, HERE)
    await idle(machine)
    following = Dispatcher(machine.dispatcher.holder, post, Throttle(clock.ticks, chat_burst=1), machine.now)
    await owe(machine, 2, HERE)
    await owe(machine, 3, THERE)
    await following.step()
    await asyncio.gather(*following.sending)
    assert (post.said(HERE), post.said(THERE)) == (["1"], ["3"])
    assert following.throttle.wait(HERE) > 0.5
