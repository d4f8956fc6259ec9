"""The channel over real HTTP: what goes out, and what becomes of it."""

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from pydantic import SecretStr

from bot import logs
from bot.channels import Address, Button, Channel, Rendered, Undeliverable, Unknown
from bot.channels.telegram import ApiBot, Telegram, build_bot, plain
from bot.settings import BadSettings, Settings
from tests.bot.channels.scripted import ScriptedApi, answers, refuses, says, sent
from tests.bot.loggers import logging_restored

HOME = Address(700000101)
GROUP = Address(-1001000000001, thread_id=5)
CARD = Rendered("<b>主题党日</b> 1 &lt; 2", ((Button("参加", data="1.rsvp.a.1.b"), Button("详情", url="https://a.b/")),))


def only_call(api: ScriptedApi) -> tuple[str, dict[str, Any]]:
    [(method, fields)] = api.calls
    return method, fields


async def test_a_card_goes_out_with_its_buttons_and_without_a_link_preview(api: ScriptedApi, telegram: Channel) -> None:
    api.script = [sent(41)]
    assert (await telegram.send(GROUP, CARD)).message_id == 41
    method, fields = only_call(api)
    assert method == "sendMessage"
    assert fields["chat_id"] == "-1001000000001"
    assert fields["message_thread_id"] == "5"
    assert (fields["text"], fields["parse_mode"]) == (CARD.text, "HTML")
    assert json.loads(fields["link_preview_options"]) == {"is_disabled": True}
    assert json.loads(fields["reply_markup"]) == {
        "inline_keyboard": [[{"text": "参加", "callback_data": "1.rsvp.a.1.b"}, {"text": "详情", "url": "https://a.b/"}]]
    }


