"""Binding: nothing about an account is stored before it agreed, and only who was asked may agree."""

import re
from datetime import timedelta

import pytest

from models import binding, outbox
from models.audit import Note
from models.binding import AGREE, CONSENT, DECLINE, Invite, ask, decide, hashed, invite
from models.card import LARGEST, Answer, Card, Refusal
from models.member import Account, Actor, actor
from models.outbox import Recipient
from tests.cast import NOW, OUTSIDER, Cast
from tests.dump import changed, dump
from tests.models.outbox.letters import owed

LIFE, DAY, MOMENT = timedelta(minutes=15), timedelta(days=1), timedelta(milliseconds=1)
NEWCOMER, OTHER = Actor(telegram_id=OUTSIDER), Actor(telegram_id=OUTSIDER + 1)


async def invited(cast: Cast) -> str:
    """A code for the member who has no Telegram yet."""
    return await invite(cast.offline.member, NOW, LIFE)


async def asked(cast: Cast, code: str, by: Actor = NEWCOMER) -> tuple[int, int]:
    """Opens a link and is sent the question; the invite it is about and the delivery it stands on."""
    screen = (await ask(by, code, NOW)).screen
    assert screen is not None
    delivery = await owed(Recipient(cast.bot.id, address=by.telegram_id), "reply", card=screen, about="")
    return screen.taps[0][0].target, delivery


async def refused(by: Actor, invite_id: int, delivery_id: int, choice: int = AGREE) -> str:
    """The name of the refusal; fails if anything was written."""
    before = await dump()
    with pytest.raises(Refusal) as no:
        await decide(by, invite_id, choice, delivery_id, NOW)
    assert changed(before, await dump()) == set()
    return no.value.card.name


async def rejected(code: str, by: Actor = NEWCOMER, after: timedelta = timedelta()) -> Card:
    with pytest.raises(Refusal) as no:
        await ask(by, code, NOW + after)
    return no.value.card


async def test_the_opener_of_a_link_is_asked_first(cast: Cast) -> None:
    screen = (await ask(NEWCOMER, await invited(cast), NOW)).screen
    assert screen is not None
    assert (screen.name, screen.facts) == ("binding/consent", {"member": cast.offline.id})
    ((agree, decline),) = screen.taps
    assert (agree.verb, agree.choice, decline.verb, decline.choice) == ("bind", AGREE, "bind", DECLINE)
    assert agree.target == decline.target == (await Invite.get()).id


async def test_until_they_agree_only_the_address_of_the_question_is_kept(cast: Cast) -> None:
    code, before = await invited(cast), await dump()
    await asked(cast, code)
    after = await dump()
    assert changed(before, after) == {"delivery"}
    cells = [(table, column, row[column]) for table, kept in after.items() for row in kept for column in row]
    assert [cell for cell in cells if str(OUTSIDER) in str(cell[2])] == [("delivery", "address", OUTSIDER)]


async def test_who_agrees_is_bound_and_the_link_is_used_up(cast: Cast) -> None:
    code = await invited(cast)
    question = await asked(cast, code)
    answer = await decide(NEWCOMER, question[0], AGREE, question[1], NOW)
    welcome = Card("binding/welcome", {"member": cast.offline.id})
    assert answer == Answer(toast=Card("binding/bound"), screen=welcome)
    account = await Account.get(telegram_id=OUTSIDER)
    assert (account.member_id, account.consent, account.bound_at) == (cast.offline.id, CONSENT, NOW)
    assert (await actor(OUTSIDER, NOW)).homes == (cast.branch.path,)
    assert await Note.filter(verb="bind", target=f"member:{cast.offline.id}", at=NOW).count() == 1
    assert await rejected(code, OTHER) == Card("binding/bad_link")


async def test_who_declines_leaves_nothing_behind_and_may_think_again(cast: Cast) -> None:
    question = await asked(cast, await invited(cast))
    before = await dump()
    answer = await decide(NEWCOMER, question[0], DECLINE, question[1], NOW)
    assert answer == Answer(toast=Card("binding/declined"), alert=True)
    assert changed(before, await dump()) == set()
    await decide(NEWCOMER, question[0], AGREE, question[1], NOW)
    assert await Account.filter(telegram_id=OUTSIDER).exists()


async def test_nobody_but_the_account_that_was_asked_agrees_on_the_question_it_was_asked(cast: Cast) -> None:
    invite_id, delivery = await asked(cast, await invited(cast))
    for by in (OTHER, await cast.member.acting(), await cast.secretary.acting(), Actor()):
        assert await refused(by, invite_id, delivery) == "binding/bad_link"
    for forged in (0, delivery + 1, LARGEST):
        assert await refused(NEWCOMER, invite_id, forged) == "binding/bad_link"


