"""Three bots side by side over the real HTTP path: how many presses a second, and is every one of them done once?

Each bot runs against a sandbox that keeps Telegram's limits. It is stopped for a moment (SIGSTOP) while the presses are
handed in, so what is measured is the bot: from its going on to the last answer Telegram gets. The databases wait for their
disk: SQLite at synchronous=FULL, PostgreSQL with fsync. Nothing else runs meanwhile but what the machine's other users run:
believe the processor time more than the rate.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import click

from bot.sandbox.visitor import Visitor
from tests.bench.audience import Audience
from tests.bench.contenders import Contender, contender
from tests.bench.databases import POSTGRES, SQLITE, durable
from tests.bench.figures import Figures, judged, table
from tests.bench.measuring import measured
from tests.bench.workload import MANY, ONE, Workload
from tests.postgres import create_database
from tests.stories.crowd import enter_telegram
from tests.stories.house import sandbox

NAMES = ("branchlife", "tortoise", "sqlalchemy")


async def round_of(name: str, kind: str, work: Workload, address: str, folder: Path) -> Figures:
    """One contender, one database, one workload, in a world of its own."""
    async with sandbox(folder, "--empty") as api, Visitor(api) as world:
        await enter_telegram(list(work.branches), world)
        audience = Audience(world)
        one: Contender = contender(name, folder, address, api)
        await one.prepare(work, audience)
        return await measured(one, kind, work, audience)


async def compared(kinds: list[str], names: list[str], works: list[Workload], rounds: int) -> list[Figures]:
    """Turn by turn, so that a busy moment of the machine meets them all."""
    found: list[Figures] = []
    with ExitStack() as stack:
        server = await durable(stack) if POSTGRES in kinds else ""
        for number, kind, work, name in product(range(rounds), kinds, works, names):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            address = f"sqlite://{folder / 'bench.sqlite3'}"
            if kind == POSTGRES:
                address = await create_database(server, f"{name}_{number}_{len(work.branches)}")
            found.append(await round_of(name, kind, work, address, folder))
            click.echo(found[-1].line())
    return found


@click.command(help=__doc__)
@click.option("--database", "kinds", multiple=True, type=click.Choice([SQLITE, POSTGRES]), help="Both, unless one is named.")
@click.option("--bot", "names", multiple=True, type=click.Choice(NAMES), help="All three, unless some are named.")
@click.option("--cards", type=click.Choice(["50", "1"]), help="Both, unless one is named.")
@click.option("--rounds", default=1, help="So often, one after the other; the table gives the median and the range.")
def main(kinds: tuple[str, ...], names: tuple[str, ...], cards: str | None, rounds: int) -> None:
    works = [work for work in (MANY, ONE) if cards is None or work.name.startswith(f"{cards} ")]
    click.echo(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    found = asyncio.run(compared(list(kinds or (SQLITE, POSTGRES)), list(names or NAMES), works, rounds))
    click.echo(table(found))
    short = judged(found)
    click.echo("\n".join(short) or "every bar is kept")
    sys.exit(1 if short else 0)


if __name__ == "__main__":
    main()
