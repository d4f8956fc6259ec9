"""Answering a gathering, and asking who has answered."""

from collections.abc import Awaitable
from datetime import date, timedelta

import pytest

from models.audit import Note
from models.card import LARGEST, Answer, Card, Refusal
from models.gathering import Choice, Gathering, Rsvp, announce, attendance, remind, rsvp
from models.member import OPERATOR, Actor, Role, grant
from models.organisation import grow
from models.outbox import Delivery
from tests.cast import NOW, OUTSIDER, Cast, Person, answers, planned
from tests.dump import changed, dump
from tests.models.outbox.letters import delivered

JOIN, LEAVE = Choice.JOIN, Choice.LEAVE
STARTS = "2026-12-01T15:00"
DAY = timedelta(days=1)


def toast(answer: Answer) -> Card:
    assert answer.toast is not None
    return answer.toast


async def refused(press: Awaitable[Answer]) -> Card:
    """The words of the refusal; fails if anything was written."""
    before = await dump()
    with pytest.raises(Refusal) as no:
        await press
    assert changed(before, await dump()) == set()
    return no.value.card


async def kept(gathering: Gathering) -> list[tuple[int, int]]:
    return [(each.member_id, each.choice) for each in await Rsvp.filter(gathering_id=gathering.id).order_by("id")]


async def test_a_first_answer_is_kept_and_said_back(cast: Cast) -> None:
    gathering = await planned(cast)
    answer = await rsvp(await cast.member.acting(), gathering.id, JOIN, NOW)
    assert answer == Answer(toast=Card("gathering/kept", {"choice": JOIN, "starts": STARTS}))
    only = await Rsvp.get()
    assert (only.member_id, only.choice, only.at, only.root_id) == (cast.member.id, JOIN, NOW, cast.district.id)


async def test_another_tap_changes_the_answer_and_the_note_tells_both(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, JOIN)
    answer = await rsvp(await cast.member.acting(), gathering.id, LEAVE, NOW + DAY)
    assert toast(answer).name == "gathering/kept"
    assert await kept(gathering) == [(cast.member.id, LEAVE)]
    notes = await Note.filter(verb="rsvp").order_by("id").values_list("actor", "target", "before", "after")
    by, about = f"member:{cast.member.id}", f"gathering:{gathering.id}"
    assert notes == [(by, about, None, '{"choice": 1}'), (by, about, '{"choice": 1}', '{"choice": 2}')]


async def test_the_same_tap_again_says_so_and_changes_nothing(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, JOIN)
    before = await dump()
    answer = await rsvp(await cast.member.acting(), gathering.id, JOIN, NOW + DAY)
    assert answer == Answer(toast=Card("gathering/same", {"choice": JOIN, "starts": STARTS}))
    assert changed(before, await dump()) == set()


