"""The canary: over a whole run at DEBUG, with errors of every kind, the token is in no log, no file and no row."""

import json
import signal
from pathlib import Path

import aiohttp

from bot.sandbox.cast import BOT
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.visitor import Visitor
from bot.web.admin import FILE
from tests.bot.processes import House, ended, logged

TOKEN = f"{BOT.id}:CANARY-canary_CANARY-canary_CANARY1"
SOMEBODY = 700000101


FORMS = {"sqlite": "text", "postgres": "json"}


async def test_no_run_tells_the_token(tmp_path: Path, database_url: str, database_kind: str) -> None:
    settings = {"TOKEN": TOKEN, "LOG_LEVEL": "DEBUG", "LOG_FORMAT": FORMS[database_kind], "DATABASE_URL": database_url}
    async with serving(Sandbox(BOT, TOKEN)) as url, Visitor(url) as world:
        house = House(tmp_path, url, settings)
        process = await house.start("run")
        lines = await logged(process, "ready")
        told = await trouble(world, json.loads((tmp_path / "var" / FILE).read_text()))
        lines += await logged(process, "intake.dead_letter")
        doctor = await house.says("doctor")
    lines += await logged(process, "intake.waiting")  # Telegram went away while it was polled
    process.send_signal(signal.SIGTERM)
    done = await ended(process)
    said = "".join([*lines, done.err, done.out, doctor.out, doctor.err, told])
    assert "DEBUG" in said
    assert "Traceback" in said
    assert done.code == 0
    files = contents(tmp_path)
    for form in (TOKEN, TOKEN.replace(":", "%3A")):
        assert form not in said
        assert not any(form in text for text in files)


def contents(folder: Path) -> list[str]:
    return [path.read_bytes().decode(errors="replace") for path in folder.rglob("*") if path.is_file()]


async def trouble(world: Visitor, admin: dict[str, str]) -> str:
    """Somebody answered, an update that cannot be read, a question nobody may ask; what was answered to it."""
    await world.people([{"id": SOMEBODY, "name": "某某"}])
    await world.says(SOMEBODY, "/start")

    async def answered() -> bool:
        return len(await world.sees(SOMEBODY)) == 2

    await world.until(answered)
    await world.inject({"message": "a poison"})
    wrong = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(headers=wrong) as session, session.get(f"{admin['url']}/outbox") as answer:
        assert answer.status == 403
        return await answer.text()
