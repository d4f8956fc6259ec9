"""E: Telegram floods us, lies about what it did, or is gone."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence

from tests.chaos.checker import Verdict
from tests.chaos.ground import Ground
from tests.chaos.outcome import Measured, Row
from tests.chaos.people import announced, due_for_reminding, settle
from tests.chaos.rates import ASKED, SLACK, impatient
from tests.chaos.rows.kills import asked
from tests.chaos.scene import PATIENCE, SENDERS, Scene, scene
from tests.chaos.seen import Call
from tests.chaos.telling import tally
from tests.stories.crowd import Branch, crowd

SEND = "send*"
HANG = 6.0  # seconds; the service gives up after five
KEEP = {"small": 0.6, "full": 0.9}  # of the rate, for chats that are not limited; the tests share their machine
UNDER_WAY = 0.5  # seconds; calls that had left when the 429 came home
RESUMED = 11.0  # seconds after Telegram's return; we look every ten
URGENT = 2.0  # seconds a reply may wait once it is owed and anything gets through


def reminding(rounds: int) -> Callable[[list[Branch]], Awaitable[list[str]]]:
    """Every branch is to be reminded of so many gatherings."""

    async def populate(branches: list[Branch]) -> list[str]:
        keys = []
        for branch, node in zip(branches, await settle(branches), strict=True):
            keys += await due_for_reminding(branch, node, rounds)
        return keys

    return populate


def faults(verdict: Verdict) -> list[str]:
    """What is a fault in any row."""
    return [*verdict.lost, *verdict.over, *verdict.wrong, *verdict.late, *verdict.double["reply"]]


E1_SIZES = {"small": (20, 4, 3), "full": (100, 5, 15)}  # members of each branch, rounds, longest retry_after


async def e1(seed: int, size: str, ground: Ground) -> Measured:
    """Two groups are limited for a while, then everything is, at Telegram's own pace."""
    members, rounds, longest = E1_SIZES[size]
    limited = {"kind": "error", "status": 429, "method": SEND}
    async with scene(ground, crowd(2, members), both(rounds), 1) as stage:
        groups = [branch.group for branch in stage.branches]
        storm = [limited | {"chat": group, "retry_after": longest - place} for place, group in enumerate(groups)]
        await stage.world.faults(*storm, seed=seed)
        await stage.subject.up()
        await stage.sent(2 * members * rounds * 3 // 4, 300)
        await stage.world.faults(limited | {"retry_after": longest, "lasts": longest / 2}, seed=seed)
        keys = [await asked(stage, member) for branch in stage.branches for member in branch.members[:5]]
        await stage.quiet(300, owed=len(stage.told) + len(keys))
        verdict = await stage.judged([*stage.told, *keys])
        return flooded(size, verdict, stage, groups)


def both(rounds: int) -> Callable[[list[Branch]], Awaitable[list[str]]]:
    """Cards for the groups beside reminders for everybody."""

    async def populate(branches: list[Branch]) -> list[str]:
        nodes = await settle(branches)
        await announced(nodes, branches)
        keys = [await due_for_reminding(branch, node, rounds) for branch, node in zip(branches, nodes, strict=True)]
        return [key for some in keys for key in some]

    return populate


def flooded(size: str, verdict: Verdict, stage: Scene, groups: list[int]) -> Measured:
    others = [call.at for call in stage.calls if call.arrived and call.chat not in groups]
    everywhere = next(call.at for call in stage.calls if call.status == 429 and call.chat not in groups)
    during = [at for at in others if at < everywhere]
    kept = (len(during) - 1) / (during[-1] - during[0]) / stage.limits.token
    soon = [*impatient(stage.calls), *heedless(stage.calls, groups)]
    findings = [*faults(verdict), *verdict.disordered, *soon]
    findings += [f"{verdict.doubles()} copies"] if verdict.doubles() else []
    findings += [f"others kept {kept:.0%} of their rate"] if kept < KEEP[size] else []
    many = sum(call.status == 429 for call in stage.calls)
    return Measured(
        f"{many} times 429, too soon {len(soon)}; others kept {kept:.0%} of their rate; {tally(verdict)}", tuple(findings)
    )


def heedless(calls: Sequence[Call], groups: list[int]) -> list[str]:
    """Calls anywhere although the token was told to wait; a group alone is not the token."""
    shut, since, found = 0.0, 0.0, []
    for call in calls:
        if not call.paced:
            continue
        if since + UNDER_WAY < call.at < shut - SLACK:
            found.append(f"a call {shut - call.at:.1f} s before the token's pause was over")
        if call.status == 429 and call.chat not in groups and (told := ASKED.search(call.error)) and call.at > shut:
            since, shut = call.at, call.at + int(told[1])
    return found


E2_SIZES = {"small": (40, 3), "full": (600, 4)}


async def e2(seed: int, size: str, ground: Ground) -> Measured:
    """Calls that fail in every way, done or not."""
    members, rounds = E2_SIZES[size]
    async with scene(ground, crowd(1, members), reminding(rounds), 20) as stage:
        broken = [{"kind": "error", "status": 502, "method": SEND, "share": 0.025, "done": done} for done in (True, False)]
        broken += [{"kind": "hang", "seconds": HANG, "method": SEND, "share": 0.02, "done": done} for done in (True, False)]
        broken += [{"kind": "reset", "method": SEND, "share": 0.02, "done": done} for done in (True, False)]
        await stage.world.faults(*broken, seed=seed)
        keys = [await asked(stage, member) for member in stage.branches[0].members]
        await stage.subject.up()
        await stage.quiet(300, owed=len(stage.told) + len(keys))
        verdict = await stage.judged([*stage.told, *keys])
        return lied_to(verdict, stage.calls)


def lied_to(verdict: Verdict, calls: Sequence[Call]) -> Measured:
    done = sum(call.arrived and call.fault is not None for call in calls)
    failed = sum(call.fault is not None for call in calls)
    findings = faults(verdict)
    findings += [f"{verdict.doubles()} copies of {done} done unheard"] if verdict.doubles() > done else []
    findings += [f"{len(verdict.unknown)} unknown of {failed} failed"] if len(verdict.unknown) > failed else []
    return Measured(f"{len(calls)} calls, {failed} failed, {done} of them after the deed: {tally(verdict)}", tuple(findings))


E3_SIZES = {"small": (60, 2, 4.0), "full": (200, 4, 150.0)}  # members, rounds, seconds without Telegram


async def e3(seed: int, size: str, ground: Ground) -> Measured:
    """Nothing reaches Telegram for a while, at its own pace."""
    members, rounds, seconds = E3_SIZES[size]
    async with scene(ground, crowd(1, members), reminding(rounds), 1) as stage:
        people, chance = stage.branches[0].members, random.Random(seed)
        await stage.subject.up()
        await stage.sent(20)
        await stage.world.faults({"kind": "outage", "lasts": seconds})
        out = time.time()
        keys = [await asked(stage, member) for member in chance.sample(people, 10)]
        await asyncio.sleep(seconds)
        await stage.quiet(300, owed=len(stage.told) + len(keys))
        verdict = await stage.judged([*stage.told, *keys])
        return back(size, verdict, stage, out + seconds)


def back(size: str, verdict: Verdict, stage: Scene, returned: float) -> Measured:
    replies = {debt.id for debt in stage.debts if debt.kind == "reply"}
    chats = {debt.chat: debt.message_id for debt in stage.debts if debt.id in replies}
    after = [call for call in stage.calls if call.paced and call.civil >= returned]
    again = min((call.civil for call in after), default=returned)
    owed = {debt.chat: max(debt.created_at, again) for debt in stage.debts if debt.id in replies}
    came = [call for call in stage.calls if call.arrived and chats.get(call.chat) == call.message]
    urgent = [call.civil - owed[call.chat] for call in came]
    waited = max(urgent, default=0.0)
    findings = [*faults(verdict), *verdict.disordered]
    findings += [f"{verdict.doubles()} copies"] if verdict.doubles() else []
    findings += [f"{len(verdict.unknown)} unknown"] if len(verdict.unknown) > SENDERS else []
    findings += [f"{len(urgent)} of {len(replies)} replies came"] if len(urgent) < len(replies) - SENDERS else []
    findings += [f"a reply waited {waited:.1f} s"] if waited > URGENT * PATIENCE[size] else []
    first = again - returned
    findings += [f"the first call came {first:.1f} s after the return"] if first > RESUMED else []
    told = f"{len(after)} calls after the return, the first after {first:.1f} s"
    return Measured(f"{told}, {len(urgent)} replies waited {waited:.1f} s at most; {tally(verdict)}", tuple(findings))


ROWS = [
    Row(
        "E1",
        "a storm of 429, of two groups and of the token",
        "no call before retry_after is over; nothing dropped; others keep 90 % of their rate",
        e1,
    ),
    Row(
        "E2",
        "5 % 502, 4 % time-outs, 4 % resets, half of them after the deed",
        "lost 0; at most once: 0 copies; at least once: no more copies than deeds unheard of",
        e2,
        chance=True,
    ),
    Row("E3", "Telegram gone for a while", "queue kept, no rush after the return, urgent first, expiry honoured", e3),
]
