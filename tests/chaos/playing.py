"""Playing the rows: on each database in a process of its own, one after the other, and telling each as it ends."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import click

from tests.chaos.ground import Ground
from tests.chaos.mutants import MUTANT
from tests.chaos.outcome import Measured, Outcome, Row
from tests.chaos.rows import ROWS
from tests.chaos.table import Run


async def played(row: Row, seed: int, size: str, ground: Ground) -> Outcome:
    """A row that breaks off has not held, and says why."""
    try:
        return await row(seed, size, ground)
    except Exception as error:
        why = f"{type(error).__name__}: {str(error)[-200:]}"
        return Outcome(row.name, row.promised, Measured("broke off", (why,)))


async def play_all(names: list[str], seeds: tuple[int, ...], size: str, ground: Ground) -> list[Run]:
    """One ground's rows, one after the other."""
    runs = []
    for row in (row for row in ROWS if row.name in names):
        for seed in seeds if row.chance else seeds[:1]:
            began = time.monotonic()
            outcome = await played(row, seed, size, ground)
            runs.append(Run(ground.kind, seed, time.monotonic() - began, outcome))
            tell(runs[-1])
    return runs


def play_here(names: list[str], seeds: tuple[int, ...], size: str, ground: Ground) -> list[Run]:
    return asyncio.run(play_all(names, seeds, size, ground))


def side_by_side(names: list[str], seeds: tuple[int, ...], size: str, found: list[Ground]) -> list[Run]:
    """A process for each database: Tortoise keeps one connection of a name in a process."""
    with ProcessPoolExecutor(len(found), get_context("spawn")) as pool:
        work = [pool.submit(play_here, names, seeds, size, ground) for ground in found]
        return [run for each in work for run in each.result()]


def tell(run: Run) -> None:
    measured = run.outcome.measured
    mark = "not played" if measured.skipped else "held" if run.outcome.held else "BROKEN"
    told = measured.skipped or measured.told
    click.echo(f"{run.outcome.row:3} {run.kind:8} seed {run.seed} {run.seconds:6.1f} s  {mark}: {told}")
    for finding in measured.findings[:10]:
        click.echo(f"      {finding}")


async def found_out(pairs: list[tuple[str, str]], ground: Ground) -> list[tuple[str, str]]:
    """Plays the broken products in small, where their rows must break; those whose row saw nothing."""
    missed = []
    for name, mutant in pairs:
        chosen = MUTANT.set(mutant)
        outcome = await played(next(row for row in ROWS if row.name == name), 1, "small", ground)
        MUTANT.reset(chosen)
        click.echo(f"{name:3} {ground.kind:8} {mutant}: {'not seen' if outcome.held else outcome.measured.findings[0]}")
        missed += [(name, mutant)] if outcome.held and not outcome.measured.skipped else []
    return missed
