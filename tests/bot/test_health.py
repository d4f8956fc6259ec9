"""Health is an exit code: 0 only when the service itself says that it is well."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import health
from bot.web import admin
from tests.bot.processes import ROOT


@asynccontextmanager
async def answering(folder: Path, answer: bytes) -> AsyncIterator[None]:
    """Somebody at the operator's address who says this to everything."""

    async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(said, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    (folder / admin.FILE).write_text(f'{{"url": "http://127.0.0.1:{port}", "token": "x"}}')
    async with server:
        yield


async def asked(folder: Path) -> int:
    # A proxy of the environment is nobody to ask about ourselves.
    environ = {"BRANCHLIFE_DATA_DIR": str(folder), "http_proxy": "http://127.0.0.1:9", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.health", cwd=folder, env=environ)
    return await asyncio.wait_for(process.wait(), 20)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", 1),
        (b"nothing like HTTP\r\n\r\n", 1),
        (b"", 1),
    ],
)
async def test_it_is_well_when_it_says_so(tmp_path: Path, answer: bytes, code: int) -> None:
    async with answering(tmp_path, answer):
        assert await asked(tmp_path) == code


@pytest.mark.parametrize("written", [None, "", "[]", "{}", '{"url": "http://127.0.0.1:9"}'])
async def test_without_somebody_who_answers_it_is_not_well(tmp_path: Path, written: str | None) -> None:
    if written is not None:
        (tmp_path / admin.FILE).write_text(written)
    assert await asked(tmp_path) == 1


def test_both_mean_the_same_file() -> None:
    assert health.FILE == admin.FILE
