"""The canary: over a whole run at DEBUG, with errors of every kind, the token is in no log, no file and no row; and no log says
who anybody is or what they said.
"""

import json
import signal
from pathlib import Path

import aiohttp

from bot.engines import disconnect
from bot.sandbox.cast import BOT, DEMO_TOKEN
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.visitor import Visitor
from bot.web.admin import FILE
from models import MODELS
from models.member import Member
from tests.bot.processes import House, ended, logged
from tests.connections import connect_freshly
from tests.stories.crowd import crowd, enter_roster

TOKEN = f"{BOT.id}:CANARY-canary_CANARY-canary_CANARY1"
SOMEBODY = 700000101
NAME, TITLE, WORDS = "金丝雀同志", "金丝雀学习会", "我家的金丝雀病了"


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


async def test_no_log_tells_who_said_what(tmp_path: Path, database_url: str, database_kind: str) -> None:
    secretary = await enrolled(database_url)
    settings = {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": FORMS[database_kind], "DATABASE_URL": database_url}
    async with serving(Sandbox(BOT, DEMO_TOKEN)) as url, Visitor(url) as world:
        house = House(tmp_path, url, settings)
        async with house.running() as process:
            await spoken(world, secretary)
            lines = await logged(process, "intake.dead_letter")
            told = json.loads((tmp_path / "var" / FILE).read_text())
            async with aiohttp.ClientSession() as session, session.get(f"{told['url']}/healthz") as answer:
                healthy = await answer.text()
            process.send_signal(signal.SIGTERM)
            done = await ended(process)
        doctor = await house.says("doctor")
    said = "".join([*lines, done.err, done.out, doctor.out, doctor.err, healthy])
    assert "intake.dead_letter" in said
    assert "Traceback" in said
    assert [word for word in ("金丝雀", json.dumps("金丝雀")[1:-1]) if word in said] == []


async def enrolled(database_url: str) -> int:
    """A secretary whose name is looked for; their account."""
    [branch] = crowd(1, 1)
    await connect_freshly(database_url, MODELS)
    await enter_roster([branch])
    await Member.all().update(name=NAME)
    await disconnect()
    return branch.secretary


async def spoken(world: Visitor, secretary: int) -> None:
    """What is understood, what is not, what fails, and what cannot be read."""
    await world.people([{"id": secretary, "name": NAME, "started": True}])
    for words in (f"/plan 12月28日 15:00 二楼 {TITLE}", WORDS, "/mydata", f"/grant {NAME} {WORDS}", f"/plan {WORDS}"):
        await world.says(secretary, words)

    async def answered() -> bool:
        return any(TITLE in str(each) for each in await world.sees(secretary))

    await world.until(answered)
    await world.inject({"message": {"text": WORDS, "from": {"first_name": NAME}, "chat": {"id": secretary, "type": 7}}})
