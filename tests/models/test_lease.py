"""One sender per token: the database's clock decides, and an older epoch never comes back."""

import asyncio

import pytest

from models import lease
from models.database import run
from models.lease import Lease
from models.organisation import know_bot


@pytest.fixture
async def bot_id(database: str) -> int:
    return int((await know_bot(1, "one")).id)


async def end(bot_id: int) -> None:
    """The lease's time is up, as if nobody had renewed it."""
    await run("UPDATE lease SET until_ms = until_ms - ? WHERE bot_id = ?", lease.SECONDS * 1000 + 2000, bot_id)


async def test_the_first_to_ask_gets_the_first_epoch(bot_id: int) -> None:
    assert await lease.take(bot_id, "north") == 1


async def test_another_installation_waits_until_the_lease_is_over(bot_id: int) -> None:
    await lease.take(bot_id, "north")
    assert await lease.take(bot_id, "south") is None
    await end(bot_id)
    assert await lease.take(bot_id, "south") == 2
    assert await lease.take(bot_id, "north") is None


async def test_the_same_installation_takes_its_own_lease_back_at_once(bot_id: int) -> None:
    assert [await lease.take(bot_id, "north") for _ in range(3)] == [1, 2, 3]


async def test_an_old_epoch_cannot_renew(bot_id: int) -> None:
    await lease.take(bot_id, "north")
    await lease.take(bot_id, "north")
    assert not await lease.renew(bot_id, "north", 1)
    assert await lease.renew(bot_id, "north", 2)


async def test_whoever_lost_the_lease_cannot_renew_it(bot_id: int) -> None:
    await lease.take(bot_id, "north")
    await end(bot_id)
    await lease.take(bot_id, "south")
    assert not await lease.renew(bot_id, "north", 1)
    assert not await lease.renew(bot_id, "north", 2)


async def test_renewing_lengthens_the_lease(bot_id: int) -> None:
    await lease.take(bot_id, "north")
    await end(bot_id)
    assert await lease.renew(bot_id, "north", 1)
    assert await lease.take(bot_id, "south") is None


async def test_a_lease_lasts_fifteen_seconds_of_the_databases_time(bot_id: int) -> None:
    await lease.take(bot_id, "north")
    first = (await Lease.get(bot_id=bot_id)).until_ms
    await run("UPDATE lease SET until_ms = 0")
    await lease.renew(bot_id, "north", 1)
    assert 0 <= (await Lease.get(bot_id=bot_id)).until_ms - first < 5000
    assert lease.SECONDS == 15


async def test_of_several_that_ask_at_once_one_gets_it(bot_id: int) -> None:
    taken = await asyncio.gather(*(lease.take(bot_id, f"installation {n}") for n in range(6)))
    assert sorted(taken, key=str) == [1, None, None, None, None, None]


async def test_each_bot_has_its_own_lease(bot_id: int) -> None:
    other = await know_bot(2, "two")
    assert await lease.take(bot_id, "north") == 1
    assert await lease.take(other.id, "south") == 1
