"""`python -m bot.sandbox`: play Telegram on a loopback port until told to stop."""

import asyncio
import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

import click

from bot.sandbox.cast import BOT, CAST, DEMO_TOKEN, GROUP
from bot.sandbox.limits import Rates
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.world import Person, World

TOKEN = re.compile(r"(\d{6,15}):[\w-]{30,}", re.ASCII)


def invite_cast(world: World) -> None:
    for persona in CAST:
        if persona.id is None:
            world.without_telegram.append({"id": None, "name": persona.name, "about": persona.about})
        else:
            world.admit(Person(persona.id, persona.name, persona.about, started=persona.started))
    world.open_group(GROUP.id, GROUP.title, [p.id for p in CAST if p.in_group and p.id is not None])


class Cord(asyncio.Protocol):
    """What ties us to whoever started us: the pipe we read from closes when they end, even without a last word."""

    def __init__(self, stop: asyncio.Event) -> None:
        self.stop = stop

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop.set()


async def run(port: int, token: str, service: Path | None, empty: bool, attached: bool, pace: float) -> None:
    rates = Rates().scaled(pace) if pace else None
    sandbox = Sandbox(replace(BOT, id=int(token.partition(":")[0])), token, service, rates=rates)
    if not empty:
        invite_cast(sandbox.world)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if attached:
        await loop.connect_read_pipe(lambda: Cord(stop), sys.stdin)
    async with serving(sandbox, port) as address:
        click.echo(f"sandbox ready {address}")
        await stop.wait()


def shape_of_token(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not TOKEN.fullmatch(value):
        raise click.BadParameter("a bot token looks like 7000000001:AA…, with 30 characters or more")
    return value


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes any free port.")
@click.option("--token", default=DEMO_TOKEN, callback=shape_of_token, help="Its number is the bot's id.")
@click.option("--service", type=click.Path(path_type=Path), help="File with the service's admin address.")
@click.option("--empty", is_flag=True, help="Nobody but the bot (for tests).")
@click.option("--attached", is_flag=True, help="End when standard input ends.")
@click.option("--pace", type=click.FloatRange(0), default=1.0, help="So many times Telegram's own limits; 0 for none.")
def main(port: int, token: str, service: Path | None, empty: bool, attached: bool, pace: float) -> None:
    """Play Telegram for the demo and for tests, on loopback only."""
    asyncio.run(run(port, token, service, empty, attached, pace))


if __name__ == "__main__":
    main()
