"""Two thousand reminders of one gathering at Telegram's 30 a second. `python -m tests.bench.fan_out`

The sandbox refuses what comes too fast, with 429. The ideal is what the limit allows: 30 at once, then 30 every second.
"""

import asyncio
import os
import sys
import time

from bot.engines import disconnect
from models import MODELS, clock
from models.database import run
from tests.bench.audience import Seen
from tests.bench.contenders import Ours
from tests.bench.databases import wished
from tests.bench.stand import stand
from tests.bench.workload import Workload
from tests.connections import connect_freshly
from tests.stories.crowd import crowd

MEMBERS, RATE, MORE = 2000, 30, 0.03
WORK = Workload("fan-out", tuple(crowd(1, MEMBERS)))
IDEAL = (MEMBERS - RATE) / RATE  # seconds from the first to the last
PATIENCE = 3 * IDEAL


async def due_now(url: str) -> None:
    """The gathering's first reminder has just fallen due, and nobody sleeps."""
    await connect_freshly(url, MODELS)
    await run("UPDATE node SET quiet_from = '00:00', quiet_until = '00:00'")
    await run("UPDATE gathering SET remind_due = ?", clock.now())
    await disconnect()


async def fan_out() -> Seen:
    seen, until = Seen(), time.monotonic() + PATIENCE
    async with stand(WORK) as place:
        ours = Ours(place.folder, place.url, place.api)
        await ours.prepare(WORK, place.audience)
        await due_now(place.url)
        await place.audience.skip()
        await ours.process.start()
        while len(seen.sent) < MEMBERS and time.monotonic() < until:
            await asyncio.sleep(1)
            await place.audience.look(seen)
        await ours.process.stop()
    return seen


def main() -> None:
    print(f"load before        {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores, {wished()}")
    seen = asyncio.run(fan_out())
    seconds = seen.sent[-1] - seen.sent[0] if seen.sent else 0.0
    fine = len(seen.sent) == MEMBERS and seconds <= IDEAL * (1 + MORE) and not seen.flooded
    print(f"messages           {len(seen.sent)} of {MEMBERS}, {seen.flooded} refused with 429")
    print(f"first to last      {seconds:.2f} s; ideal {IDEAL:.2f} s, {seconds / IDEAL - 1:+.1%} (at most {MORE:+.0%})")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
