"""Intake: do, commit, confirm; one poison update harms nobody; what is said is said after the commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram.ext import CommandHandler

from bot.hearing import Hearing
from bot.receiver import ROUSE_EVERY
from bot.sandbox.cast import GROUP, MEMBER, SECRETARY
from handlers.context import Command, Heard
from models.card import Action, Answer, Card
from models.clock import ticks
from models.database import rows
from models.deed import DeadLetter, Deed
from models.gathering import Choice, Rsvp
from models.outbox import Delivery
from tests.bot.machine import Machine, number
from tests.bot.updates import Json, pressed, said, update

BOSS, MEMBER_ID = number(SECRETARY), number(MEMBER)


class Bug(Exception):
    """Ours."""


def teach(machine: Machine, name: str, say: Any) -> None:
    """A command only this test knows."""
    machine.application.add_handler(CommandHandler(name, machine.gate.hear(Command(name, say))))


@asynccontextmanager
async def polling(machine: Machine) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(machine.receiver.poll(Hearing(machine.bot.id, machine.now, ticks, machine.dispatcher.wake)))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def offsets(machine: Machine) -> list[int]:
    return [int(call["arguments"].get("offset", 0)) for call in await machine.world.log(method="getUpdates")]


async def settled(machine: Machine, update_id: int) -> None:
    """Waits until Telegram was told that this update is done."""

    async def confirmed() -> bool:
        return max(await offsets(machine), default=0) > update_id

    await machine.world.until(confirmed)


async def letters() -> list[DeadLetter]:
    return await DeadLetter.all().order_by("id")


async def test_the_offset_does_not_move_before_the_commit(machine: Machine) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(heard: Heard) -> Answer:
        reached.set()
        await go_on.wait()
        return Answer(screen=Card("start/group"))

    teach(machine, "slowly", slowly)
    async with polling(machine):
        told = await machine.world.says(MEMBER_ID, "/slowly")
        await asyncio.wait_for(reached.wait(), 5)
        assert max(await offsets(machine)) <= told["update_id"]
        go_on.set()
        await settled(machine, told["update_id"])
    assert await Deed.all().count() == 1
    assert await Delivery.all().count() == 1
    assert machine.woken


async def test_what_was_not_confirmed_comes_again_and_is_done_once(machine: Machine) -> None:
    told = await machine.world.says(MEMBER_ID, "/help")
    await machine.receiver.take(await machine.receiver.fetch(0))  # and then the process dies
    async with polling(machine):
        await settled(machine, told["update_id"])
    assert await Deed.all().count() == 1
    assert await Delivery.all().count() == 1


TROUBLE = "gate/trouble"
POISON: list[Json] = [
    {"message": "a text"},
    {"message": {"message_id": 1}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": {}}},
    {"callback_query": {"id": "1"}},
    {"callback_query": []},
    {"message": {**said("/help", MEMBER_ID)["message"], "entities": [{"type": "bot_command", "offset": 0, "length": "x"}]}},
]


async def test_an_update_nobody_can_read_becomes_a_dead_letter_and_the_next_is_done(machine: Machine) -> None:
    async with polling(machine):
        for body in POISON:
            await machine.world.inject(dict(body))
        told = await machine.world.says(MEMBER_ID, "/help")
        await settled(machine, told["update_id"])
    names = [Card.from_json(each.card).name for each in await Delivery.all()]
    assert [name for name in names if name != TROUBLE] == ["start/member"]
    assert TROUBLE in names, "whoever can be answered hears that it was not recorded"
    kept = await letters()
    assert len(kept) == len(POISON)
    assert '"a text"' in kept[0].body
    assert "Error" in kept[0].reason


async def test_unknown_kinds_and_huge_numbers_are_passed_over(machine: Machine) -> None:
    strange = update(brand_new_kind={"id": 1})
    huge = said("/help", MEMBER_ID) | {"update_id": 2**62}
    assert [card.name for card in await machine.take(strange, huge, said("/help", MEMBER_ID))] == ["start/member"] * 2
    assert await letters() == []


async def test_a_bug_of_a_handler_buries_its_update_and_no_other(machine: Machine) -> None:
    async def breaks(heard: Heard) -> Answer:
        raise Bug("half a \ud800 pair, a \0, and 生日")

    teach(machine, "breaks", breaks)
    bad = said("/breaks", MEMBER_ID)
    cards = await machine.take(said("/help", MEMBER_ID), bad, said("/help", BOSS))
    assert sorted(card.name for card in cards) == [TROUBLE, "start/member", "start/member"]  # lanes go side by side
    assert sorted("reach" in str(card.facts.get("duties")) for card in cards) == [False, False, True]
    (letter,) = await letters()
    assert letter.key == f"tg:{machine.bot.id}:{bad['update_id']}"
    assert letter.reason.startswith("Bug: half a ")
    assert "生日" in letter.reason
    assert await machine.take(bad) == []
    assert len(await letters()) == 1


async def test_what_breaks_after_its_deed_leaves_nothing_of_the_deed(machine: Machine) -> None:
    """The person hears that it was not recorded, so it must not be."""

    async def half(heard: Heard) -> Answer:
        assert heard.node is None
        await DeadLetter.create(key="a trace", body="", reason="", at=heard.now)
        return Answer(screen=Card("start/group", {"unfit": {1, 2}}))  # type: ignore[dict-item]  # cannot be written down

    teach(machine, "half", half)
    cards = await machine.take(said("/half", MEMBER_ID), said("/help", MEMBER_ID))
    assert [card.name for card in cards] == [TROUBLE, "start/member"]
    (letter,) = await letters()
    assert letter.reason.startswith("TypeError")


async def test_broken_sql_in_one_update_does_not_spoil_its_batch(machine: Machine) -> None:
    async def asks_nonsense(heard: Heard) -> Answer:
        await rows("SELECT nothing FROM nowhere")
        return Answer()

    teach(machine, "nonsense", asks_nonsense)
    cards = await machine.take(said("/help", MEMBER_ID), said("/nonsense", BOSS), said("/help", BOSS))
    assert sorted(card.name for card in cards) == [TROUBLE, "start/member", "start/member"]  # lanes go side by side
    assert len(await letters()) == 1


async def test_a_batch_that_fails_as_a_whole_is_done_one_by_one(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something the savepoints do not catch, such as a commit that fails."""
    whole, sizes = machine.receiver.together, list[int]()

    async def together(updates: list[Json]) -> Any:
        sizes.append(len(updates))
        if len(updates) > 1 or "/cursed" in str(updates):
            raise Bug
        return await whole(updates)

    monkeypatch.setattr(machine.receiver, "together", together)
    cards = await machine.take(*(said(text, BOSS) for text in ("/help", "/cursed", "/help")))
    assert sizes == [3, 1, 1, 1]
    assert [card.name for card in cards] == ["start/member", TROUBLE, "start/member"]
    assert len(await letters()) == 1


