"""A bench's place of its own: a database, a sandbox that keeps Telegram's limits, and those who press in it."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.visitor import Visitor
from tests.bench.audience import Audience
from tests.bench.databases import database
from tests.bench.workload import Workload
from tests.stories.crowd import enter_telegram
from tests.stories.house import sandbox


@dataclass(frozen=True, slots=True)
class Stand:
    folder: Path
    url: str
    api: str
    audience: Audience


@asynccontextmanager
async def stand(work: Workload) -> AsyncIterator[Stand]:
    """On the database `BRANCHLIFE_BENCH_DATABASE` names."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        async with database(folder, stack) as url, sandbox(folder, "--empty") as api, Visitor(api) as world:
            await enter_telegram(list(work.branches), world)
            yield Stand(folder, url, api, Audience(world))