async def test_an_answer_renews_the_card_in_the_group(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    await delivered(cast, message_id=9)
    await answers(cast.member, gathering)
    card = await Delivery.get()
    assert (card.state, card.wanted, card.message_id) == ("queued", 2, 9)


async def test_the_offices_members_and_probationers_of_a_branch_answer_alike(cast: Cast) -> None:
    gathering = await planned(cast)
    everybody = [cast.secretary, cast.member, cast.probationary, cast.former]
    for person in everybody:
        await answers(person, gathering)
    assert await kept(gathering) == [(person.id, JOIN) for person in everybody]


async def test_a_gathering_above_is_answered_by_all_below(cast: Cast) -> None:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(node_id=cast.district.id)
    await answers(cast.neighbour, gathering)
    assert (await refused(rsvp(await cast.foreigner.acting(), gathering.id, JOIN, NOW))).name == "rights/refused"


async def test_a_gathering_below_is_not_ones_own(cast: Cast) -> None:
    gathering = await planned(cast)
    group = await grow(cast.branch, "group", "group")
    await Gathering.filter(id=gathering.id).update(node_id=group.id)
    assert (await refused(rsvp(await cast.member.acting(), gathering.id, JOIN, NOW))).name == "rights/refused"


async def test_answers_close_ten_minutes_before_the_start(cast: Cast) -> None:
    gathering = await planned(cast)
    late = rsvp(await cast.member.acting(), gathering.id, JOIN, gathering.closes_at)
    assert await refused(late) == Card("gathering/closed")
    await answers(cast.member, gathering, now=gathering.closes_at - timedelta(milliseconds=1))


@pytest.mark.parametrize("choice", [0, 3, LARGEST])
async def test_there_is_nothing_to_answer_but_the_buttons(cast: Cast, choice: int) -> None:
    gathering = await planned(cast)
    assert (await refused(rsvp(await cast.member.acting(), gathering.id, choice, NOW))).name == "action/unknown"


@pytest.mark.parametrize("who", ["member", "neighbour", "foreigner", "stranger"])
async def test_unknown_and_foreign_gatherings_sound_the_same(cast: Cast, who: str) -> None:
    gathering, stranger = await planned(cast), Actor(telegram_id=OUTSIDER)
    await Gathering.filter(id=gathering.id).update(node_id=cast.neighbours.id if who == "member" else cast.branch.id)
    person = None if who == "stranger" else getattr(cast, who)
    by = stranger if person is None else await person.acting()
    for choice in (JOIN, 7):  # nor does a wrong button tell them apart
        sounds = [await refused(rsvp(by, target, choice, NOW)) for target in (gathering.id, 0, gathering.id + 1, LARGEST)]
        assert sounds == [Card("rights/stranger" if person is None else "rights/refused")] * 4


async def test_whoever_answers_while_a_reminder_waits_is_not_reminded(cast: Cast) -> None:
    gathering = await planned(cast)
    remind_at = gathering.starts_at - DAY
    await remind(remind_at)
    await answers(cast.member, gathering, LEAVE, now=remind_at)
    states = {each.member_id: each.state for each in await Delivery.filter(kind="reminder")}
    assert states[cast.member.id] == "cancelled"
    assert states[cast.probationary.id] == "queued"


async def asked(person: Person, cast: Cast | None = None) -> Answer:
    """Attendance, in private or in the branch's group."""
    return await attendance(await person.acting(), cast.branch if cast else None, NOW)


async def test_in_the_group_attendance_is_counts_and_in_private_names(cast: Cast) -> None:
    gathering = await planned(cast)
    assert await asked(cast.secretary, cast) == Answer(screen=Card("gathering/counts", {"gathering": gathering.id}))
    private = Card("gathering/names", {"gathering": gathering.id, "people": gathering.id})
    assert await asked(cast.secretary) == Answer(screen=private)


async def test_attendance_is_of_the_next_gathering_else_of_the_last(cast: Cast) -> None:
    later, next_one = await planned(cast, date(2026, 12, 9)), await planned(cast, date(2026, 12, 2))
    found = {}
    secretary = await cast.secretary.acting()
    for name, moment in [("next", NOW), ("after one", next_one.starts_at + DAY), ("after all", later.starts_at + DAY)]:
        screen = (await attendance(secretary, None, moment)).screen
        found[name] = screen and screen.facts["gathering"]
    assert found == {"next": next_one.id, "after one": later.id, "after all": later.id}


async def test_attendance_reaches_as_far_as_the_office(cast: Cast) -> None:
    gathering = await planned(cast)
    assert await refused(asked(cast.neighbour_secretary)) == Card("gathering/none")
    assert (await refused(asked(cast.neighbour_secretary, cast))).name == "rights/refused"
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "org_member", NOW)
    screen = (await asked(cast.neighbour)).screen
    assert screen is not None
    assert screen.facts["gathering"] == gathering.id


async def test_several_offices_reach_several_subtrees(cast: Cast) -> None:
    await planned(cast)
    await grant(OPERATOR, cast.foreigner.member, cast.foreign_branch.id, "secretary", NOW)
    assert (await refused(asked(cast.foreigner))).name == "gathering/none"
    await grant(OPERATOR, cast.foreigner.member, cast.branch.id, "deputy_secretary", NOW)
    assert (await asked(cast.foreigner)).screen is not None


async def test_nobody_else_learns_who_comes(cast: Cast) -> None:
    await planned(cast)
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    for person in (cast.member, cast.former, cast.secretary, cast.foreigner):
        assert (await refused(asked(person))).name == "rights/refused"
        assert (await refused(asked(person, cast))).name == "rights/refused"
    for node in (None, cast.branch):
        assert (await refused(attendance(Actor(telegram_id=OUTSIDER), node, NOW))).name == "rights/stranger"


async def test_where_nothing_was_planned_there_is_nobody_to_count(cast: Cast) -> None:
    assert await refused(asked(cast.secretary)) == Card("gathering/none")
    assert await refused(asked(cast.secretary, cast)) == Card("gathering/none")
