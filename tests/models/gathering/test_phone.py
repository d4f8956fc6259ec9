"""Who cannot be reached is told to those who can phone them; what they hear they tap in."""

import asyncio
from datetime import timedelta

import pytest

from models.actions import perform
from models.audit import Note
from models.card import Action, Answer, Card, Refusal
from models.gathering import Choice, Gathering, Habit, Rsvp, announce, close, remind, rsvp
from models.gathering.phone import OPEN, SURE
from models.gathering.unreached import ASK, CHOOSE, NAME, PAGE, SILENT, UNREACHED, describe
from models.member import OPERATOR, Account, Actor, Membership, Reachability, grant
from models.organisation import grow
from models.outbox import Delivery, Recipient, debt, owe_capped
from tests.cast import NOW, Cast, Person, answers, planned, settle
from tests.models.gathering.invited import announced, shown
from tests.models.outbox.letters import CARD, delivered

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIST, QUESTION, REPLACE = "phone/list", "phone/ask", "phone/replace"


async def offered(cast: Cast) -> Gathering:
    """A gathering at its first lead; the secretary's list has arrived."""
    gathering = await announced(cast)
    first = gathering.starts_at - 3 * DAY
    await remind(first)
    await arrive()
    return gathering


async def arrive() -> None:
    """The lists that are owed are up."""
    for one in await Delivery.filter(about__startswith="phone:", message_id__isnull=True):
        await Delivery.filter(id=one.id).update(state="sent", message_id=one.id, sent_at=one.due_at)


async def lists(person: Person) -> list[Delivery]:
    return await Delivery.filter(about__startswith="phone:", member_id=person.id, live=True).order_by("id")


async def looked_at(person: Person) -> Card:
    (only,) = await lists(person)
    return shown(only)


def names(card: Card) -> list[str]:
    return [tap.shown for row in card.taps for tap in row if tap.verb == "phone"]


async def taps(person: Person, verb: str, gathering: Gathering, choice: int) -> Answer:
    return await perform(await person.acting(), Action(verb, gathering.id, choice), NOW)


async def enters(by: Person, who: Person, gathering: Gathering, choice: int) -> Answer:
    return await taps(by, "phone_say", gathering, who.id * CHOOSE + choice)


async def refused(by: Person, verb: str, gathering: Gathering, choice: int) -> str:
    with pytest.raises(Refusal) as no:
        await taps(by, verb, gathering, choice)
    return no.value.card.name


async def kept(who: Person) -> tuple[int, str] | None:
    found = await Rsvp.get_or_none(member_id=who.id)
    return (found.choice, found.via) if found else None


async def unreachable(cast: Cast, who: Person, state: str) -> None:
    account = await Account.get(member_id=who.id)
    await Reachability.create(bot_id=cast.bot.id, account_id=account.id, state=state, since=NOW)


async def test_those_responsible_get_the_list_once_at_the_first_lead(cast: Cast) -> None:
    await unreachable(cast, cast.member, "blocked")
    await unreachable(cast, cast.former, "never_started")
    await unreachable(cast, cast.probationary, "ok")
    gathering = await announced(cast)
    assert await Delivery.filter(kind="duty").count() == 0
    await remind(gathering.starts_at - 3 * DAY)
    (owed,) = await Delivery.filter(kind="duty")
    assert (owed.member_id, owed.live, owed.expire_at) == (cast.secretary.id, True, gathering.closes_at)
    assert owed.node_id == cast.branch.id
    assert sorted(names(shown(owed))) == ["former", "member", "offline"]
    await remind(gathering.starts_at - DAY)
    assert await Delivery.filter(kind="duty").count() == 1


async def test_where_no_lead_lies_ahead_the_list_comes_with_the_announcement(cast: Cast) -> None:
    await planned(cast)
    await Habit.create(root_id=cast.district.id, node_id=cast.branch.id, remind_leads="")
    await announce(NOW)
    assert (await Delivery.get(kind="duty")).member_id == cast.secretary.id


async def test_where_everybody_can_be_reached_or_has_answered_there_is_no_list(cast: Cast) -> None:
    await Rsvp.create(
        root_id=cast.district.id, gathering_id=(await announced(cast)).id, member_id=cast.offline.id, choice=1, at=NOW
    )
    gathering = await Gathering.get()
    await remind(gathering.starts_at - 3 * DAY)
    assert await Delivery.filter(kind="duty").count() == 0


async def test_at_night_the_list_waits_for_the_morning(cast: Cast) -> None:
    gathering = await announced(cast)
    await remind(gathering.starts_at - 10 * HOUR)
    assert (await Delivery.get(kind="duty")).due_at.isoformat() == "2026-12-01T00:30:00+00:00"


