"""Captions, media and albums: sent, sent again by their ids, and changed."""

import json
from datetime import timedelta

import aiohttp
import pytest
import telegram

from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, ZHANG, keys
from tests.bot.sandbox.pictures import png
from tests.bot.sandbox.raw import RawBot


async def test_a_caption_and_its_buttons_change_and_the_picture_stays(bot: telegram.Bot, visitor: Visitor) -> None:
    markup = telegram.InlineKeyboardMarkup.from_button(telegram.InlineKeyboardButton("甲", callback_data="a"))
    sent = await bot.send_photo(GROUP, png(4, 4), caption="一", reply_markup=markup)
    edited = await bot.edit_message_caption(GROUP, sent.message_id, caption="<b>二</b>", parse_mode="HTML")
    assert isinstance(edited, telegram.Message)
    assert (edited.caption, edited.photo, edited.reply_markup) == ("二", sent.photo, None)
    with pytest.raises(telegram.error.BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_caption(GROUP, sent.message_id, caption="<b>二</b>", parse_mode="HTML")
    await bot.edit_message_reply_markup(GROUP, sent.message_id, reply_markup=markup)
    last = await visitor.last(GROUP)
    assert last is not None
    assert (last["text"], last["buttons"], last["photo"]["width"]) == ("二", [[{"text": "甲", "data": "a"}]], 4)


async def test_text_has_no_caption_and_a_picture_no_text(raw: RawBot, bot: telegram.Bot) -> None:
    said = await raw.does("sendMessage", chat_id=GROUP, text="好")
    there = {"chat_id": GROUP, "message_id": said["message_id"]}
    assert (
        await raw.refused("editMessageCaption", caption="x", **there)
        == "Bad Request: there is no caption in the message to edit"
    )
    photo = await bot.send_photo(GROUP, png(4, 4))
    there = {"chat_id": GROUP, "message_id": photo.message_id}
    assert await raw.refused("editMessageText", text="x", **there) == "Bad Request: there is no text in the message to edit"
    assert (
        await raw.refused("editMessageCaption", caption="x", chat_id=GROUP)
        == "Bad Request: message identifier is not specified"
    )


async def test_a_picture_takes_the_place_of_another(bot: telegram.Bot) -> None:
    sent = await bot.send_photo(GROUP, png(4, 4), caption="旧")
    edited = await bot.edit_message_media(telegram.InputMediaPhoto(png(6, 6), caption="新"), GROUP, sent.message_id)
    assert isinstance(edited, telegram.Message)
    assert (edited.photo[-1].width, edited.caption) == (6, "新")


async def test_an_album_is_two_to_ten_of_a_kind(bot: telegram.Bot, raw: RawBot) -> None:
    sent = await bot.send_media_group(GROUP, [telegram.InputMediaPhoto(png(size, 4)) for size in (4, 5)], caption="合影")
    assert [message.photo[-1].width for message in sent] == [4, 5]
    assert len({message.media_group_id for message in sent}) == 1
    one = {"type": "photo", "media": sent[0].photo[-1].file_id}
    assert await raw.refused("sendMediaGroup", chat_id=GROUP, media=[one]) == "Bad Request: MEDIA_INVALID"
    mixed = [one, {"type": "document", "media": "x"}]
    reason = "Bad Request: document can't be mixed with other media types"
    assert await raw.refused("sendMediaGroup", chat_id=GROUP, media=mixed) == reason


async def test_a_file_is_sent_again_only_as_what_it_is(bot: telegram.Bot, raw: RawBot) -> None:
    photo = (await bot.send_photo(GROUP, png(4, 4))).photo[-1].file_id
    assert (
        await raw.refused("sendDocument", chat_id=GROUP, document=photo)
        == "Bad Request: can't use file of type Photo as Document"
    )


async def test_the_path_of_a_file_is_good_for_an_hour(bot: telegram.Bot, raw: RawBot, visitor: Visitor) -> None:
    sent = await bot.send_document(ZHANG, b"abc", filename="a.txt")
    assert sent.document is not None
    path = (await raw.does("getFile", file_id=sent.document.file_id))["file_path"]
    address = raw.address.replace("/bot", "/file/bot", 1) + path
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as answer:
            assert await answer.read() == b"abc"
        await visitor.clock(await visitor.clock() + timedelta(hours=1, seconds=1))
        async with session.get(address) as answer:
            assert answer.status == 404


async def test_a_hundred_messages_go_at_once_and_old_ones_stay(raw: RawBot, visitor: Visitor) -> None:
    old = await raw.does("sendMessage", chat_id=GROUP, text="旧")
    await visitor.clock(await visitor.clock() + timedelta(hours=48, seconds=1))
    new = await raw.does("sendMessage", chat_id=GROUP, text="新")
    wanted = [old["message_id"], new["message_id"], 1]
    assert await raw.does("deleteMessages", chat_id=GROUP, message_ids=wanted) is True
    assert [message["text"] for message in await visitor.sees(GROUP)] == ["旧"]
    assert "too many" in await raw.refused("deleteMessages", chat_id=GROUP, message_ids=list(range(1, 102)))


async def test_a_keyboard_takes_a_hundred_buttons_of_known_styles(raw: RawBot) -> None:
    hundred = keys(*([("甲", "a")] for _ in range(100)))
    assert (await raw.does("sendMessage", chat_id=GROUP, text="好", reply_markup=hundred))["reply_markup"] == hundred
    hundred["inline_keyboard"].append([{"text": "甲", "callback_data": "a"}])
    assert (
        await raw.refused("sendMessage", chat_id=GROUP, text="好", reply_markup=hundred) == "Bad Request: REPLY_MARKUP_TOO_LONG"
    )
    styled = {"inline_keyboard": [[{"text": "删", "callback_data": "a", "style": "purple"}]]}
    assert "style" in await raw.refused("sendMessage", chat_id=GROUP, text="好", reply_markup=json.dumps(styled))


async def test_entities_beyond_the_hundredth_are_dropped(raw: RawBot) -> None:
    many = "".join("<b>字</b> " for _ in range(120))
    sent = await raw.does("sendMessage", chat_id=GROUP, text=many, parse_mode="HTML")
    assert len(sent["entities"]) == 100
