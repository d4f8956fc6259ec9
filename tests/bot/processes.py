"""`python -m bot` as its user runs it: a process with an environment, which says something and ends."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.cast import BOT, DEMO_TOKEN
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.visitor import Visitor

ROOT = Path(__file__).parent.parent.parent
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens


@dataclass
class Ended:
    code: int
    out: str
    err: str


@dataclass
class House:
    """One installation: a folder, a database, the address of Telegram."""

    folder: Path
    url: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BRANCHLIFE_")}
        ours = {"TOKEN": DEMO_TOKEN, "API_BASE_URL": self.url, "DATA_DIR": str(self.folder / "var"), **self.settings}
        named = {f"BRANCHLIFE_{name}": value for name, value in ours.items()}
        return {**clean, **named, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def says(self, *words: str) -> Ended:
        """Runs a command to its end."""
        return await ended(await self.start(*words))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The service, ready; stopped by SIGTERM if it still runs at the end."""
        process = await self.start("run")
        try:
            await logged(process, "ready")
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await ended(process)


async def ended(process: asyncio.subprocess.Process) -> Ended:
    try:
        out, err = await asyncio.wait_for(process.communicate(), 30)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def logged(process: asyncio.subprocess.Process, word: str) -> list[str]:
    """Reads the log until a line has this word; the lines so far."""
    assert process.stderr is not None
    lines: list[str] = []
    async with asyncio.timeout(20):
        while not lines or word not in lines[-1]:
            line = (await process.stderr.readline()).decode()
            assert line, "".join(lines)
            lines.append(line)
    return lines


@asynccontextmanager
async def telegram() -> AsyncIterator[Visitor]:
    """The played Telegram in this process, with nobody in it yet."""
    async with serving(Sandbox(BOT, DEMO_TOKEN)) as url, Visitor(url) as world:
        yield world
