"""How long a press waits for its answer while 300 come every second. `python -m tests.bench.latency`

From the moment the press is handed to the sandbox to the moment the sandbox hears its answer, both by the system's clock.
"""

import asyncio
import os
import sys

from tests.bench.audience import Seen
from tests.bench.contenders import Ours
from tests.bench.databases import wished
from tests.bench.measuring import cpu, process_of
from tests.bench.stand import stand
from tests.bench.workload import Workload
from tests.stories.crowd import crowd

RATE = 300  # presses a second
MOST = 50.0  # milliseconds for 99 of 100
WORK = Workload("100 cards", tuple(crowd(100, 20)))
WARM = 100  # presses before the first that counts


async def waits() -> list[float]:
    """Milliseconds of each press, the shortest first."""
    async with stand(WORK) as place:
        ours, audience = Ours(place.folder, place.url, place.api), place.audience
        await ours.prepare(WORK, audience)
        buttons, presses = await audience.buttons(WORK), WORK.presses
        await audience.skip()
        await ours.process.start()
        await audience.polled()
        await audience.press(buttons, presses[:WARM], RATE)
        await audience.answers(Seen(), WARM)
        process, seen = process_of(ours), Seen()
        spent = cpu(process)
        made = await audience.press(buttons, presses[WARM:], RATE)
        await audience.answers(seen, len(made))
        spent = cpu(process) - spent
        await ours.process.stop()
    lost = len(made) - len(seen.answered.keys() & made)
    print(f"presses            {len(made)} at {RATE} a second, {lost} unanswered, {spent / len(made) * 1000:.2f} ms CPU each")
    return sorted((seen.answered[press] - at) * 1000 for press, at in made.items()) if not lost else []


def share(found: list[float], part: float) -> float:
    return found[int(len(found) * part)]


def main() -> None:
    print(f"load before        {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores, {wished()}")
    found = asyncio.run(waits())
    if found:
        middle, late, latest = (share(found, part) for part in (0.5, 0.95, 0.99))
        print(f"press to answer    p50 {middle:.1f} ms, p95 {late:.1f}, p99 {latest:.1f}, at worst {found[-1]:.1f}")
        print(f"needed             p99 at most {MOST:.0f} ms")
    sys.exit(0 if found and share(found, 0.99) <= MOST else 1)


if __name__ == "__main__":
    main()