async def test_whose_reminder_is_held_back_for_the_weeks_limit_is_on_the_list(cast: Cast) -> None:
    gathering = await announced(cast)
    at = gathering.starts_at - DAY
    to = Recipient(cast.bot.id, cast.district.id, member_id=cast.member.id)
    await owe_capped([debt("offer", CARD, to, f"offer:{number}", at) for number in range(5)], at)
    await remind(at)
    told = await describe([gathering.id, cast.secretary.id, UNREACHED], at)
    assert (told["full"], told["unbound"], told["total"]) == (["member"], ["offline"], 2)


async def test_an_answer_told_by_phone_is_kept_with_who_entered_it_and_the_list_shrinks(cast: Cast) -> None:
    gathering = await offered(cast)
    assert names(await looked_at(cast.secretary)) == ["offline"]
    await taps(cast.secretary, "phone", gathering, cast.offline.id * CHOOSE + ASK)
    card = await looked_at(cast.secretary)
    assert (card.name, [tap.label for tap in card.taps[0]]) == (QUESTION, ["gathering.join", "gathering.leave"])
    answer = await enters(cast.secretary, cast.offline, gathering, Choice.JOIN)
    assert answer.toast == Card("phone/kept", {"person": "offline", "choice": Choice.JOIN, "pending": ""})
    assert await kept(cast.offline) == (Choice.JOIN, "phone")
    assert names(await looked_at(cast.secretary)) == [
        name for name in names(await looked_at(cast.secretary)) if name != "offline"
    ]
    note = await Note.filter(verb="rsvp").order_by("-id").first()
    assert note is not None
    assert (note.actor, note.target) == (f"member:{cast.secretary.id}", f"gathering:{gathering.id}")
    assert f'"member": {cast.offline.id}' in (note.after or "")


async def test_the_tally_follows_and_a_waiting_reminder_is_taken_back(cast: Cast) -> None:
    gathering = await announced(cast)
    await delivered(cast, message_id=9)
    await remind(gathering.starts_at - DAY)
    await enters(cast.secretary, cast.member, gathering, Choice.LEAVE)
    assert (await Delivery.get(member_id=cast.member.id, kind="reminder")).state == "cancelled"
    assert (await Delivery.get(kind="card")).wanted == 2


async def test_an_answer_of_their_own_is_not_replaced_before_somebody_says_so(cast: Cast) -> None:
    gathering = await offered(cast)
    await answers(cast.member, gathering, Choice.LEAVE)
    answer = await enters(cast.secretary, cast.member, gathering, Choice.JOIN)
    assert (answer.alert, answer.toast) == (True, Card("phone/answered", {"person": "member", "choice": Choice.LEAVE}))
    assert await kept(cast.member) == (Choice.LEAVE, "tap")
    card = await looked_at(cast.secretary)
    assert card.name == REPLACE
    (sure, _back), *_ = card.taps
    await taps(cast.secretary, sure.verb, gathering, sure.choice)
    assert await kept(cast.member) == (Choice.JOIN, "phone")
    assert sure.choice == cast.member.id * CHOOSE + SURE + Choice.JOIN


async def test_the_same_answer_is_left_as_they_gave_it(cast: Cast) -> None:
    gathering = await offered(cast)
    await answers(cast.member, gathering)
    await enters(cast.secretary, cast.member, gathering, Choice.JOIN)
    assert await kept(cast.member) == (Choice.JOIN, "tap")


async def test_a_later_tap_of_their_own_beats_what_was_entered(cast: Cast) -> None:
    gathering = await offered(cast)
    await enters(cast.secretary, cast.member, gathering, Choice.JOIN)
    await rsvp(await cast.member.acting(), gathering.id, Choice.LEAVE, NOW)
    assert await kept(cast.member) == (Choice.LEAVE, "tap")


