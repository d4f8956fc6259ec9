"""The messenger's own poll, where a branch wishes it: it counts and solves itself; the counts are ours, the names nobody's."""

from typing import Any

import pytest

from bot.wording import render
from models import quiz
from models.actions import perform
from models.card import Action, Card, Refusal
from models.outbox import Delivery
from models.quiz import Day, DayAnswer, own
from models.quiz.native import tally
from tests.cast import Cast
from tests.models.quiz.bank import DAY, EVENING, MORNING, ONE, shipped, wished

POLL = "5406000000000000001"


async def polled(cast: Cast, polls: tuple[str, ...] = (POLL,)) -> Day:
    """The question is in the group as a poll, or as several in several groups."""
    await shipped(ONE)
    await wished(cast, native=True)
    await quiz.open_days(MORNING)
    day = await Day.get()
    for poll in polls:
        await quiz.put_up(Card("quiz/poll", {"quiz_poll": day.id}), poll)
    return day


async def voted(day: Day, right: int, wrong: int, poll: str = POLL) -> None:
    """So many have chosen the right option of a poll, and so many another."""
    shown = (await quiz.describe_poll(day.id, MORNING))["options"]
    place = shown.index("1921")
    votes = [right if each == place else 0 for each in range(len(shown))]
    votes[1 - min(place, 1)] += wrong
    await tally(poll, right + wrong, votes)


async def counts() -> tuple[int, int]:
    day = await Day.get()
    return day.answered, day.correct


async def test_the_group_gets_a_poll_that_knows_what_is_right_and_ends_by_itself_only_if_we_fail_to(cast: Cast) -> None:
    day = await polled(cast)
    owed = await Delivery.get(about=f"quiz:{day.id}")
    ballot = (await render(Card.from_json(owed.card), owed.id, MORNING)).ballot
    assert ballot is not None
    assert (ballot.question, sorted(ballot.options)) == (ONE.question, sorted(ONE.options))
    assert [ballot.options[place] for place in ballot.right] == ["1921"]
    assert ballot.explanation == f"{ONE.why}来源：{ONE.source}"
    assert (ballot.closes - EVENING.timestamp(), ballot.over) == (3600, False)


async def test_closing_ends_the_poll_in_its_place(cast: Cast) -> None:
    day = await polled(cast)
    await Delivery.filter(about=f"quiz:{day.id}").update(state="sent", message_id=7, sent_at=MORNING, shown=1)
    await quiz.close_days(EVENING)
    owed = await Delivery.get(about=f"quiz:{day.id}")
    assert (owed.state, owed.message_id) == ("queued", 7)
    ballot = (await render(Card.from_json(owed.card), owed.id, EVENING)).ballot
    assert ballot is not None
    assert ballot.over


async def test_what_the_messenger_counts_is_the_day_and_the_week(cast: Cast) -> None:
    day = await polled(cast)
    await voted(day, right=2, wrong=1)
    await quiz.close_days(EVENING)
    assert await counts() == (3, 2)
    await voted(day, right=5, wrong=2)  # the last counts come when the poll has ended
    assert await counts() == (7, 5)
    told = await quiz.describe_week([cast.branch.id, (day.day + 7 * DAY).toordinal()], EVENING)
    assert (told["asked"], told["answered"], told["correct"]) == (1, 7, 5)


async def test_the_polls_of_several_groups_are_one_question(cast: Cast) -> None:
    day = await polled(cast, (POLL, "2"))
    await voted(day, right=3, wrong=0)
    await voted(day, right=1, wrong=4, poll="2")
    assert await counts() == (8, 4)


async def test_older_counts_that_come_late_and_those_of_other_polls_change_nothing(cast: Cast) -> None:
    day = await polled(cast)
    await voted(day, right=3, wrong=1)
    await voted(day, right=1, wrong=0)
    for other in ("unknown", "9" * 5000):
        await tally(other, 50, [50, 0, 0, 0])
    await quiz.put_up(Card("quiz/poll", {"quiz_poll": day.id}), POLL)  # settled twice
    assert await counts() == (4, 3)


async def test_of_a_poll_nobody_has_a_record(cast: Cast) -> None:
    day = await polled(cast)
    await voted(day, right=1, wrong=1)
    await quiz.close_days(EVENING)
    assert not await DayAnswer.exists()
    assert (await quiz.describe_own([cast.member.id, 0], EVENING))["streak"] == 0


async def test_no_button_answers_a_poll_and_in_private_one_is_shown_the_way_to_it(cast: Cast) -> None:
    day, by = await polled(cast), await cast.member.acting()
    with pytest.raises(Refusal, match="action/unknown"):
        await perform(by, Action("quiz", day.id, 1), MORNING)
    screen = (await own.show(by, MORNING)).screen
    assert screen is not None
    assert screen.facts == {"quiz_own": [cast.member.id, day.id]}
    assert not any(tap.verb == "quiz" for row in screen.taps for tap in row)
    words = (await render(screen, 0, MORNING)).text
    assert "今天的题在群里" in words
    assert ONE.question not in words


async def test_a_question_to_be_answered_here_comes_before_a_poll(cast: Cast) -> None:
    polled_in_branch = await polled(cast)
    times: dict[str, Any] = {"opens_at": MORNING, "closes_at": EVENING, "close_due": EVENING, "day": polled_in_branch.day}
    place = {"root_id": cast.district.id, "node_id": cast.district.id}
    above = await Day.create(item_id=polled_in_branch.item_id, **place, **times)
    screen = (await own.show(await cast.member.acting(), MORNING)).screen
    assert screen is not None
    assert screen.facts == {"quiz_own": [cast.member.id, above.id]}
