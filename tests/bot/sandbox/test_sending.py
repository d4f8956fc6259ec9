from typing import Any

import pytest
import telegram

from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, LI, STRANGER, ZHANG, keys
from tests.bot.sandbox.pictures import jpeg, png
from tests.bot.sandbox.raw import RawBot

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def test_the_real_library_sends_and_reads_back_a_card(bot: telegram.Bot, visitor: Visitor) -> None:
    markup = telegram.InlineKeyboardMarkup.from_row(
        [
            telegram.InlineKeyboardButton("参加", callback_data="1.rsvp"),
            telegram.InlineKeyboardButton("看", url="https://e.cn/a"),
        ]
    )
    sent = await bot.send_message(GROUP, "<b>12月</b>主题党日", parse_mode="HTML", reply_markup=markup)
    assert sent.text == "12月主题党日"
    assert sent.parse_entities() == {sent.entities[0]: "12月"}
    assert sent.reply_markup == markup
    seen = await visitor.last(GROUP)
    assert seen is not None
    assert seen["buttons"] == [[{"text": "参加", "data": "1.rsvp"}, {"text": "看", "url": "https://e.cn/a"}]]
    assert (seen["text"], seen["message_id"]) == ("12月主题党日", sent.message_id)


async def test_arguments_come_as_json_too(raw: RawBot) -> None:
    body = {"chat_id": ZHANG, "text": "好", "reply_markup": keys([("甲", "a")])}
    async with raw.session.post(raw.address + "sendMessage", json=body) as answer:
        assert (await answer.json())["result"]["reply_markup"] == keys([("甲", "a")])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"chat_id": 999}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"chat_id": STRANGER}, "Forbidden: bot can't initiate conversation with a user"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"),
        ({"text": "字" * 4097}, "Bad Request: message is too long"),
        ({"text": "a" * 40_000}, "Bad Request: message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Bad Request: can't parse entities: Can't find end tag corresponding"),
        ({"text": "x", "parse_mode": "Markdown"}, "Bad Request: unsupported parse_mode"),
        ({"reply_markup": keys([("甲", "党" * 22)])}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"reply_markup": keys([("甲", "")])}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"),
        ({"reply_markup": {"keyboard": []}}, "Not Implemented: only inline keyboards are played here"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "看", "url": "http://localhost/"}]]}},
            "Bad Request: inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        ({"message_thread_id": 8}, "Bad Request: message thread not found"),
        ({"reply_parameters": {"message_id": 5}}, "Bad Request: message to be replied not found"),
        ({"txt": "x"}, "Bad Request: sandbox: sendMessage has no argument txt"),
    ],
)
async def test_a_message_that_cannot_be_sent_says_why(raw: RawBot, given: dict[str, Any], reason: str) -> None:
    refused = await raw.refused("sendMessage", **({"chat_id": GROUP, "text": "好"} | given))
    assert refused.startswith(reason)


async def test_length_is_counted_in_characters_after_markup(raw: RawBot) -> None:
    text = "<b>" + "😀" * 4096 + "</b>"
    message = await raw.does("sendMessage", chat_id=GROUP, text=text, parse_mode="HTML")
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 8192}]


async def test_a_topic_keeps_its_messages(raw: RawBot) -> None:
    message = await raw.does("sendMessage", chat_id=GROUP, text="好", message_thread_id=7)
    assert (message["message_thread_id"], message["is_topic_message"]) == (7, True)


async def test_a_block_and_a_kick_stop_messages(raw: RawBot, visitor: Visitor) -> None:
    await visitor.block(ZHANG)
    assert await raw.refused("sendMessage", chat_id=ZHANG, text="好") == "Forbidden: bot was blocked by the user"
    await visitor.membership(GROUP, 7000000001, member=False, by=LI)
    reason = "Forbidden: bot was kicked from the supergroup chat"
    assert await raw.refused("sendMessage", chat_id=GROUP, text="好") == reason


async def test_an_edit_replaces_text_and_buttons(raw: RawBot, visitor: Visitor) -> None:
    sent = await raw.does("sendMessage", chat_id=GROUP, text="一", reply_markup=keys([("甲", "a")]))
    place = {"chat_id": GROUP, "message_id": sent["message_id"]}
    assert await raw.refused("editMessageText", text="一", reply_markup=keys([("甲", "a")]), **place) == NOT_MODIFIED
    edited = await raw.does("editMessageText", text="二", **place)
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= edited["date"]
    await raw.does("editMessageReplyMarkup", reply_markup=keys([("乙", "b")]), **place)
    assert await raw.refused("editMessageReplyMarkup", reply_markup=keys([("乙", "b")]), **place) == NOT_MODIFIED
    last = await visitor.last(GROUP)
    assert last is not None
    assert (last["text"], last["buttons"], last["edited"]) == ("二", [[{"text": "乙", "data": "b"}]], True)


