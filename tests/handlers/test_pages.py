"""前一页, 后一页: the screen somebody looks at turns in place, and only theirs."""

import pytest

from bot.sandbox.cast import ELDER, SECRETARY
from models.card import Action, Card
from models.member import OPERATOR, enrol, grant
from models.organisation import Chat, grow
from models.outbox import Delivery
from tests.bot.machine import UNLINKED, Machine, number
from tests.bot.updates import Json, pressed, said

BOSS, OTHER = number(SECRETARY), number(ELDER)


@pytest.fixture
async def crowd(machine: Machine) -> Machine:
    """Twenty groups below the branch, each with somebody to invite."""
    for each in range(20):
        node = await grow(machine.branch, f"{each}号楼党小组", "party_group")
        await enrol(OPERATOR, machine.branch.root_id or 0, f"新人{each}", "full", machine.time, node.id)
    return machine


async def seen(machine: Machine, chat: int = BOSS) -> list[Json]:
    await machine.dispatcher.idle()
    return [each for each in await machine.world.sees(chat) if "页" in each["text"]]


async def turns(machine: Machine, label: str, by: int = BOSS) -> None:
    """Presses that button of the newest screen that has one."""
    for one in await Delivery.all().order_by("-id"):
        taps = [tap for line in Card.from_json(one.card).taps for tap in line if tap.label == label]
        if taps:
            await machine.take(pressed(taps[0].code(one.id), by, message_id=one.message_id or 0))
            return
    raise LookupError(label)


async def test_a_page_takes_the_place_of_the_one_before(crowd: Machine) -> None:
    await crowd.take(said("/invite", BOSS))
    (first,) = await seen(crowd)
    assert "第1页，共3页" in first["text"]
    await turns(crowd, "page.after")
    await turns(crowd, "page.after")  # faster than the first could be shown
    (third,) = await seen(crowd)
    assert "第3页，共3页" in third["text"]
    assert third["message_id"] == first["message_id"]
    await turns(crowd, "page.before")
    (second,) = await seen(crowd)
    labels = [button["text"] for row in second["buttons"] for button in row]
    assert labels == [*(f"{each}号楼党小组" for each in range(7, 15)), "前一页", "后一页"]
    await crowd.world.taps(BOSS, "12号楼党小组", wait=0)


async def test_a_page_of_a_screen_we_forgot_is_a_new_message(crowd: Machine) -> None:
    await crowd.take(said("/invite", BOSS))
    await seen(crowd)
    await Delivery.all().delete()
    await crowd.take(pressed(Action("branch_page", 1, 2, 77).code, BOSS))
    assert ["第1页" in each["text"] for each in await seen(crowd)] == [True, False]


async def test_no_other_screen_and_nobody_elses_is_turned_by_a_forged_button(crowd: Machine) -> None:
    await grant(OPERATOR, crowd.members[ELDER.name], crowd.branch.id, "deputy_secretary", crowd.time)
    await crowd.take(said("/invite", BOSS), said("/help", OTHER))
    await crowd.dispatcher.idle()
    kept = {each.id: each.card for each in await Delivery.all()}
    assert len(kept) == 2
    for one in kept:
        await crowd.take(pressed(Action("branch_page", 1, 3, one).code, OTHER))
    assert {each.id: each.card for each in await Delivery.filter(id__in=list(kept))} == kept


async def test_a_group_is_tied_to_a_node_of_the_last_page(crowd: Machine) -> None:
    await crowd.take(said("/link", BOSS, UNLINKED))
    await turns(crowd, "group.link")
    await seen(crowd)
    for _ in range(2):
        await turns(crowd, "page.after")
    (last,) = await seen(crowd)
    assert "第3页，共3页" in last["text"]
    card = next(Card.from_json(each.card) for each in await Delivery.all() if '"group/choose"' in each.card)
    tap = card.taps[-2][0]
    assert (tap.verb, tap.shown) == ("tie_to", "19号楼党小组")
    await crowd.take(pressed(tap.code(0), BOSS))
    assert (await Chat.get(chat_id=UNLINKED)).node_id == tap.choice
