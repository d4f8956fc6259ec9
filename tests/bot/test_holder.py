"""The lease on a token: one holder, known by its installation; the other waits, and stops in time."""

import asyncio
from pathlib import Path

import pytest

from bot.holder import GUARD, Holder, LeaseLost, installation
from models import lease
from models.clock import ticks
from models.database import run
from models.organisation import know_bot


async def holder(owner: str) -> Holder:
    return Holder((await know_bot(7000000001, "a_bot")).id, owner, ticks)


async def expire() -> None:
    await run("UPDATE lease SET until_ms = 0")


async def test_before_it_is_taken_nothing_is_held(database: str) -> None:
    one = await holder("one")
    assert not one.holds()
    assert await one.take() == 1
    assert one.holds()


async def test_another_installation_waits_until_the_lease_has_run_out(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.holder.RETRY_EVERY", 0.01)
    one, other = await holder("one"), await holder("other")
    await one.take()
    waiting = asyncio.create_task(other.take())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await expire()
    assert await asyncio.wait_for(waiting, 5) == 2


async def test_a_restarted_installation_takes_its_own_lease_back_at_once(database: str) -> None:
    await (await holder("one")).take()
    assert await asyncio.wait_for((await holder("one")).take(), 1) == 2


async def test_whoever_lost_the_lease_knows_and_stops(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.holder.RENEW_EVERY", 0.01)
    one, other = await holder("one"), await holder("other")
    await one.take()
    keeping = asyncio.create_task(one.keep())
    await asyncio.sleep(0.1)
    assert not keeping.done()
    await expire()
    while await lease.take(other.bot_id, "other") is None:  # `one` may have renewed between the two
        await expire()
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(keeping, 5)
    assert not one.holds()


async def test_taking_it_anew_is_not_losing_it(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.holder.RENEW_EVERY", 0.001)
    one = await holder("one")
    await one.take()
    keeping = asyncio.create_task(one.keep())
    for _ in range(20):
        await one.take()
        await asyncio.sleep(0.002)
    assert not keeping.done()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_renewing_prolongs_and_a_guard_is_left(database: str) -> None:
    now = [100.0]
    one = await holder("one")
    one.ticks = lambda: now[0]
    await one.take()
    now[0] += lease.SECONDS - GUARD - 0.1
    assert one.holds()
    now[0] += 0.2
    assert not one.holds()


async def test_while_the_database_is_away_the_lease_is_kept_and_runs_out(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise ConnectionResetError

    monkeypatch.setattr("bot.holder.RENEW_EVERY", 0.001)
    monkeypatch.setattr("bot.holder.lease.renew", away)
    one = await holder("one")
    await one.take()
    until, keeping = one.until, asyncio.create_task(one.keep())
    await asyncio.sleep(0.05)
    assert not keeping.done()
    assert one.until == until
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


def test_an_installation_keeps_its_name(tmp_path: Path) -> None:
    name = installation(tmp_path / "new" / "folder")
    assert len(name) == 32
    assert installation(tmp_path / "new" / "folder") == name
    assert installation(tmp_path / "other") != name
