"""Arguments of a Bot API call: strings of a form, JSON, or files, judged by the table and refused in Telegram's own words."""

import json
import re
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.files import Upload
from bot.sandbox.shapes import SCALARS, Misshapen, encodable, reader, table

Json = dict[str, Any]

WHOLE = re.compile(r"-?[0-9]{1,18}")
TRUE, FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
ATTACHED = "attach://"
# What is missing, in Telegram's words.
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "question": "poll question must be non-empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "file_id": "file_id not specified",
}
WORDS = {"reply_markup": "reply keyboard markup"}


class Args:
    """One call's arguments, checked and of the kinds the table tells."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def has(self, name: str) -> bool:
        return name in self.given and self.given[name] != ""

    def text(self, name: str) -> str:
        return str(self.given.get(name, ""))

    def whole(self, name: str, default: int = 0) -> int:
        return int(self.given.get(name, default))

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self.given.get(name, default))

    def object(self, name: str) -> Json:
        value: Json = self.given.get(name, {})
        return value

    def objects(self, name: str) -> list[Json]:
        value: list[Json] = self.given.get(name, [])
        return value

    def list(self, name: str) -> list[Any]:
        value: list[Any] = self.given.get(name, [])
        return value

    def upload(self, name: str) -> Upload | None:
        """A file sent with the call, directly or by attach://part."""
        return self.attached(self.given.get(name))

    def attached(self, value: Any) -> Upload | None:
        if isinstance(value, str) and value.startswith(ATTACHED):
            value = self.given.get(value.removeprefix(ATTACHED))
        return value if isinstance(value, Upload) else None


def checked(method: str, given: Json) -> Args:
    """What was given, in the kinds of the table. Raises ApiError for what is unknown, missing or of another kind.

    Telegram would ignore a misspelt argument; here it is refused, so that nobody believes it works.
    """
    rows = table().methods[method]
    kept: Json = {}
    for name, value in given.items():
        if name not in rows:
            kept[name] = _part(method, name, value, given)
        elif value is not None:
            kept |= _argument(name, rows[name][0], value)
    for name, (_, must) in rows.items():
        if must and name not in kept:
            raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
    return Args(kept)


def _part(method: str, name: str, value: Any, given: Json) -> Upload:
    """A file that an argument points to."""
    mark = ATTACHED + name
    if isinstance(value, Upload) and any(mark in each for each in given.values() if isinstance(each, str)):
        return value
    raise bad_request(f"sandbox: {method} has no argument {name}")


def _argument(name: str, kind: str, value: Any) -> Json:
    """The argument as a part of the kept ones: an empty string is none, but where a text is expected."""
    kinds = kind.split("|")
    if isinstance(value, str):
        if "String" in kinds or "InputFile" in kinds:
            return {name: encodable(value)}
        if not value.strip():
            return {}
        value = _scalar(name, kind, value) if kind in SCALARS else _parsed(name, value)
    elif "InputFile" in kinds and isinstance(value, Upload):
        return {name: value}
    return {name: _read(name, kind, value)}


def _scalar(name: str, kind: str, written: str) -> Any:
    """A number or a truth value of a form."""
    encodable(written)
    text = written.strip()
    if kind == "Integer" and WHOLE.fullmatch(text):
        return int(text)
    if kind == "Float" and WHOLE.fullmatch(text.replace(".", "", 1)):
        return float(text)
    if kind == "Boolean" and text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    raise bad_request(f'can\'t parse "{name}" as {kind}')


def _parsed(name: str, written: str) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {_spoken(name)} JSON object") from None


def _read(name: str, kind: str, value: Any) -> Any:
    try:
        return reader(kind)(value)
    except Misshapen as found:
        if found.expected in ("Object", "Array"):
            raise bad_request(f"{found.expected.lower()} expected as {_spoken(name)}") from None
        raise bad_request(f'parameter "{name}" must be of type {found.expected}') from None
    except RecursionError:
        raise bad_request(f"can't parse {_spoken(name)} JSON object") from None


def _spoken(name: str) -> str:
    return WORDS.get(name, name.replace("_", " "))
