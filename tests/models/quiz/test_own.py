"""/quiz in private: one's own question, line, mistakes and practice; nothing gives an open question away."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models import quiz
from models.actions import perform
from models.card import Action, Card, Refusal
from models.member import Actor, Membership
from models.outbox import Delivery
from models.quiz import Day, DayAnswer, Item, Mistake, QuizHabit, Sitting, Told, Volunteer, own
from models.quiz.own import PRACTISE, REVIEW
from models.quiz.practising import FIRST
from models.quiz.sitting import PACK, SURE
from tests.cast import NOW, OUTSIDER, Cast, Person
from tests.models.quiz.bank import DAY, EVENING, MONDAY, MORNING, ONE, SEVERAL, TWO, opened, shipped


async def screen(who: Person) -> Card:
    answer = await own.show(await who.acting(), MORNING)
    assert answer.screen is not None
    return answer.screen


async def press(who: Person, verb: str, target: int, choice: int) -> Card | None:
    return (await perform(await who.acting(), Action(verb, target, choice), MORNING)).toast


async def told(who: Person) -> dict[str, object]:
    day = await Day.filter(close_due__isnull=False).first()
    return await quiz.describe_own([who.id, day.id if day else 0], MORNING)


async def test_the_question_of_the_day_is_answered_here_too_in_an_order_of_ones_own(cast: Cast) -> None:
    day = await opened(cast)
    card = await screen(cast.member)
    taps = [tap for row in card.taps for tap in row if tap.verb == "quiz"]
    assert sorted(tap.shown for tap in taps) == list(ONE.options)
    orders = {tuple(t.shown for row in (await screen(who)).taps for t in row if t.verb == "quiz")
              for who in (cast.member, cast.probationary, cast.secretary, cast.former)}  # fmt: skip
    assert len(orders) > 1
    await press(cast.member, "quiz", day.id, taps[0].choice)
    assert [tap.verb for row in (await screen(cast.member)).taps for tap in row] == ["quiz_go", "quiz_papers"]
    shown = await told(cast.member)
    assert shown["today"] == {
        "question": ONE.question,
        "truth": False,
        "closes": "2026-11-23T21:00:00+08:00",
        "mine": taps[0].shown,
        "polled": False,
    }


async def test_while_a_question_is_open_nothing_tells_whether_an_answer_is_right(cast: Cast) -> None:
    day = await opened(cast)
    await press(cast.member, "quiz", day.id, 1)
    await press(cast.probationary, "quiz", day.id, 2)
    wrong, right = await told(cast.member), await told(cast.probationary)
    assert wrong | {"today": None} == right | {"today": None} == {
        "today": None, "streak": 1, "due": 0, "kept": 0, "last": None, "named_in": [], "told": [],
    }  # fmt: skip


async def test_afterwards_one_sees_how_one_answered_and_the_mistake_is_due_tomorrow(cast: Cast) -> None:
    day = await opened(cast)
    await press(cast.member, "quiz", day.id, 1)
    await quiz.close_days(EVENING)
    shown = await quiz.describe_own([cast.member.id, 0], EVENING)
    assert shown["last"] == {"right": ["1921"], "mine": "1919", "day": "2026-11-23", "question": ONE.question, "hit": False,
                             "why": ONE.why}  # fmt: skip
    assert (shown["streak"], shown["due"], shown["kept"]) == (1, 0, 1)
    assert (await quiz.describe_own([cast.member.id, 0], EVENING + DAY))["due"] == 1
    assert (await quiz.describe_own([cast.probationary.id, 0], EVENING))["streak"] == 0


async def test_the_story_of_the_day_is_told_here_too(cast: Cast) -> None:
    await quiz.tell([Told("F02", date(1921, 11, 23), "it began", "source"), Told("F09", date(1927, 11, 24), "other", "source")])
    assert (await told(cast.member))["told"] == [{"day": "1921-11-23", "statement": "it began", "source": "source"}]


async def test_a_line_of_answers_is_of_the_branches_one_belonged_to_and_while_one_did(cast: Cast) -> None:
    """Who changed branches has no gap where the old one asked afterwards, or the new one before."""
    start, changed = MORNING - 6 * DAY, MORNING - 3 * DAY
    await Membership.filter(member_id=cast.member.id).update(from_at=NOW - 99 * DAY, until_at=changed)
    mine = {"root_id": cast.district.id, "member_id": cast.member.id}
    await Membership.create(node_id=cast.neighbours.id, kind="home", from_at=changed, **mine)
    asked = [
        (cast.branch, True),
        (cast.neighbours, False),
        (cast.district, True),
        (cast.branch, False),
        (cast.neighbours, True),
    ]
    item = await shipped_item()
    for number, (node, answers) in enumerate(asked):
        opens = start + number * DAY
        times: dict[str, Any] = {"opens_at": opens, "closes_at": opens + DAY / 2, "day": opens.date()}
        day = await Day.create(node_id=node.id, root_id=cast.district.id, item_id=item.id, **times)
        if answers:
            await DayAnswer.create(day_id=day.id, chosen=1, at=opens, **mine)
    assert (await told(cast.member))["streak"] == 3


async def shipped_item() -> Item:
    await shipped(ONE)
    return await Item.get()


async def test_mistakes_come_back_one_by_one_and_a_right_answer_moves_them_on(cast: Cast) -> None:
    await shipped(ONE, TWO)
    for item in await Item.all():
        mine = {"root_id": cast.district.id, "member_id": cast.member.id, "item_id": item.id}
        await Mistake.create(box=0, due_on=MONDAY, **mine)
    await press(cast.member, "quiz_go", cast.member.id, REVIEW)
    sitting = await Sitting.get()
    first = await press(cast.member, "quiz_pick", sitting.id, PACK + 1)
    assert first == Card("quiz/marked", {"right": True, "answer": "1921", "why": ONE.why})
    second = await press(cast.member, "quiz_pick", sitting.id, 2 * PACK + 1)
    assert second == Card("quiz/marked", {"right": False, "answer": "yes", "why": TWO.why})
    assert [(each.box, (each.due_on - MONDAY).days) for each in await Mistake.all().order_by("item_id")] == [(1, 3), (0, 1)]
    card = Card.from_json((await Delivery.get(about=f"sitting:{sitting.id}")).card)
    assert card.name == "quiz/result"
    assert (await quiz.describe_sitting(sitting.id, MORNING))["correct"] == 1
    with pytest.raises(Refusal, match="quiz/no_mistakes"):
        await press(cast.member, "quiz_go", cast.member.id, REVIEW)


@pytest.mark.parametrize("spoiled", [{"enabled": False}, {"source": ""}, {"valid_until": MONDAY - DAY}])
async def test_a_mistake_in_an_item_that_is_asked_no_more_does_not_come_back(cast: Cast, spoiled: dict[str, Any]) -> None:
    await shipped(ONE)
    mine = {"root_id": cast.district.id, "member_id": cast.member.id, "item_id": (await Item.get()).id}
    await Mistake.create(box=0, due_on=MONDAY, **mine)
    assert (await told(cast.member))["due"] == 1
    await shipped(replace(ONE, **spoiled))
    assert ((await told(cast.member))["due"], (await told(cast.member))["kept"]) == (0, 0)


async def test_who_is_named_may_leave_also_where_there_is_no_board_any_more(cast: Cast) -> None:
    await Volunteer.create(root_id=cast.district.id, node_id=cast.branch.id, member_id=cast.member.id, at=NOW)
    assert "quiz_board" in [tap.verb for row in (await screen(cast.member)).taps for tap in row]
    await press(cast.member, "quiz_board", cast.branch.id, 1)
    assert "quiz_board" not in [tap.verb for row in (await screen(cast.member)).taps for tap in row]


async def test_of_several_lists_each_is_joined_by_its_name_and_said_in_words(cast: Cast) -> None:
    for node in (cast.district, cast.branch, cast.neighbours):
        await QuizHabit.create(root_id=cast.district.id, node_id=node.id, board=True)
    lists = [tap for row in (await screen(cast.member)).taps for tap in row if tap.verb == "quiz_board"]
    assert [(tap.target, tap.shown) for tap in lists] == [(cast.district.id, "district"), (cast.branch.id, "branch")]
    await press(cast.member, "quiz_board", cast.district.id, 1)
    assert (await told(cast.member))["named_in"] == ["district"]


async def test_practice_is_chosen_by_tag_and_only_where_there_is_enough(cast: Cast) -> None:
    await shipped(*(replace(ONE, code=f"F02-{number}", question=f"question {number}") for number in range(4)),
                  replace(TWO, tags=("rare",)))  # fmt: skip
    answer = await perform(await cast.member.acting(), Action("quiz_go", cast.member.id, PRACTISE), MORNING)
    assert answer.screen is not None
    assert [tap.shown for row in answer.screen.taps for tap in row] == ["1920s", "congress"]
    await press(cast.member, "quiz_go", cast.member.id, FIRST)
    assert (await quiz.describe_sitting((await Sitting.get()).id, MORNING))["count"] == 4


async def test_several_right_ones_are_ticked_and_handed_in(cast: Cast) -> None:
    await shipped(SEVERAL)
    item = await Item.get()
    one = await Sitting.create(root_id=cast.district.id, member_id=cast.member.id, items=f"[{item.id}]", at=MORNING)
    with pytest.raises(Refusal, match="quiz/nothing_picked"):
        await press(cast.member, "quiz_pick", one.id, PACK + SURE)
    for place, count in ((0, 1), (1, 2), (1, 1), (2, 2)):
        assert await press(cast.member, "quiz_pick", one.id, PACK + place) == Card("quiz/ticked", {"count": count})
    handed_in = await press(cast.member, "quiz_pick", one.id, PACK + SURE)
    assert handed_in == Card("quiz/marked", {"right": True, "answer": "1919、1927", "why": SEVERAL.why})


async def test_an_old_button_and_a_finished_round_change_nothing(cast: Cast) -> None:
    await shipped(ONE, TWO)
    items = str([item.id for item in await Item.all().order_by("id")])
    one = await Sitting.create(root_id=cast.district.id, member_id=cast.member.id, items=items, at=MORNING)
    await press(cast.member, "quiz_pick", one.id, PACK)
    for choice in (PACK + 1, 3 * PACK):
        with pytest.raises(Refusal, match=r"quiz/passed|action/unknown"):
            await press(cast.member, "quiz_pick", one.id, choice)
    await press(cast.member, "quiz_pick", one.id, 2 * PACK)
    with pytest.raises(Refusal, match="quiz/passed"):
        await press(cast.member, "quiz_pick", one.id, 2 * PACK)
    assert await quiz.Reply.all().count() == 2


async def test_a_stranger_has_no_study(cast: Cast) -> None:
    with pytest.raises(Refusal, match="rights/stranger"):
        await own.show(Actor(telegram_id=OUTSIDER), MORNING)
