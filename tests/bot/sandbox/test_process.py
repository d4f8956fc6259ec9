import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.sandbox.cast import BOT, CAST, DEMO_TOKEN, GROUP, OUTSIDER
from bot.sandbox.visitor import Visitor

TOKEN = "7000000001:" + "b" * 35


@asynccontextmanager
async def process(*options: str) -> AsyncIterator[tuple[Process, str]]:
    started = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.sandbox", *options, stdout=PIPE, stderr=PIPE)
    assert started.stdout is not None
    try:
        line = (await asyncio.wait_for(started.stdout.readline(), 20)).decode()
        assert line.startswith("sandbox ready http://127.0.0.1:")
        yield started, line.split()[-1]
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def test_it_starts_with_the_cast_and_ends_cleanly_while_others_wait() -> None:
    async with process() as (started, url), Visitor(url) as visitor, aiohttp.ClientSession() as session:
        state = await visitor.ask("GET", "state")
        assert [person["name"] for person in state["people"]] == [persona.name for persona in CAST]
        group = next(chat for chat in state["chats"] if not chat["private"])
        assert (group["id"], len(group["members"])) == (GROUP.id, 8)
        events = await session.get(f"{url}/stage/events")
        poll = asyncio.create_task(session.get(f"{url}/bot{DEMO_TOKEN}/getUpdates?timeout=50"))
        await visitor.until(visitor.log)
        started.terminate()
        assert (await (await poll).json())["result"] == []
        assert await asyncio.wait_for(started.wait(), 10) == 0
        events.close()
        assert started.stderr is not None
        assert await started.stderr.read() == b""


async def test_empty_means_nobody_but_the_bot_with_the_given_token() -> None:
    async with process("--empty", "--token", TOKEN) as (_, url), aiohttp.ClientSession() as session:
        async with session.get(f"{url}/bot{TOKEN}/getMe") as answer:
            assert (await answer.json())["result"]["username"] == BOT.username
        async with session.get(f"{url}/stage/state") as answer:
            told = await answer.json()
            assert (told["people"], told["chats"]) == ([], [])


@pytest.mark.parametrize("token", ["", "123:short", "７０００００００:" + "b" * 35])
async def test_a_token_of_no_shape_is_refused(token: str) -> None:
    command = (sys.executable, "-m", "bot.sandbox", "--token", token)
    started = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    _, complaint = await started.communicate()
    assert started.returncode == 2
    assert b"a bot token looks like" in complaint


def test_the_cast_has_an_outsider_and_a_member_without_telegram() -> None:
    assert (OUTSIDER.in_group, OUTSIDER.started) == (True, False)
    assert [persona.name for persona in CAST if persona.id is None] == ["何桂芳"]
    ids = [persona.id for persona in CAST if persona.id is not None]
    assert len(ids) == len(set(ids)) == 9
