"""A damaged SQLite file is refused when it is opened, with the advice that helps; a whole one and a new one are not."""

from pathlib import Path

import pytest

from bot.engines import Damaged, connect, disconnect
from models.database import run
from tests.connections import connect_freshly

ROWS = 400
PAGE = 4096


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.sqlite3"
    await connect_freshly(f"sqlite://{path}", ["tests.ledger"])
    await run("CREATE TABLE big (id INTEGER PRIMARY KEY, words TEXT)")
    for number in range(ROWS):
        await run("INSERT INTO big (id, words) VALUES (?, ?)", number, "words " * 20)
    await disconnect()
    return path


async def opened(path: Path) -> None:
    await connect(f"sqlite://{path}", ["tests.ledger"])
    await disconnect()


def spoil(file: Path, damage: str) -> None:
    whole = file.read_bytes()
    spoilt = {
        "half": whole[: len(whole) // PAGE // 2 * PAGE],
        "header": bytes(100) + whole[100:],
        "page": whole[: 5 * PAGE] + b"\xff" * 12 + whole[5 * PAGE + 12 :],
    }
    file.write_bytes(spoilt[damage])


async def test_a_whole_file_and_a_new_one_are_opened(file: Path, tmp_path: Path) -> None:
    await opened(file)
    await opened(tmp_path / "new.sqlite3")


@pytest.mark.parametrize("damage", ["half", "header", "page"])
async def test_a_damaged_file_is_refused(file: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    spoil(file, damage)
    with pytest.raises(Damaged, match="restore the last good backup"):
        await opened(file)
    assert [record.__dict__["action"] for record in caplog.records if record.levelname == "CRITICAL"] == ["database.damaged"]