async def test_a_database_too_busy_for_one_deed_is_no_dead_letter(machine: Machine) -> None:
    busy = [ConnectionResetError(), ConnectionResetError()]

    async def unlucky(heard: Heard) -> Answer:
        if busy:
            raise busy.pop()
        return Answer(screen=Card("start/group"))

    teach(machine, "unlucky", unlucky)
    update = said("/unlucky", MEMBER_ID)
    with pytest.raises(ConnectionResetError):
        await machine.receiver.take([update])
    assert await letters() == []
    assert len(await machine.take(update)) == 1


async def test_a_press_is_answered_after_the_commit(machine: Machine) -> None:
    planned = await machine.plan()
    await machine.dispatcher.idle()
    seen = list[int]()

    async def answered(query_id: str, text: str | None, alert: bool) -> None:
        seen.append(await Rsvp.all().count())
        await machine.receiver.channel.__class__.answer(machine.receiver.channel, query_id, text, alert)

    machine.receiver.channel.answer = answered  # type: ignore[method-assign, assignment]
    async with polling(machine):
        answer = await machine.world.taps(MEMBER_ID, "参加", GROUP.id)
    assert answer is not None
    assert answer["text"].startswith("已记下：参加。")
    assert not answer["show_alert"]
    assert seen == [1]
    assert (await Rsvp.get()).gathering_id == planned.id


async def test_a_press_that_meets_a_bug_is_answered_politely(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> Answer:
        raise Bug

    await machine.plan()
    await machine.dispatcher.idle()
    monkeypatch.setattr("handlers.gate.perform", broken)
    async with polling(machine):
        answer = await machine.world.taps(MEMBER_ID, "请假", GROUP.id)
    assert answer is not None
    assert answer["text"].startswith("这一下没有记上")
    assert answer["show_alert"]
    assert len(await letters()) == 1


async def test_a_press_whose_words_are_missing_is_answered_all_the_same(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def speechless(*_: object) -> Answer:
        return Answer(toast=Card("never/written"))

    await machine.plan()
    await machine.dispatcher.idle()
    monkeypatch.setattr("handlers.gate.perform", speechless)
    async with polling(machine):
        answer = await machine.world.taps(MEMBER_ID, "参加", GROUP.id)
    assert answer is not None
    assert not answer["text"]
    assert "never/written" in caplog.text


async def test_a_press_telegram_forgot_is_no_trouble(machine: Machine) -> None:
    planned = await machine.plan()
    await machine.take(pressed(Action("rsvp", planned.id, Choice.JOIN).code, MEMBER_ID))
    await machine.receiver.finish(5)
    (call,) = await machine.world.log(method="answerCallbackQuery")
    assert call["status"] == 400
    assert (await Rsvp.get()).choice == Choice.JOIN


async def test_switched_off_nothing_is_taken_and_switched_on_all_is(machine: Machine) -> None:
    async with polling(machine):
        await machine.world.until(lambda: offsets(machine))
        machine.receiver.open.clear()
        told = await machine.world.says(MEMBER_ID, "/help")

        async def seen() -> bool:
            return any(call["result"] for call in await machine.world.log(method="getUpdates"))

        await machine.world.until(seen)
        assert await Delivery.all().count() == 0
        assert max(await offsets(machine)) <= told["update_id"]
        machine.receiver.open.set()
        await settled(machine, told["update_id"])
    assert await Delivery.all().count() == 1


async def test_an_unreachable_telegram_is_asked_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.receiver.RESTS", (0.01,))
    base = machine.application.bot._base_url
    machine.application.bot._base_url = base.replace("/bot", "/nobody", 1)
    async with polling(machine) as task:
        await asyncio.sleep(0.05)
        assert not task.done()
        machine.application.bot._base_url = base
        told = await machine.world.says(MEMBER_ID, "/help")
        await settled(machine, told["update_id"])


async def test_under_load_the_dispatcher_is_woken_at_once_and_then_now_and_then(machine: Machine) -> None:
    for _ in range(5):
        await machine.receiver.take([said("/start", MEMBER_ID)])
        machine.receiver.rouse()
    assert len(machine.woken) < 5
    await asyncio.sleep(2 * ROUSE_EVERY)
    first, second = len(machine.woken), machine.receiver.resting
    await asyncio.sleep(2 * ROUSE_EVERY)
    assert len(machine.woken) == first, "he is woken although nothing came"
    assert second is None
    machine.receiver.rouse()
    assert len(machine.woken) == first + 1
