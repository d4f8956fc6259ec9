"""Closing a question that ten thousand answered: at most two seconds. `python -m tests.bench.quiz`"""

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from bot.engines import connect, disconnect
from models import MODELS, clock, quiz
from models.database import rows, run
from models.migrations import migrate
from models.quiz import Day, DayAnswer, Item, Mistake
from tests.bench.databases import database
from tests.bench.reminders import MEMBERS, populate
from tests.models.quiz.bank import ONE

MOST = 2.0
KNOWN = 4  # one in so many has the item among the mistakes already
RIGHT, WRONG = 1 << ONE.right[0], 1


async def answered() -> Day:
    """Everybody has answered, half of them right."""
    now = clock.now()
    root, _ = await populate(now)
    await quiz.ship({"pack": [ONE]})
    item, place = await Item.get(), {"root_id": root.id, "node_id": root.id}
    day = await Day.create(item_id=item.id, day=now.date(), opens_at=now, closes_at=now, close_due=now, **place)
    ids = [row["id"] for row in await rows("SELECT id FROM member ORDER BY id")]
    given = [
        DayAnswer(root_id=root.id, day_id=day.id, member_id=each, chosen=RIGHT if each % 2 else WRONG, at=now) for each in ids
    ]
    await DayAnswer.bulk_create(given, batch_size=500)
    yesterday = now.date() - timedelta(days=1)
    known = [
        Mistake(root_id=root.id, member_id=each, item_id=item.id, box=0, due_on=yesterday) for each in ids if each % KNOWN == 1
    ]
    await Mistake.bulk_create(known, batch_size=500)
    return day


async def closing(url: str) -> float:
    """Seconds from the sweep's beginning to its end."""
    await connect(url, MODELS)
    await migrate()
    day = await answered()
    await run("UPDATE quiz_day SET close_due = closes_at")
    started = time.monotonic()
    await quiz.close_days(clock.now())
    seconds = time.monotonic() - started
    counted, mistakes = await Day.get(id=day.id), await Mistake.all().count()
    await disconnect()
    assert (counted.answered, counted.correct) == (MEMBERS, MEMBERS // 2), counted
    assert mistakes == MEMBERS // 2 + MEMBERS // KNOWN, mistakes
    return seconds


async def bench(folder: Path, stack: ExitStack) -> bool:
    async with database(folder, stack) as url:
        seconds = await closing(url)
    print(f"quiz closed        {MEMBERS} answers in {seconds:.2f} s (at most {MOST:.0f})")
    return seconds <= MOST


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sys.exit(not asyncio.run(bench(Path(folder), stack)))


if __name__ == "__main__":
    main()
