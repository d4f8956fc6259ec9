"""Links are handed out: a sheet for a branch, one member's, the branch's own; and what held a code is emptied."""

from datetime import timedelta

import pytest

from models import binding, outbox
from models.binding import Invite, ask, hand_out, hashed, invite_one, link, sheet
from models.card import Card, Refusal
from models.errand import Errand
from models.member import OPERATOR, Account, Actor, bind, enrol
from models.outbox import Delivery
from tests.cast import NOW, OUTSIDER, Cast
from tests.dump import changed, dump
from tests.models.outbox.letters import claimed

STRANGER = Actor(telegram_id=OUTSIDER)


async def owed_link(name: str) -> str:
    """The code in what was owed."""
    card = Card.from_json((await Delivery.filter(kind="export").order_by("-id").first()).card)  # type: ignore[union-attr]
    assert card.name == name
    return str(card.facts["link"]).partition("?start=")[2]


async def test_a_sheet_is_wanted_and_left_to_the_machine(cast: Cast) -> None:
    answer = await hand_out(await cast.secretary.acting(), cast.branch.id, 7, NOW)
    assert answer.toast == Card("binding/sheet_coming")
    errand = await Errand.get()
    assert (errand.kind, errand.member_id) == ("handout", cast.secretary.id)
    assert not await Invite.exists()


async def test_a_sheet_has_a_slip_for_each_member_who_is_not_bound_and_each_link_works(cast: Cast) -> None:
    second = await enrol(OPERATOR, cast.district.id, "second", "full", NOW, cast.branch.id)
    made = await sheet(await cast.secretary.acting(), cast.branch.id, 7, NOW)
    assert made.branch == "branch"
    assert made.until == "2026-11-28T12:00+08:00"
    assert [slip.name for slip in made.slips] == ["offline", "second"]
    assert all(slip.link.startswith("https://t.me/branchlife_test_bot?start=") for slip in made.slips)
    codes = [slip.link.partition("=")[2] for slip in made.slips]
    cards = [(await ask(STRANGER, code, NOW)).screen for code in codes]
    assert [card.facts["member"] for card in cards if card] == [cast.offline.id, second.id]
    kept = str(await dump())
    assert not [code for code in codes if code in kept]
    again = await sheet(await cast.secretary.acting(), cast.branch.id, 1, NOW)
    for code in codes:
        with pytest.raises(Refusal, match="binding/bad_link"):
            await ask(STRANGER, code, NOW)
    assert len(again.slips) == 2


async def test_one_members_link_is_sent_in_private_and_emptied_once_it_left(cast: Cast) -> None:
    await invite_one(await cast.secretary.acting(), cast.offline.id, 30, NOW)
    code = await owed_link("binding/link_of")
    assert (await Invite.get(code_hash=hashed(code))).expires_at == NOW + timedelta(days=30)
    (one,) = await claimed(cast)
    assert one.member_id == cast.secretary.id
    wired = await outbox.wire(one)
    assert wired is not None
    await outbox.sent(wired, 1, NOW, NOW)
    assert code not in str(await dump())
    assert (await ask(STRANGER, code, NOW)).screen is not None


async def test_a_link_that_never_left_is_emptied_too(cast: Cast) -> None:
    await invite_one(await cast.secretary.acting(), cast.offline.id, 30, NOW)
    code = await owed_link("binding/link_of")
    late = NOW + timedelta(minutes=16)
    assert await claimed(cast, late) == []
    await outbox.forget(late)
    assert code not in str(await dump())


async def test_a_branchs_own_link_lives_as_long_as_was_chosen(cast: Cast) -> None:
    await link(await cast.secretary.acting(), cast.branch.id, 1, NOW)
    code = await owed_link("binding/open_link")
    assert (await ask(STRANGER, code, NOW + timedelta(hours=23))).screen is not None
    with pytest.raises(Refusal, match="binding/bad_link"):
        await ask(STRANGER, code, NOW + timedelta(days=1))


async def test_a_life_nobody_offered_and_a_member_who_is_bound_are_refused(cast: Cast) -> None:
    by = await cast.secretary.acting()
    for days in (0, 2, 3650):
        with pytest.raises(Refusal, match="action/unknown"):
            await invite_one(by, cast.offline.id, days, NOW)
    with pytest.raises(Refusal, match="binding/member_taken"):
        await invite_one(by, cast.member.id, 7, NOW)


async def test_who_may_not_invite_is_refused_and_changes_nothing(cast: Cast) -> None:
    before = await dump()
    for who in (cast.member, cast.former, cast.neighbour_secretary, cast.foreigner):
        by = await who.acting()
        for verb in (sheet, hand_out, link):
            with pytest.raises(Refusal, match="rights/refused"):
                await verb(by, cast.branch.id, 7, NOW)
    assert changed(before, await dump()) == set()


async def test_where_all_are_bound_there_is_nothing_to_hand_out(cast: Cast) -> None:
    await bind(OPERATOR, cast.offline.member, OUTSIDER, "1", NOW)
    for attempt in (
        hand_out(await cast.secretary.acting(), cast.branch.id, 7, NOW),
        binding.ask_where(await cast.secretary.acting(), False, NOW),
    ):
        with pytest.raises(Refusal, match="binding/all_bound"):
            await attempt
    assert await Account.exists(telegram_id=OUTSIDER)
