"""The fixed items of a branch's theme days are its own: typed, with the number of those it keeps."""

from datetime import date, time

import pytest

from models.audit import Note
from models.card import Card, Refusal
from models.draft import Draft, Question
from models.gathering import AgendaItem, Habit, habits
from models.gathering.agenda import LONGEST_ITEM
from models.gathering.habits import FIVE
from models.gathering.plan import Wish, draw_up
from models.gathering.settling import ITEMS, MOST_FIXED, QUESTION, choose, describe, say_items
from models.outbox import Delivery
from tests.cast import NOW, Cast, Person

WISH = Wish("", "room 1", date(2026, 12, 1), time(15), kind="theme_day")


async def types(cast: Cast, words: str, inherit: bool = False, by: Person | None = None) -> Card | None:
    question = Question(QUESTION, {"node": cast.branch.id})
    return (await say_items(await (by or cast.secretary).acting(), cast.bot.id, question, words, inherit, NOW)).toast


async def agenda_of(cast: Cast) -> list[tuple[str | None, str]]:
    """What a theme day drawn up now starts with."""
    gathering = await draw_up(await cast.secretary.acting(), cast.branch, WISH, NOW)
    found = await AgendaItem.filter(gathering_id=gathering.id, fixed=True).order_by("position")
    return [(each.name, each.title) for each in found]


async def test_the_button_asks_and_what_is_typed_holds_from_then_on(cast: Cast) -> None:
    screen = (await choose(await cast.secretary.acting(), cast.branch.id, ITEMS, NOW)).screen
    assert screen == Card("gathering/which_items", {"habits": cast.branch.id, "most": MOST_FIXED})
    assert (await Draft.get()).kind == QUESTION
    assert await types(cast, "1、3, the oath\n 1") == Card("gathering/habit_kept")
    assert not await Draft.exists()
    assert await agenda_of(cast) == [("constitution", ""), ("study", ""), (None, "the oath")]
    assert (await describe(cast.branch.id, NOW))["held"]["items"] == ["constitution", "study", "the oath"]


async def test_others_keep_theirs_and_one_can_go_back_to_what_holds_above(cast: Cast) -> None:
    await types(cast, "the oath")
    assert (await habits(cast.neighbours.id)).items == FIVE
    await types(cast, "", inherit=True)
    assert (await habits(cast.branch.id)).items == FIVE
    notes = await Note.filter(verb="habit").order_by("id").values_list("before", "after")
    assert [(before, after) for before, after in notes] == [
        ('{"items": null}', '{"items": ["the oath"]}'),
        ('{"items": ["the oath"]}', '{"items": null}'),
    ]


async def test_the_panel_follows(cast: Cast) -> None:
    await choose(await cast.secretary.acting(), cast.branch.id, 1, NOW)
    await types(cast, "the oath")
    assert (await Delivery.get()).wanted == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "long_item"),
        ("、 ,\n", "long_item"),
        ("\u200b", "long_item"),
        ("x" * (LONGEST_ITEM + 1), "long_item"),
        ("、".join(f"item {number}" for number in range(MOST_FIXED + 1)), "many_items"),
    ],
)
async def test_what_is_no_list_of_items_is_refused_and_can_be_typed_again(cast: Cast, words: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        await types(cast, words)
    assert not await Habit.exists()


@pytest.mark.parametrize("who", ["member", "neighbour_secretary", "foreigner"])
async def test_only_organisers_there_say_what_is_fixed(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(Refusal, match="rights/refused"):
        await choose(await person.acting(), cast.branch.id, ITEMS, NOW)
    with pytest.raises(Refusal, match="rights/refused"):
        await types(cast, "the oath", by=person)
