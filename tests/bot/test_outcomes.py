"""What becomes of a delivery, whatever the world answers: limits, refusals, silence, and bugs of our own."""

import asyncio

import pytest

from bot.channels import Undeliverable, Unknown
from bot.dispatcher import Dispatcher
from bot.sandbox.cast import GROUP, MEMBER, SECRETARY, WITHOUT_TELEGRAM
from bot.throttle import Throttle
from models import clock, outbox
from models.card import Card
from models.member import Reachability
from models.organisation import Chat
from models.outbox import Delivery, Recipient
from tests.bot.machine import Machine, number
from tests.bot.post import Post, idle, owe, states

HERE, THERE = 501, 502
FLOOD = Undeliverable("flood", permanent=False, retry_after=0.2)
TOKEN_FLOOD = Undeliverable("flood", permanent=False, retry_after=0.2, scope="token")


@pytest.fixture
def machine(mailing: Machine) -> Machine:
    return mailing


def of(machine: Machine, name: str = MEMBER.name) -> Recipient:
    return Recipient(machine.bot.id, machine.branch.root_id, member_id=machine.members[name].id)


async def test_a_flood_in_a_chat_rests_that_chat_only_and_uses_no_attempt(machine: Machine, post: Post) -> None:
    post.script[HERE] = [FLOOD]
    first = await owe(machine, 1, HERE)
    await owe(machine, 2, THERE)
    await machine.dispatcher.step()
    await asyncio.wait(machine.dispatcher.sending, return_when=asyncio.ALL_COMPLETED)
    kept = await Delivery.get(id=first.id)
    assert (kept.state, kept.attempt, kept.reason.split(":")[:2]) == ("queued", 0, ["flood", "chat"])
    assert machine.dispatcher.throttle.wait(HERE) > 0.1
    assert machine.dispatcher.throttle.wait(THERE) == 0
    began = asyncio.get_running_loop().time()
    await idle(machine)
    assert asyncio.get_running_loop().time() - began > 0.1
    assert [chat for _, chat, _ in post.calls] == [HERE, THERE, HERE]
    assert await states() == ["sent", "sent"]


async def test_a_flood_of_the_token_rests_everything(machine: Machine, post: Post) -> None:
    post.script[HERE] = [TOKEN_FLOOD]
    await owe(machine, 1, HERE)
    await machine.dispatcher.step()
    await asyncio.wait(machine.dispatcher.sending)
    assert machine.dispatcher.throttle.wait(THERE) > 0.1
    await owe(machine, 2, THERE)
    began = asyncio.get_running_loop().time()
    await idle(machine)
    assert asyncio.get_running_loop().time() - began > 0.1
    assert await states() == ["sent", "sent"]


@pytest.mark.parametrize(("no", "rests"), [(FLOOD, False), (TOKEN_FLOOD, True)])
async def test_who_begins_anew_waits_as_telegram_asked(machine: Machine, post: Post, no: Undeliverable, rests: bool) -> None:
    post.script[HERE] = [no]
    await owe(machine, 1, HERE)
    await machine.dispatcher.step()
    await asyncio.wait(machine.dispatcher.sending)
    throttle = Throttle(clock.ticks)
    begun = Dispatcher(machine.dispatcher.holder, post, throttle, machine.now)
    await begun.recall()
    assert 0.1 < throttle.wait(HERE) <= 0.2
    assert (throttle.wait(THERE) > 0) == rests
    machine.later(seconds=1)
    throttle = Throttle(clock.ticks)
    await Dispatcher(machine.dispatcher.holder, post, throttle, machine.now).recall()
    assert throttle.wait(HERE) == 0, "it is over"