async def test_a_question_about_one_invitation_answers_no_other(cast: Cast) -> None:
    """The numbers of invitations can be guessed: whoever was asked about one could otherwise take another's place."""
    mine, delivery = await asked(cast, await invited(cast))
    theirs, _ = await asked(cast, await invite(cast.member.member, NOW, LIFE), OTHER)
    await Account.filter(member_id=cast.member.id).delete()
    assert theirs != mine
    assert await refused(NEWCOMER, theirs, delivery) == "binding/bad_link"


async def test_no_other_message_to_an_account_counts_as_the_question(cast: Cast) -> None:
    await invited(cast)
    other = await owed(Recipient(cast.bot.id, address=OTHER.telegram_id), "reply", card=Card("start/stranger"))
    assert await refused(OTHER, (await Invite.get()).id, other) == "binding/bad_link"


async def test_a_question_has_no_third_answer(cast: Cast) -> None:
    invite_id, delivery = await asked(cast, await invited(cast))
    for choice in (0, 3, LARGEST):
        assert await refused(NEWCOMER, invite_id, delivery, choice) == "action/unknown"


async def test_every_wrong_old_or_used_code_hears_the_same(cast: Cast) -> None:
    voided = await invited(cast)
    current = await invited(cast)
    for guess in ("", "x", "0" * 22, hashed(current), current.swapcase(), current + " ", "二维码", "' OR 1=1", "x" * 10_000):
        assert await rejected(guess) == Card("binding/bad_link")
    assert await rejected(voided) == Card("binding/bad_link")
    assert await rejected(current, after=LIFE) == Card("binding/bad_link")
    question = await asked(cast, current)
    await decide(NEWCOMER, *pressed(question), NOW)
    assert await rejected(current) == Card("binding/bad_link")


def pressed(question: tuple[int, int]) -> tuple[int, int, int]:
    """Agreeing to it: invite, choice, delivery."""
    return question[0], AGREE, question[1]


async def test_a_link_works_until_its_last_moment(cast: Cast) -> None:
    code = await invited(cast)
    assert (await ask(NEWCOMER, code, NOW + LIFE - MOMENT)).screen is not None


async def test_an_invitation_that_ended_while_somebody_was_thinking_is_over(cast: Cast) -> None:
    question = await asked(cast, await invited(cast))
    with pytest.raises(Refusal, match="binding/bad_link"):
        await decide(NEWCOMER, *pressed(question), NOW + LIFE)


async def test_a_new_code_voids_the_older_ones_of_the_same_member_only(cast: Cast) -> None:
    other = await invite(cast.member.member, NOW, LIFE)
    await invited(cast)
    await invited(cast)
    assert (await ask(NEWCOMER, other, NOW)).screen is not None


async def test_two_who_opened_the_same_link_are_not_both_bound(cast: Cast) -> None:
    code = await invited(cast)
    first, second = await asked(cast, code), await asked(cast, code, OTHER)
    await decide(OTHER, *pressed(second), NOW)
    assert await refused(NEWCOMER, first[0], first[1]) == "binding/bad_link"


async def test_a_bound_account_is_told_so_but_learns_nothing_from_a_wrong_code(cast: Cast) -> None:
    by = await cast.member.acting()
    assert await rejected(await invited(cast), by) == Card("binding/account_taken")
    assert await rejected("0" * 22, by) == Card("binding/bad_link")


async def test_an_account_bound_elsewhere_while_thinking_is_refused(cast: Cast) -> None:
    question = await asked(cast, await invited(cast))
    await Account.filter(member_id=cast.member.id).update(telegram_id=OUTSIDER)
    assert await refused(await actor(OUTSIDER, NOW), *question) == "binding/account_taken"


async def test_a_member_bound_meanwhile_is_refused(cast: Cast) -> None:
    question = await asked(cast, await invited(cast))
    await Account.filter(member_id=cast.member.id).update(member_id=cast.offline.id)
    assert await refused(NEWCOMER, *question) == "binding/member_taken"


async def test_only_the_hash_of_a_code_is_kept_and_the_code_fits_a_deep_link(cast: Cast) -> None:
    codes = [await invited(cast) for _ in range(3)]
    assert len(set(codes)) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", code) for code in codes)
    kept = str(await dump())
    assert not [code for code in codes if code in kept]
    assert hashed(codes[-1]) in kept


async def test_after_an_hour_the_question_has_forgotten_whom_it_asked(cast: Cast) -> None:
    question = await asked(cast, await invite(cast.offline.member, NOW, DAY))
    await outbox.forget(NOW + timedelta(hours=1))
    assert str(OUTSIDER) not in str(await dump())
    assert await refused(NEWCOMER, *question) == "binding/bad_link"


async def test_used_and_expired_invitations_are_forgotten_after_a_day(cast: Cast) -> None:
    await invited(cast)
    await binding.forget(NOW + LIFE + DAY - MOMENT)
    assert await Invite.all().count() == 1
    await binding.forget(NOW + LIFE + DAY)
    assert await Invite.all().count() == 0
