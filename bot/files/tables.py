"""A file becomes tables: a heading and rows of cells, with their numbers. Formulas are seen, never computed."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from bot.files.archive import LARGEST, Unreadable, judged
from bot.files.vocabulary import columns, tidy, words

MOST_ROWS, MOST_COLUMNS = 50_000, 60
HEADING_WITHIN = 5  # rows of a sheet in which its heading is looked for
PROGRESS_EVERY = 500

Progress = Callable[[int], None]


class Formula(str):
    """A cell that holds a formula instead of a value."""

    __slots__ = ()


@dataclass(slots=True)
class Table:
    """Rows below the heading that hold anything; `merged`: (row, column number) of cells that are part of another."""

    name: str
    heading: list[str]
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    merged: set[tuple[int, int]] = field(default_factory=set)


def tables(name: str, content: bytes, progress: Progress) -> list[Table]:
    """The tables of a file by our names of sheets (`nodes`, `members`); Unreadable says why there are none."""
    if len(content) > LARGEST:
        raise Unreadable("bomb")
    ending = name.lower().rpartition(".")[2]
    if ending in ("xlsm", "xltm", "xlsb"):
        raise Unreadable("macros")
    if ending not in ("xlsx", "csv"):
        raise Unreadable("kind")
    try:
        return [comma_separated(content, progress)] if ending == "csv" else list(workbook(name, content, progress))
    except Unreadable:
        raise
    except Exception as error:  # whatever a library makes of a damaged file
        raise Unreadable("broken") from error


def workbook(name: str, content: bytes, progress: Progress) -> Iterator[Table]:
    inside = judged(name, content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        raise Unreadable("hidden", "、".join(hidden))
    known = {tidy(title): sheet for sheet, title in words()["sheets"].items()}
    ours = {known[tidy(sheet.title)]: sheet for sheet in book.worksheets if known.get(tidy(sheet.title), "notes") != "notes"}
    if not ours and len(book.worksheets) == 1:
        ours = {"members": book.worksheets[0]}
    if not ours:
        raise Unreadable("sheets")
    for sheet, source in ours.items():
        source.reset_dimensions()  # a file may claim any size
        table = laid_out(sheet, numbered(source), progress)
        if table is not None:
            part = getattr(source, "_worksheet_path", "").lstrip("/")
            table.merged = {cell for ref in inside.merged.get(part, ()) for cell in covered(ref, table)}
            yield table
    book.close()


def numbered(source: Any) -> Iterator[tuple[int, list[Any]]]:
    for number, row in enumerate(source.iter_rows(max_col=MOST_COLUMNS), start=1):
        yield number, [Formula(cell.value) if cell.data_type == "f" else cell.value for cell in row]


def covered(ref: str, table: Table) -> Iterator[tuple[int, int]]:
    """Cells of a merged range that the table has."""
    left, top, right, bottom = range_boundaries(ref)
    for number, _ in table.rows:
        if top <= number <= bottom:
            yield from ((number, column - 1) for column in range(left, min(right, MOST_COLUMNS) + 1))


def laid_out(sheet: str, rows: Iterator[tuple[int, list[Any]]], progress: Progress) -> Table | None:
    """The heading is the first row that names at least one of our columns. None for an empty sheet."""
    table, filled, seen = None, 0, False
    for number, cells in rows:
        if all(cell is None or str(cell).strip() == "" for cell in cells):
            continue
        if table is None:
            table, seen = begun(sheet, number, cells), True
            continue
        filled += 1
        if filled > MOST_ROWS:
            raise Unreadable("rows", str(MOST_ROWS))
        if filled % PROGRESS_EVERY == 0:
            progress(filled)
        table.rows.append((number, cells))
    if table is None and seen:
        raise Unreadable("header", words()["sheets"][sheet])
    return table


def begun(sheet: str, number: int, cells: list[Any]) -> Table | None:
    heading = [tidy(str(cell)) if cell is not None else "" for cell in cells]
    while heading and not heading[-1]:
        heading.pop()
    if any(each in columns(sheet) for each in heading):
        return Table(sheet, heading)
    if number >= HEADING_WITHIN:
        raise Unreadable("header", words()["sheets"][sheet])
    return None


def comma_separated(content: bytes, progress: Progress) -> Table:
    text = decoded(content)
    first = text.partition("\n")[0]
    delimiter = max((",", "\t", ";"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = ((number, list(map(as_cell, cells[:MOST_COLUMNS]))) for number, cells in enumerate(reader, start=1))
    try:
        table = laid_out("members", rows, progress)
    except Unreadable as why:
        raise Unreadable("encoding" if why.reason == "header" and not text.isascii() else why.reason, why.detail) from None
    if table is None:
        raise Unreadable("nothing")
    return table


def as_cell(text: str) -> str:
    return Formula(text) if text.startswith("=") else text


def decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, GB18030. Anything else would only look like Chinese."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    candidates = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("encoding")
