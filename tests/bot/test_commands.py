"""The command line as its user meets it: help everywhere, a sentence for everything that can be mended."""

import asyncio
import json
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import SENTENCES, main
from bot.console import words
from bot.engines.lock import DataLock
from bot.sandbox.cast import BOT, DEMO_TOKEN
from bot.sandbox.visitor import Visitor
from bot.web.admin import FILE
from tests.bot.loggers import logging_restored
from tests.bot.processes import NOWHERE, Ended, House, ended, logged, telegram

ADMIN, OTHER = 700000108, 700000109
INIT = ("init", "--name", "梧桐街道党工委", "--admin", "刘明")


@pytest.fixture
async def world() -> AsyncIterator[Visitor]:
    async with telegram() as visitor:
        await visitor.people([{"id": ADMIN, "name": "刘明"}, {"id": OTHER, "name": "孙大伟"}])
        yield visitor


@pytest.fixture
def house(tmp_path: Path, world: Visitor, empty_url: str) -> House:
    return House(tmp_path, world.url, {"DATABASE_URL": empty_url})


@dataclass
class Alone:
    """Commands in this process, without Telegram and with the default database."""

    folder: Path
    settings: dict[str, str | None] = field(default_factory=dict)

    def says(self, *command: str) -> Ended:
        ours = {"TOKEN": DEMO_TOKEN, "API_BASE_URL": NOWHERE, "DATA_DIR": str(self.folder), **self.settings}
        with logging_restored():
            done = CliRunner().invoke(main, command, env={f"BRANCHLIFE_{name}": value for name, value in ours.items()})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Ended(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    return Alone(tmp_path)


def sentence(text: str) -> str:
    """What was said, which is a sentence and no traceback."""
    assert "Traceback" not in text
    assert "ERROR" not in text
    return text.strip()


def last(text: str) -> str:
    return sentence(text).splitlines()[-1]


@pytest.mark.parametrize("command", [[], *([name] for name in main.commands)])
def test_help_is_everywhere(command: list[str]) -> None:
    for option in ("--help", "-h"):
        done = CliRunner().invoke(main, [*command, option])
        assert done.exit_code == 0
        assert "Usage" in done.output


def test_an_unknown_command_and_a_missing_option_are_told() -> None:
    assert CliRunner().invoke(main, ["fly"]).exit_code == 2
    assert "--name" in CliRunner().invoke(main, ["init"]).output


def test_every_trouble_is_said_before_a_wider_one() -> None:
    kinds = list(SENTENCES)
    assert [one for place, one in enumerate(kinds) if issubclass(one, tuple(kinds[:place]))] == []


def test_without_a_token_every_command_that_needs_one_says_so(alone: Alone) -> None:
    alone.settings = {"TOKEN": ""}
    for command in (("run",), INIT):
        done = alone.says(*command)
        assert done.code == 1
        assert last(done.err).startswith("没有设置 BRANCHLIFE_TOKEN")


def test_wrong_settings_are_told_all_at_once_with_what_was_meant(alone: Alone) -> None:
    alone.settings = {"TOKN": "x", "SENDERS": "none"}
    done = alone.says("migrate")
    assert done.code == 1
    assert "是不是想写 BRANCHLIFE_TOKEN" in done.err
    assert "BRANCHLIFE_SENDERS 应是" in sentence(done.err)


async def test_a_token_telegram_rejects_is_told(world: Visitor, tmp_path: Path) -> None:
    house = House(tmp_path, world.url, {"TOKEN": "7000000001:AAwrong-wrong-wrong-wrong-wrong-wrong"})
    for done in await asyncio.gather(house.says("run"), house.says("doctor")):
        assert done.code == 1
        assert words("trouble", "token") in sentence(done.err + done.out)


def test_an_unreachable_telegram_stops_init(alone: Alone) -> None:
    done = alone.says(*INIT)
    assert (done.code, last(done.err)[:9]) == (1, "连不上 Bot A")


async def test_an_unreachable_telegram_is_waited_for_by_run(tmp_path: Path) -> None:
    process = await House(tmp_path, NOWHERE).start("run")
    await logged(process, "service.waiting")
    process.send_signal(signal.SIGTERM)
    done = await ended(process)
    assert (done.code, sentence(done.err)) == (0, "")


def test_a_database_that_cannot_be_opened_is_told(alone: Alone, tmp_path: Path) -> None:
    odd = f"sqlite://{tmp_path}/x.db?odd=1"
    for url in ("postgresql://nobody:s3cret@127.0.0.1:9/none", "sqlite:///dev/null/none.db", odd):
        alone.settings = {"DATABASE_URL": url}
        done = alone.says("migrate")
        assert (done.code, sentence(done.err)[:6]) == (1, "数据库打不开"), url
        assert "s3cret" not in done.err


def test_a_database_of_a_newer_program_is_left_alone(alone: Alone) -> None:
    assert alone.says("migrate").code == 0
    with sqlite3.connect(alone.folder / "branchlife.sqlite3") as link:
        link.execute("INSERT INTO migration VALUES (999, '0999_new', 'x', 0)")
    done = alone.says("migrate")
    assert (done.code, sentence(done.err)[:6]) == (1, "数据库的结构")
    assert "数据库的结构" in sentence(alone.says("doctor").out)


def test_a_database_in_use_is_told(alone: Alone) -> None:
    with DataLock(alone.folder / "branchlife.sqlite3"):
        done = alone.says("migrate")
        assert (done.code, sentence(done.err)) == (1, words("trouble", "in_use"))
        assert words("trouble", "in_use") in sentence(alone.says("doctor").out)


async def test_migrate_is_done_once(house: House) -> None:
    first, second = await house.says("migrate"), await house.says("migrate")
    assert (first.code, second.code) == (0, 0)
    assert "0001_start" in first.out
    assert second.out.strip() == words("migrate", "nothing")


async def test_the_doctor_says_what_is_missing(house: House) -> None:
    done = await house.says("doctor")
    assert done.code == 1
    assert f"✓ Telegram 认得机器人 @{BOT.username}。" in sentence(done.out)
    assert ("项结构更新没做：运行 python -m bot migrate" in done.out) == ("postgres" in house.settings["DATABASE_URL"])
    assert ("✗ 还没有数据库" in done.out) == ("sqlite" in house.settings["DATABASE_URL"]), "a doctor who looks makes no file"
    await house.says("migrate")
    assert "✗ 还没有组织" in (await house.says("doctor")).out


def test_the_doctor_survives_everything_at_once(alone: Alone) -> None:
    alone.settings = {"DATA_DIR": "/dev/null/var", "TOKEN": ""}
    done = alone.says("doctor")
    assert done.code == 1
    assert [line[0] for line in sentence(done.out).splitlines()] == ["✓", "✗", "✓", "✗", "✗", "✗"]


async def test_init_refuses_a_name_that_is_none(house: House) -> None:
    done = await house.says("init", "--name", " ", "--admin", "刘明")
    assert (done.code, last(done.err)) == (1, words("trouble", "name", most=80))


async def test_from_nothing_to_an_admin_who_opened_the_link_once(house: House, world: Visitor) -> None:
    """init before the service runs, again while it runs, open the link, be the admin; the older links are void."""
    first = link(sentence((await house.says(*INIT)).out))
    async with house.running():
        doctor = await house.says("doctor")
        assert (doctor.code, "✓ 已有组织" in sentence(doctor.out)) == (0, True)
        second = await house.says(*INIT)
        assert second.code == 0, second.err
        await opens(world, OTHER, first, "这个链接已失效")
        await opens(world, ADMIN, link(second.out), "您同意吗")
        assert (await world.taps(ADMIN, "同意"))["text"] == "绑定好了。"  # type: ignore[index]
        await opens(world, OTHER, link(second.out), "这个链接已失效")
        await world.says(ADMIN, "/help")
        await hears(world, ADMIN, "/plan")
        third = await house.says(*INIT)
        assert (third.code, "已经由另一个账号绑定" in sentence(third.err)) == (1, True)
        again = await house.says("run")
        assert (again.code, last(again.err)) == (1, words("trouble", "in_use"))


async def test_after_a_kill_commands_find_no_service_and_the_next_start_is_clean(house: House) -> None:
    async with house.running() as process:
        process.kill()
        await process.wait()
    assert (house.folder / "var" / FILE).exists()
    assert (await house.says(*INIT)).code == 0
    async with house.running() as process:
        address = json.loads((house.folder / "var" / FILE).read_text())
        assert address["url"].startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 20)
        assert process.returncode == 0
    assert not (house.folder / "var" / FILE).exists()


