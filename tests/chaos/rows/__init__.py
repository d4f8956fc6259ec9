"""The rows: A, B, K kill; C, D, N take the ground away; E, I, J spoil what comes and goes; F and G move time."""

from tests.chaos.outcome import Row
from tests.chaos.rows import database, hours, kills, presses, telegram, updates

ROWS: list[Row] = sorted(
    [*kills.ROWS, *presses.ROWS, *database.ROWS, *telegram.ROWS, *hours.ROWS, *updates.ROWS], key=lambda row: row.name
)
