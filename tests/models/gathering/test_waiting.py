"""Seats: first come, first served; whoever comes too late waits, and moves up when somebody leaves."""

import asyncio
from datetime import timedelta

import pytest

from models.card import Card, Refusal
from models.database import atomic
from models.draft import Draft, Question
from models.gathering import Choice, Gathering, Rsvp, describe, rsvp
from models.gathering.answers import keep, standing_at
from models.gathering.waiting import ASK, NO_LIMIT, QUESTION, say_seats, seats
from models.member import Membership
from models.outbox import Delivery
from tests.cast import NOW, Cast, Person, answers, planned, settle

STARTS = "2026-12-01T15:00"


async def seated(cast: Cast, count: int) -> Gathering:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(capacity=count)
    return await Gathering.get(id=gathering.id)


async def places(gathering: Gathering) -> dict[int, bool]:
    """Whether each of those who join waits."""
    return {each.member_id: each.waiting for each in await Rsvp.filter(gathering_id=gathering.id, choice=Choice.JOIN)}


async def test_who_comes_when_the_seats_are_taken_waits_and_hears_their_place(cast: Cast) -> None:
    gathering = await seated(cast, 1)
    await answers(cast.secretary, gathering)
    said = []
    for minute, person in enumerate((cast.member, cast.former), start=1):
        said.append((await rsvp(await person.acting(), gathering.id, Choice.JOIN, NOW + timedelta(minutes=minute))).toast)
    assert said == [Card("gathering/waiting", {"place": place, "starts": STARTS}) for place in (1, 2)]
    assert await places(gathering) == {cast.secretary.id: False, cast.member.id: True, cast.former.id: True}
    facts = await describe(gathering.id, NOW)
    assert (facts["joining"], facts["waiting"], facts["seats"], facts["replied"]) == (1, 2, 1, 3)
    again = await rsvp(await cast.former.acting(), gathering.id, Choice.JOIN, NOW + timedelta(hours=1))
    assert again.toast == Card("gathering/waiting", {"place": 2, "starts": STARTS})


@pytest.mark.parametrize("instead", [Choice.LEAVE, Choice.MAYBE])
async def test_a_freed_seat_goes_to_the_first_who_waits_and_they_are_told(cast: Cast, instead: Choice) -> None:
    gathering = await seated(cast, 1)
    await Gathering.filter(id=gathering.id).update(offers_maybe=True)
    for minute, person in enumerate((cast.secretary, cast.member, cast.former)):
        await answers(person, gathering, now=NOW + timedelta(minutes=minute))
    await answers(cast.secretary, gathering, instead, now=NOW + timedelta(hours=1))
    assert await places(gathering) == {cast.member.id: False, cast.former.id: True}
    told = await Delivery.get(kind="notice")
    assert (told.member_id, Card.from_json(told.card).name) == (cast.member.id, "gathering/seat")


async def test_who_waited_and_goes_frees_no_seat(cast: Cast) -> None:
    gathering = await seated(cast, 1)
    for minute, person in enumerate((cast.secretary, cast.member, cast.former)):
        await answers(person, gathering, now=NOW + timedelta(minutes=minute))
    await answers(cast.member, gathering, Choice.LEAVE, now=NOW + timedelta(hours=1))
    assert await places(gathering) == {cast.secretary.id: False, cast.former.id: True}
    assert not await Delivery.filter(kind="notice").exists()


async def test_who_gave_up_a_seat_and_comes_back_stands_at_the_end(cast: Cast) -> None:
    gathering = await seated(cast, 1)
    await answers(cast.secretary, gathering)
    await answers(cast.member, gathering, now=NOW + timedelta(minutes=1))
    await answers(cast.secretary, gathering, Choice.LEAVE, now=NOW + timedelta(minutes=2))
    answer = await rsvp(await cast.secretary.acting(), gathering.id, Choice.JOIN, NOW + timedelta(minutes=3))
    assert answer.toast == Card("gathering/waiting", {"place": 1, "starts": STARTS})


async def test_who_has_left_the_branch_takes_no_seat(cast: Cast) -> None:
    gathering = await seated(cast, 1)
    await answers(cast.secretary, gathering)
    await Membership.filter(member_id=cast.secretary.id).update(until_at=NOW)
    await answers(cast.member, gathering, now=NOW + timedelta(minutes=1))
    assert (await places(gathering))[cast.member.id] is False


async def crowd(cast: Cast, count: int) -> list[Person]:
    return [await settle(f"person {number}", cast.branch) for number in range(count)]


async def test_however_many_tap_at_once_no_seat_is_given_twice(cast: Cast) -> None:
    gathering, people = await seated(cast, 3), await crowd(cast, 8)
    actors = [await person.acting() for person in people]

    async def tap(number: int, choice: Choice) -> None:
        async with atomic():
            await rsvp(actors[number], gathering.id, choice, NOW + timedelta(milliseconds=number))

    await asyncio.gather(*(tap(number, Choice.JOIN) for number in range(8)))
    assert sorted((await places(gathering)).values()) == [False] * 3 + [True] * 5
    holders = [number for number, person in enumerate(people) if not (await places(gathering))[person.id]]
    others = [number for number in range(8) if number not in holders]
    await asyncio.gather(*(tap(number, Choice.LEAVE) for number in holders[:2]), tap(others[0], Choice.LEAVE))
    assert sorted((await places(gathering)).values()) == [False] * 3 + [True] * 2
    assert await Delivery.filter(kind="notice").count() in (2, 3)  # one of them may be given a seat before giving it up


