"""A sandbox of its own for each test, over real HTTP, with the real library as its bot."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import telegram

from bot.sandbox.cast import BOT, DEMO_TOKEN
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.raw import RawBot

ZHANG, LI, STRANGER = 501, 502, 503
GROUP = -100501


@pytest.fixture
def service_file(tmp_path: Path) -> Path:
    return tmp_path / "service.json"


@pytest.fixture
def sandbox(service_file: Path) -> Sandbox:
    return Sandbox(BOT, DEMO_TOKEN, service_file, retry=0.05)


@pytest.fixture
async def url(sandbox: Sandbox) -> AsyncIterator[str]:
    async with serving(sandbox) as address:
        yield address


@pytest.fixture
async def visitor(url: str) -> AsyncIterator[Visitor]:
    """张 and 李 have started the bot and sit in the group; the stranger exists and nothing more."""
    async with Visitor(url) as visitor:
        people = [
            {"id": ZHANG, "name": "张", "started": True},
            {"id": LI, "name": "李", "started": True},
            {"id": STRANGER, "name": "生人"},
        ]
        await visitor.people(people, [{"id": GROUP, "title": "支部", "members": [ZHANG, LI], "threads": [7]}])
        yield visitor


@pytest.fixture
async def raw(url: str, visitor: Visitor) -> AsyncIterator[RawBot]:
    async with RawBot(url, DEMO_TOKEN) as raw:
        yield raw


@pytest.fixture
async def bot(url: str, visitor: Visitor) -> AsyncIterator[telegram.Bot]:
    """The real python-telegram-bot."""
    async with telegram.Bot(DEMO_TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        yield bot


def keys(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}
