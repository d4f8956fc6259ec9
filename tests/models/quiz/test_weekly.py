"""The week in counts, the story of the day, and names only of those who asked for it where the branch asked for it."""

from datetime import date, timedelta

import pytest

from models import quiz
from models.actions import perform
from models.card import Action, Card, Refusal
from models.member import Member, Membership
from models.organisation import Node
from models.outbox import Delivery
from models.quiz import Day, QuizHabit, Told, Volunteer
from models.rights import LAPSED
from tests.cast import NOW, Cast, Person
from tests.models.quiz.bank import DAY, EVENING, MONDAY, MORNING, ONE, TWO, opened, shipped, wished

NEXT = MORNING + 7 * DAY


async def a_week(cast: Cast) -> None:
    """Monday's and Tuesday's question, four answers, three of them right."""
    first = await opened(cast, ONE, TWO)
    answers = {ONE.question: ((cast.member, 2), (cast.former, 1)), TWO.question: ((cast.member, 1), (cast.secretary, 1))}
    for number, day in enumerate((first, None)):
        at = MORNING + number * DAY
        await quiz.open_days(at)
        open_one = day or await Day.get(day=MONDAY + DAY)
        asked = (await quiz.Item.get(id=open_one.item_id)).question
        for who, choice in answers[asked]:
            await perform(await who.acting(), Action("quiz", open_one.id, choice), at)
        await quiz.close_days(EVENING + number * DAY)


async def summary(cast: Cast) -> dict[str, object]:
    await QuizHabit.all().update(week_due=NEXT)
    await quiz.sum_up(NEXT)
    card = Card.from_json((await Delivery.get(about=f"quiz_week:{cast.branch.id}")).card)
    assert card == Card("quiz/week", {"quiz_week": [cast.branch.id, (MONDAY + 7 * DAY).toordinal()]})
    return await quiz.describe_week([cast.branch.id, (MONDAY + 7 * DAY).toordinal()], NEXT)


async def test_on_monday_the_group_hears_counts_and_no_names(cast: Cast) -> None:
    await a_week(cast)
    shown = await summary(cast)
    assert shown == {
        "asked": 2, "answered": 4, "correct": 3, "first": "2026-11-23", "last": "2026-11-29", "node": "branch", "board": [],
    }  # fmt: skip
    await quiz.sum_up(NEXT)
    assert (await QuizHabit.get()).week_due == NEXT + 7 * DAY


async def test_a_question_that_is_still_open_is_not_summed_up(cast: Cast) -> None:
    await a_week(cast)
    await Day.filter(day=MONDAY + DAY).update(close_due=NEXT, answered=2, correct=1)
    shown = await quiz.describe_week([cast.branch.id, (MONDAY + 7 * DAY).toordinal()], NEXT)
    assert (shown["asked"], shown["answered"]) == (1, 2)


async def test_only_volunteers_are_named_and_only_where_the_branch_has_a_board(cast: Cast) -> None:
    await a_week(cast)
    await volunteers(cast.member, cast.branch)
    assert (await summary(cast))["board"] == []
    await QuizHabit.all().update(board=True)
    assert await named(cast.branch) == [{"name": "member", "hits": 2}]
    await volunteers(cast.member, cast.branch)
    assert await named(cast.branch) == []


async def volunteers(who: Person, node: Node) -> None:
    await perform(await who.acting(), Action("quiz_board", node.id, 1), MORNING)


async def named(node: Node) -> object:
    return (await quiz.describe_week([node.id, (MONDAY + 7 * DAY).toordinal()], NEXT))["board"]


async def boarded(cast: Cast) -> None:
    await a_week(cast)
    await QuizHabit.all().update(board=True)
    await volunteers(cast.member, cast.branch)


@pytest.mark.parametrize("status", LAPSED)
async def test_who_is_suspended_gone_or_dead_is_named_no_more(cast: Cast, status: str) -> None:
    await boarded(cast)
    await Member.filter(id=cast.member.id).update(status=status)
    assert await named(cast.branch) == []


async def test_who_moved_is_named_where_they_said_so_and_belong_and_not_in_two_branches(cast: Cast) -> None:
    await boarded(cast)
    facts = {"root_id": cast.district.id, "node_id": cast.neighbours.id}
    await QuizHabit.create(daily=True, board=True, **facts)
    asked = await Day.get(day=MONDAY)
    there = await Day.create(item_id=asked.item_id, day=MONDAY, opens_at=MORNING, closes_at=EVENING, **facts)
    await quiz.DayAnswer.create(root_id=cast.district.id, day_id=there.id, member_id=cast.member.id, at=MORNING,
                                chosen=(await quiz.Item.get(id=asked.item_id)).answer)  # fmt: skip
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW)
    await Membership.create(member_id=cast.member.id, kind="home", from_at=NOW, **facts)
    assert (await named(cast.branch), await named(cast.neighbours)) == ([], [])  # what was said of one holds for that one
    await perform(await cast.member.acting(NOW + timedelta(hours=1)), Action("quiz_board", cast.neighbours.id, 1), MORNING)
    assert (await named(cast.branch), await named(cast.neighbours)) == ([], [{"name": "member", "hits": 1}])


async def test_who_left_a_branch_takes_the_name_back_there_and_joins_no_more(cast: Cast) -> None:
    await boarded(cast)
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW)
    later = await cast.member.acting(NOW + timedelta(hours=1))
    await perform(later, Action("quiz_board", cast.branch.id, 1), MORNING)
    assert await Volunteer.all().count() == 0
    with pytest.raises(Refusal, match="rights/refused"):
        await perform(later, Action("quiz_board", cast.branch.id, 1), MORNING)


async def test_a_week_without_questions_is_no_message(cast: Cast) -> None:
    await wished(cast)
    await QuizHabit.all().update(open_due=None, week_due=MORNING)
    await quiz.sum_up(MORNING)
    assert await Delivery.all().count() == 0


async def test_a_story_is_told_on_its_day_and_its_fact_is_not_asked_then(cast: Cast) -> None:
    await shipped(ONE)
    await wished(cast)
    await quiz.tell([Told("F02", date(1921, 11, 23), "it began", "source"), Told("F09", date(1927, 11, 24), "other", "source")])
    await quiz.open_days(MORNING)
    (story,) = await Delivery.all()
    facts = Card.from_json(story.card).facts
    assert (story.chat_id, facts["node"]) == (cast.group.id, cast.branch.id)
    ids = facts["readings"]
    assert isinstance(ids, list)
    assert await quiz.describe_many(ids, MORNING) == [{"day": "1921-11-23", "statement": "it began", "source": "source"}]
    await quiz.open_days(MORNING)
    assert await Delivery.all().count() == 1
    assert await Day.all().count() == 0
