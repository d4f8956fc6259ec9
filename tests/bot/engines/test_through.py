"""Seeing a thing through although one is cancelled."""

import asyncio
import logging

import pytest

from bot.engines.cancellation import through


async def finish(steps: list[str]) -> str:
    await asyncio.sleep(0.02)
    steps.append("finished")
    return "result"


async def fail() -> None:
    await asyncio.sleep(0.02)
    raise OSError("the disk is full")


async def wait_and_tell(work: "asyncio.Future[str]", steps: list[str]) -> None:
    try:
        await through(work)
    except asyncio.CancelledError:
        steps.append("cancelled")
        raise


async def test_a_result_and_an_error_come_through() -> None:
    assert await through(asyncio.ensure_future(finish([]))) == "result"
    with pytest.raises(OSError, match="full"):
        await through(asyncio.ensure_future(fail()))


async def test_every_cancellation_waits_for_the_end() -> None:
    steps: list[str] = []
    task = asyncio.ensure_future(wait_and_tell(asyncio.ensure_future(finish(steps)), steps))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["finished", "cancelled"]


async def test_a_time_limit_recognises_its_own_cancellation() -> None:
    steps: list[str] = []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await through(asyncio.ensure_future(finish(steps)))
    assert steps == ["finished"]


async def test_an_error_after_a_cancellation_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    task = asyncio.ensure_future(through(asyncio.ensure_future(fail())))
    await asyncio.sleep(0)
    task.cancel()
    with caplog.at_level(logging.WARNING), pytest.raises(asyncio.CancelledError):
        await task
    assert "the disk is full" in caplog.text
