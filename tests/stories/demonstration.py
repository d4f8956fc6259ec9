"""`python -m bot demo` as a newcomer meets it: a copy of the tree, one process, one address."""

import asyncio
import re
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stories.house import START_SECONDS

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("bot", "handlers", "models", "schedules")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+\S*")


@dataclass(frozen=True)
class Demo:
    """A demo that is ready: its page's address, what it printed until then, how long that took."""

    process: asyncio.subprocess.Process
    address: str
    printed: str
    seconds: float


def copied(folder: Path) -> Path:
    """The product somewhere else, its compiled modules with it: a warm start, and no `var/` of ours is touched."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    return folder


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Demo]:
    """The demo, played from `folder` on any free port; whatever happens it is ended."""
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"), cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            printed = await until_address(process)
        yield Demo(process, ADDRESS.findall(printed)[0], printed, time.monotonic() - started)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def until_address(process: asyncio.subprocess.Process) -> str:
    """What is printed up to the line with the address and the one behind it."""
    assert process.stdout is not None, "it was asked for"
    printed = ""
    while not ADDRESS.search(printed):
        line = await process.stdout.readline()
        assert line, f"the demo ended without an address: {printed}"
        printed += line.decode()
    return printed + (await process.stdout.readline()).decode()
