"""B: hundreds press while the service is killed, or away."""

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from models.card import Action
from models.database import rows, run
from tests.chaos.checker import Counted, counted
from tests.chaos.ground import Ground
from tests.chaos.outcome import Measured, Row
from tests.chaos.people import announced, settle
from tests.chaos.scene import PATIENCE, Scene, scene
from tests.stories.crowd import Branch, crowd

PACE = 20
Shown = dict[int, tuple[int, Action]]  # by group: its card, and what the card's buttons do
JOIN, LEAVE = 1, 2
ANSWER, RESTART = 1.0, 3.0  # seconds: p99 while up, from a start to the first answer
NOTES = "SELECT actor, COUNT(*) AS n FROM note WHERE verb = 'rsvp' GROUP BY actor"
KEPT = "SELECT a.telegram_id, a.member_id, r.choice FROM account a LEFT JOIN rsvp r ON r.member_id = a.member_id"


@dataclass
class Presses:
    """What was pressed: account and choice in order, and when each query was made."""

    made: list[tuple[int, int]] = field(default_factory=list)
    at: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Crowd:
    branches: int
    members: int
    rounds: int
    kills: int
    seconds: float  # a crowd presses on for so long in each life


SIZES = {"small": Crowd(10, 5, 2, 3, 0.5), "full": Crowd(50, 10, 5, 20, 4.0)}


async def cards(branches: list[Branch]) -> list[int]:
    return await announced(await settle(branches), branches)


async def on_show(stage: Scene) -> Shown:
    """Sends the cards; where each group's card is, and what its buttons do."""
    await stage.subject.up()
    await stage.quiet(owed=len(stage.branches))
    found = {}
    for branch in stage.branches:
        message = (await stage.world.sees(branch.group))[-1]
        found[branch.group] = (message["message_id"], Action.parse(message["buttons"][0][0]["data"]))
    return found


async def press(stage: Scene, presses: Presses, member: int, group: int, card: tuple[int, Action], choice: int) -> None:
    message, action = card
    data = Action(action.verb, action.target, choice, action.delivery).code
    given = {"user": member, "chat": group, "message_id": message, "data": data}
    pressed_as = await stage.world.ask("POST", "tap", json=given)
    presses.made.append((member, choice))
    presses.at[pressed_as["callback_id"]] = time.monotonic()


def plan_presses(branches: list[Branch], rounds: int, chance: random.Random) -> list[tuple[int, int]]:
    """Whose turn it is, and in which group: everyone once a round, in another order each time."""
    everyone = [(member, branch.group) for branch in branches for member in branch.members]
    return [turn for _ in range(rounds) for turn in chance.sample(everyone, len(everyone))]


async def press_both(stage: Scene, shown: Shown, presses: Presses, turns: list[tuple[int, int]], seconds: float) -> None:
    """Each presses one button and at once the other: done again, the pair would count again."""
    for member, group in turns:
        for choice in (JOIN, LEAVE):
            await press(stage, presses, member, group, shown[group], choice)
        await asyncio.sleep(seconds / len(turns))


async def taken(stage: Scene, presses: Presses) -> Counted:
    """What the database has of them, after the service was stopped."""
    kept = await stage.in_database(lambda: rows(KEPT))
    notes = await stage.in_database(lambda: rows(NOTES))
    accounts = {f"member:{row['member_id']}": row["telegram_id"] for row in kept}
    pressed_here = {account for account, _ in presses.made}
    by_account = Counter({accounts[row["actor"]]: row["n"] for row in notes if accounts[row["actor"]] in pressed_here})
    return counted(presses.made, by_account, {row["telegram_id"]: row["choice"] for row in kept})