def link(said: str) -> str:
    return said.partition("?start=")[2].split()[0]


async def opens(world: Visitor, user: int, code: str, answer: str) -> None:
    await world.says(user, f"/start {code}")
    await hears(world, user, answer)


async def hears(world: Visitor, user: int, words_: str) -> None:
    async def heard() -> bool:
        last = await world.last(user)
        return last is not None and words_ in last["text"]

    await world.until(heard, 10)


def taken() -> socket.socket:
    """A port somebody else listens on, on every address."""
    other = socket.socket()
    other.bind(("0.0.0.0", 0))
    other.listen()
    return other


@pytest.mark.parametrize("setting", ["ADMIN_PORT", "WEBHOOK_PORT"])
async def test_a_port_that_is_taken_is_told_with_the_setting_that_names_it(
    world: Visitor, tmp_path: Path, setting: str
) -> None:
    with taken() as other:
        port = other.getsockname()[1]
        hook = {"WEBHOOK_URL": "https://bot.example", "WEBHOOK_SECRET": "a-secret-of-the-test"}
        house = House(tmp_path, world.url, {setting: str(port), **(hook if setting == "WEBHOOK_PORT" else {})})
        done = await house.says("run")
    told = words("trouble", "port", port=port, setting=f"BRANCHLIFE_{setting}")
    assert (done.code, last(done.err)) == (1, told)
    assert not (tmp_path / "var" / FILE).exists()
