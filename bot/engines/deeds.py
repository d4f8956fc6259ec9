"""What is done on SQLite's thread: plain functions of a `sqlite3.Connection`, which comes last, to be bound last."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tortoise.exceptions import IntegrityError, OperationalError

T = TypeVar("T")


def settle(db: sqlite3.Connection, pragmas: dict[str, Any]) -> None:
    db.row_factory = sqlite3.Row
    for name, value in pragmas.items():
        db.execute(f"PRAGMA {name}={value}")


def translated(deed: Callable[[sqlite3.Connection], T], db: sqlite3.Connection) -> T:
    try:
        return deed(db)
    except sqlite3.OperationalError as error:
        raise OperationalError(error) from error
    except sqlite3.IntegrityError as error:
        raise IntegrityError(error) from error


def insert(query: str, values: Sequence[Any], db: sqlite3.Connection) -> int:
    db.execute(query, values)
    return int(db.execute("SELECT last_insert_rowid()").fetchone()[0])


def fetch(query: str, values: Sequence[Any], db: sqlite3.Connection) -> tuple[int, list[sqlite3.Row]]:
    """Rows, and how many the statement touched: its cascades are left out where sqlite3 can tell (not behind WITH)."""
    before = db.total_changes
    cursor = db.execute(query.replace("\x00", "'||CHAR(0)||'"), values)
    found = cursor.fetchall()
    touched = cursor.rowcount if cursor.rowcount >= 0 else db.total_changes - before
    return touched or len(found), found


def say(statements: Sequence[str], db: sqlite3.Connection) -> None:
    for statement in statements:
        db.execute(statement)


def batch(query: str, values: Sequence[Sequence[Any]], db: sqlite3.Connection) -> None:
    db.executemany(query, values)


def whole_batch(query: str, values: Sequence[Sequence[Any]], db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        db.executemany(query, values)
    except BaseException:
        roll_back(db)
        raise
    commit(db)


def script(query: str, db: sqlite3.Connection) -> None:
    db.executescript(query)


def commit(db: sqlite3.Connection) -> None:
    try:
        db.execute("COMMIT")
    except BaseException:
        roll_back(db)
        raise


def roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:  # a full disk or an I/O error may have rolled back already
        db.execute("ROLLBACK")
