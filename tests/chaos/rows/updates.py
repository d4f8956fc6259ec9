"""I, J: what comes in is broken, and what lies in the database is."""

import asyncio
import random
from dataclasses import dataclass

from models import clock, errand
from models.card import Card
from models.database import rows, run
from models.member import Member
from models.organisation import serving
from models.outbox import Recipient, owe
from tests.chaos.checker import judge
from tests.chaos.fuzz import Fuzz
from tests.chaos.ground import Ground
from tests.chaos.outcome import Measured, Row
from tests.chaos.people import due_for_reminding, settle
from tests.chaos.rows.presses import JOIN, LEAVE, Presses, broken, cards, on_show, press, taken, told
from tests.chaos.scene import Scene, scene
from tests.chaos.telling import tally
from tests.stories.crowd import Branch, crowd

FUZZED = {"small": 300, "full": 10_000}
SPOILT = (
    {"kind": "duplicate", "copies": 4, "share": 0.35},
    {"kind": "reorder", "seconds": 0.3, "share": 0.2},
    {"kind": "malformed", "share": 0.3},
)
LOOKED = "SELECT (SELECT COUNT(*) FROM gathering) AS gatherings, (SELECT COUNT(*) FROM dead_letter) AS letters"


async def i(seed: int, size: str, ground: Ground) -> Measured:
    """Updates five times, out of order, malformed and made up, between good ones."""
    chance, fuzz = random.Random(seed), Fuzz(seed)
    async with scene(ground, crowd(6, 5), cards, 20) as stage:
        shown, presses = await on_show(stage), Presses()
        await stage.world.faults(*SPOILT, seed=seed)
        turns = [(member, branch.group) for branch in stage.branches for member in branch.members]
        chance.shuffle(turns)
        plans = {branch.secretary: branch.group for branch in stage.branches}
        for member, group in turns:
            await press(stage, presses, member, group, shown[group], chance.choice((JOIN, LEAVE)))
            if member in plans:
                await stage.world.says(member, "/plan 12月28日 15:00 二楼会议室 再来一次", chat=group)
            await strew(stage, fuzz, FUZZED[size] // len(turns))
        await asyncio.sleep(0.5)  # what was held back to come out of order
        await stage.world.until(stage.confirmed, 600)
        await stage.quiet(300)
        return await kept_going(stage, presses)


async def strew(stage: Scene, fuzz: Fuzz, count: int) -> None:
    for _ in range(count):
        await stage.world.inject(fuzz.update())


async def kept_going(stage: Scene, presses: Presses) -> Measured:
    alive = await stage.subject.healthy() and len(stage.subject.lived) == 1
    await stage.judged()
    count = await taken(stage, presses)
    (found,) = await stage.in_database(lambda: rows(LOOKED))
    ours = {branch.group for branch in stage.branches} | {member for branch in stage.branches for member in branch.members}
    verdict = judge([call for call in stage.calls if call.chat in ours], [debt for debt in stage.debts if debt.chat in ours])
    expected = 2 * len(stage.branches)
    findings = [*broken(count), *verdict.findings]
    findings += [f"{found['gatherings']} gatherings, not {expected}"] if found["gatherings"] != expected else []
    findings += [] if found["letters"] else ["nothing was put aside"]
    findings += [] if alive else ["it ended"]
    return Measured(
        f"{told(count)}; {expected // 2} commands, done {found['gatherings'] - expected // 2} times; "
        f"{found['letters']} dead letters; {tally(verdict)}",
        tuple(findings),
    )


POISON_CARD = Card("gathering/no_such_text")
WOUND = "UPDATE gathering SET remind_leads = 'often' WHERE id = ?"
AFTER = "SELECT remind_due FROM gathering WHERE id = ?"
LETTERS = "SELECT key FROM dead_letter ORDER BY id"
HOUR = 3600.0
STATES = "SELECT state, COUNT(*) AS n FROM errand GROUP BY state"


@dataclass(frozen=True, slots=True)
class Poisoned:
    """What lies in wait: the keys of the good ones, the number of the bad gathering."""

    keys: list[str]
    gathering: int


async def poison(branches: list[Branch]) -> Poisoned:
    """Good reminders, and among them: a gathering whose leads are no numbers, a card without a text, an errand of no kind."""
    (node,) = await settle(branches)
    keys, now = await due_for_reminding(branches[0], node, 3), clock.now()
    bad = int(keys[len(branches[0].members)].split(":")[2])
    await run(WOUND, bad)
    root, member = node.root_id or 0, await Member.get(code=str(branches[0].members[1]))
    bot = await serving(root)
    await owe("notice", POISON_CARD, Recipient(bot, root, member_id=member.id), "notice:poison", now)
    await errand.send(root, bot, member.id, "no.such.kind", {}, now)
    return Poisoned([key for key in keys if f":gathering:{bad}:" not in key], bad)


async def j(seed: int, size: str, ground: Ground) -> Measured:
    """Rows nobody can make sense of lie among good ones."""
    async with scene(ground, crowd(1, 20), poison, 20) as stage:
        await stage.subject.up()
        await stage.sent(len(stage.told.keys))
        await asyncio.sleep(2)
        early = await stumbles(stage)
        for _ in range(2):
            await stage.world.travel(seconds=HOUR)
        alive = await stage.subject.healthy()
        tries = await stumbles(stage)
        verdict = await stage.judged(stage.told.keys)
        (row,) = await stage.in_database(lambda: rows(AFTER, stage.told.gathering))
        letters = [each["key"] for each in await stage.in_database(lambda: rows(LETTERS))]
        errands = {each["state"]: each["n"] for each in await stage.in_database(lambda: rows(STATES))}
    dead = [debt.key for debt in stage.debts if debt.state == "dead"]
    lost = [loss for loss in verdict.lost if not loss.startswith("notice:poison")]
    findings = [*lost, *verdict.wrong, *verdict.late]
    findings += [] if alive else ["it ended"]
    findings += [] if (early, tries) == (1, 3) else [f"the bad gathering was tried {early} times, and {tries} in two hours"]
    findings += [] if row["remind_due"] is None else ["the bad gathering is looked at for ever"]
    findings += [] if letters == [f"sweep:gathering.remind_due:{stage.told.gathering}"] else [f"dead letters: {letters}"]
    findings += [] if dead == ["notice:poison"] else [f"dead: {dead}"]
    findings += [] if errands.get("failed") == 1 else [f"errands: {errands}"]
    told_of = f"tried {tries} times in 2 h, then a dead letter; dead: {', '.join(dead)}; errands {errands}"
    return Measured(f"{len(stage.told.keys)} good messages, lost {len(lost)}; the bad gathering {told_of}", tuple(findings))


async def stumbles(stage: Scene) -> int:
    """How often a sweep has failed so far."""
    return int((await stage.subject.ask("/counters"))["actions"].get("sweep.failed", 0))


ROWS = [
    Row(
        "J",
        "rows nobody can make sense of: a gathering without readable leads, a card without a text, an errand of no kind",
        "that row alone: looked at three times, an hour apart, then a dead letter; dead; failed; the others unaffected",
        j,
    ),
    Row(
        "I",
        "updates five times, out of order, malformed, of 128 KiB, of unknown kinds, and made up from the types of the Bot API",
        "state as if each came once; what cannot be read is put aside; the line goes on",
        i,
        chance=True,
    ),
]
