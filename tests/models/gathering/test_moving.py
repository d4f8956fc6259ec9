"""A day moves or is called off: whoever was invited hears of it, and nothing of the old day leaves any more."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from models.audit import Note
from models.card import LARGEST, Card, Refusal
from models.database import atomic, rows
from models.draft import Draft
from models.gathering import Choice, Gathering, announce, close, describe, remind
from models.gathering.moving import ASK, DO, call_off, move, packed, say_day, say_place, shift, unpacked
from models.gathering.organising import GATHERING
from models.gathering.plan import Wish, draw_up
from models.member import OPERATOR, Account, Reachability, bind
from models.outbox import Delivery
from tests.cast import CONSENT, NOW, Cast, answers, planned, settle
from tests.dump import changed, dump
from tests.models.outbox.letters import delivered

NEW_DAY, AT = date(2026, 12, 8), time(16, 30)
TO = packed(NEW_DAY, AT)


async def announced(cast: Cast) -> Gathering:
    """Announced, and its card is up in the group."""
    gathering = await planned(cast)
    await announce(NOW)
    await delivered(cast, message_id=9)
    return await Gathering.get(id=gathering.id)


async def moved(cast: Cast, gathering: Gathering, to: int = TO, now: datetime = NOW) -> Card | None:
    async with atomic():
        return (await move(await cast.secretary.acting(), gathering.id, to, now)).toast


async def off(cast: Cast, gathering: Gathering, choice: int = DO) -> Card | None:
    async with atomic():
        return (await call_off(await cast.secretary.acting(), gathering.id, choice, NOW)).toast


async def owed(kind: str, state: str = "queued") -> list[tuple[int | None, str]]:
    found = await Delivery.filter(kind=kind, state=state).order_by("id")
    return [(each.member_id, Card.from_json(each.card).name) for each in found]


def test_a_day_fits_into_a_button_and_comes_back() -> None:
    assert unpacked(packed(NEW_DAY, AT)) == (NEW_DAY, AT)


@pytest.mark.parametrize("forged", [0, 2, 3, 99, 202613011200, 202602301200, 202612012500, LARGEST])
async def test_no_forged_day_is_more_than_a_refusal(cast: Cast, forged: int) -> None:
    gathering, before = await planned(cast), await dump()
    with pytest.raises(Refusal, match=r"action/unknown|gathering/past|gathering/too_far"):
        await moved(cast, gathering, forged)
    assert changed(before, await dump()) == set()


async def test_a_moved_gathering_has_new_instants_and_a_new_revision(cast: Cast) -> None:
    gathering = await announced(cast)
    assert await moved(cast, gathering) == Card("gathering/moved_now", {"told": True, "starts": "2026-12-08T16:30"})
    found, start = await Gathering.get(id=gathering.id), datetime(2026, 12, 8, 8, 30, tzinfo=UTC)
    assert (found.starts_at, found.revision, found.state, found.place) == (start, 2, "announced", "room 1")
    assert (found.local_date, found.local_time) == (NEW_DAY, "16:30")
    assert (found.closes_at, found.close_due) == (start - timedelta(minutes=15), start - timedelta(minutes=15))
    assert (found.remind_due, found.announce_due) == (start - timedelta(days=3), NOW)
    note = await Note.filter(verb="move").get()
    assert (note.before, note.after) == (
        '{"place": "room 1", "starts": "2026-12-01T15:00"}',
        '{"place": "room 1", "starts": "2026-12-08T16:30"}',
    )


async def test_the_group_gets_a_new_card_and_the_old_one_says_so_and_stays_as_it_is(cast: Cast) -> None:
    gathering = await announced(cast)
    await moved(cast, gathering)
    await announce(NOW)
    old, new = await Delivery.filter(kind="card").order_by("id")
    assert Card.from_json(old.card) == Card("gathering/moved_card", {"gathering": gathering.id})
    assert (old.state, old.message_id) == ("queued", 9)
    assert Card.from_json(new.card).name == "gathering/card"
    wanted = (await Delivery.get(id=old.id)).wanted
    await answers(cast.member, gathering)
    assert (await Delivery.get(id=old.id)).wanted == wanted
    assert (await Delivery.get(id=new.id)).wanted == 2


async def test_everybody_who_can_be_written_to_is_told_with_the_answer_they_gave(cast: Cast) -> None:
    gathering = await announced(cast)
    await answers(cast.member, gathering, Choice.JOIN)
    await moved(cast, gathering)
    told = {each.member_id: Card.from_json(each.card) for each in await Delivery.filter(kind="notice")}
    assert told.keys() == {cast.secretary.id, cast.member.id, cast.probationary.id, cast.former.id}
    assert {card.name for card in told.values()} == {"gathering/moved"}
    assert told[cast.member.id].facts == {"gathering": gathering.id, "was": "2026-12-01T15:00", "stands": "joining"}
    assert told[cast.former.id].facts["stands"] == "silent"
    assert (await describe(gathering.id, NOW))["joining"] == 1


async def test_reminders_of_the_old_day_never_leave_and_those_of_the_new_one_do(cast: Cast) -> None:
    gathering = await announced(cast)
    assert gathering.remind_due is not None
    await remind(gathering.remind_due)
    waiting = await Delivery.filter(kind="reminder").count()
    assert waiting == 4
    await moved(cast, gathering, now=gathering.remind_due)
    assert await Delivery.filter(kind="reminder", state="cancelled").count() == waiting
    again = (await Gathering.get(id=gathering.id)).remind_due
    assert again is not None
    await remind(again)
    assert await Delivery.filter(kind="reminder").exclude(state="cancelled").count() == waiting


async def test_a_day_moved_twice_is_told_twice_and_a_card_that_was_not_sent_yet_is_not_sent_at_all(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    await moved(cast, gathering)
    await moved(cast, gathering, packed(date(2026, 12, 9), AT))
    await announce(NOW)
    cards = await Delivery.filter(kind="card").order_by("id")
    assert [each.state for each in cards] == ["cancelled", "queued"]
    notices = await Delivery.filter(kind="notice", member_id=cast.member.id).order_by("id")
    assert [each.state for each in notices] == ["cancelled", "queued"]  # the first word had not left
    assert (await Gathering.get(id=gathering.id)).revision == 3


async def test_nobody_is_woken_for_a_move_unless_it_would_be_too_late_by_the_morning(cast: Cast) -> None:
    night = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    gathering = await announced(cast)
    await moved(cast, gathering, now=night)
    one = await Delivery.filter(kind="notice").first()
    assert one is not None
    assert (one.state, one.due_at) == ("held", datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    early = packed(date(2026, 12, 1), time(9))
    await moved(cast, gathering, early, now=night)
    found = await Delivery.filter(kind="notice").order_by("-id").first()
    assert found is not None
    assert (found.state, found.due_at) == ("queued", night)


async def test_what_nobody_was_told_of_moves_in_silence(cast: Cast) -> None:
    wish = Wish("", "room 1", date(2026, 12, 1), time(15), kind="theme_day")
    gathering = await draw_up(await cast.secretary.acting(), cast.branch, wish, NOW)
    assert await moved(cast, gathering) == Card("gathering/moved_now", {"told": False, "starts": "2026-12-08T16:30"})
    found = await Gathering.get(id=gathering.id)
    assert (found.state, found.announce_due) == ("planned", datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    assert not await Delivery.exists()


async def test_a_new_place_is_told_like_a_new_day(cast: Cast) -> None:
    gathering = await announced(cast)
    await say_place(await cast.secretary.acting(), cast.bot.id, gathering.id, "room 9", NOW)
    found = await Gathering.get(id=gathering.id)
    assert (found.place, found.revision, found.starts_at) == ("room 9", 2, gathering.starts_at)
    assert len(await owed("notice")) == 4


async def test_a_typed_day_is_shown_before_everybody_hears_of_it(cast: Cast) -> None:
    gathering = await announced(cast)
    asked = await move(await cast.secretary.acting(), gathering.id, ASK, NOW)
    assert asked.screen == Card("gathering/which_day", {"gathering": gathering.id})
    assert (await Draft.get()).kind == "gathering.day"
    before = await dump()
    screen = (await say_day(await cast.secretary.acting(), cast.bot.id, gathering.id, NEW_DAY, AT, NOW)).screen
    assert screen is not None
    assert (screen.taps[0][0].verb, screen.taps[0][0].choice) == ("move", TO)
    assert changed(before, await dump()) == {"draft"}


async def test_moving_to_where_it_is_moves_nothing(cast: Cast) -> None:
    gathering, before = await announced(cast), await dump()
    with pytest.raises(Refusal, match="gathering/unmoved"):
        await moved(cast, gathering, packed(date(2026, 12, 1), time(15)))
    assert changed(before, await dump()) == set()


async def test_of_two_who_move_at_once_the_second_is_told(cast: Cast) -> None:
    gathering = await announced(cast)
    stale = (await rows(GATHERING, gathering.id))[0]
    await moved(cast, gathering)
    from_then = Wish("theme day", "room 1", date(2026, 12, 10), AT)
    with pytest.raises(Refusal, match="gathering/changed_meanwhile"):
        await shift(stale, from_then, NOW, "member:1")


@pytest.mark.parametrize("state", ["open", "closed", "recorded", "cancelled"])
async def test_what_has_begun_or_is_over_is_not_moved(cast: Cast, state: str) -> None:
    gathering = await announced(cast)
    await Gathering.filter(id=gathering.id).update(state=state)
    with pytest.raises(Refusal) as no:
        await moved(cast, gathering)
    assert no.value.card == Card("gathering/too_late", {"state": state})


@pytest.mark.parametrize("who", ["member", "former", "neighbour_secretary", "foreigner"])
async def test_only_organisers_there_move_and_call_off(cast: Cast, who: str) -> None:
    gathering, by, before = await announced(cast), await getattr(cast, who).acting(), await dump()
    for verb, choice in ((move, ASK), (move, TO), (call_off, ASK), (call_off, DO)):
        for target in (gathering.id, gathering.id + 1, 0):
            with pytest.raises(Refusal, match="rights/refused"):
                await verb(by, target, choice, NOW)
    assert changed(before, await dump()) == set()


async def test_calling_off_asks_once(cast: Cast) -> None:
    gathering, before = await announced(cast), await dump()
    screen = (await call_off(await cast.secretary.acting(), gathering.id, ASK, NOW)).screen
    assert screen is not None
    assert (screen.taps[0][0].verb, screen.taps[0][0].choice) == ("call_off", DO)
    assert changed(before, await dump()) == set()


@pytest.mark.parametrize("state", ["announced", "open"])
async def test_a_gathering_that_is_called_off_is_told_to_all_and_the_clock_forgets_it(cast: Cast, state: str) -> None:
    gathering = await announced(cast)
    await Gathering.filter(id=gathering.id).update(state=state)
    assert await off(cast, gathering) == Card("gathering/called_off_now", {"told": True})
    found = await Gathering.get(id=gathering.id)
    assert (found.state, found.announce_due, found.remind_due, found.close_due, found.end_due) == ("cancelled", *[None] * 4)
    told = await Delivery.filter(kind="notice").order_by("id")
    assert [each.chat_id for each in told if each.member_id is None] == [cast.group.id]
    assert sorted(each.member_id or 0 for each in told if each.member_id) == sorted(
        [cast.secretary.id, cast.member.id, cast.probationary.id, cast.former.id]
    )
    assert {Card.from_json(each.card).name for each in told} == {"gathering/called_off"}
    (card,) = await Delivery.filter(kind="card")
    assert (Card.from_json(card.card), card.state) == (Card("gathering/called_off", {"gathering": gathering.id}), "queued")
    for at in (gathering.starts_at - timedelta(days=3), gathering.closes_at, gathering.starts_at):
        assert [await remind(at), await close(at), await announce(at)] == [0, 0, 0]


async def test_what_waited_to_be_sent_for_a_day_that_is_called_off_never_leaves(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    await remind(gathering.starts_at - timedelta(days=3))
    await off(cast, gathering)
    assert {each.kind for each in await Delivery.exclude(state="cancelled")} == {"notice"}


async def test_calling_off_what_nobody_was_told_of_tells_nobody(cast: Cast) -> None:
    wish = Wish("", "room 1", date(2026, 12, 1), time(15), kind="theme_day")
    gathering = await draw_up(await cast.secretary.acting(), cast.branch, wish, NOW)
    assert await off(cast, gathering) == Card("gathering/called_off_now", {"told": False})
    assert not await Delivery.exists()
    assert (await Gathering.get(id=gathering.id)).state == "cancelled"


@pytest.mark.parametrize("state", ["closed", "recorded", "cancelled"])
async def test_what_is_over_is_not_called_off(cast: Cast, state: str) -> None:
    gathering = await announced(cast)
    await Gathering.filter(id=gathering.id).update(state=state)
    for choice in (ASK, DO):
        with pytest.raises(Refusal, match="gathering/too_late"):
            await off(cast, gathering, choice)


async def test_who_is_unknown_to_a_branch_by_then_is_not_told(cast: Cast) -> None:
    gathering = await announced(cast)
    newcomer = await settle("newcomer", cast.branch)
    await moved(cast, gathering)
    told = {each.member_id for each in await Delivery.filter(kind="notice")}
    assert newcomer.id in told
    assert not told & {cast.neighbour.id, cast.foreigner.id, cast.offline.id}


async def test_who_waits_for_a_seat_is_not_told_that_they_have_one(cast: Cast) -> None:
    gathering = await announced(cast)
    await Gathering.filter(id=gathering.id).update(capacity=1)
    for minute, person in enumerate((cast.secretary, cast.member)):
        await answers(person, gathering, now=NOW + timedelta(minutes=minute))
    await moved(cast, gathering, now=NOW + timedelta(hours=1))
    told = {each.member_id: Card.from_json(each.card).facts for each in await Delivery.filter(kind="notice")}
    assert (told[cast.secretary.id]["stands"], told[cast.member.id]["stands"]) == ("joining", "waiting")


async def test_the_organiser_hears_whom_the_bot_cannot_tell(cast: Cast) -> None:
    gathering = await announced(cast)
    by, untold = await cast.secretary.acting(), Card("gathering/untold", {"gathering": gathering.id, "reach": [cast.branch.id]})
    assert (await move(by, gathering.id, TO, NOW)).screen == untold
    assert (await say_place(by, cast.bot.id, gathering.id, "room 2", NOW)).screen == untold
    await bind(OPERATOR, cast.offline.member, 700_000_777, CONSENT, NOW)
    assert (await say_place(by, cast.bot.id, gathering.id, "room 3", NOW)).screen is None
    account = await Account.get(member_id=cast.member.id)
    await Reachability.create(bot_id=cast.bot.id, account_id=account.id, state="blocked", since=NOW)
    assert (await call_off(by, gathering.id, DO, NOW)).screen == untold


async def test_where_nobody_was_told_nobody_has_to_be_phoned(cast: Cast) -> None:
    wish = Wish("", "room 1", date(2026, 12, 1), time(15), kind="theme_day")
    by = await cast.secretary.acting()
    gathering = await draw_up(by, cast.branch, wish, NOW)
    assert (await move(by, gathering.id, TO, NOW)).screen is None
    assert (await call_off(by, gathering.id, DO, NOW)).screen is None
