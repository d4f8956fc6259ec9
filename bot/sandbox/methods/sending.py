"""sendMessage, sendPhoto, sendDocument, sendMediaGroup, sendChatAction."""

from collections.abc import Callable

from bot.sandbox.arguments import Args
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import keyboard
from bot.sandbox.methods.media import attached, medium
from bot.sandbox.methods.reach import chat_open, reply, thread
from bot.sandbox.methods.texts import caption_of, text_of
from bot.sandbox.world import Json, World

ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location "
    "record_video_note upload_video_note"
)
ALONE = frozenset({"document"})  # documents come only with documents


def send(world: World, args: Args, content: Callable[[], Json]) -> Json:
    chat = chat_open(world, args)
    body = {**thread(chat, args), **reply(chat, args), **content(), **keyboard(args)}
    if args.flag("protect_content"):
        body["has_protected_content"] = True
    return world.post(chat, world.bot_user(), body)


def send_message(world: World, args: Args) -> Json:
    return send(world, args, lambda: text_of(world, args))


def send_photo(world: World, args: Args) -> Json:
    return send(world, args, lambda: attached(world, args, "photo", args.given["photo"]) | caption_of(world, args))


def send_document(world: World, args: Args) -> Json:
    return send(world, args, lambda: attached(world, args, "document", args.given["document"]) | caption_of(world, args))


def send_media_group(world: World, args: Args) -> list[Json]:
    """Two to ten together; they are one album and as many messages."""
    told = args.objects("media")
    if not 2 <= len(told) <= 10:
        raise bad_request("MEDIA_INVALID" if told else "there are no messages to send")
    kinds = {each["type"] for each in told}
    if kinds & ALONE and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    chat = chat_open(world, args)
    beside = {**thread(chat, args), **reply(chat, args), "media_group_id": world.album()}
    media = [medium(world, args, each) for each in told]
    return [world.post(chat, world.bot_user(), beside | each) for each in media]


def send_chat_action(world: World, args: Args) -> bool:
    thread(chat_open(world, args), args)
    if args.text("action") not in ACTIONS.split():
        raise bad_request("wrong parameter action in request")
    return True
