"""Leave: kept at the tap, explained in private, decided where the branch wants that; nobody else learns why."""

import asyncio
from datetime import timedelta

import pytest

from models import draft
from models.audit import Note
from models.card import Answer, Card, Refusal
from models.draft import Draft, Question
from models.gathering import Choice, Gathering, Rsvp, describe, people, rsvp
from models.gathering.leave import LONGEST_REASON, NO, QUESTION, decide, say_reason
from models.gathering.leave import describe as describe_leave
from models.member import OPERATOR, Account, Reachability, Role, grant
from models.outbox import Delivery
from tests.cast import NOW, Cast, Person, answers, planned
from tests.models.outbox.letters import wired

LEAVE, JOIN, YES = Choice.LEAVE, Choice.JOIN, 1
STARTS = "2026-12-01T15:00"


async def deciding(cast: Cast) -> Gathering:
    """A gathering whose leave is decided."""
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(approves_leave=True)
    return gathering


async def says(person: Person, gathering: Gathering, words: str, cast: Cast) -> Answer:
    return await say_reason(await person.acting(), cast.bot.id, Question(QUESTION, {"gathering": gathering.id}), words, NOW)


async def test_leave_is_kept_at_once_and_its_reason_asked_for_in_private(cast: Cast) -> None:
    gathering = await planned(cast)
    answer = await rsvp(await cast.member.acting(), gathering.id, LEAVE, NOW)
    assert answer.toast == Card("gathering/leave_kept", {"decided": True, "private": True, "starts": STARTS})
    assert answer.screen == Card("gathering/why", {"starts": STARTS})
    assert cast.member.telegram_id is not None
    question = await draft.asked(cast.bot.id, cast.member.telegram_id, NOW)
    assert question == Question(QUESTION, {"gathering": gathering.id, "optional": True})
    assert (await Rsvp.get()).choice == LEAVE


async def test_who_cannot_be_written_to_is_on_leave_all_the_same_and_is_told_so(cast: Cast) -> None:
    gathering, account = await planned(cast), await Account.get(member_id=cast.member.id)
    await Reachability.create(bot_id=cast.bot.id, account_id=account.id, state="blocked", since=NOW)
    answer = await rsvp(await cast.member.acting(), gathering.id, LEAVE, NOW)
    assert answer.toast == Card("gathering/leave_kept", {"decided": True, "private": False, "starts": STARTS})
    assert answer.screen is None
    assert not await Draft.exists()
    assert (await Rsvp.get()).choice == LEAVE


async def test_saying_nothing_is_fine_and_nobody_is_bothered_about_it(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, LEAVE)
    assert await draft.expire(NOW + timedelta(hours=1)) == 1
    assert not await Draft.exists()
    assert not await Delivery.exists()


async def test_a_reason_is_for_those_responsible_and_for_nobody_else(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, LEAVE)
    answer = await says(cast.member, gathering, "  family \n matters ", cast)
    assert answer == Answer(screen=Card("gathering/reason_kept"))
    assert (await Rsvp.get()).reason == "family matters"
    assert (await people(gathering.id, NOW))["reasons"] == [{"name": "member", "reason": "family matters", "decision": ""}]
    assert "family" not in str(await describe(gathering.id, NOW))
    assert not await Draft.exists()
    assert not [each for each in await Note.all() if "family" in f"{each.before}{each.after}"]


@pytest.mark.parametrize("words", ["", " ", "x" * (LONGEST_REASON + 1)])
async def test_a_reason_is_one_sentence(cast: Cast, words: str) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, LEAVE)
    with pytest.raises(Refusal, match="gathering/long_reason"):
        await says(cast.member, gathering, words, cast)


async def test_a_reason_without_a_leave_is_kept_nowhere(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, LEAVE)
    await answers(cast.probationary, gathering, JOIN)
    for person in (cast.probationary, cast.foreigner):
        with pytest.raises(Refusal, match="gathering/no_leave"):
            await says(person, gathering, "because", cast)
    assert {each.reason for each in await Rsvp.all()} == {""}