async def b1(seed: int, size: str, ground: Ground) -> Measured:
    """SIGKILL at random moments, before a commit and before a confirmation, while everybody presses."""
    how, chance = SIZES[size], random.Random(seed)
    ends = [("intake.done", "intake.committed", "", "")[each % 4] for each in range(how.kills)]
    async with scene(ground, crowd(how.branches, how.members), cards, PACE) as stage:
        shown, presses = await on_show(stage), Presses()
        await stage.subject.kill()
        turns = plan_presses(stage.branches, how.rounds, chance)
        each = -(-len(turns) // (how.kills + 1))
        for place, end in enumerate(ends):
            some = turns[place * each : (place + 1) * each]
            pressing = asyncio.create_task(press_both(stage, shown, presses, some, how.seconds))
            await life(stage, end, chance.uniform(0, how.seconds))
            await pressing
        await stage.subject.up()
        await stage.world.until(stage.confirmed, 120)
        before = len(presses.made)
        await press_both(stage, shown, presses, turns[how.kills * each :], how.seconds)
        await stage.quiet()
        verdict = await stage.judged()
        count = await taken(stage, presses)
        return pressed(size, how.kills, count, stage, list(presses.at.items())[before:], verdict.findings)


async def life(stage: Scene, end: str, seconds: float) -> None:
    """One that ends at a step, or else at a moment."""
    if end:
        await stage.subject.dies_at(f"{end}:0")
    else:
        await stage.subject.lives(seconds)


def pressed(size: str, kills: int, count: Counted, stage: Scene, calm: list[tuple[str, float]], others: list[str]) -> Measured:
    """By B's promises. `calm`: queries and when they were pressed, of a time in which the service was up and had caught up."""
    answered = {each.query: each.at for each in stage.calls if each.method == "answerCallbackQuery"}
    up = sorted(answered.get(query, float("inf")) - at for query, at in calm)[int(len(calm) * 0.99)]
    back = max(stage.resumed(lambda each: each.method == "answerCallbackQuery"), default=0.0)
    findings = [*others, *broken(count)]
    findings += [f"p99 of answers {up:.2f} s"] if up > ANSWER * PATIENCE[size] else []
    findings += [f"first answer {back:.1f} s after a start"] if back > RESTART * PATIENCE[size] else []
    return Measured(
        f"{told(count)}, {kills} kills; while up p99 {up * 1000:.0f} ms; first answer within {back:.1f} s of each start",
        tuple(findings),
    )


async def b2(seed: int, size: str, ground: Ground) -> Measured:
    """Down for a minute, and for longer than Telegram keeps a press, by the sandbox's clock. Then once more, for a moment."""
    chance = random.Random(seed)
    async with scene(ground, crowd(4, 5), cards, PACE) as stage:
        shown, presses, gone = await on_show(stage), Presses(), Presses()
        turns = plan_presses(stage.branches, 1, chance)
        for some, kept, seconds in ((turns[:10], presses, 60), (turns[10:], gone, 200), ([], presses, 0)):
            await stage.subject.kill()
            for member, group in some:
                await press(stage, kept, member, group, shown[group], JOIN)
            await pass_by(stage, seconds)
            await stage.subject.up()
            await stage.world.until(stage.confirmed, 60)
            with suppress(TimeoutError):  # what was not owed is found below
                await stage.quiet(20, owed=len(stage.branches) * (1 if kept is presses and some else 2))
        verdict = await stage.judged()
        count = await taken(stage, presses)
        late = await taken(stage, gone)
    asked = Counter(debt.chat for debt in stage.debts if debt.kind == "outage" and debt.message_id)
    findings = [*broken(count), *verdict.findings]
    findings += [f"after 200 s {late.made - late.lost} presses still came"] if late.lost != late.made else []
    findings += [] if asked == Counter(shown.keys()) else [f"asked to press again: {dict(asked)}"]
    asking = f"{len(asked)} of {len(shown)} groups asked to press again, {asked.total()} times in all"
    return Measured(f"60 s: {told(count)}; 200 s: Telegram had forgotten {late.lost} of {late.made}; {asking}", tuple(findings))


async def pass_by(stage: Scene, seconds: int) -> None:
    """Time passes while nobody runs: for Telegram, and since the service last heard anything."""
    await stage.world.clock(await stage.world.clock() + timedelta(seconds=seconds))
    await stage.in_database(lambda: run("UPDATE bot SET heard_at = heard_at - ?", seconds * 1000))


def told(count: Counted) -> str:
    return f"{count.made} presses: lost {count.lost}, counted twice {count.double}, kept wrong {count.wrong}"


def broken(count: Counted) -> list[str]:
    return [told(count)] if count.lost or count.double or count.wrong else []


ROWS = [
    Row(
        "B1",
        "SIGKILL at random moments while everybody presses, rates 20-fold",
        "every press counted exactly once; answered in 1 s (p99) while up; first answer 3 s after a start",
        b1,
        chance=True,
    ),
    Row(
        "B2",
        "down for 60 s and for 200 s while people press",
        "60 s: nothing lost; 200 s: lost is what Telegram forgets after 150 s, and each group with an open card is asked once "
        "to press again",
        b2,
        "the sandbox's civil clock moves",
    ),
]
