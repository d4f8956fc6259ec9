"""Every row of the table in small: those with chance in them with three seeds. `make chaos` plays them at full size."""

import pytest

from tests.chaos.ground import Ground
from tests.chaos.mutants import MUTANT, SEEN
from tests.chaos.outcome import Row
from tests.chaos.rows import ROWS

SEEDS = (1, 2, 3)
PLAYS = [(row, seed) for row in ROWS for seed in (SEEDS if row.chance else SEEDS[:1])]
BY_NAME = {row.name: row for row in ROWS}


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("row", "seed"), PLAYS, ids=[f"{row.name}-{seed}" for row, seed in PLAYS])
async def test_what_is_promised_holds(row: Row, seed: int, ground: Ground) -> None:
    outcome = await row(seed, "small", ground)
    assert outcome.held, "\n".join(outcome.measured.findings)
    assert outcome.measured.told or outcome.measured.skipped


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("name", "mutant"), SEEN[:2])
async def test_a_product_without_its_promise_is_found_out(name: str, mutant: str, ground: Ground) -> None:
    chosen = MUTANT.set(mutant)
    try:
        outcome = await BY_NAME[name](1, "small", ground)
    finally:
        MUTANT.reset(chosen)
    assert not outcome.held, outcome.measured.told
