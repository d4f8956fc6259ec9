"""Values as the Bot API's table (api.json, made by `tabulate`) says they are, or refused in Telegram's words.

A kind is written as in the table: `Integer`, `[String]`, `Integer|String`, `=photo`, or the name of an object or a union.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.files import Upload

Json = dict[str, Any]

LARGEST = 2**63
SPOKEN = {"InlineKeyboardButton": "inline keyboard button", "KeyboardButton": "keyboard button"}
# Told in Telegram's own words where they differ from those of its JSON reader.
OWN_WORDS = {
    (
        "InlineKeyboardMarkup",
        "inline_keyboard",
    ): 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
}
NOT_UTF8 = "strings must be encoded in UTF-8"


class Table:
    """The facts: arguments of methods and fields of objects (name -> (kind, required)), and what a union unites."""

    def __init__(self, told: Json) -> None:
        self.version: str = told["version"]
        self.methods = {name: _rows(row) for name, row in told["methods"].items()}
        self.objects = {name: _rows(row) for name, row in told["objects"].items()}
        self.unions: dict[str, list[str]] = told["unions"]


Rows = dict[str, tuple[str, bool]]


def _rows(told: dict[str, str]) -> Rows:
    return {name.removesuffix("!"): (kind, name.endswith("!")) for name, kind in told.items()}


@cache
def table() -> Table:
    return Table(json.loads(Path(__file__).with_name("api.json").read_text("utf-8")))


class Misshapen(Exception):
    """A value that is not of its kind; `expected` is the kind in words."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def encodable(text: str) -> str:
    """Raises the refusal of a text that no UTF-8 can carry."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request(NOT_UTF8) from None
    return text


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Misshapen("String")
    return encodable(value)


def _integer(value: Any) -> int:
    if type(value) is not int or not -LARGEST <= value < LARGEST:
        raise Misshapen("Number")
    return value


def _float(value: Any) -> float:
    if type(value) not in (int, float):
        raise Misshapen("Number")
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Misshapen("Boolean")
    return value


def _file(value: Any) -> Upload:
    if not isinstance(value, Upload):
        raise Misshapen("InputFile")
    return value


SCALARS: dict[str, Callable[[Any], Any]] = {
    "String": _string,
    "Integer": _integer,
    "Float": _float,
    "Boolean": _boolean,
    "InputFile": _file,
}


@cache
def reader(kind: str) -> Callable[[Any], Any]:
    """What reads a value of that kind from parsed JSON. It raises Misshapen, or ApiError for what is wrong further inside."""
    united = table().unions.get(kind) or kind.split("|")
    if len(united) > 1:
        return _one_of(tuple(united))
    if kind.startswith("["):
        return _array(kind[1:-1])
    if kind.startswith("="):
        return _always(kind[1:])
    return SCALARS.get(kind) or _object(kind)


def _array(inner: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise Misshapen("Array")
        one = reader(inner)
        return [one(each) for each in value]

    return read


def _always(text: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value != text:
            raise Misshapen(f"String {text}")
        return value

    return read


def _object(name: str) -> Callable[[Any], Any]:
    rows = table().objects[name]
    required = [field for field, (_, must) in rows.items() if must]

    def read(value: Any) -> Json:
        if not isinstance(value, dict):
            raise Misshapen("Object")
        for field in required:
            if field not in value:
                raise _wrong(name, f'Can\'t find field "{field}"')
        return {field: _field(name, rows, field, each) for field, each in value.items() if each is not None}

    return read


def _field(name: str, rows: Rows, field: str, value: Any) -> Any:
    if field not in rows:
        raise bad_request(f"sandbox: {name} has no field {field}")
    try:
        return reader(rows[field][0])(value)
    except Misshapen as found:
        if own := OWN_WORDS.get((name, field)):
            raise bad_request(own) from None
        raise _wrong(name, f'Field "{field}" must be of type {found.expected}') from None


def _wrong(name: str, reason: str) -> ApiError:
    return bad_request(f"can't parse {SPOKEN.get(name, name)}: {reason}")


def _one_of(kinds: tuple[str, ...]) -> Callable[[Any], Any]:
    """The first kind that the value could be decides; arrays of several kinds may be mixed."""
    if all(kind.startswith("[") for kind in kinds):
        return _array("|".join(kind[1:-1] for kind in kinds))

    def read(value: Any) -> Any:
        kind = next((each for each in kinds if _could_be(each, value)), None)
        if kind is None:
            raise Misshapen(" or ".join(kinds) if len(kinds) < 4 else "Object")
        return reader(kind)(value)

    return read


def _could_be(kind: str, value: Any) -> bool:
    """Judged from outside: the type, the fields that must be there, the marks that name a kind."""
    if kind in table().unions:
        return any(_could_be(each, value) for each in table().unions[kind])
    if kind.startswith("["):
        return isinstance(value, list)
    if kind not in SCALARS:
        return isinstance(value, dict) and _has_marks(table().objects[kind], value)
    try:
        SCALARS[kind](value)
    except Misshapen:
        return False
    return True


def _has_marks(rows: Rows, value: Json) -> bool:
    marked = [(field, kind[1:]) for field, (kind, _) in rows.items() if kind.startswith("=")]
    if marked:
        return all(value.get(field) == text for field, text in marked)
    return all(field in value for field, (_, must) in rows.items() if must)
