"""How often a bot may write: windows that slide, and a 429 that says how long to wait."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.sandbox.cast import BOT, DEMO_TOKEN
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import MINUTE, SLACK, Limits, Rates
from bot.sandbox.server import Sandbox, serving
from bot.sandbox.visitor import Visitor
from tests.bot.sandbox.conftest import GROUP, LI, ZHANG
from tests.bot.sandbox.raw import RawBot


@dataclass
class Watch:
    at: float = 1000.0

    def now(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limits(watch: Watch) -> Limits:
    return Limits(Rates(), watch.now)


def wait(limits: Limits, chat: int, method: str = "sendMessage", messages: int = 1) -> int:
    """0 when it goes, else the seconds that are asked for."""
    try:
        limits.charge(method, chat, messages)
    except ApiError as no:
        return no.parameters["retry_after"]
    return 0


def test_a_refusal_says_how_long_to_wait_in_words_and_in_numbers(limits: Limits) -> None:
    limits.charge("sendMessage", ZHANG, 3)
    with pytest.raises(ApiError) as caught:
        limits.charge("editMessageText", ZHANG)
    told = (caught.value.code, caught.value.description, caught.value.parameters)
    assert told == (429, "Too Many Requests: retry after 1", {"retry_after": 1})


def test_a_token_writes_thirty_times_in_any_second(limits: Limits, watch: Watch) -> None:
    assert [wait(limits, chat) for chat in range(1, 31)] == [0] * 30
    assert wait(limits, 31) == 1
    watch.at += 1.0
    assert wait(limits, 31) == 0


def test_half_a_second_later_the_window_has_only_slid_half(limits: Limits, watch: Watch) -> None:
    assert [wait(limits, chat) for chat in range(1, 16)] == [0] * 15
    watch.at += 0.5
    assert [wait(limits, chat) for chat in range(101, 116)] == [0] * 15
    watch.at += 0.5
    assert [wait(limits, chat) for chat in range(201, 216)] == [0] * 15
    assert wait(limits, 300) == 1


def test_a_chat_takes_three_at_once_and_then_one_a_second(limits: Limits, watch: Watch) -> None:
    assert [wait(limits, ZHANG) for _ in range(4)] == [0, 0, 0, 1]
    assert wait(limits, LI) == 0
    for _ in range(5):
        watch.at += 1.0
        assert wait(limits, ZHANG) == 0
        assert wait(limits, ZHANG) == 1


def test_a_group_takes_twenty_in_a_minute_edits_included(limits: Limits, watch: Watch) -> None:
    for count in range(20):
        assert wait(limits, GROUP, "editMessageText" if count % 2 else "sendMessage") == 0
        watch.at += 1.0
    asked = wait(limits, GROUP)
    assert 39 <= asked <= 40
    assert wait(limits, ZHANG) == 0
    watch.at += MINUTE - 20
    assert wait(limits, GROUP) == 0


def test_nothing_goes_before_the_time_that_was_told_is_over(limits: Limits, watch: Watch) -> None:
    for _ in range(20):
        wait(limits, GROUP)
        watch.at += 1.0
    told = wait(limits, GROUP)
    watch.at += told - 0.5
    assert wait(limits, GROUP) == 1
    watch.at += 0.5
    assert wait(limits, GROUP) == 0


def test_an_album_counts_as_many_messages(limits: Limits) -> None:
    assert wait(limits, ZHANG, "sendMediaGroup", 3) == 0
    assert wait(limits, ZHANG) == 1


def test_presses_are_answered_and_messages_deleted_without_limit(limits: Limits) -> None:
    for method in ("answerCallbackQuery", "deleteMessage", "sendChatAction", "getChat"):
        assert [wait(limits, GROUP, method) for _ in range(100)] == [0] * 100


def test_a_little_jitter_on_the_way_is_forgiven(limits: Limits, watch: Watch) -> None:
    assert [wait(limits, chat) for chat in range(1, 31)] == [0] * 30
    watch.at += 1.0 - SLACK
    assert wait(limits, 31) == 0


def test_limits_are_scaled_and_switched_off(watch: Watch) -> None:
    assert Rates().scaled(20) == Rates(token=600, burst=60, chat=20, group=400)
    off = Limits(None, watch.now)
    assert [wait(off, ZHANG) for _ in range(100)] == [0] * 100


@pytest.fixture
async def strict() -> AsyncIterator[tuple[RawBot, Visitor]]:
    async with serving(Sandbox(BOT, DEMO_TOKEN, rates=Rates())) as url, Visitor(url) as visitor, RawBot(url, DEMO_TOKEN) as raw:
        users = [{"id": each, "name": str(each), "started": True} for each in (ZHANG, LI)]
        await visitor.people(users, [{"id": GROUP, "title": "支部", "members": [ZHANG, LI]}])
        yield raw, visitor


async def test_over_the_wire_the_fourth_message_in_a_second_is_refused(strict: tuple[RawBot, Visitor]) -> None:
    raw, visitor = strict
    told = [await raw.ask("sendMessage", chat_id=ZHANG, text=str(count)) for count in range(4)]
    assert [each["ok"] for each in told] == [True, True, True, False]
    assert (told[3]["error_code"], told[3]["parameters"]) == (429, {"retry_after": 1})
    assert [message["text"] for message in await visitor.sees(ZHANG)] == ["0", "1", "2"]
    assert [call["status"] for call in await visitor.log()] == [200, 200, 200, 429]


async def test_who_asks_for_the_same_updates_again_at_once_gets_one(strict: tuple[RawBot, Visitor]) -> None:
    raw, visitor = strict
    for text in "一二三":
        await visitor.says(ZHANG, text)
    assert len(await raw.does("getUpdates", limit=50)) == 3
    assert len(await raw.does("getUpdates", limit=50)) == 1


async def test_a_webhook_is_not_set_twice_in_a_second(strict: tuple[RawBot, Visitor]) -> None:
    raw, _ = strict
    await raw.does("setWebhook", url="http://127.0.0.1:9/hook")
    assert await raw.refused("setWebhook", url="http://127.0.0.1:9/hook") == "Too Many Requests: retry after 1"
