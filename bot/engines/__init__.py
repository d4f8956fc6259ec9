"""The two database engines, and how to open one from an address.

Both are thin subclasses of Tortoise 1.1.9's clients: its own lose a connection, or lock up for ever, when a task is
cancelled during BEGIN. They also count (`engine().statements`, on SQLite also `.hops`) and refuse the connection of a
finished transaction.

Beyond Tortoise's interface:
- `SqliteEngine.on_thread(deed)` runs a whole function of a `sqlite3.Connection` in one hop, also in a transaction.
- `stay_in_place()` spares a transaction of many short statements the hops altogether.
- `lock.DataLock` keeps a SQLite file to one process.
"""

import logging
import re
import sqlite3
from typing import Any
from urllib.parse import parse_qsl, unquote

from tortoise import Tortoise
from tortoise.connection import get_connection

from bot.engines.postgres import PostgresEngine
from bot.engines.sqlite import SqliteEngine, SqliteTransaction

logger = logging.getLogger(__name__)

CONNECTION = "default"
SQLITE = "sqlite://"
POSTGRES = ("postgres://", "postgresql://")
# Options of the address and what they are; journal mode, foreign keys and the like are not for choosing.
SQLITE_OPTIONS = {"busy_timeout": int, "cache_size": int, "synchronous": str}
POSTGRES_OPTIONS = {
    "host": str,
    "port": int,
    "user": str,
    "password": str,
    "minsize": int,
    "maxsize": int,
    "timeout": float,
    "command_timeout": float,
    "statement_cache_size": int,
    "application_name": str,
    "ssl": str,
    "sslmode": str,
}
POOL = {"minsize": 1, "maxsize": 10, "command_timeout": 30.0}  # seconds; a silent network is an outage, not a wait


def config(url: str, modules: list[str]) -> dict[str, Any]:
    """Tortoise's configuration for a database address.

    `sqlite://relative.db`, `sqlite:///absolute.db`, `sqlite://:memory:`; `postgresql://user:password@host:port/name`,
    with `?host=/folder` for a unix socket. A password may be percent-encoded or, if no other `@` follows, plain.
    ValueError, naming no secret, for anything else.
    """
    return {
        "connections": {CONNECTION: connection(url)},
        "apps": {"models": {"models": modules, "default_connection": CONNECTION}},
        "use_tz": True,
        "timezone": "UTC",
    }


def connection(url: str) -> dict[str, Any]:
    if url.startswith(SQLITE):
        return {"engine": "bot.engines.sqlite", "credentials": sqlite_credentials(url.removeprefix(SQLITE))}
    for scheme in POSTGRES:
        if url.startswith(scheme):
            return {"engine": "bot.engines.postgres", "credentials": postgres_credentials(url.removeprefix(scheme))}
    raise ValueError("a database address begins with sqlite:// or postgresql://")


def sqlite_credentials(rest: str) -> dict[str, Any]:
    path, _, query = rest.partition("?")
    if not path:
        raise ValueError("the address of a SQLite database needs a path after sqlite://")
    return {"file_path": path, **options(query, SQLITE_OPTIONS)}


def postgres_credentials(rest: str) -> dict[str, Any]:
    # From the right: a password may hold any of : / ? # [ ] as it is.
    login, _, place = rest.rpartition("@")
    user, _, password = login.partition(":")
    place, _, query = place.partition("?")
    address, _, database = place.partition("/")
    texts = {"user": user, "password": password, "database": database}
    named = {**{name: unquote(text) for name, text in texts.items()}, **host_and_port(address)}
    chosen = options(query, POSTGRES_OPTIONS)
    if "sslmode" in chosen:
        chosen["ssl"] = chosen.pop("sslmode")
    return {**POOL, **chosen, **{name: value for name, value in named.items() if value}}


def host_and_port(address: str) -> dict[str, Any]:
    match = re.fullmatch(r"(?:\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<host>[^:\[\]]*))(?::(?P<port>\d{1,5}))?", address)
    if match is None:
        raise ValueError("the database address has no readable host and port")
    return {"host": match["v6"] or match["host"], "port": int(match["port"] or 0)}


def options(query: str, known: dict[str, type]) -> dict[str, Any]:
    found = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            raise ValueError(f"the database address has an unknown option: {name}")
        found[name] = option(name, value, known[name])
    return found


def option(name: str, value: str, kind: type) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"the option {name} of the database address is not a number") from None


async def connect(url: str, modules: list[str]) -> None:
    """Open the database now, so that a wrong address fails here, and make it the models' own.

    Call it in the task that starts everything else: tasks started elsewhere do not see it. Whoever connects
    disconnects, or the interpreter does not exit.
    """
    await Tortoise.init(config=config(url, modules))
    try:
        async with engine().acquire_connection():
            pass
        await sound()
    except sqlite3.DatabaseError as error:  # not the operational ones, which the engine translates: no database at all
        await disconnect()
        raise damaged(str(error)) from None
    except BaseException:
        await disconnect()
        raise


class Damaged(RuntimeError):
    """The file of the database is broken inside; running on would spread it."""


def damaged(why: str) -> Damaged:
    error = Damaged(f"the database file is damaged ({why}): restore the last good backup")
    logger.critical("%s", error, extra={"action": "database.damaged"})
    return error


async def sound() -> None:
    """Raises Damaged for a SQLite file whose pages do not fit together. (What lies in a row nobody can check.)"""
    found = engine()
    if not isinstance(found, SqliteEngine):
        return
    said = [str(row["quick_check"]) for row in await found.execute_query_dict("PRAGMA quick_check(1)")]
    if said != ["ok"]:
        raise damaged("; ".join(said))


async def disconnect() -> None:
    await Tortoise.close_connections()


def engine() -> SqliteEngine | PostgresEngine:
    """The engine of this process; not to be asked for inside a transaction."""
    found = get_connection(CONNECTION)
    if not isinstance(found, SqliteEngine | PostgresEngine):
        raise TypeError("inside a transaction there is no engine")
    return found


def stay_in_place() -> None:
    """The transaction that has just begun will say many short statements: on SQLite they need no trip to the thread.

    Nobody else gets a turn while they are done: wait for something now and then.
    """
    found = get_connection(CONNECTION)
    if isinstance(found, SqliteTransaction):
        found.stay_in_place()