async def test_another_answer_takes_the_reason_away(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, LEAVE)
    await says(cast.member, gathering, "ill", cast)
    await answers(cast.member, gathering, JOIN)
    assert (await Rsvp.get()).reason == ""


async def test_leave_is_asked_for_until_its_time_and_then_of_the_secretary(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.probationary, gathering, LEAVE)
    with pytest.raises(Refusal) as no:
        await rsvp(await cast.member.acting(), gathering.id, LEAVE, gathering.leave_until)
    assert no.value.card == Card("gathering/leave_over", {"until": "2026-12-01T13:00:00+08:00"})
    same = await rsvp(await cast.probationary.acting(), gathering.id, LEAVE, gathering.leave_until)
    assert same.toast == Card("gathering/same", {"choice": LEAVE, "starts": STARTS})
    await answers(cast.probationary, gathering, JOIN, now=gathering.leave_until)
    await answers(cast.member, gathering, LEAVE, now=gathering.leave_until - timedelta(milliseconds=1))


async def test_those_responsible_are_asked_and_see_the_reason_when_it_comes(cast: Cast) -> None:
    gathering = await deciding(cast)
    answer = await rsvp(await cast.member.acting(), gathering.id, LEAVE, NOW)
    assert answer.toast == Card("gathering/leave_kept", {"decided": False, "private": True, "starts": STARTS})
    leave = await Rsvp.get()
    assert leave.decision == "asked"
    asked = await Delivery.get()
    assert (asked.member_id, asked.live, asked.wanted) == (cast.secretary.id, True, 1)
    assert [tap.verb for tap in Card.from_json(asked.card).taps[0]] == ["leave_decide", "leave_decide"]
    await says(cast.member, gathering, "ill", cast)
    assert (await Delivery.get()).wanted == 2
    told = await describe_leave(leave.id, NOW)
    assert (told["name"], told["reason"], told["decision"]) == ("member", "ill", "asked")


async def test_where_nobody_else_can_be_asked_the_leave_holds(cast: Cast) -> None:
    gathering = await deciding(cast)
    answer = await rsvp(await cast.secretary.acting(), gathering.id, LEAVE, NOW)
    assert answer.toast is not None
    assert answer.toast.facts["decided"] is True
    assert (await Rsvp.get()).decision == ""


@pytest.mark.parametrize(("choice", "decision"), [(YES, "granted"), (NO, "refused")])
async def test_a_decision_is_told_to_the_member_and_to_all_who_were_asked(cast: Cast, choice: int, decision: str) -> None:
    gathering = await deciding(cast)
    await answers(cast.member, gathering, LEAVE)
    leave = await Rsvp.get()
    answer = await decide(await cast.secretary.acting(), leave.id, choice, NOW)
    assert answer.toast == Card("gathering/leave_decided_now", {"granted": choice == YES})
    assert (await Rsvp.get()).decision == decision
    renewed, told = await Delivery.all().order_by("id")
    assert Card.from_json(renewed.card) == Card("gathering/leave_decided", {"leave": leave.id, "by": cast.secretary.id})
    assert (told.member_id, told.kind, Card.from_json(told.card).facts["granted"]) == (cast.member.id, "notice", choice == YES)
    counts = await describe(gathering.id, NOW)
    assert (counts["leaving"], counts["replied"]) == ((1, 1) if choice == YES else (0, 0))


async def test_of_two_who_decide_the_first_does_and_the_second_is_told(cast: Cast) -> None:
    gathering = await deciding(cast)
    await grant(OPERATOR, cast.former.member, cast.branch.id, "deputy_secretary", NOW)
    await answers(cast.member, gathering, LEAVE)
    leave = await Rsvp.get()
    by = [await cast.secretary.acting(), await cast.former.acting()]
    done = await asyncio.gather(decide(by[0], leave.id, YES, NOW), decide(by[1], leave.id, NO, NOW), return_exceptions=True)
    refusals = [each for each in done if isinstance(each, Refusal)]
    assert [each.card.name for each in refusals] == ["gathering/leave_over_now"]
    assert await Delivery.filter(member_id=cast.member.id).count() == 1
    for actor in by:  # and nobody decides again
        with pytest.raises(Refusal, match="gathering/leave_over_now"):
            await decide(actor, leave.id, NO, NOW)


