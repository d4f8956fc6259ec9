"""Ten thousand rows: read, compared, entered; at most ten seconds. `python -m tests.bench.roster`"""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.engines import connect, disconnect
from bot.files import sheets, writing
from models import MODELS, clock, roster
from models.member import OPERATOR
from models.migrations import migrate
from models.organisation import grow, know_bot, plant
from models.roster import Book, MemberLine

ROWS, BRANCHES, MOST = 10_000, 200, 10.0


async def bench(folder: Path) -> bool:
    await connect(f"sqlite://{folder / 'bench.sqlite3'}", MODELS)
    await migrate()
    root = await plant("root", "street_committee", "Asia/Shanghai", (await know_bot(1, "bot")).id)
    for number in range(BRANCHES):
        await grow(root, f"branch {number}", "branch")
    lines = [MemberLine(row, None, f"member {row}", f"branch {row % BRANCHES}", joined_on="2019-07-01") for row in range(ROWS)]
    content = writing.export(Book(members=lines))
    by = replace(OPERATOR, root_id=root.id, offices=(("admin", root.path),))
    started = time.monotonic()
    book = sheets.read("roster.xlsx", content, date(2026, 11, 21))
    verdict = await roster.compare(by, root.id, book, clock.now())
    compared = time.monotonic()
    done = await roster.enter(by, root.id, book, verdict.mark, clock.now())
    seconds = time.monotonic() - started
    await disconnect()
    print(f"rows {done.counts['new']}, dry run {compared - started:.1f} s, with entering {seconds:.1f} s (at most {MOST:.0f})")
    return done.counts["new"] == ROWS and seconds <= MOST


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fine = asyncio.run(bench(Path(folder)))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
