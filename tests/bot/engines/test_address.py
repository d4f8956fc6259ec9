"""Addresses of databases, and opening and closing what they name."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tortoise.exceptions import DBConnectionError

from bot.engines import config, connect, disconnect
from models.database import retryable, rows

ROOT = Path(__file__).parents[3]

OPENS = """
import asyncio, sys
from bot.engines import connect, disconnect
from models.database import atomic, rows

async def main():
    await connect(sys.argv[1], ["tests.ledger"])
    async with atomic():
        print((await rows("SELECT 42 AS answer"))[0]["answer"])
    if sys.argv[2] == "closes":
        await disconnect()

asyncio.run(main())
"""


def credentials(url: str) -> dict[str, Any]:
    found: dict[str, Any] = config(url, ["tests.ledger"])["connections"]["default"]["credentials"]
    return found


def place(url: str) -> tuple[Any, ...]:
    return tuple(credentials(url).get(name) for name in ("user", "password", "host", "port", "database"))


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite://var/branchlife.db", "var/branchlife.db"),
        ("sqlite:///srv/a b.db", "/srv/a b.db"),
        ("sqlite://:memory:", ":memory:"),
        ("sqlite://x.db?synchronous=NORMAL&busy_timeout=10", "x.db"),
    ],
)
def test_a_sqlite_address_names_a_file(url: str, path: str) -> None:
    assert config(url, ["tests.ledger"])["connections"]["default"]["engine"] == "bot.engines.sqlite"
    assert credentials(url)["file_path"] == path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ann:pw@db.example:5433/branch", ("ann", "pw", "db.example", 5433, "branch")),
        ("postgres://ann@db.example/branch", ("ann", None, "db.example", None, "branch")),
        ("postgresql://ann:p%40ss%2Fw%25@db/branch", ("ann", "p@ss/w%", "db", None, "branch")),
        ("postgresql://ann:p@s:s/w?r#d[1]%@db:1/branch", ("ann", "p@s:s/w?r#d[1]%", "db", 1, "branch")),
        ("postgresql://ann:pw@[::1]:5433/branch", ("ann", "pw", "::1", 5433, "branch")),
        ("postgresql://ann:@/branch?host=/run/postgres", ("ann", None, "/run/postgres", None, "branch")),
        ("postgresql:///branch?host=/run/postgres&user=ann&password=x", ("ann", "x", "/run/postgres", None, "branch")),
    ],
)
def test_a_postgres_address_names_user_password_host_port_and_database(url: str, expected: tuple[Any, ...]) -> None:
    assert config(url, ["tests.ledger"])["connections"]["default"]["engine"] == "bot.engines.postgres"
    assert place(url) == expected


def test_a_pool_has_ten_connections_unless_the_address_says_otherwise() -> None:
    assert credentials("postgresql://db/branch")["maxsize"] == 10
    assert credentials("postgresql://db/branch?maxsize=4&sslmode=require")["maxsize"] == 4
    assert credentials("postgresql://db/branch?sslmode=require")["ssl"] == "require"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://ann:secret@db/branch",
        "/srv/branch-secret.db",
        "sqlite://",
        "sqlite://x.db?foreign_keys=OFF",
        "postgresql://ann:secret@db:port/branch",
        "postgresql://ann:secret@db/branch?maxsize=secret",
        "postgresql://ann:secret@db/branch?surprise=secret",
    ],
)
def test_any_other_address_is_refused_without_telling_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="address") as refused:
        config(url, ["tests.ledger"])
    assert "secret" not in str(refused.value)


async def test_a_server_that_is_not_there_is_noticed_at_once_and_may_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(DBConnectionError) as failed:
        await connect(f"postgresql:///branch?host={tmp_path}", ["tests.ledger"])
    assert retryable(failed.value)


async def test_a_database_can_be_opened_again_after_closing(empty_url: str) -> None:
    for _ in range(3):
        await connect(empty_url, ["tests.ledger"])
        assert await rows("SELECT 1 AS one") == [{"one": 1}]
        await disconnect()


@pytest.mark.parametrize("ending", ["closes", "forgets"])
async def test_a_process_ends_after_its_work(empty_url: str, ending: str) -> None:
    """With Tortoise's own SQLite client one that forgets to close hangs for ever."""
    script = [sys.executable, "-W", "ignore", "-c", OPENS, empty_url, ending]
    done = await asyncio.to_thread(
        subprocess.run,
        script,
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr
