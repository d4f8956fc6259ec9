"""One bot, one crowd: press, wait, count."""

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil  # type: ignore[import-untyped]

from tests.bench.audience import Audience, Seen
from tests.bench.contenders import Contender
from tests.bench.figures import Figures
from tests.bench.workload import Workload


async def measured(one: Contender, kind: str, work: Workload, audience: Audience) -> Figures:
    """Starts the bot with one press waiting, then stops it for a moment, hands in the rest, and looks until all is answered."""
    buttons, presses = await audience.buttons(work), work.presses
    await audience.skip()
    await audience.press(buttons, presses[:1])
    start = await first_answer(one, audience)
    process, seen = process_of(one), Seen()
    before, spent = await one.counters(), cpu(process)
    with stopped(process):
        await audience.press(buttons, presses[1:])
        await audience.skip()
    began, load = time.monotonic(), os.getloadavg()[0]
    await audience.answers(seen, len(presses) - 1)
    after, spent = await one.counters(), cpu(process) - spent
    memory = process.memory_info().rss / 2**20
    await one.process.stop()
    answers, counted = await one.kept(work)
    return Figures(
        bot=one.name, database=kind, work=work.name, presses=len(presses), answered=len(seen.answered) + 1,
        seconds=max(seen.answered.values(), default=began) - began, cpu=spent, calls=seen.calls, flooded=seen.flooded,
        start=start, memory=memory, load=load, exactly=counted and answers == work.last,
        statements=after.get("statements", 0) - before.get("statements", 0),
        hops=after.get("hops", 0) - before.get("hops", 0),
    )  # fmt: skip


async def first_answer(one: Contender, audience: Audience) -> float:
    """Seconds from the start of the process to the answer of the press that waits for it; infinite if none comes."""
    began, seen = time.monotonic(), Seen()
    await one.process.start()
    await audience.answers(seen, 1)
    return min(seen.answered.values(), default=math.inf) - began


def process_of(one: Contender) -> psutil.Process:
    assert one.process.running is not None
    return psutil.Process(one.process.running.pid)


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def stopped(process: psutil.Process) -> Iterator[None]:
    process.suspend()
    try:
        yield
    finally:
        process.resume()