async def ordered(cast: Cast, gathering: Gathering, words: str) -> Card | None:
    question = Question(QUESTION, {"gathering": gathering.id})
    return (await say_seats(await cast.secretary.acting(), cast.bot.id, question, words, NOW + timedelta(hours=1))).toast


async def test_an_organiser_types_how_many_seats_there_are(cast: Cast) -> None:
    gathering = await planned(cast)
    answer = await seats(await cast.secretary.acting(), gathering.id, ASK, NOW)
    assert answer.screen == Card("gathering/how_many", {"gathering": gathering.id})
    assert (await Draft.get()).kind == QUESTION
    assert await ordered(cast, gathering, "30") == Card("gathering/seats_set", {"seats": 30})
    assert (await Gathering.get(id=gathering.id)).capacity == 30
    assert not await Draft.exists()


@pytest.mark.parametrize("words", ["", "many", "0", "-1", "1.5", "99999", "9" * 500, "30 seats"])
async def test_what_is_no_number_of_seats_is_refused(cast: Cast, words: str) -> None:
    gathering = await planned(cast)
    with pytest.raises(Refusal, match="gathering/no_number"):
        await ordered(cast, gathering, words)


async def test_more_seats_go_to_those_who_wait_and_fewer_take_none_away(cast: Cast) -> None:
    gathering = await seated(cast, 1)
    for minute, person in enumerate((cast.secretary, cast.member, cast.former, cast.probationary)):
        await answers(person, gathering, now=NOW + timedelta(minutes=minute))
    await ordered(cast, gathering, "3")
    assert [each for each, waits in (await places(gathering)).items() if waits] == [cast.probationary.id]
    await ordered(cast, gathering, "1")
    assert [each for each, waits in (await places(gathering)).items() if waits] == [cast.probationary.id]
    await seats(await cast.secretary.acting(), gathering.id, NO_LIMIT, NOW + timedelta(hours=2))
    assert not any((await places(gathering)).values())
    assert await Delivery.filter(kind="notice").count() == 3


async def test_seats_are_set_by_organisers_and_until_sign_in_opens(cast: Cast) -> None:
    gathering = await planned(cast)
    for person in (cast.member, cast.neighbour_secretary, cast.foreigner):
        with pytest.raises(Refusal, match="rights/refused"):
            await seats(await person.acting(), gathering.id, NO_LIMIT, NOW)
    for state in ("open", "closed", "recorded", "cancelled"):
        await Gathering.filter(id=gathering.id).update(state=state)
        with pytest.raises(Refusal, match="gathering/too_late"):
            await seats(await cast.secretary.acting(), gathering.id, ASK, NOW)


async def test_nobody_who_comes_later_takes_the_seat_of_somebody_who_has_left_the_branch(cast: Cast) -> None:
    gathering = await seated(cast, 1)
    for minute, person in enumerate((cast.secretary, cast.member)):
        await answers(person, gathering, now=NOW + timedelta(minutes=minute))
    await Membership.filter(member_id=cast.secretary.id).update(until_at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    answer = await rsvp(await cast.former.acting(later), gathering.id, Choice.JOIN, later)
    assert answer.toast == Card("gathering/waiting", {"place": 1, "starts": STARTS})
    assert {who: waits for who, waits in (await places(gathering)).items() if who != cast.secretary.id} == {
        cast.member.id: False,
        cast.former.id: True,
    }
    assert (await Delivery.get(kind="notice")).member_id == cast.member.id


async def test_who_has_left_the_branch_stands_in_nobodys_way_in_the_queue(cast: Cast) -> None:
    gathering = await seated(cast, 1)
    for minute, person in enumerate((cast.secretary, cast.member, cast.former)):
        await answers(person, gathering, now=NOW + timedelta(minutes=minute))
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    answer = await rsvp(await cast.former.acting(later), gathering.id, Choice.JOIN, later)
    assert answer.toast == Card("gathering/waiting", {"place": 1, "starts": STARTS})


async def test_who_answers_while_the_seats_are_set_is_counted_by_the_new_number(cast: Cast) -> None:
    """The answer was read before the organiser's change was there, and kept after it."""
    gathering = await seated(cast, 1)
    await answers(cast.secretary, gathering)
    asked = await standing_at(gathering.id, cast.member.id)
    assert asked is not None
    await ordered(cast, gathering, "2")
    row = await keep(asked, cast.member.id, Choice.JOIN, NOW + timedelta(minutes=1), by="member:1")
    assert row
    assert not row["waiting"]
    await seats(await cast.secretary.acting(), gathering.id, NO_LIMIT, NOW)
    row = await keep(asked, cast.former.id, Choice.JOIN, NOW + timedelta(minutes=2), by="member:1")
    assert row
    assert not row["waiting"]
