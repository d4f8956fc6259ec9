"""Texts and captions of messages, within Telegram's limits."""

from bot.sandbox.arguments import Args
from bot.sandbox.errors import bad_request
from bot.sandbox.text import formatted
from bot.sandbox.world import Json, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768
MENTION = "tg://user?id="
TOO_LONG = {"text": "message is too long", "caption": "message caption is too long"}


def text_of(world: World, args: Args) -> Json:
    """`text` and `entities` of a message."""
    if not args.text("text").strip():
        raise bad_request("message text is empty")
    text, entities = marked(world, args, "text", "entities", TEXT_LIMIT)
    if not text:
        raise bad_request("message text is empty")
    return {"text": text} | ({"entities": entities} if entities else {})


def caption_of(world: World, args: Args) -> Json:
    if not args.has("caption"):
        return {}
    text, entities = marked(world, args, "caption", "caption_entities", CAPTION_LIMIT)
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def marked(world: World, args: Args, name: str, entities: str, limit: int, mode: str = "parse_mode") -> tuple[str, list[Json]]:
    """The text people see and its entities; length is counted in characters after the markup."""
    source, too_long = args.text(name), TOO_LONG.get(name, f"{name} is too long")
    if len(source.encode()) > RAW_LIMIT:
        raise bad_request(too_long)
    given = None if args.has(mode) else args.objects(entities)
    text, found = formatted(source, args.text(mode) or None, given)
    if len(text) > limit:
        raise bad_request(too_long)
    return text, [kept for entity in found if (kept := _person(world, entity))]


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
