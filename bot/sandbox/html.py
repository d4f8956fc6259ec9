"""Telegram's HTML, read as strictly as Telegram reads it (TDLib's parse_html), with its own error texts.

Byte offsets in errors are of the UTF-8 source; offsets and lengths of entities are UTF-16 code units.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import ApiError, bad_request

Entity = dict[str, Any]

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
REFERENCE = re.compile(rb"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}))|(lt|gt|amp|quot)(?![A-Za-z]));?")
NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
SPECIAL = re.compile(rb"[<&]")
WORD_END = re.compile(rb"[\s\0>]")
NAME_END = re.compile(rb"[\s\0=>/\"']")
TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
SPACES = re.compile(rb"\s*")
DIGITS = re.compile(r"[0-9]{1,18}")


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def unparsable(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


@dataclass
class Tag:
    name: str
    begin: int
    offset: int
    piece: int
    attributes: dict[str, str] = field(default_factory=dict)


class Html:
    """One reading of one text; `pieces` is the plain text so far, `length` its UTF-16 length."""

    def __init__(self, source: str) -> None:
        self.data = source.encode() + b"\0"  # the end reads as NUL, like the C string the rules were written for
        self.end = len(self.data) - 1
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[Tag] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while (found := SPECIAL.search(self.data, self.at)) is not None:
            self._keep(self.data[self.at : found.start()].decode())
            self.at = found.start()
            if found[0] == b"&":
                self._keep(self._reference() or self._literal())
            else:
                self._tag()
        self._keep(self.data[self.at : self.end].decode())
        if self.open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self.pieces), self.entities

    def _keep(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += units(text)

    def _literal(self) -> str:
        self.at += 1
        return "&"

    def _reference(self) -> str:
        """The character of the reference at the cursor, or nothing: an unknown one stays as it is written."""
        found = REFERENCE.match(self.data, self.at)
        if found is None:
            return ""
        character = NAMED[found[3]] if found[3] else _character(found)
        if character:
            self.at = found.end()
        return character

    def _skip(self, pattern: re.Pattern[bytes]) -> bytes:
        """Move to where the pattern is found and give what lay before it."""
        found = pattern.search(self.data, self.at)
        stop = found.start() if found else self.end
        passed = self.data[self.at : stop]
        self.at = stop
        return passed

    def _spaces(self) -> None:
        found = SPACES.match(self.data, self.at)
        self.at = found.end() if found else self.at

    def _here(self) -> bytes:
        return self.data[self.at : self.at + 1]

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self._here() == b"/":
            self.at += 1
            self._close(begin)
        else:
            self._start(begin)

    def _start(self, begin: int) -> None:
        name = self._skip(WORD_END).decode().lower()
        if self.at >= self.end:
            raise unparsable(f"Unclosed start tag at byte offset {begin}")
        if name not in KINDS:
            raise unparsable(f'Unsupported start tag "{name}" at byte offset {begin}')
        tag = Tag(name, begin, self.length, len(self.pieces))
        while self._attribute(tag):
            pass
        self.at += 1
        if name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(tag)

    def _attribute(self, tag: Tag) -> bool:
        """Read one attribute into the tag; False at the closing bracket."""
        self._spaces()
        if self._here() == b">":
            return False
        name = self._skip(NAME_END).decode()
        if not name:
            raise unparsable(f'Empty attribute name in the tag "{tag.name}" at byte offset {tag.begin}')
        self._spaces()
        if self._here() != b"=":
            tag.attributes[name] = ""
        else:
            self.at += 1
            self._spaces()
            tag.attributes[name] = "" if self.at >= self.end else self._value(tag)
        if self.at >= self.end:
            raise unparsable(f'Unclosed start tag "{tag.name}" at byte offset {tag.begin}')
        return True

    def _value(self, tag: Tag) -> str:
        quote = self._here()
        if quote in (b'"', b"'"):
            return self._quoted(tag, quote)
        begin = self.at
        found = TOKEN.match(self.data, begin)
        self.at = found.end() if found else begin
        if not WORD_END.match(self.data, self.at):
            raise unparsable(f"Unexpected end of name token at byte offset {begin}")
        return self.data[begin : self.at].decode().lower()

    def _quoted(self, tag: Tag, quote: bytes) -> str:
        self.at += 1
        stop = re.compile(rb"[&\0" + quote + rb"]")
        parts = [self._skip(stop).decode()]
        while self._here() == b"&":
            parts.append(self._reference() or self._literal())
            parts.append(self._skip(stop).decode())
        self.at += 1
        if self.at >= self.end:
            raise unparsable(f"Unclosed start tag at byte offset {tag.begin}")
        return "".join(parts)

    def _close(self, begin: int) -> None:
        if not self.open:
            raise unparsable(f"Unexpected end tag at byte offset {begin}")
        name = self._skip(WORD_END).decode().lower()
        self._spaces()
        if self._here() != b">":
            raise unparsable(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            raise unparsable(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        if self.length > tag.offset:
            self._entity(tag)

    def _entity(self, tag: Tag) -> None:
        entity: Entity = {"type": KINDS[tag.name], "offset": tag.offset, "length": self.length - tag.offset}
        if tag.name in ("pre", "code") and self._joins_code(tag, entity):
            return
        details = self._details(tag)
        if details is not None:
            self.entities.append(entity | details)

    def _joins_code(self, tag: Tag, entity: Entity) -> bool:
        """<pre><code class="language-x"> is one entity of kind pre, whichever is the inner one."""
        language = tag.attributes.get("class", "").removeprefix("language-") if tag.name == "code" else ""
        inner = self.entities[-1] if self.entities else {}
        same = (inner.get("offset"), inner.get("length")) == (entity["offset"], entity["length"])
        if same and tag.name == "pre" and inner["type"] == "code" and "language" in inner:
            inner["type"] = "pre"
            return True
        if same and language and inner["type"] == "pre":
            inner["language"] = language
            return True
        if language:
            self.entities.append(entity | {"language": language})
            return True
        return False

    def _details(self, tag: Tag) -> Entity | None:
        """What a kind of entity carries beside its place; None when Telegram silently drops it."""
        if tag.name == "a":
            url = link(tag.attributes.get("href") or "".join(self.pieces[tag.piece :]))
            return {"url": url} if url else None
        if tag.name == "tg-emoji":
            return {"custom_emoji_id": _whole(tag, "emoji-id", "Invalid custom emoji identifier specified")}
        if tag.name == "tg-time":
            unix = _whole(tag, "unix", "Invalid Unix time specified")
            style = tag.attributes.get("format", "")
            return {"unix_time": int(unix)} | ({"date_time_format": style} if style else {})
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            return {"type": "expandable_blockquote"}
        return {}


def _character(found: re.Match[bytes]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    if not 0 < code < 0x10FFFF:
        return ""
    if 0xD800 <= code <= 0xDFFF:
        raise unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
        )
    return chr(code)


def _whole(tag: Tag, name: str, complaint: str) -> str:
    value = tag.attributes.get(name, "")
    if not DIGITS.fullmatch(value) or not int(value):
        raise unparsable(complaint)
    return value


def link(url: str) -> str:
    """The address as Telegram keeps it, or nothing when it takes it for no address."""
    whole = url.strip() if re.match(r"(?i)[a-z][a-z0-9+.-]*:", url.strip()) else f"http://{url.strip()}"
    try:
        parts = urlsplit(whole)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme in ("tg", "ton", "mailto"):
        return whole
    if parts.scheme not in ("http", "https") or re.search(r"\s", whole) or not re.search(r"[.:]", host):
        return ""
    return whole if parts.path or parts.query or parts.fragment else f"{whole}/"
