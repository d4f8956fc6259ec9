"""editMessageText, editMessageReplyMarkup, deleteMessage."""

from bot.sandbox.arguments import Args, keyboard
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.reach import chat_open, own_message
from bot.sandbox.methods.sending import text_of
from bot.sandbox.world import Chat, Json, World

DELETABLE = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
CONTENT = ("text", "entities", "reply_markup")


def edit_message_text(world: World, args: Args) -> Json:
    chat = chat_open(world, args)
    message = own_message(world, chat, args)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _replace(world, chat, message, {**text_of(world, args), **keyboard(args)})


def edit_message_reply_markup(world: World, args: Args) -> Json:
    chat = chat_open(world, args)
    message = own_message(world, chat, args)
    kept: Json = {key: message[key] for key in ("text", "entities") if key in message}
    return _replace(world, chat, message, {**kept, **keyboard(args)})


def _replace(world: World, chat: Chat, message: Json, content: Json) -> Json:
    if content == {key: message[key] for key in CONTENT if key in message}:
        raise bad_request(NOT_MODIFIED)
    rest = {key: value for key, value in message.items() if key not in CONTENT}
    return world.replace(chat, {**rest, "edit_date": int(world.clock.seconds()), **content})


def delete_message(world: World, args: Args) -> bool:
    """Own messages anywhere and a person's in private, both for 48 hours; others' in a group need rights."""
    chat = chat_open(world, args)
    message_id = args.whole("message_id")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if message["from"]["id"] != world.bot.id and not chat.private:
        raise bad_request("message can't be deleted")
    if world.clock.seconds() - message["date"] >= DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    world.remove(chat, message_id)
    return True
