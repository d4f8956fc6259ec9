"""How a node holds its quiz: nothing without a tap of those responsible."""

import json
from typing import Any

import pytest

from models import quiz
from models.actions import perform
from models.audit import Note
from models.card import Action, Refusal
from models.organisation import Node
from models.outbox import Delivery
from models.quiz import Day, Item, QuizHabit
from models.quiz.desk import PACK
from tests.cast import NOW, Cast
from tests.models.quiz.bank import DAY, MORNING, shipped

DAILY, HOUR, WORKDAYS, BOARD = (place * PACK for place in range(1, 5))


async def taps(cast: Cast, choice: int) -> None:
    await perform(await cast.secretary.acting(), Action("quiz_set", cast.branch.id, choice), NOW)


async def test_without_a_wish_no_branch_is_asked_anything(cast: Cast) -> None:
    await shipped()
    await quiz.open_days(MORNING)
    assert await Day.all().count() == 0
    assert await quiz.next_due() is None


async def test_a_tap_turns_it_on_from_the_next_morning_and_another_off(cast: Cast) -> None:
    await taps(cast, DAILY)
    habit = await QuizHabit.get()
    assert (habit.node_id, habit.daily) == (cast.branch.id, True)
    assert habit.open_due == MORNING - DAY  # Sunday
    assert habit.week_due == MORNING
    await taps(cast, DAILY)
    habit = await QuizHabit.get()
    assert (habit.daily, habit.open_due, habit.week_due) == (False, None, None)


async def test_the_hour_goes_through_its_steps_and_back_to_what_holds_above(cast: Cast) -> None:
    await taps(cast, DAILY)
    seen = []
    for _ in range(5):
        await taps(cast, HOUR)
        seen.append((await Node.get(id=cast.branch.id)).quiz_at)
    assert seen == ["08:30", "12:00", "18:00", "19:00", None]


async def test_every_step_is_in_the_audit_with_before_and_after(cast: Cast) -> None:
    await taps(cast, WORKDAYS)
    note = await Note.filter(verb="quiz_set").get()
    assert note.target == f"node:{cast.branch.id}"
    assert (json.loads(note.before or "")["workdays"], json.loads(note.after or "")["workdays"]) == (False, True)


async def test_the_list_is_renewed_in_place_and_says_what_holds(cast: Cast) -> None:
    by = await cast.secretary.acting()
    await perform(by, Action("quiz_desk", cast.branch.id, 1), NOW)
    await taps(cast, BOARD)
    card = await Delivery.get(about=f"quiz_desk:{cast.branch.id}")
    assert (card.member_id, card.live, card.wanted) == (cast.secretary.id, True, 2)
    shown = await quiz.describe_desk(cast.branch.id, NOW)
    assert (shown["daily"], shown["board"], shown["at"], shown["groups"]) == (False, True, "08:30", 1)


async def test_the_list_tells_last_week_in_counts(cast: Cast) -> None:
    await shipped()
    facts = {"root_id": cast.district.id, "node_id": cast.branch.id, "item_id": (await Item.get()).id}
    for days, answered in ((0, 9), (6, 4), (12, 3), (13, 7)):  # this Saturday; last Sunday and Monday; the Sunday before
        at = NOW - days * DAY
        counts: dict[str, Any] = {"answered": answered, "correct": answered - 1}
        await Day.create(opens_at=at, closes_at=at, day=at.date(), **counts, **facts)
    shown = await quiz.describe_desk(cast.branch.id, NOW)
    assert shown["week"] == {"asked": 2, "answered": 7, "correct": 5}


async def test_the_neighbours_secretary_sets_nothing_here(cast: Cast) -> None:
    with pytest.raises(Refusal, match="rights/refused"):
        await perform(await cast.neighbour_secretary.acting(), Action("quiz_set", cast.branch.id, DAILY), NOW)
