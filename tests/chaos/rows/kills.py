"""A: killed while thousands of messages leave, at random and at every named step."""

import asyncio
import random
import time
from dataclasses import dataclass

from bot.crash import STEPS
from models import clock, errand
from models.member import Member
from models.organisation import serving
from tests.chaos.checker import Verdict
from tests.chaos.ground import Ground
from tests.chaos.outcome import Measured, Row
from tests.chaos.people import due_for_reminding, settle
from tests.chaos.scene import PATIENCE, SENDERS, Scene, scene
from tests.chaos.telling import tally
from tests.stories.crowd import Branch, crowd

RESUME = 5.0  # seconds from a start to the first message
PACE = 20


@dataclass(frozen=True, slots=True)
class Kills:
    """How large A1 is: messages are members times rounds, and half as many commands as members."""

    members: int
    rounds: int
    kills: int
    lives: tuple[float, float]  # seconds


SIZES = {"small": Kills(80, 5, 3, (0.1, 0.4)), "full": Kills(2000, 5, 50, (0.05, 0.6))}


async def a1(seed: int, size: str, ground: Ground) -> Measured:
    """SIGKILL at random moments while reminders and replies leave."""
    how, chance = SIZES[size], random.Random(seed)

    async def reminders(branches: list[Branch]) -> list[str]:
        (node,) = await settle(branches)
        return await due_for_reminding(branches[0], node, how.rounds)

    async with scene(ground, crowd(1, how.members), reminders, PACE) as stage:
        talk = asyncio.create_task(commands(stage, how.members // 2, chance))
        for _ in range(how.kills):
            await stage.subject.lives(chance.uniform(*how.lives))
        asked = await talk
        await stage.subject.up()
        await stage.quiet(600, owed=len(stage.told) + len(asked))
        verdict = await stage.judged([*stage.told, *asked])
        return killed(size, how.kills, verdict, stage)


async def commands(stage: Scene, count: int, chance: random.Random) -> list[str]:
    """Members ask for help in private, one after the other; the keys of the replies they must be owed."""
    keys = []
    for member in chance.sample(stage.branches[0].members, count):
        keys.append(await asked(stage, member))
        await asyncio.sleep(chance.uniform(0, 0.1))
    return keys


async def asked(stage: Scene, member: int) -> str:
    return f"reply:1:{(await stage.world.says(member, '/help'))['update_id']}"


def killed(size: str, kills: int, verdict: Verdict, stage: Scene) -> Measured:
    """By A's promises."""
    resumed, most = max(stage.resumed(), default=0.0), kills * SENDERS
    findings = [*verdict.lost, *verdict.late, *verdict.disordered, *verdict.over, *verdict.wrong]
    findings += verdict.double["reply"] + verdict.double["export"]
    findings += [f"{verdict.doubles()} copies"] if verdict.doubles() > most else []
    findings += [f"{len(verdict.unknown)} unknown"] if len(verdict.unknown) > most else []
    findings += [f"first message {resumed:.1f} s after a start"] if resumed > RESUME * PATIENCE[size] else []
    told = f"{len(stage.debts)} messages, {kills} kills: {tally(verdict)}; sent again within {resumed:.1f} s of each start"
    return Measured(told, tuple(findings))


PASSAGES = {"small": 1, "full": 3}
ERRANDS = 10


def ends(size: str) -> list[str]:
    """Every step, at its first passage and some later ones; the lease is taken once in a life."""
    return [f"{step}:{passed}" for step in STEPS for passed in range(1 if step == "lease.taken" else PASSAGES[size])]


async def a2(seed: int, size: str, ground: Ground) -> Measured:
    """A life ends at each step; errands first, while there are some."""
    chance = random.Random(seed)
    deaths = chance.sample(ends(size), len(ends(size)))
    deaths.sort(key=lambda end: not end.startswith("errand"))
    async with scene(ground, crowd(1, 30), sweepable, PACE) as stage:
        keys: list[str] = []
        for end in deaths:
            keys.append(await asked(stage, chance.choice(stage.branches[0].members)))
            talk = asyncio.create_task(talking(stage, chance, keys))
            await stage.subject.dies_at(end)
            talk.cancel()
        await stage.subject.up()
        await stage.quiet(owed=len(stage.told) + len(keys) + ERRANDS)
        verdict = await stage.judged([*stage.told, *keys])
        verdict.lost += [f"the file of errand {number} was never owed" for number in unmade(stage)]
        return killed(size, len(deaths), verdict, stage)


async def talking(stage: Scene, chance: random.Random, keys: list[str]) -> None:
    """Somebody asks again and again, so that every step is passed as often as it takes."""
    while True:
        await asyncio.sleep(0.3)
        keys.append(await asked(stage, chance.choice(stage.branches[0].members)))


def unmade(stage: Scene) -> list[int]:
    """Errands nothing came of. A file's own number is not known before: one that a death undid may have used it up."""
    keys = [debt.key for debt in stage.debts]
    return [number for number in range(1, ERRANDS + 1) if not any(key.startswith(f"errand:{number}:file:") for key in keys)]


async def sweepable(branches: list[Branch]) -> list[str]:
    """Reminders to send and files to make."""
    (node,) = await settle(branches)
    member, now = await Member.get(code=str(branches[0].secretary)), clock.now()
    root = node.root_id or 0
    for _ in range(ERRANDS):
        await errand.send(root, await serving(root), member.id, "roster.template", {}, now)
    return await due_for_reminding(branches[0], node, 4)


STOPS = {"small": 2, "full": 10}
TIDY = 10.0  # seconds
CHATTY = 5  # commands of one member in each life: more than go at once, so that a life hands its rates on to the next


async def k(seed: int, size: str, ground: Ground) -> Measured:
    """Asked to stop, again and again, while messages leave."""
    chance, took, codes = random.Random(seed), [], []

    async def reminders(branches: list[Branch]) -> list[str]:
        (node,) = await settle(branches)
        return await due_for_reminding(branches[0], node, 5)

    async with scene(ground, crowd(1, 15 * STOPS[size]), reminders, 1) as stage:
        keys: list[str] = []
        for _ in range(STOPS[size]):
            await stage.subject.up()
            keys += [await asked(stage, member) for member in stage.branches[0].members[:3] * CHATTY]
            await asyncio.sleep(chance.uniform(0, 1))
            began = time.monotonic()
            codes.append(await stage.subject.stop())
            took.append(time.monotonic() - began)
        await stage.subject.up()
        await stage.quiet(300, owed=len(stage.told) + len(keys))
        verdict = await stage.judged([*stage.told, *keys])
    findings = [*verdict.findings, *verdict.unknown, *(f"exit code {code}" for code in codes if code)]
    findings += [f"stopping took {max(took):.1f} s"] if max(took) > TIDY * PATIENCE[size] else []
    told = f"{len(stage.debts)} messages, {len(took)} stops, each within {max(took):.1f} s"
    return Measured(f"{told}: {tally(verdict)}", tuple(findings))


EXPECTED = (
    "lost 0; at most once: 0 copies; at least once, and unknown: at most kills × 8; order per chat kept; sends again in 5 s"
)
ROWS = [
    Row("A1", "SIGKILL at random moments while reminders and replies leave, rates 20-fold", EXPECTED, a1, chance=True),
    Row("A2", f"killed at each of the {len(STEPS)} named steps", f"the same, exhaustively ({len(STEPS)} steps)", a2),
    Row(
        "K",
        "SIGTERM while messages leave, at Telegram's own rates",
        "stops within 10 s, exit code 0; lost 0, copies 0, unknown 0, over rate 0",
        k,
    ),
]
