"""A poll goes out as Telegram's own quiz: unnamed, solved by itself, without markup; and is ended by us."""

import json
from dataclasses import replace

import pytest

from bot.channels import Address, Ballot, Button, Rendered, Sent, Undeliverable
from bot.channels.telegram import Telegram
from tests.bot.channels.scripted import ScriptedApi, refuses, says

GROUP = Address(-1001000000001, thread_id=5)
FAULT = ((Button("报错", data="1.quiz_fault.a.1.b"),),)
BALLOT = Ballot("哪一年？", ("1919年", "1921年"), (1,), "来源：上海日报", 1_796_000_000)


async def test_a_poll_is_a_quiz_of_telegrams_own(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says({"message_id": 7, "poll": {"id": "5406", "question": "哪一年？"}})]
    assert await telegram.send(GROUP, Rendered("来源：上海日报", FAULT, ballot=BALLOT)) == Sent(7, "5406")
    [(method, fields)] = api.calls
    assert (method, fields["question"], fields["type"], fields["message_thread_id"]) == ("sendPoll", "哪一年？", "quiz", "5")
    assert json.loads(fields["options"]) == [{"text": "1919年"}, {"text": "1921年"}]
    assert json.loads(fields["correct_option_ids"]) == [1]
    assert (fields["explanation"], fields["close_date"]) == ("来源：上海日报", "1796000000")
    assert json.loads(fields["reply_markup"])["inline_keyboard"][0][0]["text"] == "报错"
    assert "parse_mode" not in fields


@pytest.mark.parametrize(("right", "several"), [((1,), "false"), ((0, 1), "true")])
async def test_several_right_ones_allow_several_answers(
    api: ScriptedApi, telegram: Telegram, right: tuple[int, ...], several: str
) -> None:
    api.script = [says({"message_id": 7})]
    await telegram.send(GROUP, Rendered("x", ballot=Ballot("?", ("a", "b", "c"), right, "x", 1_796_000_000)))
    assert api.calls[0][1]["allows_multiple_answers"] == several


async def test_a_poll_that_is_over_is_stopped_and_keeps_its_button(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says({"id": "5406", "is_closed": True})]
    await telegram.edit(GROUP, 7, Rendered("x", FAULT, ballot=replace(BALLOT, over=True)))
    [(method, fields)] = api.calls
    assert (method, fields["chat_id"], fields["message_id"]) == ("stopPoll", "-1001000000001", "7")
    assert json.loads(fields["reply_markup"])["inline_keyboard"]


async def test_a_poll_that_goes_on_is_never_edited(api: ScriptedApi, telegram: Telegram) -> None:
    await telegram.edit(GROUP, 7, Rendered("x", ballot=BALLOT))
    assert api.calls == []


async def test_a_poll_that_has_ended_already_is_as_it_should_be(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(400, "Bad Request: poll has already been closed")]
    await telegram.edit(GROUP, 7, Rendered("x", ballot=replace(BALLOT, over=True)))
    assert len(api.calls) == 1


async def test_a_poll_somebody_deleted_is_given_up(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(400, "Bad Request: message with poll to stop not found")]
    with pytest.raises(Undeliverable, match="gone"):
        await telegram.edit(GROUP, 7, Rendered("x", ballot=replace(BALLOT, over=True)))
