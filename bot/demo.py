"""`demo`: the real service beside a sandbox that plays Telegram, with the fixed fictional cast, fresh at every start."""

import asyncio
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import click
from pydantic import SecretStr

from bot.app import Database, Service
from bot.console import words
from bot.engines.lock import DataLock
from bot.furnishing import furnish, seed
from bot.sandbox.cast import DEMO_TOKEN
from bot.settings import DATABASE_FILE, Settings
from bot.web.admin import FILE
from bot.web.listening import PortTaken

DATA = Path("var/demo")
# A month is travelled in seconds here, with a question every day: neither side keeps to Telegram's rates, which are a crowd's.
TIMES = 40


async def play(port: int) -> None:
    """Sandbox and service until Ctrl-C or SIGTERM, whenever it comes; prints one address."""
    whole = asyncio.current_task()
    assert whole is not None, "it runs"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, whole.cancel)  # until the service listens for itself
    with suppress(asyncio.CancelledError):
        await played(port)


async def played(port: int) -> None:
    make_room(port)
    async with sandbox(port) as url:
        settings = settings_of(url)
        async with Database(settings):
            await furnish(await seed(settings.zone))
        await Service(settings).run(ready=lambda: announce(url))


def settings_of(url: str) -> Settings:
    """A real service's but for its rates, which stay below the sandbox's."""
    settings = Settings(token=SecretStr(DEMO_TOKEN), api_base_url=url.rstrip("/"), data_dir=DATA, sandbox=True)
    return settings.model_copy(update={"per_second": 1000, "chat_burst": 100, "group_per_minute": 800, "edits_per_minute": 800})


def make_room(port: int) -> None:
    """A fresh start, unless a demo is under way here."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(port, "--port") from None
    with DataLock(DATA / DATABASE_FILE):
        shutil.rmtree(DATA, ignore_errors=True)


def announce(url: str) -> None:
    click.echo(words("demo", "ready", url=url))
    click.echo(words("demo", "stop"))


@asynccontextmanager
async def sandbox(port: int) -> AsyncIterator[str]:
    """Telegram as a process of its own, which ends with us however we end; yields its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox", "--attached", "--port", str(port)),
        *("--service", str(DATA / FILE), "--pace", str(TIMES)),
        stdin=asyncio.subprocess.PIPE,  # nothing is written to it: it closes when we are gone, be it by SIGKILL
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None, "it was asked for"
    try:
        line = (await process.stdout.readline()).decode()
        yield line.split()[-1]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
