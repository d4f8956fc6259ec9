"""The words of the command line, and the two ways a command reaches the database: through the running service, or itself."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.web.admin import FILE

TEXTS = Path(__file__).parent / "texts" / "console.toml"
PATIENCE = ClientTimeout(total=60)

Json = dict[str, Any]


@cache
def texts() -> Json:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def words(section: str, name: str, /, **facts: object) -> str:
    return str(texts()[section][name]).format(**facts).strip()


class Refused(Exception):
    """The running service did not do what it was asked."""


class Running:
    """The service running on this data folder, as its operator's file describes it."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.headers = url, {"Authorization": f"Bearer {token}"}

    @classmethod
    def find(cls, data_dir: Path) -> "Running | None":
        """None without a readable file: then no service runs here."""
        try:
            given = json.loads((data_dir / FILE).read_text())
            return cls(given["url"], given["token"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    async def healthy(self) -> bool | None:
        """None when nobody answers: the file was left by a service that was killed."""
        try:
            async with ClientSession(timeout=PATIENCE) as session, session.get(f"{self.url}/healthz") as answer:
                return answer.status == 200
        except (ClientError, TimeoutError):
            return None

    async def command(self, name: str, wishes: Json) -> Json:
        """What the service answers; Refused with its sentence, or with a word when it had none."""
        try:
            async with (
                ClientSession(timeout=PATIENCE, headers=self.headers) as session,
                session.post(f"{self.url}/command/{name}", json=wishes) as answer,
            ):
                said = json.loads(await answer.read())
        except (ClientError, TimeoutError, ValueError) as error:
            raise Refused(type(error).__name__) from None
        if answer.status != 200:
            raise Refused(said["error"])
        return dict(said)


async def running(data_dir: Path) -> Running | None:
    """The service that answers on this data folder, if one does."""
    found = Running.find(data_dir)
    return found if found and await found.healthy() is not None else None
