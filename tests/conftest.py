"""Databases for the tests: SQLite and PostgreSQL, real ones, with the real migrations.

`pytest --database sqlite` runs all but what needs PostgreSQL; `--database postgres` only what needs it; without
the option everything runs, each database test twice. `make test` makes two runs, because Tortoise keeps SQL by connection name.

A test asks for
- `database`: a fresh migrated database, connected (gives its address),
- `database_url`: the same, not connected here, for tests that start the service,
- `empty_url`: a fresh database without a table.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.engines import disconnect
from models import MODELS
from models.migrations import migrate
from tests.connections import connect_freshly
from tests.ledger import LEDGER
from tests.postgres import create_database, drop_database, served

KINDS = ("sqlite", "postgres")
SERVER = "BRANCHLIFE_TEST_POSTGRES_URL"
numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*KINDS, "both"), default="both", help="which database the tests use")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("database_kind", KINDS if chosen == "both" else [chosen], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each test runs in one of the two runs, or in both if it is about databases in general."""
    chosen = config.getoption("--database")
    if chosen != "both":
        config.hook.pytest_deselected(items=[item for item in items if not belongs(item, chosen)])
        items[:] = [item for item in items if belongs(item, chosen)]


def belongs(item: pytest.Item, chosen: str) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return "database_kind" in fixtures or ("postgres_url" in fixtures) == (chosen == "postgres")


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server's address: the one of the environment, else one started for this run. Without a server tests fail."""
    if given := os.environ.get(SERVER):
        yield given
    else:
        with served() as url:
            yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated database to copy."""
    name = fresh_name()
    url = asyncio.run(create_database(postgres_url, name))
    asyncio.run(build(url))
    yield name
    asyncio.run(drop_database(postgres_url, name))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "branchlife.db"
    asyncio.run(build(f"sqlite://{path}"))
    return path


@pytest.fixture
def server(database_kind: str, request: pytest.FixtureRequest) -> str:
    """Where PostgreSQL is, started here if it must be; nothing for SQLite."""
    return "" if database_kind == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def template(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The migrated database to copy: a path or a name."""
    return str(request.getfixturevalue(f"{database_kind}_template"))


@pytest.fixture
async def empty_url(server: str, tmp_path: Path) -> AsyncIterator[str]:
    if not server:
        yield f"sqlite://{tmp_path / 'branchlife.db'}"
        return
    name = fresh_name()
    yield await create_database(server, name)
    await drop_database(server, name)


@pytest.fixture
async def database_url(server: str, template: str, tmp_path: Path) -> AsyncIterator[str]:
    if not server:
        yield f"sqlite://{shutil.copy(template, tmp_path)}"
        return
    name = fresh_name()
    yield await create_database(server, name, template)
    await drop_database(server, name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    await connect_freshly(database_url, MODELS)
    yield database_url
    await disconnect()


@pytest.fixture
async def ledger(empty_url: str) -> AsyncIterator[str]:
    """The small world of tests/ledger, connected: it tests the ground, not the house (gives its address)."""
    await connect_freshly(empty_url, ["tests.ledger"])
    await migrate(LEDGER)
    yield empty_url
    await disconnect()


async def build(url: str) -> None:
    await connect_freshly(url, MODELS)
    try:
        await migrate()
    finally:
        await disconnect()


def fresh_name() -> str:
    return f"branchlife_test_{os.getpid()}_{next(numbers)}"


@pytest.fixture
def chromium() -> str:
    """Debian's browser. Without one the tests of pages are skipped, and say so; in CI that is a failure."""
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI_STRICT") == "1":
        pytest.fail("chromium is missing and CI_STRICT=1")
    if path is None:
        pytest.skip("chromium is missing: pages are not played")
    return path


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where CI_STRICT is set, a skipped test is a failed run: the machine lacks something it should have."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI_STRICT") and reporter is not None and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
