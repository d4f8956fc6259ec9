"""A database for a bench: a SQLite file, or a PostgreSQL of its own that waits for its disk."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from tests.postgres import create_database, served, told

SQLITE, POSTGRES = "sqlite", "postgres"


def wished() -> str:
    return os.environ.get("BRANCHLIFE_BENCH_DATABASE", SQLITE)


@asynccontextmanager
async def database(folder: Path, stack: ExitStack) -> AsyncIterator[str]:
    """The address of the one `BRANCHLIFE_BENCH_DATABASE` names: sqlite, unless it says postgres."""
    if wished() == POSTGRES:
        yield await create_database(await durable(stack), "bench")
    else:
        yield f"sqlite://{folder / 'bench.sqlite3'}"


async def durable(stack: ExitStack) -> str:
    """A PostgreSQL server's address; the tests' own does not wait for its disk, this one does."""
    server = await asyncio.to_thread(stack.enter_context, served())
    await told(server, "ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()")
    return server
