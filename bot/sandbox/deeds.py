"""What people do: say, send, tap, block, join and leave. Each deed becomes an update as Telegram would make it."""

import asyncio
from dataclasses import dataclass

from bot.sandbox.errors import StageError
from bot.sandbox.files import Upload, as_document
from bot.sandbox.standing import RESTRICTIONS as RESTRICTIONS  # told to tests from here
from bot.sandbox.standing import standing
from bot.sandbox.text import detected, trimmed
from bot.sandbox.world import Chat, Json, Person, Press, World

TEXT_LIMIT = 4096
# Who speaks for an admin that hides: a bot that is none, the same in every group.
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def person(world: World, user: int) -> Person:
    found = world.people.get(user)
    if found is None:
        raise StageError(404, "unknown_user", user=user)
    return found


def chat(world: World, chat_id: int) -> Chat:
    found = world.chats.get(chat_id)
    if found is None:
        raise StageError(404, "unknown_chat", chat=chat_id)
    return found


def present(world: World, user: int, chat_id: int) -> tuple[Person, Chat]:
    """Somebody and a chat that person is in."""
    who, where = person(world, user), chat(world, chat_id)
    if user not in where.members:
        raise StageError(403, "not_member", name=who.name)
    return who, where


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said in a group: in a topic, under the group's name as anonymous admins do, in answer to a message."""

    thread: int = 0
    anonymous: bool = False
    reply_to: int | None = None


def say(world: World, user: int, chat_id: int, source: str, how: Manner = Manner()) -> Json:
    """Say something. `update_id` is None when the bot, in privacy mode, does not hear it."""
    who, where = present(world, user, chat_id)
    text, _ = trimmed(source.replace("\r", ""), [])
    if not text:
        raise StageError(400, "text_empty")
    if len(text) > TEXT_LIMIT:
        raise StageError(400, "text_long")
    _greet(world, who, where, text)
    entities = list(detected(text))
    return _tell(world, who, where, {"text": text, **({"entities": entities} if entities else {})}, how)


def send_file(world: World, user: int, chat_id: int, upload: Upload, caption: str) -> Json:
    who, where = present(world, user, chat_id)
    _greet(world, who, where, "")
    if not upload.content:
        raise StageError(400, "text_empty")
    body: Json = {"document": as_document(world.files.keep(upload, "document"))}
    if caption.strip():
        body["caption"] = caption.strip()[:1024]
    return _tell(world, who, where, body, Manner())


def _greet(world: World, who: Person, where: Chat, text: str) -> None:
    """In private nothing can be said before /start; it also ends a block."""
    if not where.private:
        return
    starts = text.split(" ")[0] == "/start"
    if not starts and who.blocked:
        raise StageError(409, "blocked", name=who.name)
    if not starts and not who.started:
        raise StageError(409, "not_started", name=who.name)
    if who.blocked:
        block(world, who.id, blocked=False)
    if not who.started:
        who.started = True
        world.feed.publish("people", dict)


def _tell(world: World, who: Person, where: Chat, body: Json, how: Manner) -> Json:
    if how.reply_to is not None:
        body |= {"reply_to_message": _answered(where, how.reply_to)}
    if how.thread:
        if how.thread not in where.threads:
            raise StageError(404, "unknown_chat", chat=how.thread)
        body |= {"message_thread_id": how.thread, "is_topic_message": True}
    if how.anonymous:
        body |= {"sender_chat": where.head}
    message = world.post(where, ANONYMOUS if how.anonymous else who.as_user(), body)
    everything = where.private or where.bot_admin or not world.privacy
    heard = where.private or (where.bot_in and (everything or _addressed(world, message)))
    update_id = world.inbox.add("message", message, f"chat {where.id}") if heard else None
    return {"update_id": update_id, "message_id": message["message_id"]}


def _answered(where: Chat, message_id: int) -> Json:
    answered = where.messages.get(message_id)
    if answered is None:
        raise StageError(404, "unknown_message")
    return {key: value for key, value in answered.items() if key != "reply_to_message"}


