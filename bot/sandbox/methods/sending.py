"""sendMessage, sendPhoto, sendDocument."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.arguments import Args, keyboard
from bot.sandbox.errors import bad_request
from bot.sandbox.files import Kept, Upload, as_document, as_photo
from bot.sandbox.methods.reach import chat_open, reply, thread
from bot.sandbox.text import formatted
from bot.sandbox.world import Json, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768
MENTION = "tg://user?id="


def text_of(world: World, args: Args) -> Json:
    """`text` and `entities` of a message, within Telegram's limits."""
    if not args.text("text").strip():
        raise bad_request("message text is empty")
    text, entities = marked(world, args, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if len(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def caption_of(world: World, args: Args) -> Json:
    if not args.has("caption"):
        return {}
    text, entities = marked(world, args, "caption", "caption_entities")
    if len(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def marked(world: World, args: Args, name: str, entities_name: str) -> tuple[str, list[Json]]:
    source = args.text(name)
    if len(source.encode()) > RAW_LIMIT:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    given = None if args.has("parse_mode") else args.objects(entities_name)
    text, entities = formatted(source, args.text("parse_mode") or None, given)
    return text, [kept for entity in entities if (kept := _person(world, entity))]


def _person(world: World, entity: Json) -> Json | None:
    """A link to a person is a mention of a known one, or nothing."""
    url = entity.get("url", "")
    if not url.startswith(MENTION):
        return entity
    digits = url.removeprefix(MENTION)
    person = world.people.get(int(digits)) if digits.isdecimal() and len(digits) < 19 else None
    if person is None:
        return None
    return {"type": "text_mention", "offset": entity["offset"], "length": entity["length"], "user": person.as_user()}


def _send(world: World, args: Args, content: Callable[[], Json]) -> Json:
    chat = chat_open(world, args)
    body = {**thread(chat, args), **reply(chat, args), **content(), **keyboard(args)}
    if args.flag("protect_content"):
        body["has_protected_content"] = True
    return world.post(chat, world.bot_user(), body)


def send_message(world: World, args: Args) -> Json:
    return _send(world, args, lambda: text_of(world, args))


def send_photo(world: World, args: Args) -> Json:
    return _send(world, args, lambda: {"photo": _attached(world, args, "photo", as_photo), **caption_of(world, args)})


def send_document(world: World, args: Args) -> Json:
    return _send(world, args, lambda: {"document": _attached(world, args, "document", as_document), **caption_of(world, args)})


def _attached(world: World, args: Args, name: str, shape: Callable[[Kept], Any]) -> Any:
    """A new upload, or the file_id of an older one. Nothing is fetched from an address."""
    upload = args.upload(name)
    if upload is None:
        return shape(_again(world, args, name))
    if not upload.content:
        raise bad_request("file must be non-empty")
    shape(Kept("", "", "", upload))  # refuse a broken picture before it is kept
    return shape(world.files.keep(Upload(upload.name, upload.mime, upload.content), f"{name}s"))


def _again(world: World, args: Args, name: str) -> Kept:
    if not args.has(name):
        raise bad_request(f"there is no {name} in the request")
    kept = world.files.by_id.get(args.text(name))
    if kept is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return kept
