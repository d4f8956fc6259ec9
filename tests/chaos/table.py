"""The table in docs/reliability.md: written by the run, between two markers, the rest of the page left alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.chaos.outcome import Outcome
from tests.chaos.rows import ROWS

BEGIN, END = "<!-- chaos: written by `make chaos` -->", "<!-- chaos: end -->"
LINE, NOTE = re.compile(r"^\| (\w+) \| .+$", re.MULTILINE), re.compile(r"^- ([A-Z0-9, ]+): (.+)$", re.MULTILINE)
HEAD = "| | fault | promised | SQLite | PostgreSQL |\n| --- | --- | --- | --- | --- |"


@dataclass(frozen=True, slots=True)
class Run:
    """One playing of a row."""

    kind: str
    seed: int
    seconds: float
    outcome: Outcome


def write(page: Path, runs: list[Run], size: str, day: date, machine: str) -> None:
    """Rows that were not played keep the line and the note they have. Raises ValueError for a page without the markers."""
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no place for the table")
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    kept = {**{row[1]: row[0] for row in LINE.finditer(old)}, **dict(lines(runs))}
    table = [kept[row.name] for row in ROWS if row.name in kept]
    told = "\n".join([BEGIN, "", *notes(old, runs, size, day, machine), "", HEAD, *table, "", END])
    page.write_text(before + told + after, encoding="utf-8")


def notes(old: str, runs: list[Run], size: str, day: date, machine: str) -> Iterable[str]:
    """When and where each row was played last."""
    played = {run.outcome.row for run in runs}
    for note in NOTE.finditer(old):
        if still := [name for name in note[1].split(", ") if name not in played]:
            yield f"- {', '.join(still)}: {note[2]}"
    seeds = ", ".join(str(seed) for seed in sorted({run.seed for run in runs}))
    both = "; both databases side by side" if len({run.kind for run in runs}) > 1 else ""
    yield f"- {', '.join(sorted(played))}: {day:%-d %B %Y}, {size} size, seeds {seeds}{both}; {machine}"


def lines(runs: list[Run]) -> Iterable[tuple[str, str]]:
    """By the name of the row."""
    for row in ROWS:
        mine = [run for run in runs if run.outcome.row == row.name]
        if mine:
            fault = row.fault + (f" (played: {row.means})" if row.means else "")
            cells = [cell([run for run in mine if run.kind == kind]) for kind in ("sqlite", "postgres")]
            yield row.name, f"| {row.name} | {fault} | {row.promised} | {' | '.join(cells)} |"


def cell(runs: list[Run]) -> str:
    """What was measured with each seed; a broken promise in bold, with its first findings."""
    return "<br>".join(said(run, len(runs) > 1) for run in runs) or "not run"


def said(run: Run, many: bool) -> str:
    measured = run.outcome.measured
    if measured.skipped:
        return f"not played: {measured.skipped}"
    seed = f"seed {run.seed}: " if many else ""
    broken = f" **broken: {'; '.join(measured.findings[:3])}**" if measured.findings else ""
    return f"{seed}{measured.told}{broken}".replace("|", "/").replace("\n", " ")
