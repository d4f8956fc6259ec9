"""One process per SQLite file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.engines.lock import DataInUse, DataLock

ROOT = Path(__file__).parents[3]
HOLDS = """
import sys, time
from pathlib import Path
from bot.engines.lock import DataLock
DataLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def held_elsewhere(database: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(database)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_no_secret(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path / "branch.db"), pytest.raises(DataInUse) as refused:
        DataLock(tmp_path / "branch.db").acquire()
    assert "another process" in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_a_killed_process_gives_its_lock_back(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path / "branch.db") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with DataLock(tmp_path / "branch.db"):
            pass


def test_a_lock_can_be_taken_again_after_its_release(tmp_path: Path) -> None:
    lock = DataLock(tmp_path / "var" / "branch.db")
    for _ in range(2):
        with lock, pytest.raises(DataInUse):
            DataLock(tmp_path / "var" / "branch.db").acquire()


def test_a_lock_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with DataLock(tmp_path / "branch.db") as lock:
        assert lock.path.stat().st_mode & 0o777 == 0o600
