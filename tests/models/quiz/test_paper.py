"""A test: the server's time, every answer kept as it is given, a result for the person, a count for the organiser."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from models import quiz
from models.actions import perform
from models.audit import read_notes
from models.card import Action, Answer, Card, Refusal
from models.database import atomic
from models.outbox import Delivery
from models.quiz import Paper, Reply, Sitting, paper
from models.quiz.paper import Wanted
from models.quiz.sitting import PACK
from tests.cast import NOW, Cast, Person
from tests.models.quiz.bank import ONE, shipped

MINUTE = timedelta(minutes=1)
WANTED = Wanted(count=2, minutes=10, pass_mark=2, retakes=1)


async def press(who: Person, verb: str, target: int, choice: int = 1, at: datetime = NOW) -> Answer:
    return await perform(await who.acting(), Action(verb, target, choice), at)


async def a_paper(cast: Cast, wanted: Wanted = WANTED) -> Paper:
    """The branch's test is open."""
    await shipped(*(replace(ONE, code=f"F02-{number}", question=f"question {number}") for number in range(4)))
    answer = await paper.draw_up(await cast.secretary.acting(), wanted, NOW)
    assert answer.screen is not None
    (tap,) = (tap for row in answer.screen.taps for tap in row)
    assert tap.shown == "branch"
    await press(cast.secretary, "quiz_open", tap.target)
    return await Paper.get(id=tap.target)


async def sits(who: Person, one: Paper, right: int, at: datetime = NOW) -> Sitting:
    """Goes through it with so many right answers."""
    await press(who, "quiz_sit", one.id, at=at)
    sitting = (await Sitting.filter(member_id=who.id).order_by("-id"))[0]
    for number in range(1, one.count + 1):
        await press(who, "quiz_pick", sitting.id, number * PACK + (1 if number <= right else 0), at)
    return await Sitting.get(id=sitting.id)


async def counts(one: Paper) -> tuple[int, int, int]:
    shown = await quiz.describe_paper(one.id, NOW)
    return shown["sat"], shown["passed"], shown["under_way"]


async def test_opening_tells_every_member_with_an_account_once(cast: Cast) -> None:
    one = await a_paper(cast)
    told = await Delivery.filter(about=f"paper:{one.id}")
    assert {each.member_id for each in told} == {
        who.id for who in (cast.secretary, cast.member, cast.probationary, cast.former)
    }
    with pytest.raises(Refusal, match="quiz/paper_open"):
        await press(cast.secretary, "quiz_open", one.id)


async def test_what_is_opened_at_night_is_told_in_the_morning(cast: Cast) -> None:
    await shipped(ONE, replace(ONE, code="F02-2", question="another"))
    answer = await paper.draw_up(await cast.secretary.acting(), WANTED, NOW)
    assert answer.screen is not None
    night = NOW + timedelta(hours=11)  # eleven in the evening there
    await press(cast.secretary, "quiz_open", answer.screen.taps[0][0].target, at=night)
    told = await Delivery.filter(about__startswith="paper:")
    assert {(each.state, each.due_at) for each in told} == {("held", NOW + timedelta(hours=20, minutes=30))}


async def test_answers_are_not_judged_before_the_end_and_the_result_is_the_persons_own(cast: Cast) -> None:
    one = await a_paper(cast)
    await press(cast.member, "quiz_sit", one.id)
    sitting = await Sitting.get()
    assert (await press(cast.member, "quiz_pick", sitting.id, PACK)).toast == Card("quiz/noted", {"number": 1})
    assert await Reply.all().count() == 1
    await press(cast.member, "quiz_pick", sitting.id, 2 * PACK + 1)
    shown = await quiz.describe_sitting(sitting.id, NOW)
    assert (shown["correct"], shown["count"], shown["passed"]) == (1, 2, False)
    card = await Delivery.get(about=f"sitting:{sitting.id}")
    assert (card.member_id, Card.from_json(card.card).name) == (cast.member.id, "quiz/result")


