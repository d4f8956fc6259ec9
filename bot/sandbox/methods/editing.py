"""Messages of the bot are changed in text, caption, media or buttons, and deleted."""

from bot.sandbox.arguments import Args
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.keyboards import keyboard
from bot.sandbox.methods.media import medium
from bot.sandbox.methods.reach import chat_open, own_message
from bot.sandbox.methods.texts import caption_of, text_of
from bot.sandbox.world import Chat, Json, World

DELETABLE = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MEDIA = ("photo", "document")
CAPTION = ("caption", "caption_entities")
CONTENT = ("text", "entities", *MEDIA, *CAPTION, "poll", "reply_markup")


def edit_message_text(world: World, args: Args) -> Json:
    chat = chat_open(world, args)
    message = own_message(world, chat, args)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return replace(world, chat, message, {**text_of(world, args), **keyboard(args)})


def edit_message_caption(world: World, args: Args) -> Json:
    chat = chat_open(world, args)
    message = own_message(world, chat, args)
    kept = _parts(message, MEDIA)
    if not kept:
        raise bad_request("there is no caption in the message to edit")
    return replace(world, chat, message, {**kept, **caption_of(world, args), **keyboard(args)})


def edit_message_media(world: World, args: Args) -> Json:
    chat = chat_open(world, args)
    message = own_message(world, chat, args)
    if "poll" in message:
        raise bad_request("message can't be edited")
    return replace(world, chat, message, {**medium(world, args, args.object("media")), **keyboard(args)})


def edit_message_reply_markup(world: World, args: Args) -> Json:
    chat = chat_open(world, args)
    message = own_message(world, chat, args)
    kept = _parts(message, tuple(name for name in CONTENT if name != "reply_markup"))
    return replace(world, chat, message, {**kept, **keyboard(args)})


def _parts(message: Json, names: tuple[str, ...]) -> Json:
    return {name: message[name] for name in names if name in message}


def replace(world: World, chat: Chat, message: Json, content: Json) -> Json:
    if content == _parts(message, CONTENT):
        raise bad_request(NOT_MODIFIED)
    rest = {key: value for key, value in message.items() if key not in CONTENT}
    return world.replace(chat, {**rest, "edit_date": int(world.clock.seconds()), **content})


def delete_message(world: World, args: Args) -> bool:
    """Own messages anywhere and a person's in private, both for 48 hours; others' in a group need rights."""
    chat = chat_open(world, args)
    message = chat.messages.get(args.whole("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _delete(world, chat, message)
    return True


def _delete(world: World, chat: Chat, message: Json) -> None:
    if message["from"]["id"] != world.bot.id and not chat.private:
        if not chat.bot_admin:
            raise bad_request("message can't be deleted")
    elif world.clock.seconds() - message["date"] >= DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    world.remove(chat, message["message_id"])


def delete_messages(world: World, args: Args) -> bool:
    """Up to a hundred; those that are not there, or cannot be deleted, are skipped without a word."""
    chat = chat_open(world, args)
    wanted = args.list("message_ids")
    if not 1 <= len(wanted) <= 100:
        raise bad_request("there are no messages to delete" if not wanted else "too many message identifiers specified")
    for message in [chat.messages[each] for each in dict.fromkeys(wanted) if each in chat.messages]:
        try:
            _delete(world, chat, message)
        except ApiError:
            continue
    return True
