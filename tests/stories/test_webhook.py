"""The same thread with Telegram calling us: a webhook gets its 200 after the commit."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.cast import ELDER, GROUP, MEMBER
from bot.sandbox.visitor import Visitor
from tests.stories.house import Service
from tests.stories.test_living_thread import card, shows, told


@pytest.fixture
async def hooked(seeded: str, api: str, tmp_path: Path) -> AsyncIterator[Service]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = Service(
        tmp_path,
        seeded,
        api,
        BRANCHLIFE_WEBHOOK_URL=f"http://127.0.0.1:{port}",
        BRANCHLIFE_WEBHOOK_PORT=str(port),
        BRANCHLIFE_WEBHOOK_SECRET="a-secret-of-the-story",
    )
    await service.up()
    yield service
    await service.stop()


async def test_taps_by_webhook_count_and_are_answered(hooked: Service, world: Visitor) -> None:
    await card(world)
    assert (await told(world, ELDER.id, "参加")).startswith("已记下：参加")
    assert (await told(world, MEMBER.id, "请假")).startswith("已记下：请假")
    await shows(world, GROUP.id, "已回复 2／8：参加 1，请假 1")


async def test_what_telegram_could_not_hand_over_it_hands_over_again_and_it_counts_once(
    hooked: Service, world: Visitor
) -> None:
    await card(world)
    await hooked.kill()
    assert MEMBER.id is not None
    await world.taps(MEMBER.id, "请假", chat=GROUP.id, wait=0)
    await hooked.up()
    await shows(world, GROUP.id, "已回复 1／8：参加 0，请假 1")
