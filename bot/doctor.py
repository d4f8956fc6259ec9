"""`doctor`: what is missing or wrong, each in one plain sentence, worst things never hidden behind an exception."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import NamedTuple
from zoneinfo import available_timezones

from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram import build_bot
from bot.console import Running, running, words
from bot.engines import connect, disconnect
from bot.engines.lock import DataInUse, DataLock
from bot.settings import BadSettings, Settings
from models import MODELS
from models.database import rows
from models.deed import SWEEP
from models.migrations import MigrationError, pending


class Finding(NamedTuple):
    """One line of the doctor's report."""

    fine: bool
    sentence: str


async def examine(settings: Settings) -> list[Finding]:
    """Everything worth knowing before the first member is invited."""
    findings = [Finding(True, words("doctor", "settings")), folder(settings)]
    findings += [Finding(bool(available_timezones()), words("doctor", "clock_zone"))]
    findings += [each async for each in telegram(settings)]
    findings += [each async for each in service_and_database(settings)]
    return findings


def folder(settings: Settings) -> Finding:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir) as file:
            os.fsync(file.fileno())
    except OSError:
        return Finding(False, words("doctor", "folder_bad"))
    return Finding(True, words("doctor", "folder_ok"))


async def telegram(settings: Settings) -> AsyncIterator[Finding]:
    try:
        bot = build_bot(settings)
    except BadSettings as error:
        for problem in error.problems:
            yield Finding(False, problem)
        return
    try:
        async with bot:
            yield Finding(True, words("doctor", "bot_ok", username=bot.username))
    except InvalidToken:
        yield Finding(False, words("trouble", "token"))
    except TelegramError as error:
        yield Finding(False, words("trouble", "unreachable", error=type(error).__name__))


async def service_and_database(settings: Settings) -> AsyncIterator[Finding]:
    service = await running(settings.data_dir)
    asked = through(service) if service else alone(settings)
    async for each in asked:
        yield each


async def through(service: Running) -> AsyncIterator[Finding]:
    """The running service has the database, and looks for us."""
    fine = bool(await service.healthy())
    yield Finding(fine, words("doctor", "service_ok" if fine else "service_bad"))
    yield Finding(True, words("doctor", "database_busy"))
    for found in (await service.command("doctor", {}))["findings"]:
        yield Finding(*found)


async def alone(settings: Settings) -> AsyncIterator[Finding]:
    yield Finding(False, words("doctor", "service_off"))
    file = settings.database_file
    try:
        with DataLock(file) if file else nullcontext():
            async for each in database(settings):
                yield each
    except DataInUse:
        yield Finding(False, words("trouble", "in_use"))
    except OSError as error:
        yield Finding(False, words("trouble", "database", error=type(error).__name__))
    except MigrationError as error:
        yield Finding(False, words("trouble", "migration", error=error))


async def database(settings: Settings) -> AsyncIterator[Finding]:
    """Looks, and changes nothing: opening a SQLite file that is not there would make it."""
    file = settings.database_file
    if file is not None and not file.exists():
        yield Finding(False, words("doctor", "database_none"))
        return
    try:
        await connect(settings.database_url.get_secret_value(), MODELS)
    except Exception as error:
        yield Finding(False, words("trouble", "database", error=type(error).__name__))
        return
    try:
        waiting = await pending()
        if waiting:
            yield Finding(False, words("doctor", "database_pending", count=len(waiting)))
            return
        yield Finding(True, words("doctor", "database_ok"))
        for each in await state():
            yield each
    finally:
        await disconnect()


async def state() -> list[Finding]:
    """What the open database says of the organisation and of what is stuck."""
    return [await roots(), *await letters(), *await deliveries()]


async def roots() -> Finding:
    found = await rows("SELECT name FROM node WHERE parent_id IS NULL ORDER BY id")
    if not found:
        return Finding(False, words("doctor", "root_none"))
    return Finding(True, words("doctor", "root_ok", names="、".join(row["name"] for row in found)))


async def letters() -> list[Finding]:
    """What was put aside: updates, and rows a sweep could make no sense of three times."""
    keys = [row["key"] for row in await rows("SELECT key FROM dead_letter")]
    stuck = sum(key.startswith(SWEEP) for key in keys)
    findings = [Finding(False, words("doctor", "rows_stuck", count=stuck))] if stuck else []
    findings += [Finding(False, words("doctor", "letters", count=len(keys) - stuck))] if len(keys) > stuck else []
    return findings or [Finding(True, words("doctor", "letters_none"))]


async def deliveries() -> list[Finding]:
    found = await rows("SELECT state, COUNT(*) AS n FROM delivery WHERE state IN ('dead', 'unknown') GROUP BY state")
    if not found:
        return [Finding(True, words("doctor", "outbox_ok"))]
    return [Finding(False, words("doctor", row["state"], count=row["n"])) for row in found]
