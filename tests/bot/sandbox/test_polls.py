"""投票: polls and quizzes as Telegram limits them, and what a bot hears of them."""

from datetime import timedelta
from typing import Any

import pytest
import telegram

from bot.sandbox.visitor import Refused, Visitor
from tests.bot.sandbox.conftest import GROUP, LI, STRANGER, ZHANG, keys
from tests.bot.sandbox.raw import Json, RawBot

ASKED = {"chat_id": GROUP, "question": "几点？", "options": [{"text": "三点"}, {"text": "四点"}]}
QUIZ = {"type": "quiz", "correct_option_ids": [1], "is_anonymous": False}


async def updates(raw: RawBot) -> list[Json]:
    found: list[Json] = await raw.does("getUpdates")
    if found:
        await raw.does("getUpdates", offset=found[-1]["update_id"] + 1)
    return found


async def test_the_bot_hears_who_voted_in_an_open_poll(bot: telegram.Bot, visitor: Visitor) -> None:
    sent = await bot.send_poll(GROUP, "几点？", ["三点", "四点"], is_anonymous=False)
    assert sent.poll is not None
    await visitor.votes(ZHANG, sent.poll.id, 1)
    await visitor.votes(ZHANG, sent.poll.id)
    await visitor.votes(LI, sent.poll.id, 0, hidden=True)
    first, taken_back, hidden = [update.poll_answer for update in await bot.get_updates()]
    assert first is not None
    assert taken_back is not None
    assert hidden is not None
    assert (first.user and first.user.id, first.option_ids) == (ZHANG, (1,))
    assert taken_back.option_ids == ()
    assert (hidden.user, hidden.voter_chat and hidden.voter_chat.id) == (None, GROUP)
    seen = (await visitor.sees(GROUP))[-1]["poll"]
    assert [option["votes"] for option in seen["options"]] == [1, 0]


async def test_an_anonymous_poll_tells_totals_and_nobodys_name(raw: RawBot, visitor: Visitor) -> None:
    sent = await raw.does("sendPoll", **ASKED)
    await visitor.votes(ZHANG, sent["poll"]["id"], 0)
    (update,) = await updates(raw)
    assert [option["voter_count"] for option in update["poll"]["options"]] == [1, 0]
    assert str(ZHANG) not in str(update)


async def test_a_stopped_poll_takes_no_more_votes(raw: RawBot, visitor: Visitor) -> None:
    sent = await raw.does("sendPoll", reply_markup=keys([("甲", "a")]), **ASKED)
    await visitor.votes(ZHANG, sent["poll"]["id"], 0)
    stopped = await raw.does("stopPoll", chat_id=GROUP, message_id=sent["message_id"])
    assert (stopped["is_closed"], stopped["total_voter_count"]) == (True, 1)
    assert (await visitor.sees(GROUP))[-1]["buttons"] == []
    with pytest.raises(Refused, match="已经结束"):
        await visitor.votes(LI, sent["poll"]["id"], 0)
    there = {"chat_id": GROUP, "message_id": sent["message_id"]}
    assert await raw.refused("stopPoll", **there) == "Bad Request: poll has already been closed"
    said = await raw.does("sendMessage", chat_id=GROUP, text="不是投票")
    gone = await raw.refused("stopPoll", chat_id=GROUP, message_id=said["message_id"])
    assert gone == "Bad Request: message with poll to stop not found"


async def test_a_poll_closes_when_its_time_is_over_and_no_bot_hears_of_it(raw: RawBot, visitor: Visitor) -> None:
    sent = await raw.does("sendPoll", open_period=600, **ASKED)
    await visitor.clock(await visitor.clock() + timedelta(seconds=601))
    with pytest.raises(Refused, match="已经结束"):
        await visitor.votes(ZHANG, sent["poll"]["id"], 0)
    assert await updates(raw) == []


async def test_stopping_a_poll_is_told_to_the_bot_with_its_counts(raw: RawBot, visitor: Visitor) -> None:
    sent = await raw.does("sendPoll", **ASKED)
    await visitor.votes(ZHANG, sent["poll"]["id"], 0)
    await raw.does("stopPoll", chat_id=GROUP, message_id=sent["message_id"])
    _, ended = [update["poll"] for update in await updates(raw)]
    assert (ended["id"], ended["is_closed"], ended["total_voter_count"]) == (sent["poll"]["id"], True, 1)


async def test_a_quiz_is_answered_once(raw: RawBot, visitor: Visitor) -> None:
    sent = await raw.does("sendPoll", **ASKED, **QUIZ)
    await visitor.votes(ZHANG, sent["poll"]["id"], 0)
    for options in ([1], []):
        with pytest.raises(Refused, match="不能改"):
            await visitor.votes(ZHANG, sent["poll"]["id"], *options)
    with pytest.raises(Refused, match="不在这个会话里"):
        await visitor.votes(STRANGER, sent["poll"]["id"], 0)
    with pytest.raises(Refused, match="400"):
        await visitor.votes(LI, sent["poll"]["id"], 0, 1)
    assert len(await updates(raw)) == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"question": "问" * 301}, "question is too long"),
        ({"question": " "}, "poll question must be non-empty"),
        ({"options": []}, "poll must have at least 1 option"),
        ({"options": [{"text": str(count)} for count in range(13)]}, "poll can't have more than 12 options"),
        ({"options": [{"text": "选" * 101}]}, "poll options length must not exceed 100"),
        ({"options": [{"text": " "}]}, "poll options must be non-empty"),
        ({"type": "vote"}, "unsupported poll type specified"),
        ({"type": "quiz"}, "wrong correct option ID specified"),
        (QUIZ | {"correct_option_ids": [2]}, "wrong correct option ID specified"),
        (QUIZ | {"correct_option_ids": [0, 1]}, "wrong correct option ID specified"),
        ({"correct_option_ids": [0]}, "correct option can be specified only for quizzes"),
        (QUIZ | {"explanation": "因" * 201}, "explanation is too long"),
        (QUIZ | {"explanation": "一\n二\n三\n四"}, "poll explanation"),
        ({"description": "述" * 1025}, "description is too long"),
        ({"open_period": 4}, "poll can be open only from 5"),
        ({"open_period": 2_628_001}, "poll can be open only from 5"),
        ({"open_period": 60, "close_date": 4_000_000_000}, "can't specify both"),
        ({"members_only": True}, "the poll option is available only in channel chats"),
    ],
)
async def test_a_poll_beyond_the_limits_is_refused(raw: RawBot, given: dict[str, Any], reason: str) -> None:
    assert (await raw.refused("sendPoll", **(ASKED | given))).startswith(f"Bad Request: {reason}")


async def test_several_right_answers_are_a_quiz_of_several(raw: RawBot) -> None:
    several = QUIZ | {"correct_option_ids": [0, 1], "allows_multiple_answers": True, "explanation": "都对"}
    sent = await raw.does("sendPoll", **ASKED, **several)
    assert sent["poll"]["correct_option_ids"] == [0, 1]
    assert sent["poll"]["allows_revoting"] is False
