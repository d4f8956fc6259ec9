"""Reach: who can be written to is known, shown with denominators, and healed with what is still worth sending."""

from datetime import timedelta

import pytest

from models import outbox
from models.card import Refusal
from models.member import Account, Reachability
from models.outbox import Delivery
from models.reach import describe, note_reach, outermost, report
from tests.cast import NOW, Cast
from tests.models.outbox.letters import owed, to_member


async def test_reachability_is_kept_with_the_moment_it_changed(cast: Cast) -> None:
    for minute, state in enumerate(["ok", "ok", "blocked", "blocked"]):
        await note_reach(cast.bot.id, cast.member.id, state, NOW + timedelta(minutes=minute))
    kept = await Reachability.get()
    account = await Account.get(member_id=cast.member.id)
    assert (kept.bot_id, kept.account_id, kept.state) == (cast.bot.id, account.id, "blocked")
    assert kept.since == NOW + timedelta(minutes=2)


async def test_whoever_has_no_account_has_no_reachability(cast: Cast) -> None:
    await note_reach(cast.bot.id, cast.offline.id, "ok", NOW)
    assert await Reachability.all().count() == 0


async def test_a_branch_is_told_by_name_and_reason_with_the_denominator(cast: Cast) -> None:
    await note_reach(cast.bot.id, cast.member.id, "blocked", NOW)
    await note_reach(cast.bot.id, cast.probationary.id, "never_started", NOW)
    await note_reach(cast.bot.id, cast.neighbour.id, "blocked", NOW)
    told = await describe([cast.branch.id], NOW)
    assert (told["nodes"], told["ok"], told["total"]) == (["branch"], 2, 5)
    assert (told["unbound"], told["blocked"], told["never_started"]) == (["offline"], ["member"], ["probationary"])


async def test_a_report_reaches_ones_own_subtree_and_who_has_none_is_refused(cast: Cast) -> None:
    screen = (await report(await cast.secretary.acting())).screen
    assert screen is not None
    assert screen.facts == {"reach": [cast.branch.id]}
    for who in (cast.member, cast.former, cast.foreigner):
        with pytest.raises(Refusal, match="rights/refused"):
            await report(await who.acting())


def test_a_subtree_inside_another_is_told_once() -> None:
    assert outermost(["/1/2/", "/1/2/3/", "/1/4/", "/1/2/"]) == ["/1/2/", "/1/4/"]


async def refused(cast: Cast, kind: str = "reminder", **details: object) -> int:
    number = await owed(to_member(cast), kind, **details)  # type: ignore[arg-type]
    await Delivery.filter(id=number).update(state="refused", reason="blocked")
    return number


async def states() -> list[str]:
    return [each.state for each in await Delivery.all().order_by("id")]


async def test_what_was_refused_is_sent_once_when_somebody_comes_back(cast: Cast) -> None:
    await note_reach(cast.bot.id, cast.member.id, "blocked", NOW)
    await refused(cast)
    await note_reach(cast.bot.id, cast.member.id, "ok", NOW + timedelta(hours=1))
    assert await states() == ["queued"]
    await Delivery.all().update(state="sent")
    await note_reach(cast.bot.id, cast.member.id, "ok", NOW + timedelta(hours=2))
    assert await states() == ["sent"]


async def test_what_is_old_over_or_only_promised_once_stays_refused(cast: Cast) -> None:
    await note_reach(cast.bot.id, cast.member.id, "blocked", NOW)
    await refused(cast, now=NOW - timedelta(hours=25))
    await refused(cast, expire_at=NOW + timedelta(minutes=1))
    await refused(cast, "broadcast")
    await refused(cast, "erase")
    await note_reach(cast.bot.id, cast.member.id, "ok", NOW + timedelta(minutes=2))
    assert await states() == ["refused"] * 4


async def test_a_reminder_that_was_answered_meanwhile_does_not_come_back(cast: Cast) -> None:
    await note_reach(cast.bot.id, cast.member.id, "blocked", NOW)
    await refused(cast)
    await outbox.cancel_own("gathering:1", "reminder", cast.member.id)
    await note_reach(cast.bot.id, cast.member.id, "ok", NOW)
    assert await states() == ["cancelled"]
