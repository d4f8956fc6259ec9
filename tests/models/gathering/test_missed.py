"""Presses nobody heard: every group that can still answer is asked once to press again, in the daytime."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from models.gathering import Gathering, announce, close, press_again
from models.gathering.moving import DO, call_off
from models.organisation import link
from models.outbox import Delivery
from tests.cast import NOW, Cast, planned
from tests.models.gathering.invited import FIRST, announced, shown

MINUTES = timedelta(minutes=1)
SINCE = NOW - 7 * MINUTES


async def up(cast: Cast) -> Gathering:
    """Its card was sent."""
    gathering = await announced(cast)
    await Delivery.filter(live=True).update(state="sent", message_id=9)
    return gathering


async def owed() -> list[Delivery]:
    return await Delivery.filter(kind="outage").order_by("id")


async def test_a_group_with_an_open_card_is_asked_once_between_which_times(cast: Cast) -> None:
    gathering = await up(cast)
    assert await press_again(cast.bot.id, SINCE, NOW) == 1
    assert await press_again(cast.bot.id, SINCE, NOW + MINUTES) == 1
    (word,) = await owed()
    assert (word.chat_id, word.state, word.about) == (cast.group.id, "queued", f"gathering:{gathering.id}")
    assert shown(word).name == "gathering/press_again"
    assert shown(word).facts == {"since": "2026-11-21T11:53+08:00", "back": "2026-11-21T12:01+08:00"}


async def test_the_next_outage_is_another_word(cast: Cast) -> None:
    await up(cast)
    await press_again(cast.bot.id, SINCE, NOW)
    await press_again(cast.bot.id, NOW + 9 * MINUTES, NOW + 14 * MINUTES)
    assert len(await owed()) == 2


async def test_two_cards_of_a_group_are_one_word_and_each_topic_has_its_own(cast: Cast) -> None:
    await link(cast.branch, cast.bot.id, -2, 7, NOW)
    await planned(cast, date(2026, 12, 8))
    await up(cast)
    assert await Delivery.filter(live=True).count() == 4
    await press_again(cast.bot.id, SINCE, NOW)
    assert len({each.chat_id for each in await owed()}) == 2
    assert [each.about for each in await owed()] == ["", ""]


async def test_nobody_is_asked_where_nothing_can_be_pressed(cast: Cast) -> None:
    gathering = await up(cast)
    assert await press_again(cast.bot.id + 1, SINCE, NOW) == 0, "another bot's group"
    assert await press_again(cast.bot.id, gathering.ends_at, gathering.ends_at + 9 * MINUTES) == 0, "it is closed"
    await Delivery.filter(live=True).update(message_id=None)
    assert await press_again(cast.bot.id, SINCE, NOW) == 0, "the card is not up yet"
    await Delivery.filter(live=True).update(message_id=9)
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    assert await press_again(cast.bot.id, SINCE, NOW) == 0, "called off"
    await Gathering.filter(id=gathering.id).update(state="announced")
    cast.group.unlinked_at = NOW
    await cast.group.save()
    assert await press_again(cast.bot.id, SINCE, NOW) == 0, "unlinked"


async def test_a_sign_in_that_was_missed_is_pressed_again_too(cast: Cast) -> None:
    gathering = await up(cast)
    await close(gathering.closes_at)
    assert await press_again(cast.bot.id, gathering.closes_at, gathering.closes_at + 5 * MINUTES) == 1
    (word,) = await owed()
    assert word.expire_at == gathering.ends_at


NIGHT = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # half past eleven in the evening in Shanghai


async def test_at_night_it_waits_for_the_morning(cast: Cast) -> None:
    await up(cast)
    await press_again(cast.bot.id, NIGHT - 9 * MINUTES, NIGHT)
    (word,) = await owed()
    assert (word.state, word.due_at) == ("held", datetime(2026, 12, 1, 0, 30, tzinfo=UTC))


@pytest.mark.parametrize("at", [time(6), time(8, 45)])
async def test_what_is_closed_by_the_morning_is_not_spoken_of(cast: Cast, at: time) -> None:
    await planned(cast, FIRST, at)
    await announce(NOW)
    await Delivery.filter(live=True).update(state="sent", message_id=9)
    assert await press_again(cast.bot.id, NIGHT - 9 * MINUTES, NIGHT) == 0
    assert await owed() == []


async def test_what_is_called_off_by_the_morning_is_not_spoken_of(cast: Cast) -> None:
    gathering = await up(cast)
    await press_again(cast.bot.id, NIGHT - 9 * MINUTES, NIGHT)
    await call_off(await cast.secretary.acting(), gathering.id, DO, NIGHT)
    (word,) = await owed()
    assert word.state == "cancelled"
