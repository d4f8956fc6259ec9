"""`python -m tests.bench.sandbox`: how many calls of the Bot API the played Telegram carries on one core, its limits off.

Sends and edits with a keyboard, and answers to presses, over kept connections. The calls are written by hand as bytes, so that
what is measured is the sandbox and not a client; `a CPU second` is by the sandbox's own processor time.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil  # type: ignore[import-untyped]

from bot.sandbox.cast import DEMO_TOKEN
from bot.sandbox.visitor import Visitor
from tests.bench.line import FORM, Line, dialled
from tests.stories.house import sandbox

CONNECTIONS, CALLS = 16, 12_000
NEEDED = 2_500  # calls a second on one core
KEYS = json.dumps(
    {"inline_keyboard": [[{"text": "参加", "callback_data": "1.rsvp.a.1.b2"}, {"text": "请假", "callback_data": "x"}]]}
)
TEXT = "<b>12月主题党日</b>\n时间：12月8日（周二）15:00\n地点：二楼会议室\n已回复 {count}／26"

Say = Callable[[int], tuple[str, dict[str, str]]]


def send(count: int) -> tuple[str, dict[str, str]]:
    words = {"chat_id": str(1 + count % 500), "text": TEXT.format(count=count), "parse_mode": "HTML", "reply_markup": KEYS}
    return "sendMessage", words | {"link_preview_options": '{"is_disabled": true}'}


async def asked(line: Line, method: str, given: dict[str, str]) -> bytes:
    """A call of the Bot API."""
    body = "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items()).encode()
    return await line.post(f"/bot{DEMO_TOKEN}/{method}", body, FORM)


async def carried(title: str, url: str, say: Say, calls: int) -> float:
    """Calls a CPU second of the sandbox; prints both rates."""
    lines = [await dialled(url) for _ in range(CONNECTIONS)]
    server, numbers = process(url), iter(range(calls))

    async def talk(line: Line) -> None:
        for count in numbers:
            await asked(line, *say(count))

    spent, began = sum(server.cpu_times()[:2]), time.perf_counter()
    await asyncio.gather(*(talk(line) for line in lines))
    wall, cpu = time.perf_counter() - began, sum(server.cpu_times()[:2]) - spent
    for line in lines:
        line.close()
    print(f"{title:<22} {calls / wall:7,.0f} calls/s   {calls / cpu:7,.0f} a CPU second   {server.memory_info().rss >> 20} MB")
    return float(calls / cpu)


def process(url: str) -> psutil.Process:
    """Whoever listens at that address."""
    port = urlsplit(url).port
    found = [each for each in psutil.Process().children() if any(line.laddr.port == port for line in each.net_connections())]
    return found[0]


async def run() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        async with sandbox(Path(folder), "--empty", "--pace", "0") as url, Visitor(url) as world:
            await world.people([{"id": each, "name": f"党员{each}", "started": True} for each in range(1, 501)])
            line = await dialled(url)
            ids = [json.loads(await asked(line, *send(count)))["result"]["message_id"] for count in range(500)]
            line.close()

            def edit(count: int) -> tuple[str, dict[str, str]]:
                return "editMessageText", send(count)[1] | {"message_id": str(ids[count % 500]), "text": f"改 {count}"}

            rates = [
                await carried("sendMessage", url, send, CALLS),
                await carried("editMessageText", url, edit, CALLS),
                await carried("getMe", url, lambda _: ("getMe", {}), CALLS),
            ]
    print(f"needed                 {NEEDED:7,} a CPU second")
    return min(rates) >= NEEDED


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(run()) else 1)
