"""The command line: `python -m bot COMMAND`. Every setting is a BRANCHLIFE_* variable; `--help` is everywhere."""

import asyncio
import base64
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import click
from telegram.error import InvalidToken, TelegramError

from bot import demo as stage
from bot import logs, operations, quiz
from bot.app import Database, Service, Unopened
from bot.channels.telegram import build_bot
from bot.console import Refused, running, words
from bot.doctor import examine
from bot.engines.lock import DataInUse
from bot.settings import BadSettings, Settings
from bot.web.admin import BadWish
from bot.web.listening import PortTaken
from bot.wording import toast
from models.card import Refusal
from models.migrations import MigrationError
from models.migrations import migrate as migrate_database
from models.organisation import know_bot


class Trouble(click.ClickException):
    """Said on stderr as it is, without a prefix."""

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


# What the user of a command can mend, and how it is said; the first that fits.
SENTENCES: dict[type[Exception], Callable[[Any], str]] = {
    BadSettings: lambda bad: "\n".join(bad.problems),
    BadWish: str,
    DataInUse: lambda _: words("trouble", "in_use"),
    InvalidToken: lambda _: words("trouble", "token"),
    MigrationError: lambda error: words("trouble", "migration", error=error),
    PortTaken: lambda taken: words("trouble", "port", port=taken.port, setting=taken.setting),
    Refusal: lambda no: toast(no.card),
    Refused: lambda no: words("trouble", "service", error=no),
    TelegramError: lambda error: words("trouble", "unreachable", error=type(error).__name__),
    Unopened: lambda error: words("trouble", "database", error=error),
}


def settled() -> Settings:
    """The settings, with logging set up; every wrong one told at once."""
    try:
        settings = Settings.load()
    except BadSettings as error:
        raise Trouble("\n".join(error.problems)) from None
    logs.setup(settings.log_level, settings.log_format)
    return settings


def run_plainly(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs a command; what its user can mend is said in a sentence, a bug keeps its trace."""
    try:
        return asyncio.run(work)
    except tuple(SENTENCES) as error:
        say = next(say for kind, say in SENTENCES.items() if isinstance(error, kind))
        raise Trouble(say(error)) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """支部生活：党支部组织生活的提醒和回执。设置写在 BRANCHLIFE_* 环境变量里，见 doctor 和 README。"""


@main.command()
def run() -> None:
    """启动服务：接收消息、到点提醒、发送通知，直到被停止。"""
    settings = settled()
    run_plainly(Service(settings).run())


@main.command()
@click.option("--name", required=True)
@click.option("--admin", required=True)
def init(name: str, admin: str) -> None:
    """建立最上级组织（--name 名称），并给出管理员（--admin 姓名）的一次性链接。"""
    settings = settled()
    said = run_plainly(asked(settings, "init", {"name": name, "admin": admin, "zone": settings.zone}))
    click.echo(words("init", "done", name=name, **said))


async def asked(settings: Settings, command: str, wishes: dict[str, Any]) -> dict[str, Any]:
    """What the running service answers, or this process on the database it opens itself."""
    service = await running(settings.data_dir)
    if service:
        return await service.command(command, wishes)
    async with build_bot(settings) as bot, Database(settings):
        return await operations.perform(await know_bot(bot.id, bot.username), command, wishes)


@main.command()
@click.argument("person")
@click.argument("office")
@click.option("--at", default="")
def grant(person: str, office: str, at: str) -> None:
    """任命职务：PERSON 姓名或编号，OFFICE 职务（如 书记、管理员），--at 组织名称。"""
    said = run_plainly(asked(settled(), "grant", {"person": person, "office": office, "at": at}))
    click.echo(said["said"])


@main.command()
@click.argument("person")
@click.argument("office")
@click.option("--at", default="")
def revoke(person: str, office: str, at: str) -> None:
    """免去职务：写法和 grant 一样；任期和记录都留着。"""
    said = run_plainly(asked(settled(), "revoke", {"person": person, "office": office, "at": at}))
    click.echo(said["said"])


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--root", default="")
@click.option("--enter", type=click.Choice(["all", "good"]), default=None)
def import_(file: Path, root: str, enter: str | None) -> None:
    """导入名册：先核对 FILE（.xlsx 或 .csv）并说出会改什么；加 --enter 才录入。"""
    content = base64.b64encode(on_disk(file.read_bytes)).decode()
    wishes = {"name": file.name, "content": content, "root": root, "enter": enter or ""}
    click.echo(run_plainly(asked(settled(), "import", wishes))["said"])


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--root", default="")
def export(file: Path, root: str) -> None:
    """导出名册到 FILE（.xlsx），格式和导入的一样。"""
    content = base64.b64decode(run_plainly(asked(settled(), "export", {"root": root}))["content"])
    on_disk(lambda: file.write_bytes(content))
    click.echo(words("export", "done", file=file))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--node", default="")
def holidays(file: Path, node: str) -> None:
    """录入一年的节假日（FILE，.json）：全部组织，或 --node 组织名称 一家；主题党日跟着重新排。"""
    content = base64.b64encode(on_disk(file.read_bytes)).decode()
    click.echo(run_plainly(asked(settled(), "holidays", {"content": content, "node": node}))["said"])


def on_disk(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    except OSError as error:
        raise Trouble(words("trouble", "file", error=error.strerror)) from None


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def packs(folder: Path) -> None:
    """核对一个文件夹里的题目包（FOLDER，里面是.toml），有错就说出在哪个文件第几行；什么也不改。"""
    good, said = quiz.judged(folder)
    click.echo(said)
    sys.exit(not good)


@main.command()
def migrate() -> None:
    """更新数据库结构（run 启动时也会自动做）。"""
    names = run_plainly(migrated(settled()))
    click.echo(words("migrate", "done", names="、".join(names)) if names else words("migrate", "nothing"))


async def migrated(settings: Settings) -> list[str]:
    async with Database(settings, migrating=False):
        return await migrate_database()


@main.command()
def doctor() -> None:
    """检查缺什么、错在哪里，用大白话说出来。"""
    findings = run_plainly(examine(settled()))
    for finding in findings:
        click.echo(f"{'✓' if finding.fine else '✗'} {finding.sentence}")
    sys.exit(0 if all(finding.fine for finding in findings) else 1)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True)
def demo(port: int) -> None:
    """在本机演示：假的 Telegram 和真的服务，人物和组织都是虚构的。"""
    logs.setup("WARNING", "text")
    run_plainly(stage.play(port))


if __name__ == "__main__":
    os.umask(0o077)  # whatever we write, the database first of all, is its owner's to read and nobody else's
    main(prog_name="python -m bot")