async def test_an_unreachable_world_is_waited_for(machine: Machine, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.dispatcher.PAUSE_UNREACHABLE", 0.05)
    post.script[HERE] = [Undeliverable("unreachable", permanent=False, scope="token")] * 15
    await owe(machine, 1, HERE)
    await idle(machine)
    assert len(post.calls) == 16
    assert await states() == ["sent"]


async def test_after_a_limit_or_an_outage_a_chat_still_hears_in_order(machine: Machine, post: Post) -> None:
    chat = await Chat.get(chat_id=GROUP.id)
    group = Recipient(machine.bot.id, chat.root_id, chat_id=chat.id)
    post.script[GROUP.id] = [Undeliverable("flood", permanent=False, retry_after=0.05)]
    post.script[HERE] = [None, Undeliverable("unreachable", permanent=False, scope="token", retry_after=0.05)]
    for each in range(4):
        machine.later(seconds=1)
        await owe(machine, each, HERE)
        await owe(machine, each, group)
    await idle(machine)
    assert post.said(HERE) == ["0", "1", "1", "2", "3"]
    assert post.said(GROUP.id) == ["0", "0", "1", "2", "3"]
    assert set(await states()) == {"sent"}


@pytest.mark.parametrize(("reason", "state"), [("blocked", "refused"), ("parse", "dead")])
async def test_a_definite_no_ends_a_delivery_and_who_is_gone_is_noted(
    machine: Machine, post: Post, reason: str, state: str
) -> None:
    post.script[number(MEMBER)] = [Undeliverable(reason, permanent=True)]
    await owe(machine, 1, of(machine))
    await idle(machine)
    assert await states() == [state]
    assert [each.state for each in await Reachability.all()] == (["blocked"] if reason == "blocked" else [])
    await owe(machine, 2, of(machine))
    await idle(machine)
    assert (await Reachability.get()).state == "ok"


async def test_a_fault_is_tried_again_later_and_at_last_given_up(machine: Machine, post: Post) -> None:
    post.script[HERE] = [Undeliverable("odd", permanent=False)] * 20
    await owe(machine, 1, HERE)
    for _ in range(15):
        await idle(machine)
        machine.later(minutes=11)
    assert await states() == ["dead"]
    assert len(post.calls) == 12


async def test_an_unknown_outcome_is_repeated_only_where_it_is_promised(machine: Machine, post: Post) -> None:
    for chat in (HERE, THERE, 503):
        post.script[chat] = [Unknown("timeout")]
    await owe(machine, 1, HERE, "reminder")
    await owe(machine, 2, THERE, "broadcast")
    await owe(machine, 3, 503, "reply")
    began = asyncio.get_running_loop().time()
    await idle(machine)
    assert asyncio.get_running_loop().time() - began > 0.9
    assert await states() == ["sent", "unknown", "unknown"]
    assert [len(post.said(chat)) for chat in (HERE, THERE, 503)] == [2, 1, 1]


async def test_what_is_sent_again_comes_before_what_was_owed_later(machine: Machine, post: Post) -> None:
    post.script[HERE] = [Unknown("timeout")]
    await owe(machine, 1, HERE, "reminder")
    await machine.dispatcher.step()
    await owe(machine, 2, HERE, "reminder")
    await owe(machine, 3, THERE, "reminder")
    await idle(machine)
    assert post.said(HERE) == ["1", "1", "2"]
    assert THERE in [chat for _, chat, _ in post.calls][:2], "another chat waited for it"


async def test_when_nothing_gets_through_one_message_at_a_time_tries_and_none_is_given_up(machine: Machine, post: Post) -> None:
    chats = range(HERE, HERE + 20)
    for chat in chats:
        post.script[chat] = [Unknown("reset")]
        await owe(machine, chat, chat, "reminder")
    began = asyncio.get_running_loop().time()
    await machine.dispatcher.step()
    await asyncio.wait(machine.dispatcher.sending)
    assert len(post.calls) == machine.dispatcher.senders
    assert machine.dispatcher.throttle.wait(THERE) > 0.5
    for chat in chats:
        post.script[chat] = []
    await idle(machine)
    assert set(await states()) == {"sent"}
    assert asyncio.get_running_loop().time() - began < 5
    assert machine.dispatcher.throttle.per_second == 1000, "a Telegram that is away says nothing of our rate"


async def test_an_edit_with_an_unknown_outcome_is_repeated(machine: Machine, post: Post) -> None:
    one = await owe(machine, 1, HERE, "card", about="gathering:1", live=True)
    await idle(machine)
    await outbox.touch("gathering:1", machine.time)
    post.script[HERE] = [Unknown("timeout")]
    for _ in range(3):
        machine.later(seconds=10)
        await idle(machine)
    assert [verb for verb, _, _ in post.calls] == ["send", "edit", "edit"]
    assert (await Delivery.get(id=one.id)).state == "sent"


async def test_a_group_that_moved_is_followed(machine: Machine, post: Post) -> None:
    moved = GROUP.id - 1
    post.script[GROUP.id] = [Undeliverable("migrated", permanent=False, migrate_to=moved)]
    chat = await Chat.get(chat_id=GROUP.id)
    await owe(machine, 1, Recipient(machine.bot.id, chat.root_id, chat_id=chat.id))
    await idle(machine)
    assert [call[1] for call in post.calls] == [GROUP.id, moved, number(SECRETARY)]
    assert (await Chat.get(id=chat.id)).chat_id == moved
    assert await states() == ["sent", "sent"]


async def test_a_topic_that_is_gone_falls_back_to_the_general_one_and_is_told_once(machine: Machine, post: Post) -> None:
    await Chat.filter(chat_id=GROUP.id).update(thread_id=5)
    chat = await Chat.get(chat_id=GROUP.id)
    group = Recipient(machine.bot.id, chat.root_id, chat_id=chat.id)
    post.script[GROUP.id] = [Undeliverable("thread_gone", permanent=True)]
    for each in range(2):
        await owe(machine, each, group)
    await idle(machine)
    assert post.threads[GROUP.id] == [5, 0, 0]
    assert (await Chat.get(id=chat.id)).state == "thread_gone"
    assert await states() == ["sent"] * 3
    assert [card.name for card in await notices()] == ["group/thread_gone"]
    post.script[GROUP.id] = [Undeliverable("thread_gone", permanent=True)]  # the general one too
    await owe(machine, 3, group)
    await idle(machine)
    assert (await states())[-1] == "refused"


@pytest.mark.parametrize("reason", ["kicked", "chat_gone", "no_rights"])
async def test_a_group_that_says_no_is_told_once_and_heals_with_the_first_that_arrives(
    machine: Machine, post: Post, reason: str
) -> None:
    chat = await Chat.get(chat_id=GROUP.id)
    group = Recipient(machine.bot.id, chat.root_id, chat_id=chat.id)
    post.script[GROUP.id] = [Undeliverable(reason, permanent=True)] * 2
    for each in range(2):
        await owe(machine, each, group)
        await idle(machine)
    assert (await Chat.get(id=chat.id)).state == reason
    assert [card.name for card in await notices()] == ["group/lost"]
    machine.later(minutes=2)
    await outbox.release(machine.time)
    await owe(machine, 3, group)
    await idle(machine)
    assert (await Chat.get(id=chat.id)).state == "ok"
    assert [card.name for card in await notices()] == ["group/lost", "group/healed"]
    assert set(await states()) == {"sent"}  # what was refused meanwhile came after all


async def notices() -> list[Card]:
    return [Card.from_json(each.card) for each in await Delivery.filter(kind="notice").order_by("id")]


async def test_words_that_cannot_be_made_are_ours_to_repair_and_the_line_goes_on(
    machine: Machine, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    one = await owe(machine, 1, HERE)
    one.card = Card("never/written").to_json()
    await one.save()
    await owe(machine, 2, HERE)
    await idle(machine)
    assert await states() == ["dead", "sent"]
    assert (await Delivery.get(id=one.id)).reason == "wording: TemplateNotFound"
    assert "a delivery was dropped by a bug" in caplog.text


async def test_a_bug_while_sending_leaves_nothing_on_the_wire(machine: Machine, post: Post) -> None:
    post.script[HERE] = [RuntimeError("ours")]
    post.script[THERE] = [RuntimeError("ours")]
    await owe(machine, 1, HERE, "broadcast")
    await owe(machine, 2, THERE, "reminder")
    await idle(machine)
    assert await states() == ["unknown", "queued"]


async def test_who_has_no_account_is_sent_nothing(machine: Machine, post: Post) -> None:
    await owe(machine, 1, of(machine, WITHOUT_TELEGRAM.name))
    await idle(machine)
    assert await states() == ["refused"]
    assert post.calls == []
