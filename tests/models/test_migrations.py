"""Forward only, once, whole; a populated database keeps its rows."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from itertools import chain
from pathlib import Path

import pytest
from tortoise.exceptions import OperationalError, TransactionManagementError

from bot.engines import disconnect
from models.database import atomic, rows, run
from models.migrations import MigrationError, migrate, pending, statements
from tests.connections import connect_freshly

ROOT = Path(__file__).parents[2]
SHELF = "CREATE TABLE shelf (id {id}, name TEXT NOT NULL, notes {json}, cover {bytes}, open BOOLEAN NOT NULL DEFAULT TRUE);"
BOOK = "CREATE TABLE book (id {id}, shelf_id BIGINT NOT NULL REFERENCES shelf (id) ON DELETE CASCADE);"
MIGRATES = """
import asyncio, sys
from pathlib import Path
from bot.engines import connect, disconnect
from models.migrations import migrate

async def main():
    await connect(sys.argv[1], ["tests.ledger"])
    print(*await migrate(Path(sys.argv[2])))
    await disconnect()

asyncio.run(main())
"""

Write = Callable[..., Path]


@pytest.fixture
async def connected(empty_url: str) -> AsyncIterator[str]:
    await connect_freshly(empty_url, ["tests.ledger"])
    yield empty_url
    await disconnect()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes numbered files of one name each and gives their folder."""
    folder = tmp_path / "migrations"
    folder.mkdir()

    def write(**files: str) -> Path:
        for name, sql in files.items():
            (folder / f"{name.removeprefix('m').replace('__', '.')}.sql").write_text(sql)
        return folder

    return write


async def tables() -> list[str]:
    return [name for name in ("shelf", "book") if await exists(name)]


async def exists(name: str) -> bool:
    try:
        await rows(f"SELECT 1 AS one FROM {name}")
    except OperationalError as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            return False
        raise
    return True


async def test_files_are_applied_in_order_and_once(connected: str, write: Write) -> None:
    folder = write(m0002_book=BOOK, m0001_shelf=SHELF)
    assert await pending(folder) == ["0001_shelf", "0002_book"]
    assert await migrate(folder) == ["0001_shelf", "0002_book"]
    assert await migrate(folder) == []
    assert await pending(folder) == []
    assert await tables() == ["shelf", "book"]
    write(m0003_more="INSERT INTO shelf (name) VALUES ('new');")
    assert await migrate(folder) == ["0003_more"]
    assert await rows("SELECT id, name FROM shelf") == [{"id": 1, "name": "new"}]


async def test_asking_what_is_pending_changes_nothing(connected: str, write: Write) -> None:
    await pending(write(m0001_shelf=SHELF))
    assert not await exists("migration")


async def test_each_database_gets_its_own_file_of_a_pair(connected: str, write: Write, database_kind: str) -> None:
    folder = write(m0001_shelf__sqlite=SHELF + "INSERT INTO shelf (name) VALUES ('sqlite');")
    write(m0001_shelf__postgres=SHELF + "INSERT INTO shelf (name) VALUES ('postgres');")
    assert await migrate(folder) == ["0001_shelf"]
    assert await rows("SELECT name FROM shelf") == [{"name": database_kind}]


async def test_a_file_that_fails_halfway_leaves_nothing_and_keeps_those_before(connected: str, write: Write) -> None:
    folder = write(m0001_shelf=SHELF, m0002_book=BOOK + "INSERT INTO shelf (nonsense) VALUES (1);")
    with pytest.raises(MigrationError, match="0002_book did not apply"):
        await migrate(folder)
    assert await tables() == ["shelf"]
    assert await pending(folder) == ["0002_book"]
    assert await migrate(write(m0002_book=BOOK)) == ["0002_book"]


async def test_an_applied_file_that_was_changed_is_refused(connected: str, write: Write) -> None:
    folder = write(m0001_shelf=SHELF)
    await migrate(folder)
    write(m0001_shelf=SHELF + " ", m0002_book=BOOK)
    for deed in (migrate, pending):
        with pytest.raises(MigrationError, match="0001_shelf was changed"):
            await deed(folder)
    assert await tables() == ["shelf"]


async def test_line_endings_of_another_system_are_no_change(connected: str, write: Write) -> None:
    folder = write(m0001_shelf=SHELF + "\n" + BOOK)
    await migrate(folder)
    (folder / "0001_shelf.sql").write_bytes((SHELF + "\r\n" + BOOK).encode())
    assert await migrate(folder) == []


async def test_a_database_newer_than_the_program_is_not_touched(connected: str, write: Write) -> None:
    folder = write(m0001_shelf=SHELF, m0002_book=BOOK)
    await migrate(folder)
    (folder / "0002_book.sql").unlink()
    for deed in (migrate, pending):
        with pytest.raises(MigrationError, match=r"newer than this program.*0002_book"):
            await deed(folder)


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"m0001_shelf": SHELF, "m0003_book": BOOK}, "0002 is missing"),
        ({"m0001_shelf": SHELF, "m0001_book": BOOK}, "two"),
        ({"m1_shelf": SHELF}, "file name"),
        ({"m0001_shelf": "CREATE TABLE shelf (id {idd});"}, r"unknown token.*\{idd\}"),
        ({"m0001_shelf": SHELF + "\nCOMMIT;\n" + BOOK}, "transaction"),
    ],
)
async def test_files_that_make_no_history_are_refused(
    connected: str, write: Write, files: dict[str, str], complaint: str
) -> None:
    with pytest.raises(MigrationError, match=complaint):
        await migrate(write(**files))
    assert await tables() == []


