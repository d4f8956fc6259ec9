"""Of a press what the gate reads, and of anything else all of it."""

from typing import Any

import pytest
from telegram import Message, Update

from bot.gist import gist
from handlers.gate import carries
from tests.bot.updates import Json, pressed, said

JOIN, LEAVE = {"text": "参加", "callback_data": "a"}, {"text": "请假", "callback_data": "b"}
KEYBOARD = {"inline_keyboard": [[JOIN, LEAVE], [{"text": "详情", "url": "https://t.me/bot"}]]}


def on_a_card(data: str, keyboard: Any = KEYBOARD, **more: Any) -> Json:
    raw = pressed(data, 5, -100)
    raw["callback_query"]["message"] |= {"reply_markup": keyboard, "text": "卡片", **more}
    return raw


def carried(raw: Json) -> bool:
    message = Update.de_json(gist(raw), None).callback_query.message  # type: ignore[union-attr]
    assert isinstance(message, Message)
    return carries(message, raw["callback_query"]["data"])


def test_of_a_pressed_card_its_words_and_its_other_buttons_are_left_out() -> None:
    raw = on_a_card("b", is_topic_message=True, message_thread_id=9)
    kept = gist(raw)["callback_query"]["message"]
    assert kept["reply_markup"] == {"inline_keyboard": [[LEAVE]]}
    assert "text" not in kept
    assert (kept["message_thread_id"], kept["is_topic_message"], kept["chat"]["id"]) == (9, True, -100)


def test_the_update_itself_stays_whole_for_who_keeps_it() -> None:
    raw = on_a_card("b")
    gist(raw)
    assert raw["callback_query"]["message"]["reply_markup"] == KEYBOARD
    assert raw["callback_query"]["message"]["text"] == "卡片"


@pytest.mark.parametrize(("data", "there"), [("a", True), ("b", True), ("c", False), ("", False)])
def test_whether_the_message_has_the_button_is_seen_as_before(data: str, there: bool) -> None:
    assert carried(on_a_card(data)) is there


@pytest.mark.parametrize(
    "keyboard", [None, [], 5, {}, {"inline_keyboard": 5}, {"inline_keyboard": [5]}, {"inline_keyboard": {}}]
)
def test_what_does_not_look_like_a_keyboard_stays_for_the_library_to_refuse(keyboard: Any) -> None:
    assert gist(on_a_card("a", keyboard))["callback_query"]["message"]["reply_markup"] == keyboard


@pytest.mark.parametrize(
    "raw",
    [
        said("/start", 5),
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"update_id": 1, "callback_query": {"id": "1", "message": 5}},
        {"update_id": 1, "callback_query": 5},
    ],
)
def test_what_is_no_press_on_a_message_stays_as_it_is(raw: Json) -> None:
    assert gist(raw) == raw
