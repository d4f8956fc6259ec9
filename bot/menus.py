"""The command menus Telegram shows, by scope and language. A convenience: rights are judged in the verbs."""

from typing import Any

from bot import wording
from bot.channels.telegram import ApiBot
from handlers import commands

LANGUAGES = ("", "zh")  # for everybody, and for those whose Telegram speaks Chinese: one and the same
# A scope of Telegram, and the menus of ours it offers.
SCOPES: dict[str, frozenset[str]] = {
    "default": frozenset(),
    "all_private_chats": frozenset({"private"}),
    "all_group_chats": frozenset({"group"}),
    "all_chat_administrators": frozenset({"group", "admins"}),
}
EVERYWHERE = "help"


def menu(scope: str) -> list[tuple[str, str]]:
    """The commands of a scope with their words."""
    offered = [each.name for each in commands() if each.menu & SCOPES[scope] or each.name == EVERYWHERE]
    return [(name, wording.command(name)) for name in offered]


async def offer(bot: ApiBot) -> int:
    """Sets each menu that is not yet as it should be; returns how many."""
    offered = 0
    for scope in SCOPES:
        for language in LANGUAGES:
            where: dict[str, Any] = {"scope": {"type": scope}, "language_code": language or None}
            wanted = menu(scope)
            there = await bot.get_my_commands(**where)
            if [(each.command, each.description) for each in there] != wanted:
                await bot.set_my_commands(wanted, **where)
                offered += 1
    return offered
