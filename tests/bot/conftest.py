from collections.abc import AsyncIterator

import pytest

from tests.bot.machine import Machine, assembled
from tests.bot.post import Post


@pytest.fixture
async def machine(database: str) -> AsyncIterator[Machine]:
    async with assembled() as whole:
        yield whole


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def mailing(database: str, post: Post) -> AsyncIterator[Machine]:
    """A machine whose dispatcher sends by a scripted post."""
    async with assembled(post) as whole:
        yield whole
