"""The whole house as stories meet it: a sandbox process, a database, and the service as a process that can be killed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.cast import DEMO_TOKEN
from bot.web.admin import FILE

START_SECONDS = 20.0
TOKEN = DEMO_TOKEN


class Process:
    """A python module as a process; its output goes to a file that can be read afterwards."""

    def __init__(self, log: Path, *arguments: str, **settings: str) -> None:
        self.log, self.arguments, self.settings = log, arguments, settings
        self.running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("BRANCHLIFE_")}
        with self.log.open("ab") as out:
            self.running = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self.arguments), env=environ | self.settings, stdout=out, stderr=out
            )

    async def kill(self) -> None:
        """SIGKILL: nothing gets a chance to tidy up."""
        await self.end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self.end(signal.SIGTERM)

    async def died(self) -> None:
        """Waits until it ends by itself."""
        if self.running is not None:
            await asyncio.wait_for(self.running.wait(), START_SECONDS)
            self.running = None

    async def end(self, number: signal.Signals) -> int:
        if self.running is None:
            return 0
        if self.running.returncode is None:
            self.running.send_signal(number)
        code = await asyncio.wait_for(self.running.wait(), START_SECONDS)
        self.running = None
        return code

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


@asynccontextmanager
async def sandbox(folder: Path, *options: str) -> AsyncIterator[str]:
    """A sandbox of its own; yields its address."""
    process = Process(folder / "sandbox.log", "bot.sandbox", "--service", str(folder / FILE), *options)
    await process.start()
    try:
        async with asyncio.timeout(START_SECONDS):
            while "sandbox ready" not in process.said():  # noqa: ASYNC110 (another process's output)
                await asyncio.sleep(0.02)
        yield process.said().split()[-1]
    finally:
        await process.stop()


class Service(Process):
    """`python -m bot run` on a database and a sandbox."""

    def __init__(self, folder: Path, database_url: str, api: str, **settings: str) -> None:
        self.folder = folder
        super().__init__(
            folder / "service.log",
            *("bot", "run"),
            BRANCHLIFE_TOKEN=TOKEN,
            BRANCHLIFE_API_BASE_URL=api,
            BRANCHLIFE_DATABASE_URL=database_url,
            BRANCHLIFE_DATA_DIR=str(folder),
            BRANCHLIFE_SANDBOX="true",
            **{"BRANCHLIFE_LOG_LEVEL": "DEBUG"} | settings,
        )

    async def up(self) -> None:
        """Starts it and waits until it is healthy."""
        (self.folder / FILE).unlink(missing_ok=True)
        await self.start()
        async with asyncio.timeout(START_SECONDS):
            while not await self.healthy():
                assert self.running is not None
                assert self.running.returncode is None, self.said()[-4000:]
                await asyncio.sleep(0.02)

    async def healthy(self) -> bool:
        try:
            return bool((await self.ask("/healthz"))["ok"])
        except (OSError, ValueError, aiohttp.ClientError):
            return False

    async def ask(self, path: str) -> dict[str, Any]:
        """A question to the operator's address."""
        operator = json.loads((self.folder / FILE).read_text())
        headers = {"Authorization": f"Bearer {operator['token']}"}
        async with aiohttp.ClientSession(headers=headers) as session, session.get(operator["url"] + path) as answer:
            found: dict[str, Any] = await answer.json()
            return found
