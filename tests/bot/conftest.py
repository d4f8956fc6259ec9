from collections.abc import AsyncIterator

import pytest

from bot.throttle import Throttle
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


class Clock:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock)
