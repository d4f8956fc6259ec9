"""Ten thousand birthdays of one day, planned and owed: at most two seconds. A card drawn: at most 60 ms; remembered: 2 ms.

`python -m tests.bench.birthday`
"""

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.engines import connect, disconnect
from bot.files.greeting import Saying, drawn, saying
from models import MODELS, clock
from models.birthday import greet as say
from models.birthday import look
from models.birthday.ways import Way
from models.calendar import instant, local
from models.database import rows, run
from models.member import Member
from models.migrations import migrate
from models.rounds import Round
from tests.bench.databases import database
from tests.bench.reminders import MEMBERS, populate
from tests.models.birthday.plausible import BIRTHDAY

MOST, MOST_MS, MOST_CACHED_MS = 2.0, 60.0, 2.0
CARDS = 200
OWED = "SELECT COUNT(*) AS n FROM delivery WHERE kind = 'greeting' AND state = 'queued'"
PLANNED = "SELECT COUNT(*) AS n FROM birthday"


async def greet(url: str) -> float:
    """Seconds from the hour of the greeting until all are owed, when everybody joined on the same day of the year."""
    await connect(url, MODELS)
    await migrate()
    day = local(clock.now(), "Asia/Shanghai").date() + timedelta(days=1)
    await populate(clock.now())
    await Member.all().update(joined_on=day.replace(year=day.year - 27, day=min(day.day, 28)))
    moment = instant(day.replace(day=min(day.day, 28)), Way().hour, "Asia/Shanghai")
    await looked_before(moment)
    started = time.monotonic()
    while await look(moment) or await say(moment):
        pass
    seconds = time.monotonic() - started
    counts = [(await rows(sql))[0]["n"] for sql in (OWED, PLANNED)]
    await disconnect()
    assert counts == [MEMBERS, MEMBERS], counts
    return seconds


async def looked_before(moment: datetime) -> None:
    """Every node has been looked at on earlier days; nothing was planned."""
    await look(moment - timedelta(days=300))
    await Round.all().update(look_due=moment)
    await run("DELETE FROM birthday")


def draw() -> tuple[float, float]:
    """Milliseconds of a card nobody has seen, and of one drawn before (medians)."""
    cards = [replace(saying(BIRTHDAY), name=f"周文静{number}") for number in range(CARDS)]
    drawn(cards[0])
    return statistics.median(map(milliseconds, cards[1:])), statistics.median(map(milliseconds, cards[-100:]))


def milliseconds(card: Saying) -> float:
    started = time.perf_counter()
    drawn(card)
    return (time.perf_counter() - started) * 1000


async def bench(folder: Path, stack: ExitStack) -> bool:
    async with database(folder, stack) as url:
        seconds = await greet(url)
    fresh, cached = draw()
    print(f"birthdays owed     {MEMBERS} members in {seconds:.2f} s (at most {MOST:.0f})")
    print(f"a card drawn       {fresh:.1f} ms (at most {MOST_MS:.0f}), again {cached:.3f} ms (at most {MOST_CACHED_MS:.0f})")
    return seconds <= MOST and fresh <= MOST_MS and cached <= MOST_CACHED_MS


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        fine = asyncio.run(bench(Path(folder), stack))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