def _addressed(world: World, message: Json) -> bool:
    """Privacy mode: in a group the bot hears commands for it or for nobody by name, and replies to it."""
    if message.get("reply_to_message", {}).get("from", {}).get("id") == world.bot.id:
        return True
    text = message.get("text", "")
    if not text.startswith("/"):
        return False
    _, at, name = text.split(maxsplit=1)[0].partition("@")
    return not at or name.lower() == world.bot.username.lower()


def tap(world: World, user: int, chat_id: int, message_id: int, data: str, *, forged: bool = False) -> Press:
    """Press a button of a message; forged presses may carry any data, as a changed client can."""
    who, where = present(world, user, chat_id)
    message = where.messages.get(message_id)
    if message is None:
        raise StageError(404, "unknown_message")
    if who.blocked and where.private:
        raise StageError(409, "blocked", name=who.name)
    if not forged and not _offers(message, data):
        raise StageError(404, "unknown_button")
    if not 1 <= len(data.encode(errors="replace")) <= 64:
        raise StageError(400, "data_wrong")
    press = world.press(user, chat_id, message_id)
    query = {"id": press.id, "from": who.as_user(), "message": message, "chat_instance": where.instance, "data": data}
    world.inbox.add("callback_query", query, f"user {user}")
    return press


def _offers(message: Json, data: str) -> bool:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return any(button.get("callback_data") == data for row in rows for button in row)


async def answer(world: World, press: Press, seconds: float) -> Json | None:
    """Wait for the bot's answer to a press; None when it does not come in time."""
    if press.id not in world.presses:
        return None
    press.answer = asyncio.get_running_loop().create_future()
    try:
        return await asyncio.wait_for(press.answer, seconds)
    except TimeoutError:
        return None


def deactivate(world: World, user: int) -> None:
    """The account is no more; the bot is not told."""
    person(world, user).deactivated = True
    world.feed.publish("people", dict)


def block(world: World, user: int, *, blocked: bool) -> int | None:
    """Block or unblock the bot in private. Telegram tells the bot only of a change."""
    who = person(world, user)
    if who.blocked == blocked:
        return None
    who.blocked = blocked
    statuses = ("member", "kicked") if blocked else ("kicked", "member")
    world.feed.publish("people", dict)
    return bot_seen(world, who, world.chats[user], *statuses)


def bot_seen(world: World, by: Person, where: Chat, before: str, after: str) -> int | None:
    changed = {
        "chat": where.head,
        "from": by.as_user(),
        "date": int(world.clock.seconds()),
        "old_chat_member": standing(world, before),
        "new_chat_member": standing(world, after),
    }
    return world.inbox.add("my_chat_member", changed, f"member {by.id}")


def bot_membership(world: World, by: int, chat_id: int, *, member: bool) -> int | None:
    """Take the bot into a group, or out of it."""
    who, where = present(world, by, chat_id)
    if where.private:
        raise StageError(400, "out_of_range", name="chat")
    if where.bot_in == member:
        return None
    where.bot_in, where.bot_left, where.bot_admin = member, False, False
    world.feed.publish("people", dict)
    return bot_seen(world, who, where, *(("left", "member") if member else ("member", "kicked")))


def membership(world: World, user: int, chat_id: int, *, member: bool) -> Json:
    """A person joins or leaves a group; the bot hears it as a service message."""
    who, where = person(world, user), chat(world, chat_id)
    if where.private:
        raise StageError(400, "out_of_range", name="chat")
    if (user in where.members) == member:
        return {"update_id": None, "message_id": None}
    (where.members.add if member else where.members.discard)(user)
    body: Json = {"new_chat_members": [who.as_user()]} if member else {"left_chat_member": who.as_user()}
    message = world.post(where, who.as_user(), body)
    world.feed.publish("people", dict)
    update_id = world.inbox.add("message", message, f"chat {chat_id}") if where.bot_in else None
    return {"update_id": update_id, "message_id": message["message_id"]}
