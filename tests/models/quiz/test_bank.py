"""The bank follows what ships: a changed question is another one, what ships no more is asked no more."""

from dataclasses import replace
from datetime import date

from models import quiz
from models.quiz import Item, Reading, Told
from tests.cast import Cast
from tests.dump import changed, dump
from tests.models.quiz.bank import ONE, SEVERAL, TWO, shipped


async def test_what_shipped_is_kept_and_the_same_again_changes_nothing(cast: Cast) -> None:
    assert await quiz.ship({"a": [ONE, TWO], "b": [SEVERAL]}) == 3
    before = await dump()
    assert await quiz.ship({"a": [ONE, TWO], "b": [SEVERAL]}) == 0
    assert changed(before, await dump()) == set()
    item = await Item.get(code="F05-1")
    assert (item.answer, item.choices, item.enabled) == (0b101, list(SEVERAL.options), True)


async def test_a_changed_question_is_a_new_one_and_the_old_one_is_asked_no_more(cast: Cast) -> None:
    await shipped(ONE)
    await shipped(replace(ONE, right=(2,)))
    assert [(item.answer, item.enabled) for item in await Item.all().order_by("id")] == [(2, False), (4, True)]
    await shipped(ONE)
    assert [(item.answer, item.enabled) for item in await Item.all().order_by("id")] == [(2, True), (4, False)]


async def test_a_source_or_a_term_may_change_about_the_same_question(cast: Cast) -> None:
    await shipped(ONE)
    await shipped(replace(ONE, source="another", valid_until=date(2027, 1, 1), tags=("x",)))
    item = await Item.get()
    assert (item.source, item.valid_until, item.tags, item.enabled) == ("another", date(2027, 1, 1), '["x"]', True)


async def test_an_item_without_a_source_is_kept_and_cannot_be_scheduled(cast: Cast) -> None:
    await shipped(replace(ONE, source=""))
    assert not (await Item.get()).enabled


async def test_what_is_not_shipped_any_more_is_not_asked_but_a_pack_that_could_not_be_read_stays(cast: Cast) -> None:
    await quiz.ship({"a": [ONE], "b": [TWO]})
    await quiz.ship({}, unread={"b"})
    assert [item.code for item in await Item.filter(enabled=True)] == [TWO.code]
    await quiz.ship({"b": [replace(TWO, code="F04-9")]})
    assert [item.code for item in await Item.filter(enabled=True)] == ["F04-9"]


async def test_reading_cards_are_replaced_as_a_whole(cast: Cast) -> None:
    first, second = (Told(fact, date(1921, 7, 23), "it happened", "source") for fact in ("F02", "F03"))
    await quiz.tell([first])
    before = await dump()
    await quiz.tell([first])
    assert changed(before, await dump()) == set()
    await quiz.tell([second])
    assert [each.fact for each in await Reading.all()] == ["F03"]
