"""Where a call is aimed: the chat, the thread and the message, or Telegram's reason why not."""

from typing import Any

from bot.sandbox.arguments import WHOLE, Args
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.world import Chat, World

Json = dict[str, Any]


def chat_known(world: World, args: Args) -> Chat:
    """The chat that is named, whether or not the bot may write there."""
    if not args.has("chat_id"):
        raise bad_request("chat_id is empty")
    written = args.text("chat_id").strip()
    chat = world.chats.get(int(written)) if WHOLE.fullmatch(written) else None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def chat_open(world: World, args: Args) -> Chat:
    """The chat that is named, if the bot may write there."""
    chat = chat_known(world, args)
    if not chat.private:
        _group_open(chat)
        return chat
    person = world.people[chat.id]
    if person.deactivated:
        raise ApiError(403, "Forbidden: user is deactivated")
    if not person.started:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    if person.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return chat


def _group_open(chat: Chat) -> None:
    if chat.moved_to is not None:
        grown = "Bad Request: group chat was upgraded to a supergroup chat"
        raise ApiError(400, grown, migrate_to_chat_id=chat.moved_to)
    if chat.deleted:
        raise ApiError(403, "Forbidden: the group chat was deleted")
    inside(chat)
    if chat.bot_silent:
        raise bad_request("not enough rights to send text messages to the chat")


def inside(chat: Chat) -> None:
    """Raises 403 where the bot is no member of a group."""
    if chat.private or chat.bot_in:
        return
    gone = "bot is not a member of" if chat.bot_left else "bot was kicked from"
    raise ApiError(403, f"Forbidden: {gone} the {chat.head['type']} chat")


def leave_chat(world: World, args: Args) -> bool:
    chat = chat_known(world, args)
    if chat.private:
        raise bad_request("method is available only for group, supergroup and channel chats")
    inside(chat)
    chat.bot_in, chat.bot_left, chat.bot_admin = False, True, False
    world.feed.publish("people", dict)
    return True


def thread(chat: Chat, args: Args) -> Json:
    """The topic as a part of a message."""
    thread_id = args.whole("message_thread_id")
    if not thread_id:
        return {}
    if thread_id not in chat.threads:
        raise bad_request("message thread not found")
    if thread_id in chat.closed and not chat.bot_admin:
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def reply(chat: Chat, args: Args) -> Json:
    """The message that is replied to, as a part of a message, without its own reply."""
    asked = args.object("reply_parameters")
    if not asked:
        return {}
    answered = chat.messages.get(asked["message_id"])
    if answered is not None:
        return {"reply_to_message": {key: answered[key] for key in answered if key != "reply_to_message"}}
    if asked.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def own_message(world: World, chat: Chat, args: Args) -> Json:
    """A message the bot may edit."""
    if not args.has("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(args.whole("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != world.bot.id:
        raise bad_request("message can't be edited")
    return message
