"""Arguments of a Bot API call: strings, JSON or parts of a form, refused in Telegram's own words."""

import json
import re
from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.files import Upload
from bot.sandbox.html import link

Json = dict[str, Any]

WHOLE = re.compile(r"-?[0-9]{1,18}")
TRUE = frozenset({"true", "1", "yes", "y", "t"})
BUTTON_KINDS = ("url", "callback_data")


class Args:
    """One call's arguments; the name in errors is the one Telegram uses."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def has(self, name: str) -> bool:
        return self.given.get(name) not in (None, "")

    def text(self, name: str) -> str:
        value = self.given.get(name)
        if value is None:
            return ""
        if isinstance(value, (dict, list, Upload)):
            raise bad_request(f'parameter "{name}" must be a string')
        text = value if isinstance(value, str) else json.dumps(value)
        if not _encodable(text):
            raise bad_request("strings must be encoded in UTF-8")
        return text

    def whole(self, name: str, default: int = 0) -> int:
        if not self.has(name):
            return default
        text = self.text(name).strip()
        if not WHOLE.fullmatch(text):
            raise bad_request(f'can\'t parse "{name}" as Integer')
        return int(text)

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in TRUE

    def parsed(self, name: str) -> Any:
        """A JSON-serialised argument, or what already came as JSON; None when absent."""
        value = self.given.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def object(self, name: str) -> Json:
        value = self.parsed(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value or {}

    def objects(self, name: str) -> list[Json]:
        value = self.parsed(name)
        rows = [] if value is None else value
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise bad_request(f"expected an Array of objects in {name}")
        return rows

    def names(self, name: str) -> list[str]:
        value = self.parsed(name)
        rows = [] if value is None else value
        if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
            raise bad_request(f"expected an Array of String in {name}")
        return rows

    def upload(self, name: str) -> Upload | None:
        """A file sent with the call, directly or by attach://part."""
        value = self.given.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.given.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def keyboard(args: Args) -> Json:
    """The inline keyboard of a call as a part of a message: empty, or one `reply_markup`."""
    markup = args.object("reply_markup")
    if not markup:
        return {}
    if "inline_keyboard" not in markup:
        raise ApiError(501, "Not Implemented: only inline keyboards are played here")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    shown = [[_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in shown) > 100:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"reply_markup": {"inline_keyboard": shown}} if shown else {}


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip() or not _encodable(text):
        raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    kinds = [kind for kind in button if kind not in ("text", "style")]
    if len(kinds) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if kinds[0] not in BUTTON_KINDS:
        raise ApiError(501, f"Not Implemented: buttons with {kinds[0]} are not played here")
    return {"text": text, kinds[0]: _aim(kinds[0], button[kinds[0]])}


def _aim(kind: str, value: Any) -> str:
    if kind == "callback_data":
        if not isinstance(value, str) or not _encodable(value) or not 1 <= len(value.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return value
    checked = link(value) if isinstance(value, str) else ""
    if not checked:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    return checked
