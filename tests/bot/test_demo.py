"""`demo`: one address, a fresh cast, and nothing left behind however it ends."""

import asyncio
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from bot.console import words
from bot.furnishing import meeting_day
from bot.sandbox.cast import GROUP, SECRETARY
from bot.sandbox.visitor import Visitor
from bot.settings import DATABASE_FILE
from tests.bot.machine import number
from tests.bot.processes import House, ended


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, "", {"API_BASE_URL": "", "TOKEN": "", "DATA_DIR": ""})


@asynccontextmanager
async def played(house: House) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[psutil.Process]]]:
    """A demo from its start; the processes it started are seen to end with it."""
    process = await house.start("demo", "--port", "0")
    children: list[psutil.Process] = []
    try:
        yield process, children
    finally:
        if process.returncode is None:
            process.kill()
        for child in children:
            if child.is_running():
                child.kill()


async def address(process: asyncio.subprocess.Process, children: list[psutil.Process]) -> str:
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    children += psutil.Process(process.pid).children(recursive=True)
    found = re.findall(r"http://127\.0\.0\.1:\d+", line)
    assert len(found) == 1
    return str(found[0])


async def gone(children: list[psutil.Process]) -> bool:
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, 10)
    return not alive


async def test_the_demo_shows_its_card_and_ends_on_a_signal_without_a_trace(house: House) -> None:
    for number_of_signal in (signal.SIGINT, signal.SIGTERM):
        async with played(house) as (process, children):
            url = await address(process, children)
            async with Visitor(url) as world:
                await card(world)
            assert children
            process.send_signal(number_of_signal)
            done = await ended(process)
            assert done.code == 0, done.err
            assert done.err == ""
            assert "http" not in done.out  # its address was said once
            assert await gone(children)


async def card(world: Visitor) -> None:
    async def shown() -> bool:
        return any("主题党日" in message["text"] for message in await world.sees(GROUP.id))

    await world.until(shown, 10)
    await world.says(number(SECRETARY), "/attendance")


async def planting(house: House) -> None:
    """Waits until the sandbox runs and the service does not yet: its database is being made."""
    async with asyncio.timeout(20):
        while not await asyncio.to_thread((house.folder / "var" / "demo" / DATABASE_FILE).exists):  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.002)


async def test_a_signal_while_it_starts_leaves_nothing_behind(house: House) -> None:
    async with played(house) as (process, children):
        await planting(house)
        children += psutil.Process(process.pid).children(recursive=True)
        assert children
        process.send_signal(signal.SIGTERM)
        assert "Traceback" not in (await ended(process)).err
        assert await gone(children)


async def test_a_port_that_is_taken_is_told(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = await house.says("demo", "--port", str(port))
    assert (done.code, done.err.strip()) == (1, words("trouble", "port", port=port, setting="--port"))


async def test_a_second_demo_in_the_same_folder_leaves_the_first_alone(house: House) -> None:
    async with played(house) as (process, children):
        url = await address(process, children)
        done = await house.says("demo", "--port", "0")
        assert (done.code, done.err.strip()) == (1, words("trouble", "in_use"))
        async with Visitor(url) as world:
            await card(world)
        process.send_signal(signal.SIGTERM)
        assert (await ended(process)).code == 0


async def test_a_demo_that_is_killed_takes_its_sandbox_with_it_and_the_port_is_free_again(house: House) -> None:
    async with played(house) as (process, children):
        url = await address(process, children)
        assert children
        process.kill()
        assert await gone(children)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", int(url.rpartition(":")[2])))


def test_the_meeting_is_on_the_first_tuesday_a_week_ahead() -> None:
    assert meeting_day(date(2026, 11, 21)) == date(2026, 12, 1)
    assert meeting_day(date(2026, 11, 24)) == date(2026, 12, 1)
    assert meeting_day(date(2026, 11, 25)) == date(2026, 12, 8)
