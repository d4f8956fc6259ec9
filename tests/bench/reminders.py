"""The sweep that owes reminders to ten thousand members of one tree: at most two seconds. `python -m tests.bench.reminders`"""

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from bot.engines import connect, disconnect
from models import MODELS, clock
from models.database import rows, run
from models.gathering import Gathering, announce, plan, remind
from models.gathering.plan import Wish
from models.member import OPERATOR, Account, Member, Membership, actor, grant
from models.migrations import migrate
from models.organisation import Node, grow, know_bot, plant
from models.outbox import release
from tests.bench.databases import database

MEMBERS, BRANCHES, MOST = 10_000, 200, 2.0
WEEK_SO_FAR = 3  # automatic messages each had in the week before
MESSAGES = """
INSERT INTO delivery (root_id, bot_id, member_id, kind, lane, key, about, card, state, due_at, live, wanted, shown, attempt,
  epoch, sent_at, reason, created_at)
SELECT m.root_id, ?, m.id, 'reminder', 2, 'old:' || m.id || ':{number}', 'x', '["x",{{}},[]]', 'sent', ?, ?, 1, 1, 0,
  1, ?, '', ? FROM member m
"""


async def populate(now: datetime) -> tuple[Node, int]:
    """A tree of branches under one root, everybody bound, half of their week's messages used up."""
    bot = await know_bot(1, "bot")
    root = await plant("root", "street_committee", "Asia/Shanghai", bot.id)
    branches = [await grow(root, f"branch {number}", "branch") for number in range(BRANCHES)]
    await Member.bulk_create([Member(root_id=root.id, name=f"member {each}", status="full") for each in range(MEMBERS)])
    ids = [row["id"] for row in await rows("SELECT id FROM member ORDER BY id")]
    homes = [
        Membership(root_id=root.id, member_id=each, node_id=branches[each % BRANCHES].id, kind="home", from_at=now)
        for each in ids
    ]
    await Membership.bulk_create(homes, batch_size=500)
    accounts = [Account(root_id=root.id, member_id=each, telegram_id=each, consent="2026-11", bound_at=now) for each in ids]
    await Account.bulk_create(accounts, batch_size=500)
    for number in range(WEEK_SO_FAR):
        at = now - timedelta(days=number + 1)
        await run(MESSAGES.format(number=number), bot.id, at, False, at, at)
    await grant(OPERATOR, await Member.get(id=ids[0]), root.id, "secretary", now)
    return root, ids[0]


async def sweep(url: str) -> float:
    """Seconds of the sweep at the first lead."""
    await connect(url, MODELS)
    await migrate()
    now = clock.now()
    root, organiser = await populate(now)
    day = (now + timedelta(days=10)).date()
    await plan(await actor(organiser, now), root, Wish("meeting", "hall", day, datetime(2026, 1, 1, 15).time()), now)  # noqa: DTZ001
    await announce(now)
    due = (await Gathering.get()).remind_due
    assert due is not None
    started = time.monotonic()
    await remind(due)
    seconds = time.monotonic() - started
    await release(due)
    owed = (await rows("SELECT COUNT(*) AS n FROM delivery WHERE kind = 'reminder' AND state = 'queued'"))[0]["n"]
    await disconnect()
    assert owed == MEMBERS, owed
    return seconds


async def bench(folder: Path, stack: ExitStack) -> bool:
    async with database(folder, stack) as url:
        seconds = await sweep(url)
    print(f"reminders owed     {MEMBERS} members in {seconds:.2f} s (at most {MOST:.0f})")
    return seconds <= MOST


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        fine = asyncio.run(bench(Path(folder), stack))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
