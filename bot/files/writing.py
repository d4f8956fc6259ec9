"""Writes workbooks: the template, the export in the same form, and what was found in a file. No text becomes a formula."""

import io
import re
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.files.cells import RISKY
from bot.files.vocabulary import heading, label, reason, sheet_name, value, words
from models.roster import Book, Fault, MemberLine, NodeLine, Verdict, differences
from models.roster.lines import WISHES

WIDTH, LAST_CHOICE_ROW = 18, 5000
HEAD, EXAMPLE = PatternFill("solid", fgColor="EFE8DC"), Font(italic=True, color="8A8178")
# What openpyxl refuses, and what the library below it refuses besides.
NOT_XML = re.compile(rf"{ILLEGAL_CHARACTERS_RE.pattern}|[\ud800-\udfff\ufffe\uffff]")
DATES = ("joined_on", "full_member_on")
CHOICES = {"kind": "kinds", "category": "category", "status": "status", "closed": "state", "greets": "answer"}


def template() -> bytes:
    """Both sheets with explained headings and drop-downs, and one example row in each."""
    said, book = words()["template"], Workbook()
    notes = begun(book, sheet_name("notes"))
    for row, line in enumerate(said["notes"], start=1):
        put(notes, row, 1, line)
    notes.column_dimensions["A"].width = 80
    for sheet, example in (("nodes", said["node"]), ("members", said["member"])):
        page = headed(book, sheet)
        for column, cell in enumerate(example, start=1):
            put(page, 2, column, cell).font = EXAMPLE
    return packed(book)


def export(book: Book) -> bytes:
    """A roster in the form it is read in."""
    written = Workbook()
    notes = begun(written, sheet_name("notes"))
    put(notes, 1, 1, words()["template"]["notes"][0])
    rows = {"nodes": [node_cells(line) for line in book.nodes], "members": [member_cells(line) for line in book.members]}
    for sheet, lines in rows.items():
        page = headed(written, sheet)
        for row, cells in enumerate(lines, start=2):
            fill(page, row, cells)
    return packed(written)


def node_cells(line: NodeLine) -> list[Any]:
    wishes = [line.wishes.get(name) for name in WISHES[:-1]]
    greets = line.wishes.get("greets")
    state = label("state", "closed" if line.closed else "open")
    said = "" if greets is None else label("answer", "yes" if greets else "no")
    return [line.code, line.name, label("kinds", line.kind), line.above, state, *wishes, said]


def member_cells(line: MemberLine) -> list[Any]:
    days = [date.fromisoformat(said) if (said := getattr(line, name)) else None for name in DATES]
    words_ = [label(name, getattr(line, name)) for name in ("category", "status")]
    return [line.code, line.name, line.home, line.reporting, line.group, *words_, *days]


def details(verdict: Verdict) -> bytes:
    """All faults, differences and missing people of a dry run."""
    said, book = words()["details"], Workbook()
    faults, changed, missing = (begun(book, said[name]) for name in ("faults", "differences", "missing"))
    listed(faults, said["head_faults"], [fault_cells(each) for each in verdict.faults])
    listed(changed, said["head_differences"], [difference_cells(each) for each in differences(verdict)])
    people = [[each.code, each.name, place.name if (place := each.places["home"]) else ""] for each in verdict.missing]
    listed(missing, said["head_missing"], people)
    return packed(book)


def fault_cells(one: Fault) -> list[Any]:
    return [sheet_name(one.sheet), one.row, heading(one.sheet, one.column), reason(one.reason, one.detail)]


def difference_cells(one: dict[str, Any]) -> list[Any]:
    column = heading(one["sheet"], one["column"])
    old, new = value(one["column"], one["old"]), value(one["column"], one["new"])
    return [sheet_name(one["sheet"]), one["row"], one["name"], column, old, new]


def listed(page: Worksheet, head: list[str], rows: list[list[Any]]) -> None:
    for row, cells in enumerate([head, *rows], start=1):
        fill(page, row, cells)
    widened(page, len(head))


def headed(book: Workbook, sheet: str) -> Worksheet:
    page, named = begun(book, sheet_name(sheet)), words()["columns"][sheet]
    for column, (name, title) in enumerate(named.items(), start=1):
        cell = put(page, 1, column, title)
        cell.font, cell.fill = Font(bold=True), HEAD
        cell.comment = Comment(words()["explained"][sheet][name], title, width=260, height=90)
        if name in CHOICES:
            offered(page, column, list(words()[CHOICES[name]].values()))
    widened(page, len(named))
    page.freeze_panes = "A2"
    return page


def offered(page: Worksheet, column: int, said: list[str]) -> None:
    """A drop-down; what else is typed is judged by the dry run."""
    choice = DataValidation(type="list", formula1=f'"{",".join(said)}"', allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(column)
    choice.add(f"{letter}2:{letter}{LAST_CHOICE_ROW}")
    page.add_data_validation(choice)


def begun(book: Workbook, title: str) -> Worksheet:
    """A new sheet; the one a workbook is born with becomes the first."""
    first = book.worksheets[0]
    if first.title == "Sheet" and first.max_row == 1 and first["A1"].value is None:
        first.title = title
        return first
    return book.create_sheet(title)


def widened(page: Worksheet, count: int) -> None:
    for column in range(1, count + 1):
        page.column_dimensions[get_column_letter(column)].width = WIDTH


def fill(page: Worksheet, row: int, cells: list[Any]) -> None:
    for column, known in enumerate(cells, start=1):
        if known not in (None, ""):
            put(page, row, column, known)


def put(page: Worksheet, row: int, column: int, known: Any) -> Any:
    """One cell."""
    cell = page.cell(row, column, safe(known))
    if isinstance(known, date):
        cell.number_format = "yyyy-mm-dd"
    if isinstance(known, str):
        cell.alignment = Alignment(wrap_text=False)
    return cell


def safe(known: Any) -> Any:
    """What a spreadsheet could take for a formula gets an apostrophe, which reading takes off again."""
    if not isinstance(known, str):
        return known
    known = NOT_XML.sub(" ", known)
    return f"'{known}" if RISKY.match(known) else known


def packed(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
