"""The demo's house for stories: the fixed cast in a sandbox, their branch in a database, the service running."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.demo import seed
from bot.engines import disconnect
from bot.sandbox.visitor import Visitor
from models import MODELS
from tests.connections import connect_freshly
from tests.stories.demonstration import ROOT
from tests.stories.house import Service, sandbox

ZONE = "Asia/Shanghai"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
async def seeded(database_url: str) -> str:
    """The demo's organisation, in a database nobody has open."""
    await connect_freshly(database_url, MODELS)
    await seed(ZONE)
    await disconnect()
    return database_url


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a sandbox with the cast."""
    async with sandbox(tmp_path) as address:
        yield address


@pytest.fixture
async def world(api: str) -> AsyncIterator[Visitor]:
    async with Visitor(api) as visitor:
        yield visitor


@pytest.fixture
async def service(seeded: str, api: str, tmp_path: Path) -> AsyncIterator[Service]:
    """The service, running on the seeded database."""
    process = Service(tmp_path, seeded, api)
    await process.up()
    yield process
    await process.stop()


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where screenshots are put."""
    return ROOT / "docs" / "images" if os.environ.get("BRANCHLIFE_KEEP_SCREENSHOTS") == "1" else tmp_path
