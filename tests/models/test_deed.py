"""A deed is done once; its key and its counter hold through a refusal, and a bug undoes it whole."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from models import deed as deeds
from models.card import Answer, Card, Refusal
from models.database import atomic, rows, run
from models.deed import DeadLetter, Tries, bury
from models.organisation import Bot, know_bot
from tests.cast import NOW

DONE = Answer(toast=Card("done"))
HOUR = timedelta(hours=1)
GUESSES = Tries("start:somebody", most=2, window=HOUR)


async def works() -> Answer:
    await know_bot(1, "one")
    return DONE


async def refuses() -> Answer:
    await know_bot(1, "one")
    raise Refusal("no/thanks")


async def breaks() -> Answer:
    await know_bot(1, "one")
    await run("INSERT INTO deed (key, at) VALUES ('twice', 1), ('twice', 1)")
    return DONE


async def deed(key: str, verb: Callable[[], Awaitable[Answer]], now: datetime, tries: Tries | None = None) -> Answer | None:
    """As whoever acts does it: inside a transaction, or a savepoint of one."""
    async with atomic():
        return await deeds.deed(key, verb, now, tries)


async def keys() -> list[str]:
    return [row["key"] for row in await rows("SELECT key FROM deed ORDER BY key")]


async def test_a_deed_is_done_once_per_key(database: str) -> None:
    assert await deed("tg:1:1", works, NOW) == DONE
    await Bot.all().delete()
    assert await deed("tg:1:1", works, NOW) is None
    assert await Bot.all().count() == 0
    assert await deed("tg:1:2", works, NOW) == DONE


async def test_two_machines_with_the_same_update_do_it_once(database: str) -> None:
    done = await asyncio.gather(*(deed("tg:1:1", works, NOW) for _ in range(5)))
    assert sorted(answer is None for answer in done) == [False, True, True, True, True]


async def test_a_refusal_undoes_the_verb_alone(database: str) -> None:
    answer = await deed("tg:1:1", refuses, NOW)
    assert answer == Answer(toast=Card("no/thanks"), alert=True)
    assert await Bot.all().count() == 0
    assert await deed("tg:1:1", works, NOW) is None  # the refusal was the answer


async def test_a_bug_undoes_the_whole_deed_and_leaves_the_batch_usable(database: str) -> None:
    async with atomic():
        assert await deed("tg:1:1", works, NOW) == DONE
        with pytest.raises(Exception, match=r"(?i)unique"):
            await deed("tg:1:2", breaks, NOW, GUESSES)
        assert await deed("tg:1:3", refuses, NOW) is not None
    assert await keys() == ["tg:1:1", "tg:1:3"]
    assert await Bot.all().count() == 1
    assert await rows("SELECT * FROM attempt") == []


async def test_what_a_refused_deed_counted_is_kept(database: str) -> None:
    for number in range(2):
        assert await deed(f"tg:1:{number}", refuses, NOW, GUESSES) == Refusal("no/thanks").answer
    answer = await deed("tg:1:3", works, NOW, GUESSES)
    assert answer == Answer(toast=Card("deed/too_many", {"minutes": 60}), alert=True)
    assert await Bot.all().count() == 0


async def test_one_guesser_does_not_lock_out_another(database: str) -> None:
    for number in range(3):
        await deed(f"tg:1:{number}", refuses, NOW, GUESSES)
    assert await deed("tg:1:3", works, NOW, Tries("start:other", most=2, window=HOUR)) == DONE


async def test_the_same_update_again_is_not_another_try(database: str) -> None:
    for _ in range(3):
        await deed("tg:1:1", refuses, NOW, GUESSES)
    assert await rows("SELECT count FROM attempt") == [{"count": 1}]


async def test_the_window_ends_an_hour_after_the_first_try_however_often_one_tries(database: str) -> None:
    for minute in range(0, 60, 10):
        await deed(f"tg:1:{minute}", refuses, NOW + timedelta(minutes=minute), GUESSES)
    last = NOW + HOUR - timedelta(milliseconds=1)
    assert await deed("tg:1:61", works, last, GUESSES) == Refusal("deed/too_many", minutes=60).answer
    assert await deed("tg:1:62", works, NOW + HOUR, GUESSES) == DONE
    assert await rows("SELECT count FROM attempt") == [{"count": 1}]


async def test_a_dead_letter_is_kept_once_and_its_key_is_used(database: str) -> None:
    await bury("tg:1:1", '{"update_id": 1}', "ValueError: " + "x" * 300, NOW)
    await bury("tg:1:1", '{"update_id": 1, "again": true}', "KeyError", NOW + HOUR)
    letters = await DeadLetter.all().values("key", "body", "reason", "at")
    reason = ("ValueError: " + "x" * 300)[:200]
    assert letters == [{"key": "tg:1:1", "body": '{"update_id": 1}', "reason": reason, "at": NOW}]
    assert await deed("tg:1:1", works, NOW) is None


async def test_what_failed_after_its_key_was_used_can_be_buried(database: str) -> None:
    await deed("tg:1:1", works, NOW)
    await bury("tg:1:1", "{}", "why", NOW)
    assert await DeadLetter.all().count() == 1


async def test_the_strangest_update_can_be_buried_inside_a_batch(database: str) -> None:
    """PostgreSQL keeps no NUL in a text, and neither database a lone surrogate."""
    text = "\0 \ud800 \U0001f600 '; --"
    async with atomic():
        await bury("tg:1:1", json.dumps({"text": text}), f"reason {text}", NOW)
        await bury("tg:1:2", json.dumps({"text": text}, ensure_ascii=False), text, NOW)
        await bury("tg:1:3", text, text, NOW)
        await deed("tg:1:4", works, NOW)
    first, _, third = await DeadLetter.all().order_by("key")
    assert json.loads(first.body) == {"text": text}
    assert "\U0001f600 '; --" in third.body
    assert "\U0001f600 '; --" in third.reason


async def test_keys_and_letters_are_forgotten_after_two_days_and_counters_after_their_window(database: str) -> None:
    await deed("tg:1:1", refuses, NOW, GUESSES)
    await bury("tg:1:2", "{}", "why", NOW)
    two_days = NOW + timedelta(hours=48)
    await deeds.forget(NOW + HOUR - timedelta(milliseconds=1))
    assert len(await rows("SELECT * FROM attempt")) == 1
    await deeds.forget(two_days - timedelta(milliseconds=1))
    assert (await keys(), await DeadLetter.all().count()) == (["tg:1:1", "tg:1:2"], 1)
    assert await rows("SELECT * FROM attempt") == []
    await deeds.forget(two_days)
    assert (await keys(), await DeadLetter.all().count()) == ([], 0)


async def test_a_row_is_looked_at_three_times_an_hour_apart_and_then_no_more(database: str) -> None:
    looks = [await deeds.stumbled("series.extend_due:7", KeyError("leads"), NOW + each * HOUR) for each in range(3)]
    assert looks == [NOW + HOUR, NOW + 2 * HOUR, None]
    letter = await DeadLetter.get()
    assert (letter.key, letter.reason) == ("sweep:series.extend_due:7", "KeyError")


async def test_the_dead_letter_of_a_row_outlives_those_of_updates(database: str) -> None:
    await bury("tg:1:1", "{}", "bug", NOW)
    for each in range(3):
        await deeds.stumbled("series.extend_due:7", KeyError("leads"), NOW + each * HOUR)
    await deeds.forget(NOW + timedelta(days=29))
    assert [letter.key for letter in await DeadLetter.all()] == ["sweep:series.extend_due:7"]
    await deeds.forget(NOW + timedelta(days=31))
    assert await DeadLetter.all().count() == 0
