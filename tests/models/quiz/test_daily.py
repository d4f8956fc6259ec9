"""The day's question: opened once, answered once by each, closed with its solution."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from models import quiz
from models.actions import perform
from models.card import Action, Card, Refusal
from models.database import from_ms
from models.member import Actor
from models.organisation import Chat, Node
from models.outbox import Delivery
from models.quiz import Day, DayAnswer, Mistake, QuizHabit, own
from models.quiz.desk import HOURS, plan_ahead
from tests.cast import NOW, OUTSIDER, Cast, Person
from tests.models.quiz.bank import DAY, EVENING, MONDAY, MORNING, ONE, SEVERAL, TWO, opened, shipped, wished


async def taps(who: Person, day: Day, place: int) -> Card:
    """The toast somebody gets for an option, by its place in the pack from 0."""
    answer = await perform(await who.acting(), Action("quiz", day.id, place + 1), MORNING)
    assert answer.toast is not None
    return answer.toast


async def test_a_question_opens_when_quiet_hours_end_goes_to_the_group_and_closes_in_the_evening(cast: Cast) -> None:
    day = await opened(cast)
    assert (day.day, day.opens_at, day.closes_at) == (MONDAY, MORNING, EVENING)
    card = await Delivery.get(about=f"quiz:{day.id}")
    assert (card.chat_id, card.live, card.expire_at) == (cast.group.id, True, EVENING)
    taps = [tap for row in Card.from_json(card.card).taps for tap in row]
    assert sorted(tap.shown for tap in taps if tap.verb == "quiz") == list(ONE.options)
    assert {tap.choice: tap.shown for tap in taps if tap.verb == "quiz"} == dict(enumerate(ONE.options, start=1))


async def test_opening_twice_and_by_three_at_once_asks_once(cast: Cast) -> None:
    await shipped()
    await wished(cast)
    await asyncio.gather(*(quiz.open_days(MORNING) for _ in range(3)))
    await quiz.open_days(MORNING)
    assert await Day.all().count() == 1
    assert await Delivery.all().count() == 1


async def test_before_the_hour_nothing_opens_and_the_hour_is_waited_for(cast: Cast) -> None:
    await shipped()
    await wished(cast)
    await quiz.open_days(MORNING - DAY / 24)
    assert await Day.all().count() == 0
    assert await quiz.next_due() == MORNING
    await Node.filter(id=cast.branch.id).update(quiz_at="12:00")
    await quiz.open_days(MORNING)
    assert await Day.all().count() == 0
    assert (await QuizHabit.get()).open_due == MORNING + DAY * 3.5 / 24


async def test_a_day_on_which_the_bot_slept_into_the_evening_is_left_out(cast: Cast) -> None:
    await shipped()
    await wished(cast)
    await quiz.open_days(EVENING - DAY / 24)
    assert await Day.all().count() == 0
    assert (await QuizHabit.get()).open_due == MORNING + DAY


async def planned_at(cast: Cast, hour: str | None, **wishes: bool) -> QuizHabit:
    """The branch asks at an hour of its own, as its organiser has just tapped it."""
    await shipped(*(replace(ONE, code=f"F02-{number}", question=f"question {number}") for number in range(3)))
    await Node.filter(id=cast.branch.id).update(quiz_at=hour)
    habit = await wished(cast, **wishes)
    await plan_ahead(habit, NOW)
    return habit


LATE = timedelta(seconds=3)  # the clock beats every few seconds


@pytest.mark.parametrize("hour", [*HOURS, "20:00", "20:59", "21:30", "03:00"])
async def test_every_hour_asks_day_by_day_though_the_clock_comes_a_little_late(cast: Cast, hour: str | None) -> None:
    habit = await planned_at(cast, hour)
    for number in range(3):
        await habit.refresh_from_db()
        assert habit.open_due is not None
        await quiz.open_days(habit.open_due + LATE)
        newest = (await Day.all().order_by("-id"))[0]
        assert newest.opens_at == habit.open_due + LATE
        assert newest.closes_at - newest.opens_at > timedelta(hours=1, minutes=59)
        assert await Day.all().count() == number + 1
        await quiz.close_days(newest.closes_at)
    await habit.refresh_from_db()
    assert habit.open_due == newest.opens_at - LATE + DAY


async def test_an_hour_in_the_quiet_ones_asks_in_the_morning_it_is_put_off_to_and_is_of_that_day(cast: Cast) -> None:
    habit = await planned_at(cast, "21:30", workdays=True)
    await quiz.open_days(MORNING - 2 * DAY + LATE)  # Saturday: put off from a workday, and yet nobody works
    assert await Day.all().count() == 0
    await habit.refresh_from_db()
    for night in (MORNING - DAY + LATE, MORNING + LATE):
        await quiz.open_days(night)
    assert (await Day.get()).day == MONDAY


@pytest.mark.parametrize(("hour", "late", "asks"), [("19:00", 29, True), ("19:00", 31, False), ("20:30", 29, True),
                                                     ("20:30", 31, False), ("20:30", 5 * 60, False)])  # fmt: skip
async def test_after_downtime_a_question_opens_in_time_or_not_at_all(cast: Cast, hour: str, late: int, asks: bool) -> None:
    """Of one that is open over the night nobody hears at night."""
    habit = await planned_at(cast, hour)
    assert habit.open_due is not None
    await quiz.open_days(habit.open_due + timedelta(minutes=late))
    assert await Day.exists() is asks


async def test_turned_on_at_night_the_question_put_off_to_the_morning_is_not_missed(cast: Cast) -> None:
    habit = await planned_at(cast, "21:30")
    await plan_ahead(habit, MORNING - DAY / 4)
    assert (await QuizHabit.get()).open_due == MORNING


async def test_on_workdays_only_a_saturday_asks_nothing(cast: Cast) -> None:
    await shipped()
    await wished(cast, workdays=True)
    await quiz.open_days(MORNING - 2 * DAY)
    assert await Day.all().count() == 0
    await quiz.open_days(MORNING)
    assert await Day.all().count() == 1


async def test_an_answer_is_confirmed_without_saying_whether_it_is_right(cast: Cast) -> None:
    day = await opened(cast)
    kept = await taps(cast.member, day, 0)
    assert kept == Card("quiz/kept", {"option": "1919", "closes": "2026-11-23T21:00:00+08:00"})
    shown = await quiz.describe(day.id, MORNING)
    assert shown["said"] == 1
    assert not shown.keys() & {"right", "why", "source", "correct"}


async def test_a_second_answer_changes_nothing_and_says_so(cast: Cast) -> None:
    day = await opened(cast)
    await taps(cast.member, day, 0)
    same = await perform(await cast.member.acting(), Action("quiz", day.id, 1), MORNING)
    other = await perform(await cast.member.acting(), Action("quiz", day.id, 2), MORNING)
    assert (same.toast, same.alert) == (Card("quiz/again", {"option": "1919"}), False)
    assert (other.toast, other.alert) == (Card("quiz/again", {"option": "1919"}), True)
    assert (await DayAnswer.get()).chosen == 1


async def test_two_taps_at_once_are_one_answer(cast: Cast) -> None:
    day, by = await opened(cast), await cast.member.acting()
    await asyncio.gather(*(perform(by, Action("quiz", day.id, choice), MORNING) for choice in (1, 2)))
    assert await DayAnswer.all().count() == 1


async def test_after_closing_an_answer_is_refused_and_the_card_tells_the_solution(cast: Cast) -> None:
    day = await opened(cast)
    await taps(cast.member, day, 1)
    await taps(cast.probationary, day, 3)
    with pytest.raises(Refusal, match="quiz/closed"):
        await perform(await cast.secretary.acting(), Action("quiz", day.id, 2), EVENING)
    await quiz.close_days(EVENING)
    with pytest.raises(Refusal, match="quiz/closed"):
        await perform(await cast.secretary.acting(), Action("quiz", day.id, 2), MORNING)
    assert await taps(cast.member, day, 3) == Card("quiz/again", {"option": "1921"})
    card = await Delivery.get(about=f"quiz:{day.id}")
    assert Card.from_json(card.card).name == "quiz/solution"
    shown = await quiz.describe(day.id, EVENING)
    assert (shown["right"], shown["why"], shown["source"]) == (["1921"], ONE.why, ONE.source)
    assert (shown["answered"], shown["correct"]) == (2, 1)


async def test_only_at_closing_a_wrong_answer_becomes_a_mistake(cast: Cast) -> None:
    day = await opened(cast)
    await taps(cast.member, day, 1)
    await taps(cast.probationary, day, 3)
    assert await Mistake.all().count() == 0
    await quiz.close_days(EVENING)
    mistake = await Mistake.get()
    assert (mistake.member_id, mistake.box, mistake.due_on) == (cast.probationary.id, 0, MONDAY + DAY)


async def test_a_right_answer_on_its_day_moves_a_mistake_on(cast: Cast) -> None:
    await opened(cast)
    item = (await Day.get()).item_id
    await Mistake.create(root_id=cast.district.id, member_id=cast.member.id, item_id=item, box=1, due_on=MONDAY)
    await taps(cast.member, await Day.get(), 1)
    await quiz.close_days(EVENING)
    assert (await Mistake.get()).box == 2


async def test_nobody_from_elsewhere_answers(cast: Cast) -> None:
    day = await opened(cast)
    for who in (cast.neighbour, cast.foreigner):
        with pytest.raises(Refusal, match="rights/refused"):
            await perform(await who.acting(), Action("quiz", day.id, 1), MORNING)
    with pytest.raises(Refusal, match="rights/stranger"):
        await perform(Actor(telegram_id=OUTSIDER), Action("quiz", day.id, 1), MORNING)


async def test_the_next_day_asks_what_was_not_asked_yet_and_nothing_with_several_answers(cast: Cast) -> None:
    first = await opened(cast, ONE, TWO, SEVERAL)
    await quiz.close_days(EVENING)
    await quiz.open_days(MORNING + DAY)
    await quiz.open_days(MORNING + 2 * DAY)
    asked = [day.item_id for day in await Day.all().order_by("day")]
    assert len(asked) == 3
    assert asked[0] == asked[2] == first.item_id != asked[1]


async def test_what_is_withdrawn_expired_paused_or_without_a_source_is_not_asked(cast: Cast) -> None:
    await wished(cast)
    for spoiled in (replace(ONE, enabled=False), replace(ONE, source=""), replace(ONE, valid_until=MONDAY - DAY)):
        await shipped(spoiled)
        await QuizHabit.all().update(open_due=NOW)
        await quiz.open_days(MORNING)
        assert await Day.all().count() == 0
    await shipped(replace(ONE, valid_until=MONDAY))
    await quiz.Pause.create(root_id=cast.foreign.id, item_id=(await quiz.Item.get()).id, at=from_ms(0))
    await QuizHabit.all().update(open_due=NOW)
    await quiz.open_days(MORNING)
    assert await Day.all().count() == 1


async def test_without_a_group_the_question_is_there_for_who_asks_in_private(cast: Cast) -> None:
    await Chat.filter(id=cast.group.id).update(unlinked_at=NOW)
    day = await opened(cast)
    assert await Delivery.all().count() == 0
    screen = (await own.show(await cast.member.acting(), MORNING)).screen
    assert screen is not None
    assert screen.facts["quiz_own"] == [cast.member.id, day.id]


async def test_a_closed_branch_is_asked_nothing_more(cast: Cast) -> None:
    await shipped()
    await wished(cast)
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)
    await quiz.open_days(MORNING)
    assert await Day.all().count() == 0
    assert await quiz.next_due() is None
