"""出勤表: the attendance of a node as a workbook: sums, people, how to read them. Numbers are numbers, days are days."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook as Paper
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.files.writing import HEAD, begun, packed, put, safe
from bot.wording import said, titled
from models.report import Line, Person, Workbook

TEXTS = Path(__file__).parent.parent / "texts" / "report.toml"
WIDTHS = {"summary": (30, 8, 8, 8, 8, 8, 8, 8, 8, 10, 12), "people": (12, 26, 30, 12, 14, 10, 10, 10, 10)}
PERCENT, DAY, NOTES_WIDTH = "0.0%", "yyyy-mm-dd", 90


@cache
def words() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def attendance(book: Workbook) -> bytes:
    """The file. Some seconds for ten thousand people: made in a thread."""
    paper = Paper()
    rows = {"summary": [of_line(each) for each in book.table.lines], "people": [of_person(each) for each in book.people]}
    for sheet, lines in rows.items():
        page = headed(paper, sheet)
        for cells in lines:
            page.append([safe(each) if each != "" else None for each in cells])
    formatted(paper.worksheets[0], WIDTHS["summary"].index(10) + 1, PERCENT)
    formatted(paper.worksheets[1], 1, DAY)
    explained(begun(paper, words()["sheets"]["notes"]), book)
    return packed(paper)


def of_line(line: Line) -> list[Any]:
    sums = line.sums
    held = (None, None) if line.role == "own" else (sums.held, sums.should)
    name = "　" * line.depth + line.name
    counts = (sums.expected, sums.present, sums.on_leave, sums.absent, sums.observers)
    return [name, words()["role"][line.role], *held, *counts, sums.rate, sums.unlocked]


def of_person(one: Person) -> list[Any]:
    title = titled({"title": one.title, "kind": one.kind, "starts": one.day.isoformat()})
    stands = [said(one.standing, "standing"), said(one.via, "via")]
    state = words()["state"]
    made_up = state["made_up"] if one.made_up else ""
    kept = state["locked" if one.locked else "open"]
    return [one.day, one.node, title, said(one.kind, "gathering_kind"), one.name, *stands, made_up, kept]


def headed(paper: Paper, sheet: str) -> Worksheet:
    page = begun(paper, words()["sheets"][sheet])
    for column, (title, width) in enumerate(zip(words()["head"][sheet], WIDTHS[sheet], strict=True), start=1):
        cell = put(page, 1, column, title)
        cell.font, cell.fill = Font(bold=True), HEAD
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"
    return page


def formatted(page: Worksheet, column: int, shape: str) -> None:
    """How the numbers of a column are shown, below its heading."""
    for row in range(2, page.max_row + 1):
        page.cell(row, column).number_format = shape


def explained(page: Worksheet, book: Workbook) -> None:
    span = words()["month" if book.month else "year"].format(year=book.year, month=book.month)
    notes = words()["notes"]
    for row, line in enumerate([*notes["lines"], *([notes["cut"]] if book.cut else [])], start=1):
        put(page, row, 1, line.format(node=book.node, span=span, most=len(book.people)))
    page.column_dimensions["A"].width = NOTES_WIDTH
