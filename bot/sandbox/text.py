"""From what was sent to what is shown: markup, trimming, and the entities Telegram finds by itself."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.html import Html, units

Entity = dict[str, Any]

CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?!\w))"
    r"|(?P<url>https?://[^\s<>\"'，。；：（）《》]+)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w))"
)
MAY_HOLD = re.compile("[/@]")
ORDER = ("expandable_blockquote", "blockquote", "pre", "code", "text_link")
OPAQUE = ("pre", "code", "text_link", "text_mention")
MOST_ENTITIES = 100  # more are dropped without a word
GIVEN = {
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "text_link", "text_mention"),
    *("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "custom_emoji", "date_time"),
    *("blockquote", "expandable_blockquote"),
}


def formatted(source: str, parse_mode: str | None, given: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """The text people see and its entities. Only HTML is played; other modes are refused as unsupported."""
    clean = CONTROL.sub(" ", source.replace("\r", ""))
    if not parse_mode:
        text, entities = clean, _checked(given or [])
    elif parse_mode.lower() == "html":
        text, entities = Html(clean).read()
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = trimmed(text, entities)
    return text, in_order(entities + list(detected(text, entities)))[:MOST_ENTITIES]


def _checked(given: list[Entity]) -> list[Entity]:
    for entity in given:
        if entity["type"] not in GIVEN:
            raise bad_request("can't parse MessageEntity: Can't find field or unsupported type specified")
    return [dict(entity) for entity in given]


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at both ends; entities move along, and those left empty are dropped."""
    kept = text.strip(" \n")
    if kept == text and not entities:
        return kept, []
    lead, total = units(text[: len(text) - len(text.lstrip(" \n"))]) if kept else 0, units(kept)
    moved = [_clipped(entity, lead, total) for entity in entities]
    return kept, [entity for entity in moved if entity["length"] > 0]


def _clipped(entity: Entity, lead: int, total: int) -> Entity:
    begin = max(entity["offset"] - lead, 0)
    end = min(entity["offset"] - lead + entity["length"], total)
    return entity | {"offset": begin, "length": end - begin}


def detected(text: str, entities: list[Entity] | None = None) -> Iterator[Entity]:
    """Commands, addresses and mentions, outside code and links."""
    if not MAY_HOLD.search(text):
        return
    closed = [(e["offset"], e["offset"] + e["length"]) for e in entities or () if e["type"] in OPAQUE]
    for found in FOUND.finditer(text):
        begin = units(text[: found.start()])
        length = units(found[0])
        if not any(start < begin + length and begin < end for start, end in closed):
            yield {"type": str(found.lastgroup), "offset": begin, "length": length}


def in_order(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], e["type"] not in ORDER))
