"""The counts of a gathering, what else its record says, and that nothing of it changes once it is locked."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import render
from models.actions import VERBS, perform
from models.card import Action, Card, Refusal
from models.draft import Question
from models.gathering import AgendaItem, Choice, Gathering, MakeUp, Record, Rsvp, end
from models.gathering.entering import observed
from models.gathering.filling import KINDS, named
from models.gathering.record import ASK_LOCK, CHAIR, LOCK, RECORDER
from models.gathering.sheet import STANDINGS, counted, standing
from models.gathering.sign_in import By
from models.member import OPERATOR, Member, Role, grant
from models.outbox import Delivery
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.gathering.signing import ENDS, counts, guest, here, locked, opened, over, press, refusal, why

SHEETS = {"presence", "record", "expected"}


@given(st.lists(st.sampled_from(STANDINGS)))
def test_expected_is_always_present_and_on_leave_and_absent(standings: list[str]) -> None:
    told = counted(standings)
    assert told.expected == told.present + told.on_leave + told.absent
    assert told.expected == len([each for each in standings if each != "excused"])


@given(
    st.sampled_from(["", "bedridden"]),
    st.sampled_from([None, "present", "on_leave", "absent"]),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, "", "asked", "granted", "refused"]),
)
def test_everybody_stands_in_exactly_one_way(ground: str, line: str | None, choice: int | None, decision: str | None) -> None:
    stands = standing(ground, line, choice, decision)
    assert stands in STANDINGS
    assert (stands == "excused") == bool(ground)
    if not ground and line is None:
        assert (stands == "on_leave") == (choice == 2 and decision != "refused")


async def test_when_sign_in_ends_the_counts_are_kept_and_those_responsible_are_asked(cast: Cast) -> None:
    gathering = await opened(cast, probationary=Choice.LEAVE, former=Choice.JOIN)
    await press(cast, "member", "sign_in", gathering.id, By.BUTTON)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    assert await counts(gathering) == (5, 1, 1, 3, 0)
    one = await Record.get()
    assert (one.kind, one.month, one.chair, one.recorder, one.closed_at) == ("gathering", "2026-11", "secretary", "", None)
    asked = await Delivery.get(key__startswith="duty:record")
    assert (asked.member_id, asked.live) == (cast.secretary.id, True)
    shown = (await render(Card.from_json(asked.card), asked.id, ENDS)).text
    assert "应到 5：实到 1，请假 1，缺席 3" in shown
    assert "former" in shown


async def test_a_record_that_is_made_up_long_after_wakes_nobody(cast: Cast) -> None:
    await opened(cast)
    night = ENDS + timedelta(hours=14)  # 2:40 there
    await end(night)
    asked = await Delivery.get(kind="duty")
    assert (asked.state, asked.due_at) == ("held", night + timedelta(hours=5, minutes=50))


async def test_a_record_of_an_evening_comes_while_people_are_there(cast: Cast) -> None:
    await opened(cast)
    evening = ENDS + timedelta(hours=9)  # 21:40 there
    await Gathering.all().update(ends_at=evening, end_due=evening)
    await end(evening + timedelta(minutes=1))
    assert (await Delivery.get(kind="duty")).state == "queued"


@pytest.mark.parametrize(("decision", "leave"), [("", 1), ("asked", 1), ("granted", 1), ("refused", 0)])
async def test_undecided_leave_is_leave_and_a_refused_one_is_none(cast: Cast, decision: str, leave: int) -> None:
    gathering = await opened(cast, member=Choice.LEAVE)
    await Rsvp.filter(gathering_id=gathering.id).update(decision=decision)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    assert await counts(gathering) == (5, 0, leave, 5 - leave, 0)


async def test_who_asked_for_leave_and_came_is_present(cast: Cast) -> None:
    gathering = await opened(cast, member=Choice.LEAVE)
    await press(cast, "member", "sign_in", gathering.id)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    assert await counts(gathering) == (5, 1, 0, 4, 0)


async def test_a_gathering_counts_as_several_forms_each_with_its_own_record(cast: Cast) -> None:
    gathering = await over(cast)
    general = KINDS.index("general_meeting") + 1
    await press(cast, "secretary", "record_kind", gathering.id, general, ENDS)
    await why(cast, "secretary", gathering, "member", "present")
    assert {(each.kind, each.present) for each in await Record.all()} == {("gathering", 1), ("general_meeting", 1)}
    await press(cast, "secretary", "record_kind", gathering.id, general, ENDS)
    assert [each.kind for each in await Record.all()] == ["gathering"]
    await Gathering.filter(id=gathering.id).update(kind="general_meeting")
    assert await refusal(press(cast, "secretary", "record_kind", gathering.id, general, ENDS)) == "record/own_kind"


async def test_it_may_count_as_every_kind_there_is(cast: Cast) -> None:
    gathering = await over(cast)
    for choice in range(1, len(KINDS) + 1):
        await press(cast, "secretary", "record_kind", gathering.id, choice, ENDS)
    assert {each.kind for each in await Record.all()} == {"gathering", *KINDS}


@pytest.mark.parametrize(("which", "column"), [(CHAIR, "chair"), (RECORDER, "recorder")])
async def test_chair_and_recorder_are_typed(cast: Cast, which: int, column: str) -> None:
    gathering = await over(cast)
    await press(cast, "secretary", "record_who", gathering.id, which, ENDS)
    asked = Question("record.who", {"gathering": gathering.id, "who": which})
    await named(await cast.secretary.acting(ENDS), cast.bot.id, asked, "Chen", ENDS)
    assert getattr(await Record.get(), column) == "Chen"


async def test_who_lost_the_office_while_typing_names_nobody(cast: Cast) -> None:
    gathering = await over(cast)
    await Role.filter(member_id=cast.secretary.id).update(until_at=ENDS)
    asked = Question("record.who", {"gathering": gathering.id, "who": CHAIR})
    assert await refusal(named(await cast.secretary.acting(ENDS), cast.bot.id, asked, "Chen", ENDS)) == "rights/refused"


async def test_the_agenda_is_ticked_from_the_record(cast: Cast) -> None:
    gathering = await over(cast)
    assert await refusal(press(cast, "secretary", "record_tick", gathering.id, 0, ENDS)) == "gathering/no_items"
    facts = {"root_id": cast.district.id, "gathering_id": gathering.id, "fixed": True}
    _, dues = [await AgendaItem.create(position=place, name=name, **facts) for place, name in ((1, "study"), (2, "dues"))]
    await press(cast, "secretary", "record_tick", gathering.id, 0, ENDS)
    await press(cast, "secretary", "record_tick", gathering.id, dues.id, ENDS)
    assert [each.done_at for each in await AgendaItem.all().order_by("position")] == [None, ENDS]
    await press(cast, "secretary", "record_tick", gathering.id, dues.id, ENDS)
    assert await AgendaItem.filter(done_at__isnull=False).count() == 0


async def test_locking_asks_first_and_then_is_done_once(cast: Cast) -> None:
    gathering = await over(cast)
    before = await dump()
    asked = await press(cast, "secretary", "lock_record", gathering.id, ASK_LOCK, ENDS)
    assert asked.screen is not None
    assert asked.screen.taps[0][0].choice == LOCK
    assert changed(before, await dump()) == set()
    assert await refusal(press(cast, "member", "lock_record", gathering.id, LOCK, ENDS)) == "rights/refused"
    await press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)
    one = await Record.get()
    assert (one.closed_at, one.recorder) == (ENDS, "secretary")
    assert (await Gathering.get(id=gathering.id)).state == "recorded"
    assert await refusal(press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)) == "record/locked"


async def test_two_who_lock_at_once_lock_once(cast: Cast) -> None:
    gathering = await over(cast)
    presses = [press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS) for _ in range(3)]
    done = await asyncio.gather(*presses, return_exceptions=True)
    assert sorted(isinstance(each, Refusal) for each in done) == [False, True, True]
    assert await MakeUp.all().count() == 5


async def test_no_press_changes_a_locked_record(cast: Cast) -> None:
    """Every verb there is, with every number that could mean it, by whoever may most."""
    gathering = await opened(cast)
    number = await guest(cast, gathering)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    await press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)
    await grant(OPERATOR, cast.secretary.member, cast.district.id, "admin", NOW)
    before = await dump()
    by = await cast.secretary.acting(ENDS)
    people = [here(cast, "member", code) for code in range(6)]
    for verb in VERBS:
        for target in (gathering.id, number, cast.member.id):
            for choice in (0, 1, 2, 3, 4, 5, 6, 100, *people):
                try:
                    await perform(by, Action(verb, target, choice), ENDS)
                except Refusal:
                    continue
    after = await dump()
    assert changed(before, after) & SHEETS == set()


async def test_no_typed_answer_changes_a_locked_record(cast: Cast) -> None:
    gathering = await locked(cast)
    by = await cast.secretary.acting(ENDS)
    assert await refusal(why(cast, "secretary", gathering, "member", "present")) == "record/locked"
    assert await refusal(why(cast, "secretary", gathering, "member", "excused")) == "record/locked"
    guests = Question("sign_in.observers", {"gathering": gathering.id})
    assert await refusal(observed(by, cast.bot.id, guests, "a guest", ENDS)) == "record/locked"
    who = Question("record.who", {"gathering": gathering.id, "who": CHAIR})
    assert await refusal(named(by, cast.bot.id, who, "Chen", ENDS)) == "record/locked"


async def test_who_keeps_no_record_any_more_reads_none_that_has_changed(cast: Cast) -> None:
    await grant(OPERATOR, cast.member.member, cast.branch.id, "org_member", NOW)
    gathering = await over(cast)
    for each in await Delivery.filter(about=f"record:{gathering.id}"):
        await Delivery.filter(id=each.id).update(state="sent", message_id=each.id, sent_at=ENDS)
    await Role.filter(member_id=cast.secretary.id).update(until_at=ENDS)
    later = ENDS + timedelta(minutes=5)
    await press(cast, "member", "record_kind", gathering.id, 1, later)
    states = {each.member_id: (each.state, each.live) for each in await Delivery.filter(about=f"record:{gathering.id}")}
    assert states == {cast.secretary.id: ("sent", False), cast.member.id: ("queued", True)}


async def test_a_record_that_has_not_left_is_taken_back_from_who_keeps_none_any_more(cast: Cast) -> None:
    await grant(OPERATOR, cast.member.member, cast.branch.id, "org_member", NOW)
    gathering = await over(cast)
    await Member.filter(id=cast.secretary.id).update(status="transferred")
    await press(cast, "member", "lock_record", gathering.id, LOCK, ENDS)
    states = {each.member_id: each.state for each in await Delivery.filter(about=f"record:{gathering.id}")}
    assert states == {cast.secretary.id: "cancelled", cast.member.id: "queued"}


async def test_once_locked_the_lists_organisers_had_in_hand_are_put_away(cast: Cast) -> None:
    gathering = await over(cast)
    await press(cast, "secretary", "enter_at", gathering.id, 0, ENDS)
    await press(cast, "secretary", "correct_at", gathering.id, 0, ENDS)
    await press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)
    lists = await Delivery.filter(about__in=[f"{what}:{gathering.id}:{cast.secretary.id}" for what in ("enter", "correct")])
    assert [Card.from_json(each.card) for each in lists] == [Card("record/list_over", {"gathering": gathering.id})] * 2


async def test_a_tick_means_its_item_also_when_the_agenda_has_changed_meanwhile(cast: Cast) -> None:
    gathering = await over(cast)
    facts = {"root_id": cast.district.id, "gathering_id": gathering.id, "fixed": True}
    first, second = [await AgendaItem.create(position=place, title=f"item {place}", **facts) for place in (1, 2)]
    await press(cast, "secretary", "record_tick", gathering.id, 0, ENDS)
    await first.delete()
    await press(cast, "secretary", "record_tick", gathering.id, second.id, ENDS)
    await second.refresh_from_db()
    assert second.done_at == ENDS
    assert await refusal(press(cast, "secretary", "record_tick", gathering.id, first.id, ENDS)) == "action/unknown"
    await press(cast, "secretary", "record_tick", gathering.id, second.id, ENDS)
    await second.refresh_from_db()
    assert second.done_at is None
