"""Killed ten times while twenty gatherings are announced and a hundred members press: nothing lost, nothing doubled.

Four kills come at random moments, six at the steps where a careless build loses or doubles something: before the commit,
between commit and confirmation, between `wire` and the send, between the send and its settling (each of the last two once
for the first delivery of a life, a command's reply, and once for a later one, a card).
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.engines import disconnect
from bot.sandbox.visitor import Visitor
from models import MODELS
from models.database import rows
from tests.connections import connect_freshly
from tests.stories.crowd import Branch, crowd, enter_roster, enter_telegram
from tests.stories.house import Service, sandbox

RANDOM_KILLS, SEED = 4, 20261121
BRANCHES, MEMBERS = 20, 5  # 20 announcements, 100 presses
SENDERS = 8
PAUSES = (0.05, 0.6)  # seconds a life lasts before a random kill
PLAN = "/plan 12月28日 15:00 二楼会议室 第{number}次活动"
ENDS = ("intake.done", "intake.committed", "outbox.wired", "outbox.sent", "outbox.wired:1", "outbox.sent:1")
KILLS = RANDOM_KILLS + len(ENDS)


@pytest.fixture
async def branches(database_url: str) -> list[Branch]:
    found = crowd(BRANCHES, MEMBERS)
    await connect_freshly(database_url, MODELS)
    await enter_roster(found)
    await disconnect()
    return found


@pytest.fixture
async def world(tmp_path: Path, branches: list[Branch]) -> AsyncIterator[Visitor]:
    async with sandbox(tmp_path, "--empty") as api, Visitor(api) as visitor:
        await enter_telegram(branches, visitor)
        yield visitor


async def killed_again_and_again(service: Service, chance: random.Random) -> None:
    """A life after another; which one ends at a step, and which at random, is drawn too."""
    ends = [*ENDS, *([""] * RANDOM_KILLS)]
    chance.shuffle(ends)
    for end in ends:
        service.settings["BRANCHLIFE_CRASH_AT"] = end
        if end:
            await service.start()
            await service.died()
        else:
            await service.up()
            await asyncio.sleep(chance.uniform(*PAUSES))
            await service.kill()
    service.settings["BRANCHLIFE_CRASH_AT"] = ""
    await service.up()


async def plans(world: Visitor, branches: list[Branch]) -> None:
    for number, branch in enumerate(branches):
        await world.says(branch.secretary, PLAN.format(number=number), chat=branch.group)
        await asyncio.sleep(0.7)


async def presses(world: Visitor, branch: Branch) -> dict[int, str]:
    """Everyone presses once, as soon as the card is there."""

    async def card() -> bool:
        return any(message["buttons"] for message in await world.sees(branch.group))

    await world.until(card, seconds=120)
    pressed = {}
    for member in branch.members:
        pressed[member] = "请假" if member % 3 == 0 else "参加"
        await world.taps(member, pressed[member], chat=branch.group, wait=0)
    return pressed


@dataclass
class Aftermath:
    """What the database and Telegram hold when all is over."""

    kept: dict[int, str]
    counted: Counter[int]
    gatherings: int
    states: Counter[str]
    letters: list[dict[str, Any]]
    cards: Counter[int]


ANSWERS = """
SELECT a.telegram_id, r.choice,
  (SELECT COUNT(*) FROM note n WHERE n.verb = 'rsvp' AND n.actor = 'member:' || r.member_id) AS counted
FROM rsvp r JOIN account a ON a.member_id = r.member_id
"""


async def looked_at(database_url: str, world: Visitor) -> Aftermath:
    await connect_freshly(database_url, MODELS)
    answers = await rows(ANSWERS)
    states = await rows("SELECT state, COUNT(*) AS n FROM delivery GROUP BY state")
    gatherings = (await rows("SELECT COUNT(*) AS n FROM gathering"))[0]["n"]
    letters = await rows("SELECT reason FROM dead_letter")
    await disconnect()
    sends = await world.log(method="sendMessage")
    return Aftermath(
        kept={row["telegram_id"]: "参加" if row["choice"] == 1 else "请假" for row in answers},
        counted=Counter({row["telegram_id"]: row["counted"] for row in answers}),
        gatherings=gatherings,
        states=Counter({row["state"]: row["n"] for row in states}),
        letters=letters,
        cards=Counter(call["chat_id"] for call in sends if "已回复" in str(call["arguments"])),
    )


async def settled(world: Visitor, service: Service) -> None:
    async def nothing_waits() -> bool:
        counts = (await service.ask("/outbox"))["counts"]
        return not any(counts.get(state) for state in ("queued", "leased", "wire"))

    await world.until(nothing_waits, seconds=60)


@pytest.mark.timeout(240)
async def test_ten_kills_lose_no_press_count_none_twice_and_lose_no_announcement(
    database_url: str, world: Visitor, branches: list[Branch], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = Service(tmp_path, database_url, world.url, BRANCHLIFE_SENDERS=str(SENDERS))
    async with asyncio.TaskGroup() as together:
        together.create_task(killed_again_and_again(service, random.Random(SEED)))
        together.create_task(plans(world, branches))
        pressing = [together.create_task(presses(world, branch)) for branch in branches]
    expected = {member: choice for task in pressing for member, choice in task.result().items()}
    await settled(world, service)
    await service.stop()
    after = await looked_at(database_url, world)
    twice = sum(after.cards.values()) - len(after.cards)
    with capsys.disabled():
        print(f"\n  kills {KILLS}, presses {len(expected)}, kept {len(after.kept)}, announcements {BRANCHES},", end=" ")
        print(f"arrived {len(after.cards)}, twice {twice}, states {dict(after.states)}")
    assert after.letters == []
    assert after.kept == expected, "a press was lost"
    assert set(after.counted.values()) == {1}, "a press was counted twice"
    assert after.gatherings == BRANCHES, "a command was lost or done twice"
    assert set(after.cards) == {branch.group for branch in branches}, "an announcement was lost"
    assert twice <= KILLS * SENDERS
    assert after.states["unknown"] <= KILLS * SENDERS
    assert after.states["dead"] == after.states["refused"] == 0
    for branch in branches:
        seen = [message["text"] for message in await world.sees(branch.group)]
        assert any(f"已回复 {MEMBERS}／{MEMBERS}" in text for text in seen), "a last tally is not shown"
