from collections.abc import AsyncIterator

import pytest

from tests.bot.machine import Machine, assembled


@pytest.fixture
async def machine(database: str) -> AsyncIterator[Machine]:
    async with assembled() as whole:
        yield whole
