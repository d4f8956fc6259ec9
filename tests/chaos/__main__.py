"""`make chaos`: every row on both databases, and the table of docs/reliability.md written from what was measured."""

import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from tests.chaos.ground import Ground
from tests.chaos.mutants import SEEN
from tests.chaos.playing import found_out, side_by_side
from tests.chaos.rows import ROWS
from tests.chaos.table import write
from tests.conftest import build
from tests.postgres import create_database, served

KINDS = ("sqlite", "postgres")
TEMPLATE = "branchlife_chaos"


@contextmanager
def grounds(kinds: tuple[str, ...]) -> Iterator[list[Ground]]:
    """A migrated template on each kind of database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="branchlife-chaos-")))
        found = []
        if "sqlite" in kinds:
            asyncio.run(build(f"sqlite://{folder / 'template.sqlite3'}"))
            found.append(Ground("sqlite", str(folder / "template.sqlite3")))
        if "postgres" in kinds:
            server = stack.enter_context(served())
            asyncio.run(build(asyncio.run(create_database(server, TEMPLATE))))
            found.append(Ground("postgres", TEMPLATE, server))
        yield found


def machine(minutes: float) -> str:
    cores, load = os.cpu_count(), os.getloadavg()
    return f"{cores} cores, Python {platform.python_version()}, {minutes:.0f} minutes, load {load[2]:.1f} in the last quarter"


@click.command()
@click.option("--size", type=click.Choice(["small", "full"]), default="full")
@click.option("--rows", "names", default="", help="Comma-separated; all by default.")
@click.option("--database", type=click.Choice([*KINDS, "both"]), default="both")
@click.option("--seeds", default="1", help="Comma-separated; rows without chance take the first.")
@click.option("--mutants", is_flag=True, help="Play the broken products instead; each must be found out by its row.")
@click.option("--page", type=click.Path(path_type=Path), default=None, help="Page with the markers; none: only tell.")
def main(size: str, names: str, database: str, seeds: str, mutants: bool, page: Path | None) -> None:
    """Break the service in every way of the table and write down what came of it."""
    wanted = names.split(",") if names else [row.name for row in ROWS]
    began = time.monotonic()
    with grounds(KINDS if database == "both" else (database,)) as found:
        if mutants:
            pairs = [pair for pair in SEEN if pair[0] in wanted]
            sys.exit(1 if any([asyncio.run(found_out(pairs, ground)) for ground in found]) else 0)
        runs = side_by_side(wanted, tuple(int(each) for each in seeds.split(",")), size, found)
    minutes = (time.monotonic() - began) / 60
    if page:
        write(page, runs, size, datetime.now(UTC).date(), machine(minutes))
    sys.exit(0 if all(run.outcome.held for run in runs) else 1)


if __name__ == "__main__":
    main()
