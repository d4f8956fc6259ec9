"""报错: said once by each, told to the keeper, and enough of them pause an item in that tree alone."""

import pytest

from models import draft, quiz
from models.actions import perform
from models.card import Action, Card, Refusal
from models.draft import Question
from models.member import OPERATOR, grant
from models.outbox import Delivery
from models.quiz import Day, Fault, Pause, QuizHabit, faults
from models.quiz.bank import askable
from models.quiz.faults import PAUSE, RESUME
from tests.cast import NOW, Cast, Person
from tests.models.quiz.bank import DAY, MONDAY, MORNING, opened


async def reports(who: Person, day: Day) -> Card | None:
    return (await perform(await who.acting(), Action("quiz_fault", day.id, 1), MORNING)).toast


async def kept_by_neighbour(cast: Cast) -> Person:
    """The neighbour is the district's admin and so its keeper."""
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "admin", NOW - DAY)
    return cast.neighbour


async def test_the_keeper_is_told_once_and_sees_how_many_and_what_they_say(cast: Cast) -> None:
    keeper, day = await kept_by_neighbour(cast), await opened(cast)
    assert await reports(cast.member, day) == Card("quiz/reported")
    assert await reports(cast.member, day) == Card("quiz/reported_already")
    account = (await cast.member.acting()).telegram_id or 0
    await perform(await cast.member.acting(), Action("quiz_words", (await Fault.get()).id, 1), MORNING)
    question = await draft.asked(cast.bot.id, account, MORNING)
    assert question is not None
    await faults.say(await cast.member.acting(), cast.bot.id, question, " the year\n is wrong ", MORNING)
    card = await Delivery.get(about=f"fault:{cast.district.id}:{day.item_id}")
    assert (card.member_id, card.live, card.wanted) == (keeper.id, True, 2)
    shown = await quiz.describe_fault((await Fault.get()).id, MORNING)
    assert (shown["count"], shown["words"], shown["paused"]) == (1, ["the year is wrong"], False)
    assert await draft.asked(cast.bot.id, account, MORNING) is None


async def test_a_report_leaves_an_open_question_alone_and_asks_for_words_only_when_told_to(cast: Cast) -> None:
    day, by = await opened(cast), await cast.member.acting()
    await draft.ask(cast.bot.id, by.telegram_id or 0, "gathering.reason", {"gathering": 1}, MORNING)
    answer = await perform(by, Action("quiz_fault", day.id, 1), MORNING)
    assert await draft.asked(cast.bot.id, by.telegram_id or 0, MORNING) == Question("gathering.reason", {"gathering": 1})
    fault = await Fault.get()
    assert answer.screen is not None
    assert answer.screen.facts == {"quiz_fault": fault.id}
    assert [(tap.verb, tap.target, tap.choice) for row in answer.screen.taps for tap in row] == [("quiz_words", fault.id, 1)]
    asking = await perform(by, Action("quiz_words", fault.id, 1), MORNING)
    assert asking.screen == Card("quiz/which_fault", {"quiz_fault": fault.id, "most": faults.LONGEST})
    question = await draft.asked(cast.bot.id, by.telegram_id or 0, MORNING)
    assert question is not None
    assert (question.kind, question.facts["fault"]) == (faults.QUESTION, fault.id)


async def test_words_are_asked_only_of_who_reported_and_not_when_it_is_settled(cast: Cast) -> None:
    await reports(cast.member, await opened(cast))
    fault = await Fault.get()
    for choice, who in ((1, cast.probationary), (2, cast.member)):
        with pytest.raises(Refusal, match="action/unknown"):
            await perform(await who.acting(), Action("quiz_words", fault.id, choice), MORNING)
    await Fault.all().update(settled_at=MORNING)
    with pytest.raises(Refusal, match="quiz/fault_seen"):
        await perform(await cast.member.acting(), Action("quiz_words", fault.id, 1), MORNING)


async def test_three_members_pause_an_item_and_only_in_their_own_tree(cast: Cast) -> None:
    day = await opened(cast)
    for who in (cast.member, cast.probationary):
        await reports(who, day)
    assert await Pause.all().count() == 0
    await reports(cast.former, day)
    assert [(each.root_id, each.item_id) for each in await Pause.all()] == [(cast.district.id, day.item_id)]
    assert await askable(cast.district.id, MONDAY) == []
    assert len(await askable(cast.foreign.id, MONDAY)) == 1
    await QuizHabit.all().update(open_due=MORNING)
    await quiz.open_days(MORNING + DAY)
    assert await Day.all().count() == 1


async def test_the_keeper_brings_it_back_or_withdraws_it(cast: Cast) -> None:
    keeper, day = await kept_by_neighbour(cast), await opened(cast)
    for who in (cast.member, cast.probationary, cast.former):
        await reports(who, day)
    first = (await Fault.all().order_by("id"))[0]
    by = await keeper.acting()
    await perform(by, Action("quiz_keep", first.id, RESUME), MORNING)
    assert len(await askable(cast.district.id, MONDAY)) == 1
    assert await Fault.filter(settled_at=None).count() == 0
    await perform(by, Action("quiz_keep", first.id, PAUSE), MORNING)
    assert await askable(cast.district.id, MONDAY) == []


async def test_what_was_settled_counts_no_more_towards_the_next_pause(cast: Cast) -> None:
    keeper, day = await kept_by_neighbour(cast), await opened(cast)
    for who in (cast.member, cast.probationary):
        await reports(who, day)
    await perform(await keeper.acting(), Action("quiz_keep", (await Fault.all().order_by("id"))[0].id, RESUME), MORNING)
    await reports(cast.former, day)
    assert await Pause.all().count() == 0


async def test_a_long_complaint_is_asked_to_be_shorter_and_keeps_nothing(cast: Cast) -> None:
    await reports(cast.member, await opened(cast))
    question = Question(faults.QUESTION, {"fault": (await Fault.get()).id})
    with pytest.raises(Refusal, match="quiz/long_fault"):
        await faults.say(await cast.member.acting(), cast.bot.id, question, "x" * 201, MORNING)
    assert (await Fault.get()).words == ""
