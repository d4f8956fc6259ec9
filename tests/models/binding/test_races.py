"""Two at the same moment: exactly one is bound, the other hears a sentence, and nothing is half done."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from models import binding
from models.audit import Note
from models.binding import AGREE, Petition, admit, ask, decide, invite, reject
from models.binding.told import YES
from models.card import Answer
from models.database import atomic
from models.deed import attempted
from models.member import Account, Actor, Role
from models.outbox import Recipient
from tests.cast import NOW, OUTSIDER, Cast
from tests.models.binding.petitions import petitioned
from tests.models.outbox.letters import owed

DAY = timedelta(days=1)
ROUNDS = 5


async def at_once(*verbs: Callable[[], Awaitable[Answer]]) -> list[str]:
    """Each in a transaction of its own, all begun together; the names of what was said back."""

    async def deed(verb: Callable[[], Awaitable[Answer]]) -> str:
        async with atomic():
            answer = await attempted(verb)
            await asyncio.sleep(0.01)  # so that the other is under way before this one commits
        return answer.toast.name if answer.toast else "done"

    return sorted(await asyncio.gather(*(deed(verb) for verb in verbs)))


async def opened(cast: Cast, code: str, by: Actor) -> Callable[[], Awaitable[Answer]]:
    """The press of "agree" of somebody who opened this link."""
    screen = (await ask(by, code, NOW)).screen
    assert screen is not None
    delivery = await owed(Recipient(cast.bot.id, address=by.telegram_id), "reply", card=screen)
    return lambda: decide(by, screen.taps[0][0].target, AGREE, delivery, NOW)


async def test_two_who_agree_on_the_same_link_at_once(cast: Cast) -> None:
    for turn in range(ROUNDS):
        code = await invite(cast.offline.member, NOW, DAY)
        presses = [await opened(cast, code, Actor(telegram_id=OUTSIDER + turn * 10 + each)) for each in range(2)]
        said = await at_once(*presses)
        assert said.count("binding/bound") == 1, said
        assert set(said) <= {"binding/bound", "binding/member_taken", "binding/bad_link"}
        assert await Account.filter(member_id=cast.offline.id).count() == 1
        assert await Note.filter(verb="bind", target=f"member:{cast.offline.id}").count() == turn + 1
        await Account.filter(member_id=cast.offline.id).delete()


async def test_one_account_that_agrees_for_two_members_at_once(cast: Cast) -> None:
    await Account.filter(member_id=cast.member.id).delete()
    by = Actor(telegram_id=OUTSIDER)
    presses = [await opened(cast, await invite(who.member, NOW, DAY), by) for who in (cast.offline, cast.member)]
    assert await at_once(*presses) == ["binding/account_taken", "binding/bound"]
    assert await Account.filter(telegram_id=OUTSIDER).count() == 1


async def test_two_petitions_are_admitted_for_one_member_at_once(cast: Cast) -> None:
    first = await petitioned(cast)
    second = await petitioned(cast, by=Actor(telegram_id=OUTSIDER + 1))
    by = await cast.secretary.acting()
    said = await at_once(*(lambda one=one: admit(by, one.id, cast.offline.id, NOW) for one in (first, second)))
    assert said.count("binding/admitted_now") == 1, said
    assert set(said) <= {"binding/admitted_now", "binding/member_taken", "binding/not_free"}
    assert await Account.filter(member_id=cast.offline.id).count() == 1
    assert await Petition.all().count() == 1


async def test_one_petition_is_admitted_and_rejected_at_once(cast: Cast) -> None:
    await Role.create(
        root_id=cast.district.id, member_id=cast.member.id, node_id=cast.branch.id, kind="org_member", from_at=NOW
    )
    waiting = await petitioned(cast)
    one, other = await cast.secretary.acting(), await cast.member.acting()
    said = await at_once(lambda: admit(one, waiting.id, cast.offline.id, NOW), lambda: reject(other, waiting.id, YES, NOW))
    assert "binding/over" in said
    assert {"binding/admitted_now", "binding/rejected_now"} & set(said)
    assert await Petition.all().count() == 0
    assert await Account.filter(telegram_id=OUTSIDER).count() == ("binding/admitted_now" in said)


async def test_a_binding_is_undone_and_ended_at_once(cast: Cast) -> None:
    account = await Account.get(member_id=cast.member.id)
    by, mine = await cast.secretary.acting(), await cast.member.acting()
    said = await at_once(lambda: binding.undo(by, account.id, YES, NOW), lambda: binding.unbind(mine, account.id, YES, NOW))
    assert len([name for name in said if name in ("binding/undone_now", "mine/left")]) == 1, said
    assert not await Account.exists(id=account.id)