async def test_a_chat_without_topics_is_sent_no_thread(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [sent()]
    await telegram.send(HOME, CARD)
    assert "message_thread_id" not in only_call(api)[1]


async def test_a_document_arrives_whole_and_under_its_chinese_name(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [sent(42)]
    content = bytes(range(256)) * 40
    assert (
        await telegram.send(HOME, Rendered("<i>台账</i>", CARD.buttons, document=("支部台账 1.xlsx", content)))
    ).message_id == 42
    method, fields = only_call(api)
    assert (method, fields["caption"], fields["parse_mode"]) == ("sendDocument", "<i>台账</i>", "HTML")
    assert fields["document"] == ("支部台账 1.xlsx", content)
    assert json.loads(fields["reply_markup"])["inline_keyboard"]


async def test_a_photo_carries_the_text_as_its_caption(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [sent()]
    await telegram.send(HOME, Rendered("贺卡", photo=b"\x89PNG"))
    method, fields = only_call(api)
    assert (method, fields["caption"], fields["photo"]) == ("sendPhoto", "贺卡", ("picture.png", b"\x89PNG"))


async def test_an_answer_the_library_cannot_parse_still_tells_the_message_id(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says({"message_id": 9, "date": None, "chat": "a chat of another kind"})]
    assert (await telegram.send(HOME, CARD)).message_id == 9


async def test_html_that_telegram_cannot_read_goes_out_once_more_as_plain_text(api: ScriptedApi, telegram: Telegram) -> None:
    before = logs.counters()["delivery.plain"]
    api.script = [refuses(400, "Bad Request: can't parse entities: Unsupported start tag"), sent(8)]
    with logging_restored():
        logs.setup("ERROR", stream=StringIO())
        assert (await telegram.send(HOME, CARD)).message_id == 8
    second = api.calls[1][1]
    assert second["text"] == "主题党日 1 < 2"
    assert "parse_mode" not in second
    assert json.loads(second["reply_markup"])["inline_keyboard"]
    assert logs.counters()["delivery.plain"] == before + 1


async def test_plain_text_is_tried_only_once(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(400, "Bad Request: can't parse entities: x")] * 2
    with pytest.raises(Undeliverable) as no:
        await telegram.send(HOME, CARD)
    assert (no.value.reason, no.value.permanent, len(api.calls)) == ("parse", True, 2)


def test_plain_keeps_what_only_looks_like_a_tag() -> None:
    assert plain("<b>若 a < b 且 c > d</b> &amp; <a href='x'>链接</a>") == "若 a < b 且 c > d & 链接"


async def test_an_edit_that_changes_nothing_is_a_success(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(400, "Bad Request: message is not modified: specified new message content and …")]
    await telegram.edit(HOME, 7, CARD)
    method, fields = only_call(api)
    assert (method, fields["message_id"], fields["text"]) == ("editMessageText", "7", CARD.text)


async def test_an_edit_of_a_message_with_an_attachment_changes_its_caption(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says(True)]
    await telegram.edit(HOME, 7, replace(CARD, photo=b"x"))
    assert only_call(api)[0] == "editMessageCaption"


async def test_an_edit_finds_out_by_itself_that_the_words_are_a_caption(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(400, "Bad Request: there is no text in the message to edit"), says(True)]
    await telegram.edit(HOME, 7, CARD)
    assert [(method, fields.get("caption")) for method, fields in api.calls][1] == ("editMessageCaption", CARD.text)


async def test_what_was_found_out_is_not_tried_again_when_a_flood_came_between(api: ScriptedApi, telegram: Telegram) -> None:
    flood = refuses(429, "Too Many Requests: retry after 1", retry_after=1)
    api.script = [refuses(400, "Bad Request: there is no text in the message to edit"), flood, says(True)]
    with pytest.raises(Undeliverable):
        await telegram.edit(HOME, 7, CARD)
    await telegram.edit(HOME, 7, CARD)
    assert [method for method, _ in api.calls] == ["editMessageText", "editMessageCaption", "editMessageCaption"]


async def test_an_edit_of_a_vanished_message_says_it_is_gone(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(400, "Bad Request: message to edit not found")]
    with pytest.raises(Undeliverable) as no:
        await telegram.edit(HOME, 7, CARD)
    assert (no.value.reason, no.value.permanent) == ("gone", True)


async def test_deleting_what_is_gone_is_a_success_and_what_is_too_old_is_not(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says(True), refuses(400, "Bad Request: message to delete not found")]
    await telegram.delete(HOME, 7)
    await telegram.delete(HOME, 7)
    api.script = [refuses(400, "Bad Request: message can't be deleted for everyone")]
    with pytest.raises(Undeliverable):
        await telegram.delete(HOME, 7)


async def test_an_answer_to_a_press_carries_toast_alert_or_link(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says(True), says(True), says(True)]
    await telegram.answer("1", "已报名", True)
    await telegram.answer("2", url="https://t.me/x?start=y")
    await telegram.answer("3")
    assert [fields for _, fields in api.calls] == [
        {"callback_query_id": "1", "text": "已报名", "show_alert": "true"},
        {"callback_query_id": "2", "url": "https://t.me/x?start=y"},
        {"callback_query_id": "3"},
    ]


async def test_a_press_nobody_listens_to_any_more_is_only_counted(api: ScriptedApi, telegram: Telegram) -> None:
    before = logs.counters()["answer.too_old"]
    api.script = [refuses(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")]
    await telegram.answer("1", "已报名")
    assert logs.counters()["answer.too_old"] == before + 1


async def test_an_answer_to_a_press_is_never_repeated(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [answers(502, "<html>"), sent()]
    with pytest.raises(Unknown):
        await telegram.answer("1", "已报名")
    assert len(api.calls) == 1


async def test_raw_calls_keep_what_the_library_does_not_know(api: ScriptedApi, bot: ApiBot) -> None:
    api.script = [says([{"update_id": 5, "a_new_kind": {"x": [1]}}])]
    updates = await bot.call("getUpdates", {"offset": 3, "timeout": 0, "limit": None}, read_timeout=2)
    assert updates == [{"update_id": 5, "a_new_kind": {"x": [1]}}]
    assert only_call(api) == ("getUpdates", {"offset": "3", "timeout": "0"})


def test_without_a_token_no_bot_is_built() -> None:
    with pytest.raises(BadSettings, match="BRANCHLIFE_TOKEN_FILE"):
        build_bot(Settings())


def test_the_bot_talks_to_the_address_in_the_settings() -> None:
    bot = build_bot(Settings(token=SecretStr("7000000001:" + "a" * 35), api_base_url="http://127.0.0.1:9/"))
    assert bot.base_url == f"http://127.0.0.1:9/bot7000000001:{'a' * 35}"
    assert bot.base_file_url == f"http://127.0.0.1:9/file/bot7000000001:{'a' * 35}"


def test_a_button_leads_to_exactly_one_place() -> None:
    with pytest.raises(ValueError, match="either"):
        Button("空")
    with pytest.raises(ValueError, match="either"):
        Button("两", data="1", url="https://a.b/")


def test_a_message_carries_one_attachment() -> None:
    with pytest.raises(ValueError, match="one"):
        Rendered("", photo=b"", document=("a", b""))
