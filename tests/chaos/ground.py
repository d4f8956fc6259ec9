"""The ground of a row: fresh migrated databases of one kind, from a template that was built once."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.postgres import create_database, drop_database

numbers = count(1)


@dataclass(frozen=True, slots=True)
class Ground:
    """`template`: a migrated file, or the name of a migrated database on `server`."""

    kind: str
    template: str
    server: str = ""
    run: str = field(default="chaos")

    @asynccontextmanager
    async def database(self, folder: Path) -> AsyncIterator[str]:
        """The address of a copy."""
        if not self.server:
            yield f"sqlite://{await asyncio.to_thread(shutil.copy, self.template, folder / 'chaos.sqlite3')}"
            return
        name = f"{self.template}_{self.run}_{next(numbers)}"
        try:
            yield await create_database(self.server, name, self.template)
        finally:
            await drop_database(self.server, name)