async def test_the_leader_of_a_group_gets_and_enters_the_own_people_only(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    inside = await settle("inside", group, telegram=False)
    await grant(OPERATOR, cast.member.member, group.id, "group_leader", NOW)
    gathering = await offered(cast)
    assert names(await looked_at(cast.member)) == ["inside"]
    places = {each.member_id: each.node_id for each in await Delivery.filter(kind="duty")}
    assert places == {cast.member.id: group.id, cast.secretary.id: cast.branch.id}
    assert set(names(await looked_at(cast.secretary))) == {"inside", "offline"}
    await enters(cast.member, inside, gathering, Choice.JOIN)
    assert await kept(inside) == (Choice.JOIN, "phone")
    assert names(await looked_at(cast.secretary)) == ["offline"]
    for verb, choice in (("phone", ASK), ("phone_say", Choice.JOIN)):
        assert await refused(cast.member, verb, gathering, cast.offline.id * CHOOSE + choice) == "rights/refused"
    told = await describe([gathering.id, cast.member.id, SILENT], NOW)
    assert "offline" not in str(told)


async def test_who_belongs_elsewhere_or_has_left_cannot_be_entered(cast: Cast) -> None:
    gathering = await offered(cast)
    await Membership.filter(member_id=cast.offline.id).update(until_at=NOW)
    for who in (cast.neighbour, cast.foreigner, cast.offline):
        assert await refused(cast.secretary, "phone_say", gathering, who.id * CHOOSE + Choice.JOIN) == "rights/refused"
    assert await refused(cast.secretary, "phone_say", gathering, 999_999 * CHOOSE + Choice.JOIN) == "rights/refused"


async def test_the_other_list_is_of_everybody_who_has_not_answered_and_pages_are_turned_in_place(cast: Cast) -> None:
    many = [await settle(f"m{number:02}", cast.branch, telegram=False) for number in range(PAGE)]
    gathering = await offered(cast)
    first = await looked_at(cast.secretary)
    assert len(names(first)) == PAGE
    assert [tap.label for tap in first.taps[-2]] == ["page.after"]
    await taps(cast.secretary, "phone_at", gathering, NAME + UNREACHED)
    second = await looked_at(cast.secretary)
    assert names(second) == [many[-1].member.name]
    await taps(cast.secretary, "phone_at", gathering, 99 * NAME + UNREACHED)
    assert names(await looked_at(cast.secretary)) == [many[-1].member.name]
    await taps(cast.secretary, "phone_at", gathering, NAME + SILENT)
    assert set(names(await looked_at(cast.secretary))) == {
        many[-1].member.name,
        "secretary",
        "member",
        "probationary",
        "former",
    }


async def test_the_organisers_button_puts_up_a_new_list_and_the_old_one_rests(cast: Cast) -> None:
    gathering = await offered(cast)
    (old,) = await lists(cast.secretary)
    await taps(cast.secretary, "phone_at", gathering, OPEN)
    (new,) = await lists(cast.secretary)
    assert new.id > old.id
    assert new.kind == "notice"


async def test_who_is_just_asking_about_somebody_is_not_interrupted_by_anothers_entry(cast: Cast) -> None:
    await grant(OPERATOR, cast.member.member, cast.branch.id, "deputy_secretary", NOW)
    gathering = await offered(cast)
    await taps(cast.secretary, "phone", gathering, cast.offline.id * CHOOSE + ASK)
    await enters(cast.member, cast.probationary, gathering, Choice.JOIN)
    assert (await looked_at(cast.secretary)).name == QUESTION
    assert (await looked_at(cast.member)).name == LIST


async def test_after_the_answers_closed_or_before_the_card_is_up_nothing_is_entered(cast: Cast) -> None:
    gathering = await offered(cast)
    await close(gathering.closes_at)
    for verb, choice in (
        ("phone_at", OPEN),
        ("phone", cast.offline.id * CHOOSE + ASK),
        ("phone_say", cast.offline.id * CHOOSE + 1),
    ):
        assert await refused(cast.secretary, verb, gathering, choice) == "gathering/closed"
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    assert await refused(cast.secretary, "phone_at", gathering, OPEN) == "gathering/cancelled"
    assert await kept(cast.offline) is None


async def test_a_late_leave_is_taken_by_those_who_decide_on_leave_only(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    inside = await settle("inside", group, telegram=False)
    await grant(OPERATOR, cast.member.member, group.id, "group_leader", NOW)
    gathering = await offered(cast)
    await Gathering.filter(id=gathering.id).update(leave_until=NOW)
    assert await refused(cast.member, "phone_say", gathering, inside.id * CHOOSE + Choice.LEAVE) == "gathering/leave_over"
    await enters(cast.secretary, inside, gathering, Choice.LEAVE)
    assert await kept(inside) == (Choice.LEAVE, "phone")


async def test_two_who_enter_at_once_leave_one_answer(cast: Cast) -> None:
    gathering = await offered(cast)
    await asyncio.gather(*(enters(cast.secretary, cast.offline, gathering, Choice.JOIN) for _ in range(3)))
    assert await Rsvp.filter(member_id=cast.offline.id).count() == 1


async def test_who_lost_the_office_is_shown_nobody_any_more(cast: Cast) -> None:
    gathering = await offered(cast)
    assert (await describe([gathering.id, cast.neighbour_secretary.id, SILENT], NOW))["total"] == 0
    assert (await describe([gathering.id, cast.offline.id, SILENT], NOW))["total"] == 0
    assert await refused(cast.neighbour_secretary, "phone_at", gathering, OPEN) == "rights/refused"
    with pytest.raises(Refusal):
        await perform(Actor(), Action("phone_at", gathering.id, OPEN), NOW)


async def test_who_turns_out_to_be_blocked_is_on_the_list_from_the_next_lead_on(cast: Cast) -> None:
    gathering = await offered(cast)
    await unreachable(cast, cast.member, "blocked")
    await remind(gathering.starts_at - DAY)
    assert sorted(names(await looked_at(cast.secretary))) == ["member", "offline"]
    assert await Delivery.filter(kind="duty").count() == 1
