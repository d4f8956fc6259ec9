"""The first of the two commands, from a copy of the tree: one address, soon, and a light page behind it."""

import re
from pathlib import Path

import aiohttp

from tests.stories.demonstration import ADDRESS, copied, demo

WARM_SECONDS = 5.0
LIGHT = 100_000  # bytes of the first page with all it needs
LINKED = re.compile(r"""(?:src|href)="(/[\w.]+)"|from '(/[\w.]+)'""")


async def loaded(address: str) -> int:
    """Bytes of the page, of every file it names, and of the state it begins with."""
    async with aiohttp.ClientSession(address.rstrip("/") + "/") as session:
        wanted, seen, size = ["/"], {"/", "/stage/state"}, len(await fetched(session, "/stage/state"))
        while wanted:
            body = await fetched(session, wanted.pop())
            size += len(body)
            named = {first or second for first, second in LINKED.findall(body.decode())} - seen
            seen |= named
            wanted += named
    assert len(seen) > 5, "the page's scripts and styles were not found"
    return size


async def fetched(session: aiohttp.ClientSession, path: str) -> bytes:
    async with session.get(path) as answer:
        assert answer.status == 200, path
        return await answer.read()


async def test_the_demo_prints_one_address_soon_and_its_page_is_light(tmp_path: Path) -> None:
    async with demo(copied(tmp_path)) as playing:
        assert ADDRESS.findall(playing.printed) == [playing.address]
        assert playing.seconds < WARM_SECONDS
        assert await loaded(playing.address) < LIGHT
