"""Every argument of every call is judged by the Bot API's own table, down into its JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import tabulate
from bot.sandbox.arguments import checked
from bot.sandbox.errors import ApiError
from bot.sandbox.files import Upload
from bot.sandbox.shapes import table
from tests.bot.sandbox.conftest import GROUP, ZHANG, keys
from tests.bot.sandbox.raw import RawBot

HELLO = {"chat_id": "5", "text": "好"}
SPECIFICATION = {
    "version": "Bot API 0.1",
    "methods": {
        "sendThing": {
            "name": "sendThing",
            "fields": [
                {"name": "chat_id", "types": ["Integer", "String"], "required": True, "description": "Where to"},
                {"name": "rows", "types": ["Array of Array of Thing"], "required": False, "description": "What"},
            ],
        },
        "getThing": {"name": "getThing"},
    },
    "types": {
        "Thing": {"name": "Thing", "subtypes": ["ThingSmall", "ThingLarge"]},
        "ThingSmall": {
            "name": "ThingSmall",
            "fields": [{"name": "type", "types": ["String"], "required": True, "description": 'Kind, always "small"'}],
        },
        "ThingLarge": {
            "name": "ThingLarge",
            "fields": [{"name": "type", "types": ["String"], "required": True, "description": "Kind, must be large"}],
        },
    },
}


def refusal(method: str, **given: Any) -> str:
    with pytest.raises(ApiError) as caught:
        checked(method, given)
    assert caught.value.code == 400
    return caught.value.description.removeprefix("Bad Request: ")


def test_the_table_is_the_facts_of_the_specification_without_its_prose() -> None:
    assert tabulate.tabulated(SPECIFICATION) == {
        "version": "Bot API 0.1",
        "methods": {"sendThing": {"chat_id!": "Integer|String", "rows": "[[Thing]]"}, "getThing": {}},
        "objects": {"ThingSmall": {"type!": "=small"}, "ThingLarge": {"type!": "=large"}},
        "unions": {"Thing": ["ThingSmall", "ThingLarge"]},
    }


def test_the_table_knows_the_whole_bot_api_and_is_small() -> None:
    facts = table()
    assert (facts.version, len(facts.methods), len(facts.objects) + len(facts.unions)) == ("Bot API 10.1", 180, 359)
    assert tabulate.TABLE.stat().st_size < 200_000
    known = facts.objects.keys() | facts.unions.keys() | {"String", "Integer", "Float", "Boolean"}
    written = {kind.strip("[]") for rows in facts.objects.values() for each, _ in rows.values() for kind in each.split("|")}
    assert {kind for kind in written if not kind.startswith("=")} <= known


def test_a_table_is_written_as_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabulate, "TABLE", tmp_path / "api.json")
    (tmp_path / "told.json").write_text(json.dumps(SPECIFICATION))
    tabulate.main([str(tmp_path / "told.json")], standalone_mode=False)
    assert json.loads((tmp_path / "api.json").read_text()) == tabulate.tabulated(SPECIFICATION)


@pytest.mark.parametrize(
    ("method", "given", "reason"),
    [
        ("sendMessage", {"text": "好"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "5"}, "message text is empty"),
        ("sendMessage", HELLO | {"txt": "好"}, "sandbox: sendMessage has no argument txt"),
        ("sendMessage", HELLO | {"reply_to_message_id": "5"}, "sandbox: sendMessage has no argument reply_to_message_id"),
        ("sendMessage", HELLO | {"message_thread_id": "seven"}, 'can\'t parse "message_thread_id" as Integer'),
        ("sendMessage", HELLO | {"message_thread_id": 7.5}, 'parameter "message_thread_id" must be of type Number'),
        ("sendMessage", HELLO | {"message_thread_id": True}, 'parameter "message_thread_id" must be of type Number'),
        ("sendMessage", HELLO | {"text": 5}, 'parameter "text" must be of type String'),
        ("sendMessage", HELLO | {"protect_content": "perhaps"}, 'can\'t parse "protect_content" as Boolean'),
        ("sendMessage", HELLO | {"protect_content": 1}, 'parameter "protect_content" must be of type Boolean'),
        ("sendMessage", HELLO | {"chat_id": [5]}, 'parameter "chat_id" must be of type Integer or String'),
        ("sendMessage", HELLO | {"entities": "{}"}, "array expected as entities"),
        (
            "sendMessage",
            HELLO | {"entities": '[{"type":"bold","offset":0}]'},
            "can't parse MessageEntity: Can't find field \"length\"",
        ),
        (
            "sendMessage",
            HELLO | {"entities": [{"type": "bold", "offset": "0", "length": 1}]},
            'can\'t parse MessageEntity: Field "offset" must be of type Number',
        ),
        (
            "sendMessage",
            HELLO | {"link_preview_options": '{"disabled":true}'},
            "sandbox: LinkPreviewOptions has no field disabled",
        ),
        ("sendMessage", HELLO | {"link_preview_options": "[]"}, "object expected as link preview options"),
        ("sendMessage", HELLO | {"reply_parameters": "{}"}, "can't parse ReplyParameters: Can't find field \"message_id\""),
        ("sendMessage", HELLO | {"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ("sendMessage", HELLO | {"reply_markup": "{}"}, "object expected as reply keyboard markup"),
        (
            "sendMessage",
            HELLO | {"reply_markup": {"inline_keyboard": {}}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            "sendMessage",
            HELLO | {"reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            "sendMessage",
            HELLO | {"reply_markup": {"inline_keyboard": [[{"text": "甲", "data": "a"}]]}},
            "sandbox: InlineKeyboardButton has no field data",
        ),
        ("sendMessage", HELLO | {"text": "\ud800"}, "strings must be encoded in UTF-8"),
        ("setMyCommands", {}, 'parameter "commands" is required'),
        ("setMyCommands", {"commands": '[{"command":"a"}]'}, "can't parse BotCommand: Can't find field \"description\""),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"all"}'}, "object expected as scope"),
        (
            "setMyCommands",
            {"commands": "[]", "scope": '{"type":"chat"}'},
            "can't parse BotCommandScopeChat: Can't find field \"chat_id\"",
        ),
        (
            "sendMediaGroup",
            {"chat_id": "5", "media": '[{"type":"hologram","media":"x"}]'},
            "object expected as media",
        ),
        ("sendPoll", {"chat_id": "5", "question": "?", "options": '["甲"]'}, "object expected as options"),
        ("getUpdates", {"allowed_updates": "[1]"}, 'parameter "allowed_updates" must be of type String'),
    ],
)
def test_what_is_unknown_missing_or_of_another_kind_is_refused(method: str, given: dict[str, Any], reason: str) -> None:
    assert refusal(method, **given).startswith(reason)


def test_strings_of_a_form_become_what_the_table_says() -> None:
    args = checked(
        "sendMessage", HELLO | {"protect_content": "True", "message_thread_id": "7", "entities": "", "parse_mode": ""}
    )
    assert args.given == {"chat_id": "5", "text": "好", "protect_content": True, "message_thread_id": 7, "parse_mode": ""}
    assert checked("sendLocation", {"chat_id": 5, "latitude": "31.2", "longitude": 121}).given["latitude"] == 31.2


def test_a_union_is_known_by_its_mark_and_albums_may_be_mixed() -> None:
    media = [{"type": "photo", "media": "a"}, {"type": "video", "media": "b"}]
    assert checked("sendMediaGroup", {"chat_id": 5, "media": json.dumps(media)}).objects("media") == media
    scope = {"type": "chat_member", "chat_id": GROUP, "user_id": ZHANG}
    assert checked("setMyCommands", {"commands": [], "scope": scope}).object("scope") == scope


def test_files_come_in_parts_that_an_argument_points_to() -> None:
    file = Upload("a.png", "image/png", b"x")
    media = json.dumps([{"type": "photo", "media": "attach://one"}])
    assert checked("sendMediaGroup", {"chat_id": 5, "media": media, "one": file}).attached("attach://one") == file
    assert checked("sendPhoto", {"chat_id": 5, "photo": file}).upload("photo") == file
    assert refusal("sendPhoto", chat_id=5, photo="attach://one", two=file) == "sandbox: sendPhoto has no argument two"


async def test_what_is_known_but_not_played_says_so(raw: RawBot) -> None:
    told = await raw.ask("sendMessage", chat_id=ZHANG, text="好", message_effect_id="5")
    assert (told["error_code"], told["description"]) == (
        501,
        "Not Implemented: message_effect_id of sendMessage is not played here",
    )
    kept = await raw.does("sendMessage", chat_id=ZHANG, text="好", reply_markup=keys([("甲", "a")]))
    assert kept["reply_markup"] == keys([("甲", "a")])
