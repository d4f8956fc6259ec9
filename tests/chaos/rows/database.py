"""C, D, N: the database is away, its line is cut, its disk is full, its file is damaged."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from models.database import rows
from tests.chaos.ground import Ground
from tests.chaos.outcome import Measured, Row
from tests.chaos.people import KEEPER, appoint_keeper
from tests.chaos.rows.presses import JOIN, LEAVE, Presses, Shown, broken, cards, on_show, press, taken, told
from tests.chaos.scene import PATIENCE, Scene, scene
from tests.chaos.seen import call
from tests.chaos.telling import tally
from tests.stories.crowd import Branch, crowd
from tests.stories.house import START_SECONDS

SOON, AGAIN, GROWTH = 5.0, 10.0, 50  # seconds to an answer, seconds to be done with all of it afterwards, MiB
HURRY = {"small": "hurries", "full": ""}  # the alarm's minute is too long to be waited for in small
ADMIN = "the admin told of both ends"
OUT = {"small": 8.0, "full": 75.0}


@asynccontextmanager
async def away(stage: Scene) -> AsyncIterator[None]:
    """SQLite: another process holds it. PostgreSQL: every connection is cut and none is let through."""
    if stage.proxy:
        stage.proxy.down = True
        stage.proxy.cut()
        yield
        stage.proxy.down = False
        return
    other = sqlite3.connect(stage.url.removeprefix("sqlite://"), isolation_level=None, timeout=10)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def guarded(branches: list[Branch]) -> None:
    """Cards in all groups, and an admin who is to hear of trouble."""
    await cards(branches)
    await appoint_keeper()


async def keeper_told(stage: Scene) -> list[str]:
    """What the admin has read, and with what each began."""
    told = [call(each) for each in await stage.world.log()]
    return [each.text.splitlines()[0] for each in told if each.chat == KEEPER and each.arrived]


async def on_guard(stage: Scene) -> Shown:
    await stage.world.people([{"id": KEEPER, "name": "管理员", "started": True}], [])
    return await on_show(stage)


async def told_of_both(stage: Scene) -> list[str]:
    """Waits until the admin has been told that it began and that it is over; what is wrong with that."""

    async def both() -> bool:
        return len(await keeper_told(stage)) >= 2

    with suppress(TimeoutError, AssertionError):
        await stage.world.until(both, 20)
    told = await keeper_told(stage)
    fine = len(told) == 2 and "没有应答" in told[0] and "恢复了" in told[1]
    return [] if fine else [f"the admin was told {told}"]


def memory(stage: Scene) -> float:
    assert stage.subject.running is not None
    return float(psutil.Process(stage.subject.running.pid).memory_info().rss) / 2**20


async def c1(seed: int, size: str, ground: Ground) -> Measured:
    """The database is away while people press."""
    chance = random.Random(seed)
    async with scene(ground, crowd(6, 5), guarded, 20, cut=True, mutant=HURRY[size]) as stage:
        shown, presses = await on_guard(stage), Presses()
        before = memory(stage)
        async with away(stage):
            await press_within(stage, shown, presses, chance, OUT[size])
        back = time.monotonic()
        grown = memory(stage) - before
        await stage.world.until(stage.confirmed, 60)
        await stage.quiet()
        again = time.monotonic() - back
        untold = await told_of_both(stage)
        verdict = await stage.judged(besides=KEEPER)
        count = await taken(stage, presses)
    answered = {each.query: each.at for each in reversed(stage.calls) if each.method == "answerCallbackQuery"}
    waited = max(answered.get(query, float("inf")) - at for query, at in presses.at.items())
    findings = [*broken(count), *verdict.findings, *untold]
    findings += [f"a press was answered after {waited:.1f} s"] if waited > SOON * PATIENCE[size] else []
    findings += [f"all was done {again:.1f} s after the return"] if again > AGAIN * PATIENCE[size] else []
    findings += [f"{grown:.0f} MiB more"] if grown > GROWTH else []
    findings += ["it ended"] if len(stage.subject.lived) != 1 else []
    return Measured(
        f"{OUT[size]:.0f} s away; {told(count)}; each answered in {waited:.1f} s; {ADMIN}; "
        f"all done {again:.1f} s after the return; {grown:.0f} MiB more; {tally(verdict)}",
        tuple(findings),
    )


async def press_within(stage: Scene, shown: Shown, presses: Presses, chance: random.Random, seconds: float) -> None:
    """Everybody presses once in the course of so many seconds."""
    turns = [(member, branch.group) for branch in stage.branches for member in branch.members]
    chance.shuffle(turns)
    for member, group in turns:
        await press(stage, presses, member, group, shown[group], chance.choice((JOIN, LEAVE)))
        await asyncio.sleep(seconds / len(turns))


CUTS = {"small": 6, "full": 60}


async def c2(seed: int, size: str, ground: Ground) -> Measured:
    """The line to the database breaks at the first statement, the second, the third …, while people press."""
    mutant = "" if ground.server else "stumbles"
    async with scene(ground, crowd(6, 10), cards, 20, cut=True, mutant=mutant) as stage:
        shown, presses = await on_show(stage), Presses()
        turns = [(member, branch.group) for branch in stage.branches for member in branch.members][: CUTS[size]]
        for number, (member, group) in enumerate(turns, start=1):
            if stage.proxy:
                stage.proxy.cut_after(number)
            await press(stage, presses, member, group, shown[group], JOIN)
            await stage.world.until(stage.confirmed, 30)
        if stage.proxy:
            stage.proxy.cut_after(None)
        await stage.quiet()
        cuts = stage.proxy.cuts if stage.proxy else stage.subject.said().count("disk I/O error")
        began = time.monotonic()
        await asyncio.gather(*(press(stage, presses, *turn, shown[turn[1]], LEAVE) for turn in turns))
        await stage.world.until(stage.confirmed, 120)
        await stage.quiet()
        took = time.monotonic() - began
        verdict = await stage.judged()
        count = await taken(stage, presses)
    findings = [*broken(count), *verdict.findings]
    findings += ["it ended"] if len(stage.subject.lived) != 1 else []
    findings += ["nothing was cut"] if not cuts else []
    return Measured(
        f"{cuts} cuts; {told(count)}; afterwards {len(turns)} side by side in {took:.1f} s; {tally(verdict)}", tuple(findings)
    )


FULL = {"small": 8.0, "full": 75.0}


async def d(seed: int, size: str, ground: Ground) -> Measured:
    """No file can be written any more while people press."""
    if ground.server:
        return Measured("", skipped="the disk is the server's; a full one cannot be had here")
    async with scene(ground, crowd(6, 5), guarded, 20, mutant=HURRY[size]) as stage:
        shown, presses = await on_guard(stage), Presses()
        assert stage.subject.running is not None
        process = psutil.Process(stage.subject.running.pid)
        process.rlimit(psutil.RLIMIT_FSIZE, (0, psutil.RLIM_INFINITY))
        await press_within(stage, shown, presses, random.Random(seed), FULL[size])
        healthy, confirmed = await stage.subject.healthy(), await stage.confirmed()
        process.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
        back = time.monotonic()
        await stage.world.until(stage.confirmed, 60)
        await stage.quiet()
        again = time.monotonic() - back
        untold = await told_of_both(stage)
        verdict = await stage.judged(besides=KEEPER)
        count = await taken(stage, presses)
        (checked,) = await stage.in_database(lambda: rows("PRAGMA integrity_check"))
    findings = [*broken(count), *verdict.findings, *untold]
    findings += ["it said that it was well"] if healthy else []
    findings += ["it confirmed what it could not keep"] if confirmed else []
    findings += [f"all was done {again:.1f} s after the return"] if again > AGAIN * PATIENCE[size] else []
    findings += ["it ended"] if len(stage.subject.lived) != 1 else []
    findings += [] if checked["integrity_check"] == "ok" else [str(checked)]
    return Measured(
        f"{FULL[size]:.0f} s full; {told(count)}; said that it was unwell; {ADMIN}; all done {again:.1f} s after; "
        f"{tally(verdict)}",
        tuple(findings),
    )


PAGE, TREES = 4096, (2, 5, 10, 13)  # how a page of a tree begins; what lies free harms nobody


async def n(seed: int, size: str, ground: Ground) -> Measured:
    """The file was damaged while nobody ran: each damage on a copy of its own."""
    if ground.server:
        return Measured("", skipped="PostgreSQL guards its own files")
    chance = random.Random(seed)
    async with scene(ground, crowd(4, 5), cards, 20) as stage:
        await on_show(stage)
        await stage.subject.stop()
        file = Path(stage.url.removeprefix("sqlite://"))
        whole = await asyncio.to_thread(file.read_bytes)
        refused: dict[str, bool] = {}
        for name, spoilt in damages(whole, chance, DAMAGES[size]):
            await asyncio.to_thread(file.write_bytes, spoilt)
            refused[name] = await refuses(stage)
        await asyncio.to_thread(file.write_bytes, whole)
        await stage.subject.up()
        verdict = await stage.judged()
    findings = [*verdict.findings, *(f"it ran on a file with {name}" for name, said_no in refused.items() if not said_no)]
    told_of = f"refused {sum(refused.values())} of {len(refused)} damaged files; ran again on the whole one"
    return Measured(told_of, tuple(findings))


DAMAGES = {"small": 1, "full": 6}


def damages(whole: bytes, chance: random.Random, each: int) -> Iterator[tuple[str, bytes]]:
    """Cut short, no header, and pages whose heads were overwritten."""
    pages = len(whole) // PAGE
    used = [page for page in range(1, pages) if whole[page * PAGE] in TREES]
    yield "half of it missing", whole[: pages // 2 * PAGE]
    yield "its first page overwritten", bytes(100) + whole[100:]
    for page in chance.sample(used, each):
        start = page * PAGE
        yield f"the head of page {page} overwritten", whole[:start] + chance.randbytes(12) + whole[start + 12 :]


async def refuses(stage: Scene) -> bool:
    """Whether the service ends at once with a code of its own, and says why in its log."""
    before = len(stage.subject.said())
    await stage.subject.start()
    assert stage.subject.running is not None
    try:
        code = await asyncio.wait_for(stage.subject.running.wait(), START_SECONDS)
    except TimeoutError:
        await stage.subject.kill()
        return False
    return code == 1 and "database.damaged" in stage.subject.said()[before:]


ROWS = [
    Row(
        "C1",
        "the database away",
        "nothing confirmed, lost 0; each press told in 5 s that it is not recorded yet; an admin told after a minute, and when "
        "it is over; no crash; 50 MiB more at most; all done 10 s after",
        c1,
        "SQLite: locked by another process; PostgreSQL: a proxy lets nothing through",
    ),
    Row(
        "C2",
        "the line to the database breaks at one statement after the other",
        "no half state, counted once; no connection lost; no dead lock",
        c2,
        "PostgreSQL: a proxy cuts; SQLite: statements meet an I/O error",
    ),
    Row(
        "D",
        "the disk is full",
        "confirms nothing, /healthz says so; presses told that nothing is recorded, an admin told after a minute and when it "
        "is over; done 10 s after; file whole; lost 0",
        d,
        "a limit of 0 bytes on the files of the service (RLIMIT_FSIZE)",
    ),
    Row("N", "a damaged SQLite file", "refused at the start, with the advice to restore a backup", n),
]
