"""People, the accounts that speak for them, and what is in force at a moment."""

from datetime import timedelta

import pytest

from models.audit import Note
from models.card import Refusal
from models.member import (
    OPERATOR,
    Account,
    Actor,
    Member,
    Membership,
    Role,
    actor,
    bind,
    describe,
    enrol,
    grant,
    members_of,
)
from tests.cast import NOW, OUTSIDER, Cast

DAY = timedelta(days=1)
MOMENT = timedelta(milliseconds=1)


async def names(path: str) -> list[str]:
    return [row["name"] for row in await members_of(path, NOW)]


async def test_a_stranger_is_nobody(cast: Cast) -> None:
    assert await actor(OUTSIDER, NOW) == Actor(telegram_id=OUTSIDER)


async def test_a_bound_account_acts_with_the_offices_and_homes_of_its_member(cast: Cast) -> None:
    secretary = await cast.secretary.acting()
    assert (secretary.member_id, secretary.root_id) == (cast.secretary.id, cast.district.id)
    assert secretary.offices == (("secretary", cast.branch.path),)
    assert secretary.homes == (cast.branch.path,)
    assert secretary.label == f"member:{cast.secretary.id}"
    assert (await cast.member.acting()).offices == ()


async def test_somebody_who_only_administers_has_an_office_and_no_home(cast: Cast) -> None:
    member = await enrol(OPERATOR, cast.district.id, "keeper", "officer", NOW)
    await grant(OPERATOR, member, cast.district.id, "admin", NOW)
    await bind(OPERATOR, member, 5, "1", NOW)
    keeper = await actor(5, NOW)
    assert (keeper.offices, keeper.homes) == ((("admin", cast.district.path),), ())
    assert "keeper" not in await names(cast.district.path)


async def test_somebody_enrolled_without_office_or_home_may_nothing(cast: Cast) -> None:
    await bind(OPERATOR, await enrol(OPERATOR, cast.district.id, "new", "full", NOW), 5, "1", NOW)
    new = await actor(5, NOW)
    assert (new.member_id is not None, new.offices, new.homes) == (True, (), ())


@pytest.mark.parametrize("kept", [Role, Membership])
async def test_offices_and_memberships_hold_from_their_first_moment_to_before_their_last(
    cast: Cast, kept: type[Role | Membership]
) -> None:
    await kept.filter(member_id=cast.secretary.id).update(from_at=NOW, until_at=NOW + DAY)
    held = []
    for moment in (NOW - MOMENT, NOW, NOW + DAY - MOMENT, NOW + DAY):
        acting = await cast.secretary.acting(moment)
        held.append(bool(acting.offices if kept is Role else acting.homes))
    assert held == [False, True, True, False]


async def test_the_roster_of_a_subtree_is_everyone_at_home_there_or_below_now(cast: Cast) -> None:
    branch = ["former", "secretary", "member", "probationary", "offline"]
    assert await names(cast.branch.path) == branch
    assert await names(cast.district.path) == [*branch, "neighbour secretary", "neighbour"]
    assert await names(cast.foreign_branch.path) == ["foreigner"]
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW)
    await Membership.filter(member_id=cast.probationary.id).update(from_at=NOW + MOMENT)
    assert await names(cast.branch.path) == ["former", "secretary", "offline"]


async def test_belonging_twice_is_being_expected_once(cast: Cast) -> None:
    twice = {"root_id": cast.district.id, "member_id": cast.member.id, "kind": "reporting", "from_at": NOW}
    await Membership.create(node_id=cast.neighbours.id, **twice)
    assert (await names(cast.district.path)).count("member") == 1
    assert "member" in await names(cast.neighbours.path)


async def test_the_roster_tells_who_has_no_telegram(cast: Cast) -> None:
    silent = [row["name"] for row in await members_of(cast.branch.path, NOW) if row["account_id"] is None]
    assert silent == ["offline"]


async def test_one_account_speaks_for_one_member_and_the_reverse(cast: Cast) -> None:
    accounts = await Account.all().count()
    new = await enrol(OPERATOR, cast.district.id, "new", "full", NOW, cast.branch.id)
    with pytest.raises(Refusal, match="binding/account_taken"):
        await bind(OPERATOR, new, cast.member.telegram_id or 0, "1", NOW)
    with pytest.raises(Refusal, match="binding/member_taken"):
        await bind(OPERATOR, cast.member.member, 5, "1", NOW)
    assert await Account.all().count() == accounts
    assert (await actor(cast.member.telegram_id or 0, NOW)).member_id == cast.member.id


async def test_binding_keeps_which_consent_was_given_and_when_but_no_account_in_the_notes(cast: Cast) -> None:
    member = await enrol(OPERATOR, cast.district.id, "new", "full", NOW)
    account = await bind(OPERATOR, member, 5_000_111, "2026-11", NOW)
    assert (account.consent, account.bound_at, account.root_id) == ("2026-11", NOW, cast.district.id)
    kept = await Note.get(verb="bind", target=f"member:{member.id}")
    assert kept.after == '{"consent": "2026-11"}'
    assert "5000111" not in kept.actor + kept.target


async def test_enrolling_and_granting_are_noted(cast: Cast) -> None:
    member = await enrol(OPERATOR, cast.district.id, "new", "full", NOW, cast.branch.id)
    role = await grant(OPERATOR, member, cast.branch.id, "deputy_secretary", NOW)
    kept = await Note.filter(at=NOW).order_by("id").values_list("actor", "verb", "target")
    assert kept == [("operator", "enrol", f"member:{member.id}"), ("operator", "grant", f"role:{role.id}")]
    assert (await Member.get(id=member.id)).status == "full"


async def test_a_text_may_say_a_members_name(cast: Cast) -> None:
    assert await describe(cast.offline.id, NOW) == {"name": "offline"}