async def test_the_organiser_sees_counts_that_follow(cast: Cast) -> None:
    one = await a_paper(cast)
    await sits(cast.member, one, right=2)
    await sits(cast.probationary, one, right=0)
    await press(cast.former, "quiz_sit", one.id)
    assert await counts(one) == (2, 1, 1)
    desk = await Delivery.get(about=f"paper_desk:{one.id}")
    assert desk.member_id == cast.secretary.id
    assert desk.wanted > 1
    shown = await quiz.describe_paper(one.id, NOW)
    assert "member" not in [value for value in shown.values() if isinstance(value, str)]


async def test_it_goes_on_where_it_was_left_and_the_time_is_the_servers(cast: Cast) -> None:
    one = await a_paper(cast)
    await press(cast.member, "quiz_sit", one.id)
    sitting = await Sitting.get()
    await press(cast.member, "quiz_pick", sitting.id, PACK + 1, NOW + 5 * MINUTE)
    await press(cast.member, "quiz_sit", one.id, at=NOW + 9 * MINUTE)
    assert await Sitting.all().count() == 1
    assert (await quiz.describe_sitting(sitting.id, NOW))["number"] == 2
    with pytest.raises(Refusal, match="quiz/time_over"):
        await press(cast.member, "quiz_pick", sitting.id, 2 * PACK + 1, NOW + 10 * MINUTE)
    assert await quiz.next_due() == NOW + 10 * MINUTE
    await quiz.end_sittings(NOW + 10 * MINUTE)
    ended = await Sitting.get()
    assert (ended.correct, ended.ended_at) == (1, NOW + 10 * MINUTE)
    assert await counts(one) == (1, 0, 0)


async def test_who_failed_may_try_as_often_as_was_said_and_who_passed_need_not(cast: Cast) -> None:
    one = await a_paper(cast)
    await sits(cast.member, one, right=0)
    second = await sits(cast.member, one, right=1)
    assert second.items != (await Sitting.filter(member_id=cast.member.id).order_by("id"))[0].items
    with pytest.raises(Refusal, match="quiz/no_retake"):
        await press(cast.member, "quiz_sit", one.id)
    await sits(cast.probationary, one, right=2)
    with pytest.raises(Refusal, match="quiz/has_passed"):
        await press(cast.probationary, "quiz_sit", one.id)


async def test_after_its_week_nobody_begins(cast: Cast) -> None:
    one = await a_paper(cast)
    with pytest.raises(Refusal, match="quiz/paper_over"):
        await press(cast.member, "quiz_sit", one.id, at=one.closes_at)


async def test_a_result_on_paper_is_entered_by_hand_and_told_to_the_person(cast: Cast) -> None:
    one = await a_paper(cast)
    by = await cast.secretary.acting()
    await paper.enter(by, "offline", 2, NOW)
    assert await counts(one) == (1, 1, 0)
    told = await Delivery.get(key__startswith="notice:sitting:")
    assert told.member_id == cast.offline.id
    for name, correct in (("nobody", 1), ("offline", 3)):
        with pytest.raises(Refusal, match="quiz/no_result"):
            await paper.enter(by, name, correct, NOW)


async def test_a_result_entered_wrong_is_entered_again_and_replaced_with_what_it_was_kept(cast: Cast) -> None:
    one = await a_paper(cast)
    by = await cast.secretary.acting()
    await paper.enter(by, "offline", 2, NOW)
    answer = await paper.enter(by, "offline", 1, NOW + MINUTE)
    assert answer.screen == Card("quiz/entered", {"name": "offline", "count": 1, "quiz_paper": one.id, "was": 2})
    sitting = await Sitting.get()
    assert (sitting.correct, sitting.at) == (1, NOW + MINUTE)
    assert await counts(one) == (1, 0, 0)
    noted = await read_notes("SELECT o.* FROM note o WHERE o.verb = ? ORDER BY o.id", "quiz_enter")
    changes = [(json.loads(each["before"] or "null"), json.loads(each["after"])) for each in noted]
    after = {"member": cast.offline.id, "correct": 2}
    assert changes == [(None, after), (after, after | {"correct": 1})]
    told = await Delivery.filter(about=f"sitting:{sitting.id}", state__not="cancelled")
    assert len(told) == 1  # the first, not sent yet, would have said the same words twice


