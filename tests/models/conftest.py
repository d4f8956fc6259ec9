"""The tests of the organisation are many and small. On PostgreSQL they share one database, emptied before each: creating one
takes a third of a second, emptying it a few milliseconds.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tortoise import Tortoise

from bot.engines import disconnect
from models import MODELS
from models.database import rows
from tests.cast import Cast, assemble
from tests.conftest import fresh_name
from tests.connections import connect_freshly
from tests.postgres import create_database, drop_database


@pytest.fixture(scope="session")
def shared_database(postgres_url: str, postgres_template: str) -> Iterator[str]:
    name = fresh_name()
    yield asyncio.run(create_database(postgres_url, name, postgres_template))
    asyncio.run(drop_database(postgres_url, name))


@pytest.fixture
def database_url(server: str, template: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if server:
        return str(request.getfixturevalue("shared_database"))
    return f"sqlite://{shutil.copy(template, tmp_path)}"


@pytest.fixture
async def database(server: str, database_url: str) -> AsyncIterator[str]:
    await connect_freshly(database_url, MODELS)
    if server:
        await empty()
    yield database_url
    await disconnect()


async def empty() -> None:
    """One statement, so that references are only checked when all is gone."""
    tables = [model._meta.db_table for app in Tortoise.apps.values() for model in app.values()]
    await rows(f"WITH {', '.join(f'{table}_gone AS (DELETE FROM {table})' for table in tables)} SELECT 1 AS done")


@pytest.fixture
async def cast(database: str) -> Cast:
    return await assemble()
