"""One process opens a SQLite file: a lock beside it says which."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class DataInUse(RuntimeError):
    """Another process holds the database."""

    def __init__(self) -> None:
        super().__init__("another process has this database open: stop it, or ask the running service instead")


class DataLock:
    """An flock on `<database>.lock`, held until `release()` or the end of the process, also a violent one.

    The file itself stays: removing it would let two processes lock two files of one name.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise DataInUse at once; it never waits."""
        if self._file is not None:
            raise DataInUse
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(file)
            raise DataInUse from error
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        self.release()
