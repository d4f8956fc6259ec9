"""名册的表: a file becomes a book of lines and faults. Every cell is judged alone here; what a row means is not."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.files.archive import Unreadable
from bot.files.cells import Wrong, chosen, clock, coded, day, named, shut, text, yes, zone
from bot.files.tables import Progress, Table, tables
from bot.files.vocabulary import PRIVATE, columns, sheet_name, words
from models.roster import Book, Fault, MemberLine, NodeLine
from models.roster.lines import WISHES

NEEDED = {"nodes": ("name", "kind", "above"), "members": ("name", "home")}
OPTIONAL = ("reporting", "group", "category", "status", "joined_on", "full_member_on")
OLDER = re.compile("[a-z_]{1,32}")  # a kind planted before there was a word for it
FAULTS_A_ROW = 3  # more help nobody

Read = Callable[[Any], Any]


def silent(_: int) -> None:
    """Nobody waits for how far it is."""


def read(name: str, content: bytes, today: date, progress: Progress = silent) -> Book:
    """A roster file as a book; Unreadable with a reason when it cannot be one. `progress` hears how many rows were read."""
    book = Book()
    for table in tables(name, content, progress):
        place = placed(table)
        if table.name == "members":
            book.columns.extend(place)
        readers = READERS[table.name](today)
        for number, cells in table.rows:
            line = read_row(book, table, number, cells, place, readers)
            if isinstance(line, NodeLine):
                book.nodes.append(line)
            elif line is not None:
                book.members.append(line)
    if not (book.nodes or book.members or book.faults):
        raise Unreadable("nothing")
    return book


def placed(table: Table) -> dict[str, int]:
    """Field → column number. Columns nobody knows, twice the same, or about what we do not keep make the file unreadable."""
    known, sheet = columns(table.name), sheet_name(table.name)
    private = [each for each in table.heading if PRIVATE.search(each)]
    if private:
        raise Unreadable("private", "、".join(private))
    unknown = [each for each in table.heading if each and each not in known]
    if unknown:
        raise Unreadable("unknown_columns", "、".join(unknown))
    fields = [known[each] for each in table.heading if each]
    if len(set(fields)) < len(fields):
        raise Unreadable("double_columns", "、".join(sorted({each for each in table.heading if table.heading.count(each) > 1})))
    if not set(NEEDED[table.name]) <= set(fields):
        raise Unreadable("header", sheet)
    return {known[each]: number for number, each in enumerate(table.heading) if each}


def read_row(
    book: Book, table: Table, number: int, cells: list[Any], place: dict[str, int], readers: dict[str, Read]
) -> NodeLine | MemberLine | None:
    """The line of a row, or None for an example or a row with faults."""
    if str(cells[place["name"]] if place["name"] < len(cells) else "").strip().startswith(words()["template"]["example"]):
        return None
    said: dict[str, Any] = {}
    wrong: list[Fault] = []
    for column, at in place.items():
        try:
            if (number, at) in table.merged:
                raise Wrong("merged")
            said[column] = readers[column](cells[at] if at < len(cells) else None)
        except Wrong as why:
            wrong.append(Fault(table.name, number, column, why.reason, why.detail))
    if any(cell not in (None, "") for cell in cells[len(table.heading) :]):
        wrong.append(Fault(table.name, number, "name", "wide"))
    book.faults.extend(wrong[:FAULTS_A_ROW])
    return None if wrong else line_of(table.name, number, said)


def line_of(sheet: str, row: int, said: dict[str, Any]) -> NodeLine | MemberLine:
    if sheet == "members":
        return MemberLine(row, said.get("code"), said["name"], said["home"], **{each: said.get(each) for each in OPTIONAL})
    wishes = {name: said[name] for name in WISHES if name in said}
    return NodeLine(row, said.get("code"), said["name"], said["kind"], said["above"], said.get("closed", False), wishes)


def kind(cell: Any) -> str:
    """A kind of node: one of ours, or the word of one that was planted before."""
    if not text(cell):
        raise Wrong("empty")
    said = text(cell)
    return said if OLDER.fullmatch(said) else chosen(cell, "kinds") or ""


def of_nodes(_: date) -> dict[str, Read]:
    return {
        "code": coded,
        "name": named,
        "kind": kind,
        "above": lambda cell: named(cell, needed=False),
        "closed": shut,
        "zone": zone,
        "quiet_from": clock,
        "quiet_until": clock,
        "quiz_at": clock,
        "greets": yes,
    }


def of_members(today: date) -> dict[str, Read]:
    return {
        "code": coded,
        "name": named,
        "home": named,
        "reporting": lambda cell: named(cell, needed=False),
        "group": lambda cell: named(cell, needed=False),
        "category": lambda cell: chosen(cell, "category"),
        "status": lambda cell: chosen(cell, "status"),
        "joined_on": lambda cell: day(cell, today),
        "full_member_on": lambda cell: day(cell, today),
    }


READERS: dict[str, Callable[[date], dict[str, Read]]] = {"nodes": of_nodes, "members": of_members}
