"""Members propose topics and sign up to speak; the organisers pick, and the proposer hears of it."""

import asyncio

import pytest

from models.binding import forget_me
from models.card import Answer, Card, Refusal
from models.database import atomic
from models.draft import Draft, Question
from models.gathering import AgendaItem, Gathering, Proposal, Speaker
from models.gathering.agenda import LONGEST_ITEM, MOST_ITEMS
from models.gathering.choice import YES
from models.gathering.proposals import (
    DECLINE,
    MOST_OPEN,
    PACK,
    PICK,
    QUESTION,
    decide,
    describe_agenda,
    describe_many,
    propose,
    propose_next,
    say_topic,
    speak,
    topics,
)
from models.member import Account
from models.outbox import Delivery
from tests.cast import NOW, Cast, Person, planned


async def types(person: Person, cast: Cast, gathering: Gathering, words: str = "parking") -> Answer:
    return await say_topic(await person.acting(), cast.bot.id, Question(QUESTION, {"gathering": gathering.id}), words, NOW)


async def decided(cast: Cast, gathering: Gathering, number: int, said: int) -> Card | None:
    return (await decide(await cast.secretary.acting(), gathering.id, number * PACK + said, NOW)).toast


async def test_a_topic_is_asked_for_typed_and_shown_to_those_who_pick(cast: Cast) -> None:
    gathering = await planned(cast)
    asked = await propose(await cast.member.acting(), gathering.id, YES, NOW)
    assert asked.screen == Card("gathering/which_topic", {"most": LONGEST_ITEM})
    assert (await Draft.get()).kind == QUESTION
    assert await types(cast.member, cast, gathering, "parking \n space") == Answer(screen=Card("gathering/topic_kept"))
    topic = await Proposal.get()
    assert (topic.title, topic.state, topic.node_id) == ("parking space", "open", cast.branch.id)
    told = await Delivery.get()
    assert (told.member_id, told.live) == (cast.secretary.id, True)
    assert [tap.choice for tap in Card.from_json(told.card).taps[0]] == [topic.id * PACK + PICK, topic.id * PACK + DECLINE]
    assert not await Draft.exists()


async def test_without_a_button_a_topic_is_for_the_next_gathering_one_is_asked_to(cast: Cast) -> None:
    with pytest.raises(Refusal, match="gathering/nothing_ahead"):
        await propose_next(await cast.member.acting(), "parking", NOW)
    gathering = await planned(cast)
    await propose_next(await cast.member.acting(), "parking", NOW)
    assert (await Proposal.get()).gathering_id == gathering.id
    assert (await propose_next(await cast.member.acting(), "", NOW)).screen is not None
    with pytest.raises(Refusal, match="gathering/nothing_ahead"):
        await propose_next(await cast.foreigner.acting(), "parking", NOW)


@pytest.mark.parametrize(("said", "state"), [(PICK, "picked"), (DECLINE, "declined")])
async def test_the_proposer_hears_what_became_of_it(cast: Cast, said: int, state: str) -> None:
    gathering = await planned(cast)
    await types(cast.member, cast, gathering)
    topic = await Proposal.get()
    assert await decided(cast, gathering, topic.id, said) == Card("gathering/topic_settled_now", {"picked": said == PICK})
    assert (await Proposal.get()).state == state
    told = await Delivery.get(member_id=cast.member.id)
    assert Card.from_json(told.card) == Card(
        "gathering/topic_told", {"topic": topic.id, "picked": said == PICK, "gathering": gathering.id}
    )
    assert [each.title for each in await AgendaItem.all()] == (["parking"] if said == PICK else [])
    asked = await Delivery.get(member_id=cast.secretary.id)
    assert Card.from_json(asked.card).name == "gathering/topic_decided"
    assert Card.from_json(asked.card).taps == ()


async def test_a_topic_is_decided_once_whoever_decides_at_the_same_time(cast: Cast) -> None:
    gathering = await planned(cast)
    await types(cast.member, cast, gathering)
    number = (await Proposal.get()).id
    done = await asyncio.gather(
        decided(cast, gathering, number, PICK), decided(cast, gathering, number, DECLINE), return_exceptions=True
    )
    assert [each.card.name for each in done if isinstance(each, Refusal)] == ["gathering/topic_settled"]
    assert await Delivery.filter(member_id=cast.member.id).count() == 1


async def test_topics_that_wait_stand_by_number_on_the_desk(cast: Cast) -> None:
    gathering, by = await planned(cast), await cast.secretary.acting()
    with pytest.raises(Refusal, match="gathering/no_topics"):
        await topics(by, gathering.id, YES, NOW)
    for words in ("parking", "lights"):
        await types(cast.member, cast, gathering, words)
    screen = (await topics(by, gathering.id, YES, NOW)).screen
    assert screen is not None
    assert screen.facts == {"topics": [each.id for each in await Proposal.all().order_by("id")]}
    assert [[tap.shown for tap in row] for row in screen.taps] == [["1", "1"], ["2", "2"]]
    assert (await describe_agenda(gathering.id, NOW))["topics"] == 2


