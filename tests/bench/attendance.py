"""The table of a year: a thousand branches with a record each month, at most 300 ms. `python -m tests.bench.attendance`"""

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from bot.engines import connect, disconnect
from models import MODELS, clock
from models.database import rows
from models.gathering import Gathering, Record
from models.migrations import migrate
from models.organisation import Node, grow, know_bot, plant
from models.report.span import spanned
from models.report.table import Table, table
from tests.bench.databases import database

COMMUNITIES, BRANCHES, MONTHS, YEAR = 20, 50, 12, 2025
MOST, RUNS = 300, 5  # milliseconds at worst, of so many runs


async def planted() -> Node:
    root = await plant("root", "street_committee", "Asia/Shanghai", (await know_bot(1, "bot")).id)
    for number in range(COMMUNITIES):
        community = await grow(root, f"community {number}", "community_committee")
        for place in range(BRANCHES):
            await grow(community, f"branch {number}-{place}", "branch")
    return root


async def recorded(root: Node) -> None:
    """A theme day of every branch and month, with its record."""
    now, nodes = clock.now(), await Node.filter(kind="branch")
    days = [(node, date(YEAR, month, 5)) for node in nodes for month in range(1, MONTHS + 1)]
    facts: dict[str, Any] = dict.fromkeys(("starts_at", "leave_until", "closes_at", "ends_at"), now)
    facts |= {"root_id": root.id, "kind": "theme_day", "state": "recorded", "title": "", "place": "room", "zone": "UTC"}
    planned = [Gathering(node_id=node.id, local_date=day, local_time="15:00", **facts) for node, day in days]
    await Gathering.bulk_create(planned, batch_size=500)
    held = await rows("SELECT id, node_id, local_date FROM gathering")
    counts: dict[str, Any] = {"expected": 26, "present": 22, "on_leave": 2, "absent": 2, "observers": 1}
    counts |= {"root_id": root.id, "kind": "theme_day", "closed_at": now}
    await Record.bulk_create(
        [Record(gathering_id=row["id"], node_id=row["node_id"], month=str(row["local_date"])[:7], **counts) for row in held],
        batch_size=500,
    )


async def bench(url: str) -> bool:
    await connect(url, MODELS)
    await migrate()
    root = await planted()
    await recorded(root)
    taken: list[float] = []
    for _ in range(RUNS):
        started = time.monotonic()
        found = await table(root, spanned(YEAR), clock.now())
        taken.append((time.monotonic() - started) * 1000)
    await disconnect()
    print(f"branches {COMMUNITIES * BRANCHES}, months {MONTHS}: table in {max(taken):.0f} ms at worst (at most {MOST})")
    return whole(found) and max(taken) <= MOST


def whole(found: Table) -> bool:
    """Every branch is a line, and the first line counts them all."""
    first, branches = found.lines[0].sums, COMMUNITIES * BRANCHES
    return (first.held, first.should, first.expected, len(found.lines)) == (
        branches * MONTHS, branches * MONTHS, branches * MONTHS * 26, branches + COMMUNITIES + 1,
    )  # fmt: skip


async def on_a_database(folder: Path, stack: ExitStack) -> bool:
    async with database(folder, stack) as url:
        return await bench(url)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        fine = asyncio.run(on_a_database(Path(folder), stack))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
