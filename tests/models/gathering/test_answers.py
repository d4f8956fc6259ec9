"""Answering a gathering, and asking who has answered."""

import importlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.audit import Note
from models.card import LARGEST, Answer, Card, Refusal
from models.gathering import Choice, Gathering, Rsvp, announce, remind, rsvp
from models.member import Actor
from models.organisation import grow
from models.outbox import Delivery
from tests.cast import NOW, OUTSIDER, Cast, answers, planned
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
    assert toast(answer).name == "gathering/leave_kept"
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


async def test_answers_close_when_sign_in_opens(cast: Cast) -> None:
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
    await announce(NOW)
    await remind(remind_at)
    await answers(cast.member, gathering, LEAVE, now=remind_at)
    states = {each.member_id: each.state for each in await Delivery.filter(kind="reminder")}
    assert states[cast.member.id] == "cancelled"
    assert states[cast.probationary.id] == "queued"


async def in_state(gathering: Gathering, **columns: object) -> None:
    await Gathering.filter(id=gathering.id).update(**columns)


async def test_perhaps_is_an_answer_only_where_the_branch_offers_it(cast: Cast) -> None:
    gathering = await planned(cast)
    assert (await refused(rsvp(await cast.member.acting(), gathering.id, Choice.MAYBE, NOW))).name == "action/unknown"
    await in_state(gathering, offers_maybe=True)
    answer = await rsvp(await cast.member.acting(), gathering.id, Choice.MAYBE, NOW)
    assert toast(answer) == Card("gathering/kept", {"choice": Choice.MAYBE, "starts": STARTS})
    again = await rsvp(await cast.member.acting(), gathering.id, Choice.MAYBE, NOW)
    assert toast(again) == Card("gathering/same", {"choice": Choice.MAYBE, "starts": STARTS})
    assert await kept(gathering) == [(cast.member.id, Choice.MAYBE)]


@pytest.mark.parametrize("choice", [JOIN, LEAVE])
async def test_what_nobody_was_asked_to_yet_takes_no_answer(cast: Cast, choice: int) -> None:
    gathering = await planned(cast)
    await in_state(gathering, announce_due=NOW + DAY)
    press = rsvp(await cast.member.acting(), gathering.id, choice, NOW)
    assert await refused(press) == Card("gathering/early")
    await in_state(gathering, announce_due=None)
    assert await refused(rsvp(await cast.member.acting(), gathering.id, choice, NOW)) == Card("gathering/early")
    await in_state(gathering, announce_due=NOW)  # the clock's next beat carries the card
    await rsvp(await cast.member.acting(), gathering.id, choice, NOW)


@pytest.mark.parametrize("state", ["open", "closed", "recorded"])
async def test_what_has_begun_takes_no_answer_whatever_its_clock_says(cast: Cast, state: str) -> None:
    gathering = await planned(cast)
    await in_state(gathering, state=state)
    assert await refused(rsvp(await cast.member.acting(), gathering.id, JOIN, NOW)) == Card("gathering/closed")


async def test_what_was_called_off_takes_no_answer_and_says_so(cast: Cast) -> None:
    gathering = await planned(cast)
    await in_state(gathering, state="cancelled")
    press = rsvp(await cast.member.acting(), gathering.id, JOIN, NOW)
    assert await refused(press) == Card("gathering/cancelled", {"starts": STARTS})


async def test_a_press_says_no_more_to_the_database_than_it_must(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hot path: ask, keep, renew the card, take back a reminder, note."""
    gathering, by = await planned(cast), await cast.member.acting()
    said: list[str] = []
    for name, places in (
        ("rows", ["gathering.answers", "gathering.waiting", "outbox.owing"]),
        ("run", ["batch", "gathering.waiting"]),
    ):
        for place in places:
            module = importlib.import_module(f"models.{place}")
            monkeypatch.setattr(module, name, counting(getattr(module, name), said))
    await rsvp(by, gathering.id, JOIN, NOW)
    assert len(said) == 5, said


def counting(ask: Callable[..., Awaitable[object]], said: list[str]) -> Callable[..., Awaitable[object]]:
    async def counted(sql: str, *args: object) -> object:
        said.append(sql)
        return await ask(sql, *args)

    return counted
