"""The table: written between its markers, the rest of the page left alone; a broken promise stands out."""

from datetime import date
from pathlib import Path

import pytest

from tests.chaos.outcome import Measured, Outcome, Row
from tests.chaos.rows import ROWS
from tests.chaos.table import BEGIN, END, Run, write

DAY = date(2026, 11, 21)


FINE = Measured("lost 0")


def run(kind: str, seed: int = 1, measured: Measured = FINE, row: Row = ROWS[0]) -> Run:
    return Run(kind, seed, 30.0, Outcome(row.name, row.promised, measured))


def written(page: Path, *runs: Run) -> str:
    page.write_text(f"# Page\n{BEGIN}\nold table\n{END}\nthe end\n", encoding="utf-8")
    write(page, list(runs), "small", DAY, "2 cores")
    return page.read_text(encoding="utf-8")


def test_the_table_replaces_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    text = written(tmp_path / "page.md", run("sqlite"))
    assert "old table" not in text
    assert text.startswith(f"# Page\n{BEGIN}\n")
    assert text.endswith(f"{END}\nthe end\n")
    assert f"| {ROWS[0].name} |" in text
    assert "| lost 0 | not run |" in text
    assert "- A1: 21 November 2026, small size, seeds 1; 2 cores" in text


def test_rows_that_were_not_played_keep_their_line_and_their_note(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    written(page, run("sqlite"), run("sqlite", row=ROWS[1]))
    write(page, [run("sqlite", 1, Measured("lost 7"))], "full", DAY, "4 cores")
    text = page.read_text(encoding="utf-8")
    assert "- A2: 21 November 2026, small size, seeds 1; 2 cores" in text
    assert "- A1: 21 November 2026, full size, seeds 1; 4 cores" in text
    assert text.count("| A1 |") == text.count("| A2 |") == text.count("lost 7") == text.count("lost 0 |") == 1
    assert text.index("| A1 |") < text.index("| A2 |")


def test_each_seed_is_told_and_a_broken_promise_stands_out(tmp_path: Path) -> None:
    text = written(tmp_path / "page.md", run("postgres"), run("postgres", 2, Measured("lost 1", ("x was | lost",))))
    assert "seed 1: lost 0<br>seed 2: lost 1 **broken: x was / lost**" in text


def test_what_could_not_be_played_says_so(tmp_path: Path) -> None:
    assert "| not played: no disk |" in written(tmp_path / "page.md", run("sqlite", 1, Measured("", skipped="no disk")))


def test_a_page_without_a_place_for_it_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing")
    with pytest.raises(ValueError, match="no place"):
        write(page, [run("sqlite")], "small", DAY, "2 cores")


def test_the_page_of_this_house_has_its_place() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert page.index(BEGIN) < page.index(END)
