"""A whole deed, cancelled at every moment: it is done with its key or not at all, and no connection is lost."""

from collections.abc import AsyncIterator

import pytest

from bot.engines import disconnect
from models import MODELS
from models.card import Answer
from models.database import atomic, dialect, rows
from models.deed import deed
from models.member import OPERATOR, enrol
from tests.bot.engines.storm import crowd, usable
from tests.cast import NOW, assemble
from tests.connections import connect_freshly

POOL = 3
TASKS, ROUNDS = 8, 30


@pytest.fixture
async def small_pool(database_url: str) -> AsyncIterator[int]:
    """The real database behind a pool so small that a few leaks are enough to see; gives its size."""
    joint = "&" if "?" in database_url else "?"
    await connect_freshly(database_url if database_url.startswith("sqlite") else f"{database_url}{joint}maxsize={POOL}", MODELS)
    yield 1 if dialect() == "sqlite" else POOL
    await disconnect()


async def test_a_cancelled_deed_is_whole_or_absent_and_loses_no_connection(small_pool: int) -> None:
    root = (await assemble()).district

    async def enrolling(number: int) -> None:
        async def verb() -> Answer:
            await enrol(OPERATOR, root.id, f"storm:{number}", "full", NOW, root.id)
            return Answer()

        async with atomic():
            await deed(f"storm:{number}", verb, NOW)

    assert await crowd(enrolling, TASKS, ROUNDS) > 0, "nothing was cancelled"
    await enrolling(TASKS * ROUNDS)
    assert await usable(small_pool)
    keys = {row["key"] for row in await rows("SELECT key FROM deed")}
    members = await rows("SELECT m.name, s.id AS home FROM member m LEFT JOIN membership s ON s.member_id = m.id")
    enrolled = {row["name"] for row in members if row["name"].startswith("storm:")}
    assert enrolled == keys, "a deed without its key, or a key without its deed"
    assert all(row["home"] for row in members if row["name"] in enrolled), "half a deed"