async def test_what_cannot_be_edited_or_deleted_says_why(raw: RawBot, visitor: Visitor) -> None:
    said = await visitor.says(ZHANG, "我说的", chat=GROUP)
    there = {"chat_id": GROUP, "message_id": said["message_id"]}
    gone = {"chat_id": GROUP, "message_id": 1}
    assert await raw.refused("editMessageText", text="改", **gone) == "Bad Request: message to edit not found"
    assert await raw.refused("editMessageText", text="改", **there) == "Bad Request: message can't be edited"
    assert await raw.refused("deleteMessage", **gone) == "Bad Request: message to delete not found"
    assert await raw.refused("deleteMessage", **there) == "Bad Request: message can't be deleted"


async def test_a_message_can_be_deleted_for_two_days(raw: RawBot, visitor: Visitor) -> None:
    young = await raw.does("sendMessage", chat_id=GROUP, text="新")
    assert await raw.does("deleteMessage", chat_id=GROUP, message_id=young["message_id"]) is True
    assert await visitor.sees(GROUP) == []
    private = await visitor.says(ZHANG, "私下说的")
    assert await raw.does("deleteMessage", chat_id=ZHANG, message_id=private["message_id"]) is True
    old = await raw.does("sendMessage", chat_id=GROUP, text="旧")
    await visitor.ask("POST", "clock", json={"now": "2099-01-01T00:00"})
    reason = await raw.refused("deleteMessage", chat_id=GROUP, message_id=old["message_id"])
    assert reason == "Bad Request: message can't be deleted for everyone"


@pytest.mark.parametrize("picture", [png(60, 40), jpeg(60, 40)])
async def test_a_picture_is_sent_once_and_again_by_its_id(bot: telegram.Bot, picture: bytes) -> None:
    sent = await bot.send_photo(ZHANG, picture, caption="<b>贺</b>", parse_mode="HTML")
    assert (sent.photo[-1].width, sent.photo[-1].height, sent.caption) == (60, 40, "贺")
    again = await bot.send_photo(LI, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id


async def test_pictures_and_captions_that_do_not_fit_are_refused(bot: telegram.Bot) -> None:
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(ZHANG, b"not a picture")
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)message caption is too long"):
        await bot.send_photo(ZHANG, png(1, 1), caption="字" * 1025)
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_photo(ZHANG, "https://e.cn/a.png")


async def test_a_document_goes_both_ways(bot: telegram.Bot, visitor: Visitor) -> None:
    sent = await bot.send_document(ZHANG, b"abc", filename="名册.xlsx", caption="见附件")
    assert sent.document is not None
    assert sent.document.file_name == "名册.xlsx"
    await visitor.sends(ZHANG, "报名.csv", b"1,2", caption="请收")
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.document is not None
    file = await bot.get_file(update.message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"1,2"
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)wrong file_id"):
        await bot.get_file("nothing")


async def test_the_menu_of_commands_is_kept_by_scope(bot: telegram.Bot) -> None:
    await bot.set_my_commands([("mine", "我的")], scope=telegram.BotCommandScopeAllGroupChats())
    assert await bot.get_my_commands() == ()
    kept = await bot.get_my_commands(scope=telegram.BotCommandScopeAllGroupChats())
    assert [(row.command, row.description) for row in kept] == [("mine", "我的")]
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([("Mine!", "我的")])


async def test_chats_and_members_are_told_as_they_are(bot: telegram.Bot) -> None:
    assert (await bot.get_chat(GROUP)).title == "支部"
    assert (await bot.get_chat_member(GROUP, ZHANG)).status == "member"
    assert (await bot.get_chat_member(GROUP, STRANGER)).status == "left"
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)chat not found"):
        await bot.get_chat(STRANGER)


async def test_a_wrong_token_or_method_is_refused_as_telegram_does(raw: RawBot, url: str) -> None:
    assert await raw.refused("sendDice", chat_id=GROUP) == "Not Implemented: method sendDice is not played here"
    assert await raw.refused("sendNothing") == "Not Found: method not found"
    async with raw.session.post(f"{url}/bot7000000001:WRONG/getMe") as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
