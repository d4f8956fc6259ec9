"""Bindings end: undone by the branch, ended or forgotten by the member; nothing of the account stays."""

from datetime import timedelta

import pytest

from models import binding
from models.audit import Note
from models.binding import AGREE, ask, decide, forget_me, invite, unbind, undo
from models.binding.told import YES
from models.card import Card, Refusal
from models.database import atomic
from models.member import Account, Actor, Reachability, Role
from models.outbox import Delivery, Recipient
from tests.cast import NOW, OUTSIDER, Cast, Person
from tests.dump import changed, dump
from tests.models.binding.petitions import petitioned
from tests.models.outbox.letters import claimed, owed, to_member

LIFE = timedelta(days=1)


async def account_of(person: Person) -> Account:
    return await Account.get(member_id=person.id)


async def newly_bound(cast: Cast) -> Account:
    """The member without Telegram opens a link and agrees."""
    by = Actor(telegram_id=OUTSIDER)
    screen = (await ask(by, await invite(cast.offline.member, NOW, LIFE), NOW)).screen
    assert screen is not None
    delivery = await owed(Recipient(cast.bot.id, address=OUTSIDER), "reply", card=screen)
    await decide(by, screen.taps[0][0].target, AGREE, delivery, NOW)
    return await account_of(cast.offline)


async def told(account: Account) -> dict[int | None, Card]:
    return {each.member_id: Card.from_json(each.card) for each in await Delivery.filter(about=f"account:{account.id}")}


async def test_the_secretary_is_told_who_bound_in_private_and_once(cast: Cast) -> None:
    account = await newly_bound(cast)
    cards = await told(account)
    assert set(cards) == {cast.secretary.id}
    assert (cards[cast.secretary.id].name, cards[cast.secretary.id].facts) == ("binding/told", {"member": cast.offline.id})


async def test_without_a_secretary_of_the_branch_the_level_above_is_told(cast: Cast) -> None:
    await Role.filter(node_id=cast.branch.id).update(until_at=NOW)
    await Role.create(
        root_id=cast.district.id, member_id=cast.neighbour.id, node_id=cast.district.id, kind="admin", from_at=NOW
    )
    assert set(await told(await newly_bound(cast))) == {cast.neighbour.id}


async def test_a_level_above_is_spared_while_the_branch_has_somebody(cast: Cast) -> None:
    await Role.create(
        root_id=cast.district.id, member_id=cast.neighbour.id, node_id=cast.district.id, kind="admin", from_at=NOW
    )
    assert set(await told(await newly_bound(cast))) == {cast.secretary.id}


async def test_the_secretary_undoes_it_with_one_tap_and_the_account_hears_of_it(cast: Cast) -> None:
    account = await newly_bound(cast)
    await undo(await cast.secretary.acting(), account.id, YES, NOW)
    assert not await Account.exists(id=account.id)
    card = (await told(account))[cast.secretary.id]
    assert (card.name, card.taps) == ("binding/undone", ())
    assert await Delivery.filter(address=OUTSIDER, kind="notice").count() == 1
    with pytest.raises(Refusal, match="binding/over"):
        await undo(await cast.secretary.acting(), account.id, YES, NOW)


async def test_a_removed_secretarys_button_and_that_of_another_branch_are_dead(cast: Cast) -> None:
    account = await newly_bound(cast)
    before = await dump()
    for who in (cast.former, cast.neighbour_secretary, cast.foreigner, cast.member):
        with pytest.raises(Refusal, match="rights/refused"):
            await undo(await who.acting(), account.id, YES, NOW)
    assert changed(before, await dump()) == set()
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    with pytest.raises(Refusal, match="rights/refused"):
        await undo(await cast.secretary.acting(), account.id, YES, NOW)


async def test_who_is_unbound_gets_nothing_any_more_and_may_bind_again(cast: Cast) -> None:
    waiting = await owed(to_member(cast), "reminder")
    account = await account_of(cast.member)
    await Reachability.create(bot_id=cast.bot.id, account_id=account.id, state="ok", since=NOW)
    answer = await unbind(await cast.member.acting(), account.id, YES, NOW)
    assert (answer.toast, answer.alert, answer.screen) == (Card("mine/left"), True, None)
    assert not await Account.exists(member_id=cast.member.id)
    assert (await Delivery.get(id=waiting)).state == "cancelled"
    assert await claimed(cast) == []
    assert await Note.filter(verb="unbind", target=f"member:{cast.member.id}").count() == 1


async def test_a_button_to_unbind_works_for_its_own_account_only(cast: Cast) -> None:
    theirs = await account_of(cast.probationary)
    before = await dump()
    for verb in (unbind, forget_me):
        with pytest.raises(Refusal, match="action/unknown"):
            await verb(await cast.member.acting(), theirs.id, YES, NOW)
        with pytest.raises(Refusal, match="mine/unbound"):
            await verb(Actor(telegram_id=OUTSIDER), theirs.id, YES, NOW)
    assert changed(before, await dump()) == set()


async def test_the_branch_keeps_its_roster_and_its_record(cast: Cast) -> None:
    before = await dump()
    await forget_me(await cast.member.acting(), (await account_of(cast.member)).id, YES, NOW)
    assert changed(before, await dump()) == {"account", "erasure", "note"}


async def test_who_only_waits_takes_the_petition_back(cast: Cast) -> None:
    waiting = await petitioned(cast)
    by = Actor(telegram_id=OUTSIDER)
    assert (await binding.wish(by, NOW)).screen == Card("mine/withdrawn")
    card = Card.from_json((await Delivery.get(about=f"petition:{waiting.id}")).card)
    assert (card.name, card.taps) == ("binding/withdrawn", ())
    await Delivery.all().update(address=None)
    assert str(OUTSIDER) not in str(await dump())
    assert (await binding.wish(by, NOW)).screen == Card("mine/nothing")


async def test_it_is_asked_before_anything_ends(cast: Cast) -> None:
    before = await dump()
    for asking in (binding.leave(await cast.member.acting()), binding.wish(await cast.member.acting(), NOW)):
        screen = (await asking).screen
        assert screen is not None
        assert [tap.target for line in screen.taps for tap in line] == [(await account_of(cast.member)).id]
    assert changed(before, await dump()) == set()


async def test_a_binding_ends_once(cast: Cast) -> None:
    account, by = await account_of(cast.member), await cast.member.acting()
    await unbind(by, account.id, YES, NOW)
    with pytest.raises(Refusal, match="mine/unbound"):
        async with atomic():
            await unbind(by, account.id, YES, NOW)
