"""The demo's house for stories: the fixed cast in a sandbox, their branch in a database, the service running."""

import os
from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.engines import disconnect
from bot.furnishing import meeting_day, seed
from bot.sandbox.cast import SECRETARY
from bot.sandbox.visitor import Visitor
from models import MODELS, clock
from models.calendar import local
from models.gathering import plan
from models.gathering.plan import Wish
from models.member import actor
from models.organisation import Node
from tests.connections import connect_freshly
from tests.stories.demonstration import ROOT
from tests.stories.house import Service, sandbox

ZONE = "Asia/Shanghai"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
async def settled(database_url: str) -> str:
    """The demo's organisation before it plans anything, in a database nobody has open."""
    await connect_freshly(database_url, MODELS)
    await seed(ZONE)
    await disconnect()
    return database_url


@pytest.fixture
async def seeded(database_url: str) -> str:
    """The demo's organisation and one gathering it has just planned, in a database nobody has open."""
    await connect_freshly(database_url, MODELS)
    await first_gathering(await seed(ZONE))
    await disconnect()
    return database_url


async def first_gathering(branch: Node) -> None:
    now = clock.now()
    day = meeting_day(local(now, ZONE).date())
    wish = Wish(f"{day.month}月主题党日", "社区党群服务中心二楼", day, time(15))
    await plan(await actor(SECRETARY.id or 0, now), branch, wish, now)


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
