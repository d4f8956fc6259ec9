"""What a bot may ask: who it is, who others are, its files and its menu of commands."""

import json
import re

from bot.sandbox.arguments import Args
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.reach import chat_known, inside
from bot.sandbox.standing import standing, status
from bot.sandbox.world import Json, World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def get_me(world: World, args: Args) -> Json:
    return world.bot_user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, args: Args) -> Json:
    chat = chat_known(world, args)
    if chat.private and not world.people[chat.id].started:
        raise bad_request("chat not found")
    inside(chat)
    return chat.head | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}


def get_chat_member(world: World, args: Args) -> Json:
    chat = chat_known(world, args)
    user_id = args.whole("user_id")
    inside(chat)
    if user_id == world.bot.id:
        return standing(world, status(chat))
    person = world.people.get(user_id)
    if person is None:
        raise bad_request("user not found")
    return {"status": "member" if user_id in chat.members else "left", "user": person.as_user()}


def get_file(world: World, args: Args) -> Json:
    return world.files.as_file(args.text("file_id"), world.clock.seconds())


def set_my_commands(world: World, args: Args) -> bool:
    rows = args.objects("commands")
    if len(rows) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_shelf(args)] = [_command(row) for row in rows]
    world.feed.publish("people", dict)
    return True


def get_my_commands(world: World, args: Args) -> list[Json]:
    return world.commands.get(_shelf(args), [])


def _shelf(args: Args) -> tuple[str, str]:
    scope = args.object("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), args.text("language_code")


def _command(row: Json) -> Json:
    command, description = row["command"], row["description"]
    if not COMMAND.fullmatch(command.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": description}