async def test_migrations_do_not_run_inside_a_transaction(connected: str, write: Write) -> None:
    with pytest.raises(TransactionManagementError):
        async with atomic():
            await migrate(write(m0001_shelf=SHELF))


async def test_six_migrators_at_once_apply_everything_once(empty_url: str, write: Write) -> None:
    folder = write(m0001_shelf=SHELF, m0002_row="INSERT INTO shelf (name) VALUES ('one');")
    write(m0003_row="INSERT INTO shelf (name) VALUES ('two');", m0004_book=BOOK)
    script = [sys.executable, "-W", "ignore", "-c", MIGRATES, empty_url, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = [await asyncio.create_subprocess_exec(*script, env=environment, stdout=PIPE, stderr=PIPE) for _ in range(6)]
    ended = [(await process.communicate(), process.returncode) for process in started]
    assert [code for _, code in ended] == [0] * 6, ended
    said = sorted(name for (out, _), _ in ended for name in out.decode().split())
    assert said == ["0001_shelf", "0002_row", "0003_row", "0004_book"]
    await connect_freshly(empty_url, ["tests.ledger"])
    assert await rows("SELECT name FROM shelf ORDER BY id") == [{"name": "one"}, {"name": "two"}]
    await disconnect()


async def test_six_migrators_in_one_process_apply_everything_once(connected: str, write: Write) -> None:
    folder = write(m0001_shelf=SHELF, m0002_row="INSERT INTO shelf (name) VALUES ('one');", m0003_book=BOOK)
    applied = await asyncio.gather(*(migrate(folder) for _ in range(6)))
    assert sorted(chain(*applied)) == ["0001_shelf", "0002_row", "0003_book"]
    assert await rows("SELECT name FROM shelf") == [{"name": "one"}]


REBUILD = """
CREATE TABLE new_shelf (id {id}, name VARCHAR(20) NOT NULL UNIQUE);
INSERT INTO new_shelf (id, name) SELECT id, name FROM shelf;
DROP TABLE shelf;
ALTER TABLE new_shelf RENAME TO shelf;
"""


async def filled(write: Write) -> Path:
    folder = write(m0001_shelf=SHELF, m0002_book=BOOK)
    await migrate(folder)
    await run("INSERT INTO shelf (name) VALUES (?), (?)", "low", "high")
    await run("INSERT INTO book (shelf_id) VALUES (1), (1), (2)")
    return folder


async def test_rebuilding_a_parent_table_keeps_its_children(connected: str, write: Write) -> None:
    """Tortoise's own engine emptied the child table here and printed OK."""
    await filled(write)
    folder = write(m0003_names__sqlite=REBUILD, m0003_names__postgres="ALTER TABLE shelf ADD UNIQUE (name);")
    assert await migrate(folder) == ["0003_names"]
    assert await rows("SELECT COUNT(*) AS books FROM book") == [{"books": 3}]
    with pytest.raises(Exception, match=r"(?i)unique"):
        await run("INSERT INTO shelf (name) VALUES (?)", "low")


async def test_references_are_guarded_again_after_a_migration(connected: str, write: Write) -> None:
    await filled(write)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await run("INSERT INTO book (shelf_id) VALUES (4711)")
    assert await run("DELETE FROM shelf WHERE id = 1") == 1
    assert await rows("SELECT COUNT(*) AS books FROM book") == [{"books": 1}]


async def test_a_migration_that_breaks_a_reference_is_undone(connected: str, write: Write) -> None:
    await filled(write)
    folder = write(m0003_broken="INSERT INTO book (shelf_id) VALUES (4711);")
    with pytest.raises(MigrationError, match="0003_broken"):
        await migrate(folder)
    assert await rows("SELECT COUNT(*) AS books FROM book") == [{"books": 3}]
    assert await pending(folder) == ["0003_broken"]


def test_semicolons_in_strings_comments_and_triggers_end_no_statement() -> None:
    trigger = "CREATE TRIGGER keep AFTER UPDATE ON shelf BEGIN SELECT 'a;b'; SELECT 1; END;"
    script = f"INSERT INTO a VALUES ('it''s; here'); /* no; end */ -- nor; here\nDELETE FROM a;\n{trigger}\nSELECT 1"
    assert [one.strip() for one in statements(script)] == [
        "INSERT INTO a VALUES ('it''s; here');",
        "/* no; end */ -- nor; here\nDELETE FROM a;",
        trigger,
        "SELECT 1",
    ]


async def test_strings_comments_and_bodies_survive_in_a_file(connected: str, write: Write) -> None:
    body = "DO $$ BEGIN INSERT INTO shelf (name) VALUES ('body;'); END $$;"
    trigger = (
        "CREATE TRIGGER once AFTER INSERT ON shelf WHEN new.name = 'a;b' BEGIN INSERT INTO shelf (name) VALUES ('body;'); END;"
    )
    text = "INSERT INTO shelf (name, notes) VALUES ('a;b', '{{}}'); -- end; of it".replace("{{}}", "{}")
    folder = write(m0001_shelf__sqlite=SHELF + trigger + text, m0001_shelf__postgres=SHELF + text.replace("--", body + " --"))
    await migrate(folder)
    assert await rows("SELECT name FROM shelf ORDER BY id") == [{"name": "a;b"}, {"name": "body;"}]