async def test_nobody_proposes_without_end(cast: Cast) -> None:
    gathering = await planned(cast)
    for number in range(MOST_OPEN):
        await types(cast.member, cast, gathering, f"topic {number}")
    with pytest.raises(Refusal, match="gathering/many_topics"):
        await types(cast.member, cast, gathering, "one more")
    await types(cast.probationary, cast, gathering, "another's")


@pytest.mark.parametrize("words", ["", " ", "x" * (LONGEST_ITEM + 1)])
async def test_a_topic_is_one_line(cast: Cast, words: str) -> None:
    gathering = await planned(cast)
    with pytest.raises(Refusal, match="gathering/long_item"):
        await types(cast.member, cast, gathering, words)


async def test_a_topic_that_does_not_fit_onto_the_agenda_stays_open(cast: Cast) -> None:
    gathering = await planned(cast)
    facts = {"root_id": cast.district.id, "gathering_id": gathering.id, "fixed": False}
    for number in range(MOST_ITEMS):
        await AgendaItem.create(position=number, title=f"item {number}", **facts)
    await types(cast.member, cast, gathering)
    with pytest.raises(Refusal, match="gathering/many_items"):
        await decided_in_a_savepoint(cast, gathering, (await Proposal.get()).id)
    assert (await Proposal.get()).state == "open"


async def decided_in_a_savepoint(cast: Cast, gathering: Gathering, number: int) -> None:
    async with atomic():
        await decided(cast, gathering, number, PICK)


async def test_a_topic_of_another_branch_is_not_decided_here(cast: Cast) -> None:
    gathering = await planned(cast)
    await types(cast.member, cast, gathering)
    topic = await Proposal.get()
    await Proposal.filter(id=topic.id).update(node_id=cast.neighbours.id)
    for choice in (topic.id * PACK + PICK, topic.id * PACK, topic.id * PACK + 3, 0):
        with pytest.raises(Refusal, match="action/unknown"):
            await decide(await cast.secretary.acting(), gathering.id, choice, NOW)


async def test_signing_up_to_speak_is_taken_back_by_a_second_tap(cast: Cast) -> None:
    gathering, by = await planned(cast), await cast.member.acting()
    assert (await speak(by, gathering.id, YES, NOW)).toast == Card("gathering/speaking", {"speaks": True})
    assert (await describe_agenda(gathering.id, NOW))["speakers"] == ["member"]
    assert (await speak(by, gathering.id, YES, NOW)).toast == Card("gathering/speaking", {"speaks": False})
    assert not await Speaker.exists()


@pytest.mark.parametrize(
    ("columns", "why"),
    [({"announce_due": None}, "gathering/early"), ({"state": "cancelled"}, "gathering/cancelled"),
     ({"state": "open"}, "gathering/closed"), ({"state": "recorded"}, "gathering/closed")],
)  # fmt: skip
async def test_topics_and_speakers_are_for_what_lies_ahead(cast: Cast, columns: dict[str, object], why: str) -> None:
    gathering, by = await planned(cast), await cast.member.acting()
    await Gathering.filter(id=gathering.id).update(**columns)
    for press in (propose(by, gathering.id, YES, NOW), speak(by, gathering.id, YES, NOW)):
        with pytest.raises(Refusal, match=why):
            await press
    with pytest.raises(Refusal, match=why):
        await types(cast.member, cast, gathering)


async def test_strangers_to_the_branch_neither_propose_nor_speak(cast: Cast) -> None:
    gathering = await planned(cast)
    for person in (cast.neighbour, cast.foreigner, cast.neighbour_secretary):
        by = await person.acting()
        for press in (propose(by, gathering.id, YES, NOW), speak(by, gathering.id, YES, NOW)):
            with pytest.raises(Refusal, match="rights/refused"):
                await press
        with pytest.raises(Refusal, match="rights/refused"):
            await types(person, cast, gathering)


@pytest.mark.parametrize("said", [PICK, DECLINE])
async def test_a_topic_outlives_who_wished_to_be_forgotten(cast: Cast, said: int) -> None:
    gathering = await planned(cast)
    await types(cast.member, cast, gathering)
    account = await Account.get(member_id=cast.member.id)
    await forget_me(await cast.member.acting(), account.id, YES, NOW)
    topic = await Proposal.get()
    assert await describe_many([topic.id], NOW) == [{"title": "parking", "name": ""}]
    owed = await Delivery.all().count()
    assert await decided(cast, gathering, topic.id, said) == Card("gathering/topic_settled_now", {"picked": said == PICK})
    assert await Delivery.all().count() == owed  # there is nobody to tell


async def test_a_topic_nobody_can_see_is_none(cast: Cast) -> None:
    gathering = await planned(cast)
    with pytest.raises(Refusal, match="gathering/long_item"):
        await types(cast.member, cast, gathering, "\u200b \u202e\ufeff")
