"""Reminders: who is told what, when, and who is left in peace."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from models.database import rows
from models.gathering import Choice, Gathering, Habit, Rsvp, announce, close, remind
from models.gathering.moving import DO, call_off, move, packed, shift
from models.gathering.organising import GATHERING
from models.gathering.plan import Wish
from models.gathering.reminding import occasion
from models.member import Account, Membership
from models.organisation import Node
from models.outbox import Delivery, Parcel, put_back, release, sent
from tests.cast import NOW, Cast, answers, planned
from tests.models.gathering.invited import FIRST, announced, said, shown
from tests.models.outbox.letters import claimed, wired

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ASK, TELL = "gathering/reminder", "gathering/soon"


async def waiting() -> list[Delivery]:
    """Reminders that are still to leave."""
    return await Delivery.filter(kind="reminder", state__in=["queued", "held"]).order_by("id")


async def test_at_each_lead_only_the_silent_who_can_be_written_to_are_reminded(cast: Cast) -> None:
    gathering = await announced(cast)
    silent = {cast.secretary.id, cast.member.id, cast.probationary.id, cast.former.id}
    await remind(gathering.starts_at - 3 * DAY)
    assert await said() == dict.fromkeys(silent, ASK)
    await answers(cast.member, gathering, Choice.JOIN)
    await answers(cast.former, gathering, Choice.LEAVE)
    await remind(gathering.starts_at - DAY)
    assert await said(since=gathering.starts_at - DAY) == dict.fromkeys({cast.secretary.id, cast.probationary.id}, ASK)


async def test_at_the_last_lead_those_who_come_get_a_short_word_and_those_on_leave_none(cast: Cast) -> None:
    gathering = await announced(cast)
    await answers(cast.member, gathering, Choice.JOIN)
    await answers(cast.former, gathering, Choice.LEAVE)
    last = gathering.starts_at - HOUR
    for lead in (3 * DAY, DAY, HOUR):
        await remind(gathering.starts_at - lead)
    assert await said(since=last) == {cast.member.id: TELL, cast.secretary.id: ASK, cast.probationary.id: ASK}
    assert Counter((await said()).values()) == {ASK: 2, TELL: 1}
    word = await Delivery.get(member_id=cast.member.id, kind="reminder", state="queued")
    assert (shown(word).taps, word.expire_at) == ((), gathering.closes_at)


async def test_perhaps_is_an_answer_and_a_refused_leave_is_none(cast: Cast) -> None:
    gathering = await announced(cast)
    await Gathering.filter(id=gathering.id).update(offers_maybe=True)
    for person, choice in ((cast.member, Choice.MAYBE), (cast.former, Choice.LEAVE), (cast.probationary, Choice.LEAVE)):
        await answers(person, gathering, choice)
    await Rsvp.filter(member_id=cast.former.id).update(decision="refused")
    await Rsvp.filter(member_id=cast.probationary.id).update(decision="asked")
    await remind(gathering.starts_at - HOUR)
    assert await said() == {cast.former.id: ASK, cast.secretary.id: ASK}


async def test_who_waits_for_a_seat_is_not_told_to_come(cast: Cast) -> None:
    gathering = await announced(cast)
    await answers(cast.member, gathering)
    await Rsvp.filter(member_id=cast.member.id).update(waiting=True)
    await remind(gathering.starts_at - HOUR)
    assert cast.member.id not in await said()


async def test_who_has_left_or_unbound_by_then_is_not_reminded_and_who_came_is(cast: Cast) -> None:
    gathering = await announced(cast)
    at = gathering.starts_at - DAY
    await Membership.filter(member_id=cast.member.id).update(until_at=at)
    await Account.filter(member_id=cast.probationary.id).delete()
    came = {"root_id": cast.district.id, "member_id": cast.neighbour.id, "node_id": cast.branch.id}
    await Membership.create(kind="reporting", from_at=at, **came)
    await remind(at)
    assert (await said()).keys() == {cast.secretary.id, cast.former.id, cast.neighbour.id}


async def test_what_an_earlier_lead_still_holds_back_is_replaced_and_who_left_meanwhile_gets_nothing(cast: Cast) -> None:
    gathering = await announced(cast)
    await remind(gathering.starts_at - 3 * DAY)
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW + DAY)
    await remind(gathering.starts_at - DAY)
    assert Counter(each.member_id for each in await waiting()) == Counter(
        [cast.secretary.id, cast.probationary.id, cast.former.id]
    )


async def test_a_reminder_can_be_answered_and_ends_with_the_answers(cast: Cast) -> None:
    gathering = await announced(cast)
    await remind(gathering.starts_at - DAY)
    one = await Delivery.get(member_id=cast.member.id)
    assert [tap.choice for tap in shown(one).taps[0]] == [Choice.JOIN, Choice.LEAVE]
    assert (one.expire_at, one.live, one.state) == (gathering.closes_at, False, "queued")
    assert (one.bot_id, one.root_id) == (cast.bot.id, cast.district.id)


@pytest.mark.parametrize("leads", ["4320,1440,60", "60", "1440,480,400,60"])
async def test_each_reminder_that_falls_into_the_night_leaves_at_the_last_instant_before_it(cast: Cast, leads: str) -> None:
    """An early start: the hour before it lies in the quiet hours, and so may other leads, which then are one."""
    await Habit.create(root_id=cast.district.id, node_id=cast.branch.id, remind_leads=leads)
    gathering = await announced(cast, at=time(7))
    stops = []
    while (due := (await Gathering.get(id=gathering.id)).remind_due) is not None:
        stops.append(due)
        await remind(due)
    evening = datetime(2026, 11, 30, 12, 59, tzinfo=NOW.tzinfo)  # 20:59 there
    expected = {"4320,1440,60": [evening - 3 * DAY, evening - DAY, evening], "60": [evening]}
    assert stops == expected.get(leads, [evening - DAY, evening])
    assert Counter(each.created_at for each in await Delivery.filter(member_id=cast.member.id)) == Counter(stops)
    assert {each.due_at for each in await Delivery.filter(kind="reminder")} == set(stops)


async def test_several_leads_missed_are_one_message_the_newest(cast: Cast) -> None:
    gathering = await announced(cast)
    await answers(cast.member, gathering)
    late = gathering.starts_at - 40 * MINUTE
    await remind(late)
    assert await said() == {
        cast.member.id: TELL,
        **dict.fromkeys({cast.secretary.id, cast.probationary.id, cast.former.id}, ASK),
    }
    assert {each.due_at for each in await waiting()} == {late}
    assert (await Gathering.get(id=gathering.id)).remind_due is None
    assert await remind(late + MINUTE) == 0


async def test_one_lead_missed_is_sent_late_and_the_next_at_its_own_time(cast: Cast) -> None:
    gathering = await announced(cast)
    await remind(gathering.starts_at - 2 * DAY)
    kept = await Gathering.get(id=gathering.id)
    assert (kept.remind_lead, kept.remind_due) == (1440, gathering.starts_at - DAY)
    assert len(await waiting()) == 4


async def test_late_at_night_it_waits_for_the_morning(cast: Cast) -> None:
    gathering = await announced(cast)
    night = gathering.starts_at - 10 * HOUR  # 5:00 there
    await remind(night)
    one = await Delivery.get(member_id=cast.member.id)
    assert (one.state, one.due_at.isoformat()) == ("held", "2026-12-01T00:30:00+00:00")
    await release(one.due_at)
    assert len([each for each in await claimed(cast, one.due_at) if each.kind == "reminder"]) == 4


async def test_late_at_night_before_an_early_start_nobody_is_woken(cast: Cast) -> None:
    await announced(cast, at=time(8, 40))
    await remind(datetime(2026, 11, 30, 23, 0, tzinfo=NOW.tzinfo))  # 7:00 there; answers close at 8:25
    assert await Delivery.filter(kind="reminder").count() == 0


async def test_after_the_answers_are_closed_nobody_is_reminded(cast: Cast) -> None:
    gathering = await announced(cast)
    assert await remind(gathering.closes_at) == 1
    assert await Delivery.filter(kind="reminder").count() == 0


async def test_what_is_not_announced_yet_reminds_nobody_whichever_sweep_comes_first(cast: Cast) -> None:
    """After a long sleep the card has just been read: the reminders it has outlived are dropped, the next one holds."""
    for order in ((announce, remind), (remind, announce)):
        gathering = await planned(cast)
        for sweep in order:
            await sweep(gathering.starts_at - 2 * DAY)
        kept = await Gathering.get(id=gathering.id)
        assert (kept.remind_lead, kept.remind_due) == (1440, gathering.starts_at - DAY)
    assert await Delivery.filter(kind="reminder").count() == 0


async def test_a_gathering_called_off_reminds_nobody(cast: Cast) -> None:
    gathering = await announced(cast)
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    await remind(gathering.starts_at - DAY)
    assert await Delivery.filter(kind="reminder").count() == 0


async def test_a_moved_gathering_is_reminded_of_anew_at_its_new_leads_and_no_more_of_the_old_day(cast: Cast) -> None:
    gathering = await announced(cast)
    await remind(gathering.starts_at - 3 * DAY)
    row = (await rows(GATHERING, gathering.id))[0]
    await shift(row, Wish(gathering.title, gathering.place, FIRST + timedelta(days=7), time(15)), NOW, "operator")
    assert await waiting() == []
    assert await remind(gathering.starts_at - DAY) == 0
    new = (await Gathering.get(id=gathering.id)).starts_at
    assert await remind(new - 3 * DAY) == 1
    assert len(await waiting()) == 4


async def test_closing_takes_back_what_waits(cast: Cast) -> None:
    gathering = await announced(cast)
    await remind(gathering.starts_at - HOUR)
    await close(gathering.closes_at)
    assert await waiting() == []


async def test_what_a_reminder_says_is_true_when_it_leaves(cast: Cast) -> None:
    gathering = await announced(cast)
    told = await occasion(gathering.id, NOW)
    assert (told["starts"], told["days"], told["node"]) == ("2026-12-01T15:00", 10, "branch")
    assert told["reply_by"] == "2026-12-01T14:45:00+08:00"
    midnight = datetime(2026, 11, 30, 16, tzinfo=NOW.tzinfo)
    days = [(await occasion(gathering.id, moment))["days"] for moment in (midnight - MINUTE, midnight, gathering.starts_at)]
    assert days == [1, 0, 0]


async def test_the_nodes_own_quiet_hours_rule(cast: Cast) -> None:
    await Node.filter(id=cast.branch.id).update(quiet_from="13:00", quiet_until="14:30")
    gathering = await announced(cast, date(2026, 12, 2))
    due = []
    while (moment := (await Gathering.get(id=gathering.id)).remind_due) is not None:
        due.append(moment.isoformat())
        await remind(moment)
    assert due == ["2026-11-29T07:00:00+00:00", "2026-12-01T07:00:00+00:00", "2026-12-02T04:59:00+00:00"]


async def on_the_wire(cast: Cast) -> tuple[Gathering, Parcel]:
    """A reminder that is leaving this very moment."""
    gathering = await announced(cast)
    at = gathering.starts_at - timedelta(days=3)
    await Delivery.all().update(state="cancelled")
    await remind(at)
    await Delivery.filter(kind="reminder").exclude(member_id=cast.member.id).update(state="cancelled")
    await Delivery.filter(kind="duty").update(state="cancelled")
    return gathering, await wired(cast, at)


@pytest.mark.parametrize("what", ["answered", "moved", "called off"])
async def test_a_reminder_that_could_not_leave_is_not_tried_again_once_it_is_pointless(cast: Cast, what: str) -> None:
    gathering, one = await on_the_wire(cast)
    at, by = gathering.starts_at - timedelta(days=3), await cast.secretary.acting()
    if what == "answered":
        await answers(cast.member, gathering, now=at)
    elif what == "moved":
        await move(by, gathering.id, packed(date(2026, 12, 8), time(15)), at)
    else:
        await call_off(by, gathering.id, DO, at)
    await put_back(one, "429", at + timedelta(seconds=5))
    left = [each for each in await claimed(cast, at + timedelta(seconds=10)) if each.id == one.id]
    assert left == []


async def test_a_reminder_that_did_leave_before_the_answer_is_settled_as_ever(cast: Cast) -> None:
    gathering, one = await on_the_wire(cast)
    at = gathering.starts_at - timedelta(days=3)
    await answers(cast.member, gathering, now=at)
    assert await sent(one, 77, at, at)
    assert (await Delivery.get(id=one.id)).state == "sent"