async def test_nobody_decides_on_their_own_leave(cast: Cast) -> None:
    gathering = await deciding(cast)
    await grant(OPERATOR, cast.former.member, cast.branch.id, "deputy_secretary", NOW)
    await answers(cast.secretary, gathering, LEAVE)
    leave = await Rsvp.get()
    with pytest.raises(Refusal, match="action/unknown"):
        await decide(await cast.secretary.acting(), leave.id, YES, NOW)
    await decide(await cast.former.acting(), leave.id, YES, NOW)


async def test_joining_later_withdraws_the_request_and_what_was_not_sent_never_leaves(cast: Cast) -> None:
    gathering = await deciding(cast)
    await answers(cast.member, gathering, LEAVE)
    await answers(cast.member, gathering, JOIN, now=NOW + timedelta(seconds=1))
    assert (await Delivery.get()).state == "cancelled"
    leave = await Rsvp.get()
    assert leave.decision == ""
    with pytest.raises(Refusal, match="gathering/leave_over_now"):
        await decide(await cast.secretary.acting(), leave.id, YES, NOW)


async def test_a_request_that_was_sent_loses_its_buttons_when_it_is_withdrawn(cast: Cast) -> None:
    gathering = await deciding(cast)
    await answers(cast.member, gathering, LEAVE)
    await wired(cast)
    await Delivery.all().update(state="sent", message_id=9, sent_at=NOW, shown=1)
    leave = await Rsvp.get()
    await answers(cast.member, gathering, JOIN)
    asked = await Delivery.get()
    assert Card.from_json(asked.card) == Card("gathering/leave_withdrawn", {"leave": leave.id})
    assert asked.state == "queued"


async def test_a_new_request_is_asked_anew_and_a_refused_one_may_be_made_again(cast: Cast) -> None:
    gathering = await deciding(cast)
    await answers(cast.member, gathering, LEAVE)
    leave = await Rsvp.get()
    await decide(await cast.secretary.acting(), leave.id, NO, NOW)
    later = NOW + timedelta(minutes=1)
    again = await rsvp(await cast.member.acting(), gathering.id, LEAVE, later)
    assert again.toast is not None
    assert again.toast.name == "gathering/leave_kept"
    assert (await Rsvp.get()).decision == "asked"
    assert await Delivery.filter(member_id=cast.secretary.id).count() == 2
    await decide(await cast.secretary.acting(), leave.id, YES, later)
    assert (await Rsvp.get()).decision == "granted"


async def test_whose_leave_was_refused_is_asked_for_an_answer_again(cast: Cast) -> None:
    gathering = await deciding(cast)
    await answers(cast.member, gathering, LEAVE)
    await decide(await cast.secretary.acting(), (await Rsvp.get()).id, NO, NOW)
    assert "member" in (await people(gathering.id, NOW))["silent"]
    told = await Delivery.get(member_id=cast.member.id)
    assert [tap.verb for tap in Card.from_json(told.card).taps[0]] == ["rsvp", "rsvp"]


async def test_only_those_responsible_there_decide_and_others_learn_nothing(cast: Cast) -> None:
    gathering = await deciding(cast)
    await answers(cast.member, gathering, LEAVE)
    leave = await Rsvp.get()
    for person in (cast.probationary, cast.former, cast.neighbour_secretary, cast.foreigner):
        for number in (leave.id, leave.id + 1, 0):
            with pytest.raises(Refusal, match="rights/refused"):
                await decide(await person.acting(), number, YES, NOW)
    await Role.all().delete()
    with pytest.raises(Refusal, match="rights/refused"):
        await decide(await cast.secretary.acting(), leave.id, YES, NOW)


async def test_leave_from_what_was_called_off_needs_no_decision(cast: Cast) -> None:
    gathering = await deciding(cast)
    await answers(cast.member, gathering, LEAVE)
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    with pytest.raises(Refusal, match="gathering/cancelled"):
        await decide(await cast.secretary.acting(), (await Rsvp.get()).id, YES, NOW)