async def test_two_results_for_one_at_once_leave_one(cast: Cast) -> None:
    await a_paper(cast)
    by = await cast.secretary.acting()

    async def enters(correct: int) -> None:
        async with atomic():
            await paper.enter(by, "offline", correct, NOW)

    await asyncio.gather(enters(1), enters(2))
    assert await Sitting.all().count() == 1


async def test_ones_own_result_is_entered_by_somebody_else(cast: Cast) -> None:
    await a_paper(cast)
    with pytest.raises(Refusal, match="quiz/own_result"):
        await paper.enter(await cast.secretary.acting(), "secretary", 2, NOW)
    assert await Sitting.all().count() == 0


async def test_what_was_entered_says_of_which_test_and_branch(cast: Cast) -> None:
    one = await a_paper(cast)
    answer = await paper.enter(await cast.secretary.acting(), "offline", 2, NOW)
    assert answer.screen == Card("quiz/entered", {"name": "offline", "count": 2, "quiz_paper": one.id, "was": None})
    shown = await quiz.describe_paper(one.id, NOW)
    assert (shown["node"], shown["opened"]) == ("branch", "2026-11-21T12:00:00+08:00")


async def test_an_organiser_draws_one_up_by_a_tap_and_a_member_finds_it_by_one(cast: Cast) -> None:
    await shipped(*(replace(ONE, code=f"F02-{number}", question=f"question {number}") for number in range(12)))
    screen = (await press(cast.secretary, "quiz_papers", cast.secretary.id)).screen
    assert screen is not None
    offered = [tap for row in screen.taps for tap in row]
    assert [tap.label for tap in offered] == ["quiz.short", "quiz.middle", "quiz.long"]
    await press(cast.secretary, offered[0].verb, offered[0].target, offered[0].choice)
    drawn = await Paper.get()
    assert (drawn.count, drawn.minutes, drawn.pass_mark, drawn.retakes, drawn.opened_at) == (10, 15, 6, 1, None)
    with pytest.raises(Refusal, match="quiz/paper_form"):  # more than the bank has
        await press(cast.secretary, offered[1].verb, offered[1].target, offered[1].choice)
    await press(cast.secretary, "quiz_open", drawn.id)
    screen = (await press(cast.member, "quiz_papers", cast.member.id)).screen
    assert screen is not None
    assert [(tap.verb, tap.target) for row in screen.taps for tap in row] == [("quiz_sit", drawn.id)]


@pytest.mark.parametrize(("whose", "choice", "no"), [("secretary", 1, "action/unknown"), ("member", 16, "rights/refused"),
                                                      ("member", 2, "action/unknown")])  # fmt: skip
async def test_a_forged_button_draws_up_nothing(cast: Cast, whose: str, choice: int, no: str) -> None:
    with pytest.raises(Refusal, match=no):
        await press(cast.member, "quiz_papers", getattr(cast, whose).id, choice)
    assert await Paper.all().count() == 0


async def test_a_result_entered_at_night_is_told_in_the_morning(cast: Cast) -> None:
    await a_paper(cast)
    night = NOW + timedelta(hours=11)  # eleven in the evening there
    await paper.enter(await cast.secretary.acting(), "member", 2, night)
    told = await Delivery.get(key__startswith="notice:sitting:")
    assert (told.state, told.due_at) == ("held", NOW + timedelta(hours=20, minutes=30))


@pytest.mark.parametrize("spoilt", [{"count": 5}, {"count": 0}, {"minutes": 0}, {"pass_mark": 3}, {"retakes": 6}])
async def test_a_test_nobody_could_take_is_refused_in_words(cast: Cast, spoilt: dict[str, int]) -> None:
    await a_paper(cast)
    with pytest.raises(Refusal, match="quiz/paper_form"):
        await paper.draw_up(await cast.secretary.acting(), replace(WANTED, **spoilt), NOW)
