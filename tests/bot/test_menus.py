"""The menus: what each scope offers, in both languages, and asked for only when something changed."""

from typing import Any

from bot import menus
from handlers import commands
from tests.bot.machine import Machine


def names(scope: str) -> set[str]:
    return {name for name, _ in menus.menu(scope)}


def test_each_scope_offers_what_can_be_done_there() -> None:
    known = {each.name for each in commands()}
    assert names("default") == {"help"}
    assert {"help", "plan", "reach", "mydata"} <= names("all_private_chats")
    assert names("all_group_chats") == names("all_chat_administrators") - {"link", "unlink"}
    assert all(names(scope) <= known for scope in menus.SCOPES)
    assert "reach" not in names("all_chat_administrators")


async def asked(machine: Machine, method: str) -> list[dict[str, Any]]:
    return await machine.world.log(method=method)


async def test_menus_are_set_for_every_scope_and_language_and_only_when_they_changed(machine: Machine) -> None:
    bot = machine.application.bot
    assert await menus.offer(bot) == len(menus.SCOPES) * len(menus.LANGUAGES) == 8
    assert await menus.offer(bot) == 0
    assert len(await asked(machine, "setMyCommands")) == 8
    await bot.set_my_commands([("help", "旧的")], scope={"type": "all_private_chats"}, language_code="zh")
    assert await menus.offer(bot) == 1
