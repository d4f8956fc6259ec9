"""Inline keyboards: one kind a button, at most a hundred of them, data of 1 to 64 bytes, addresses that are some."""

from typing import Any

from bot.sandbox.arguments import Args
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.html import link

Json = dict[str, Any]

MOST_BUTTONS = 100
LONGEST_DATA = 64
BESIDE = frozenset({"text", "style", "icon_custom_emoji_id"})
PLAYED = frozenset({"url", "callback_data"})
STYLES = frozenset({"danger", "success", "primary"})


def keyboard(args: Args) -> Json:
    """The inline keyboard of a call as a part of a message: empty, or one `reply_markup`."""
    markup = args.object("reply_markup")
    if not markup:
        return {}
    if "inline_keyboard" not in markup:
        raise ApiError(501, "Not Implemented: only inline keyboards are played here")
    shown = [[_button(button) for button in row] for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in shown) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"reply_markup": {"inline_keyboard": shown}} if shown else {}


def _button(button: Json) -> Json:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    kinds = [kind for kind in button if kind not in BESIDE]
    if len(kinds) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if kinds[0] not in PLAYED:
        raise ApiError(501, f"Not Implemented: buttons with {kinds[0]} are not played here")
    if button.get("style", "primary") not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    return button | {kinds[0]: _data(button) if kinds[0] == "callback_data" else _address(button["url"])}


def _data(button: Json) -> str:
    data = str(button["callback_data"])
    if not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _address(url: str) -> str:
    checked = link(url)
    if not checked:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked
