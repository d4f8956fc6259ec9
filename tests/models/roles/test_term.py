"""Offices begin and end: who may, what is noted, who is told, and that a root keeps an admin."""

import json
from datetime import timedelta

import pytest

from models.audit import Note
from models.card import Card, Refusal
from models.database import atomic
from models.member import OPERATOR, Member, Membership, Role, grant
from models.organisation import Node, grow
from models.outbox import Delivery, Recipient, debt, owe_many
from models.rights import LAPSED, OFFICES, Actor
from models.roles import appoint, dismiss, end, install
from tests.cast import NOW, Cast, Person, settle
from tests.dump import changed, dump

LATER = NOW + timedelta(hours=1)


@pytest.fixture
async def admin(cast: Cast) -> Person:
    return await settle("admin", cast.district, office="admin")


async def role(person: Person, node: Node, kind: str) -> Role:
    return (await Role.filter(member_id=person.id, node_id=node.id, kind=kind).order_by("-id"))[0]


async def said(by: Actor, member_id: int, node: Node, kind: str) -> str:
    """The name of what an appointment answers; a refusal leaves nothing behind."""
    before = await dump()
    try:
        answer = await appoint(by, member_id, node.id, kind, NOW)
    except Refusal as no:
        assert changed(before, await dump()) == set()
        return no.card.name
    assert answer.toast is not None
    return answer.toast.name


async def news(member_id: int) -> list[Card]:
    kept = await Delivery.filter(member_id=member_id, kind="notice").order_by("id")
    return [Card.from_json(each.card) for each in kept]


async def test_a_secretary_gives_the_offices_of_the_own_branch_and_they_hold_at_once(cast: Cast) -> None:
    assert (await cast.member.acting()).offices == ()
    assert await said(await cast.secretary.acting(), cast.member.id, cast.branch, "org_member") == "roles/appointed"
    assert (await cast.member.acting()).offices == (("org_member", cast.branch.path),)


async def test_a_secretary_is_appointed_from_above(cast: Cast, admin: Person) -> None:
    for kind in ("secretary", "admin"):
        assert await said(await cast.secretary.acting(), cast.member.id, cast.branch, kind) == "roles/higher"
        assert await said(await admin.acting(), cast.member.id, cast.branch, kind) == "roles/appointed"


async def test_only_a_holder_of_the_right_appoints_and_only_within_reach(cast: Cast) -> None:
    for person in (cast.member, cast.former, cast.foreigner, cast.neighbour_secretary):
        assert await said(await person.acting(), cast.member.id, cast.branch, "org_member") == "rights/refused"
    secretary = await cast.secretary.acting()
    for node in (cast.neighbours, cast.district, cast.foreign_branch):
        assert await said(secretary, cast.member.id, node, "org_member") == "rights/refused"


async def test_a_member_of_another_branch_and_one_who_does_not_exist_are_refused_alike(cast: Cast) -> None:
    secretary = await cast.secretary.acting()
    told = {await said(secretary, each, cast.branch, "org_member") for each in (cast.neighbour.id, cast.foreigner.id, 10**9)}
    assert told == {"rights/refused"}


async def test_an_appointment_is_noted_with_who_and_what(cast: Cast) -> None:
    await appoint(await cast.secretary.acting(), cast.member.id, cast.branch.id, "org_member", NOW)
    kept = await Note.get(verb="grant", at=NOW)
    given = await role(cast.member, cast.branch, "org_member")
    assert (kept.actor, kept.target, kept.before) == (f"member:{cast.secretary.id}", f"role:{given.id}", None)
    assert json.loads(kept.after or "") == {"member": cast.member.id, "node": cast.branch.id, "kind": "org_member"}


async def test_the_person_concerned_is_told_once_in_private(cast: Cast) -> None:
    await appoint(await cast.secretary.acting(), cast.member.id, cast.branch.id, "org_member", NOW)
    assert await news(cast.member.id) == [Card("roles/given", {"office": "org_member", "place": "branch"})]
    assert await Delivery.filter(kind="notice").count() == 1


async def test_who_has_no_account_is_told_by_the_secretary(cast: Cast) -> None:
    answer = await appoint(await cast.secretary.acting(), cast.offline.id, cast.branch.id, "org_member", NOW)
    assert answer.toast is not None
    assert answer.toast.facts["bound"] is False
    assert await Delivery.filter(kind="notice").count() == 0


async def test_an_office_is_given_once(cast: Cast) -> None:
    secretary = await cast.secretary.acting()
    await said(secretary, cast.member.id, cast.branch, "org_member")
    assert await said(secretary, cast.member.id, cast.branch, "org_member") == "roles/same"


@pytest.mark.parametrize("status", LAPSED)
async def test_a_lapsed_member_is_given_nothing_and_holds_nothing(cast: Cast, status: str) -> None:
    await Member.filter(id__in=[cast.member.id, cast.secretary.id]).update(status=status)
    lapsed = await cast.secretary.acting()
    assert (lapsed.offices, lapsed.homes) == ((), ())
    with pytest.raises(Refusal, match="roles/lapsed"):
        await install(OPERATOR, await Member.get(id=cast.member.id), cast.branch, "org_member", NOW)


async def test_a_closed_organisation_has_no_new_offices(cast: Cast) -> None:
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)
    assert await said(await cast.secretary.acting(), cast.member.id, cast.branch, "org_member") == "roles/closed"


async def test_an_ended_office_is_kept_with_its_term_and_noted_with_before_and_after(cast: Cast, admin: Person) -> None:
    held = await role(cast.secretary, cast.branch, "secretary")
    await dismiss(await admin.acting(), held.id, NOW)
    await held.refresh_from_db()
    assert (held.from_at, held.until_at) == (NOW - timedelta(days=7), NOW)
    kept = await Note.get(verb="revoke")
    before, after = json.loads(kept.before or ""), json.loads(kept.after or "")
    assert (kept.actor, before["until"], after["until"]) == (f"member:{admin.id}", None, NOW.isoformat())
    assert before["member"] == after["member"] == cast.secretary.id
    assert await news(cast.secretary.id) == [Card("roles/ended", {"office": "secretary", "place": "branch"})]


async def test_an_ended_office_is_worth_nothing_from_that_moment(cast: Cast, admin: Person) -> None:
    before = await cast.secretary.acting()
    await dismiss(await admin.acting(), (await role(cast.secretary, cast.branch, "secretary")).id, NOW)
    assert (await cast.secretary.acting()).offices == ()
    with pytest.raises(Refusal, match="rights/refused"):
        await appoint(before, cast.member.id, cast.branch.id, "org_member", NOW)


async def test_an_office_ends_once(cast: Cast, admin: Person) -> None:
    held = await role(cast.secretary, cast.branch, "secretary")
    await dismiss(await admin.acting(), held.id, NOW)
    with pytest.raises(Refusal, match="roles/over"):
        await dismiss(await admin.acting(), held.id, LATER)
    await held.refresh_from_db()
    assert held.until_at == NOW


async def test_the_other_admins_hear_of_an_admin(cast: Cast, admin: Person) -> None:
    second = await settle("second", cast.district, office="admin")
    await appoint(await admin.acting(), cast.member.id, cast.district.id, "admin", NOW)
    assert [card.name for card in await news(cast.member.id)] == ["roles/given"]
    assert await news(second.id) == [Card("roles/admin_given", {"member": cast.member.id, "place": "district"})]
    assert await news(admin.id) == []
    await dismiss(await second.acting(LATER), (await role(cast.member, cast.district, "admin")).id, LATER)
    assert [card.name for card in await news(admin.id)] == ["roles/admin_ended"]


async def test_the_last_admin_who_can_act_stays(cast: Cast, admin: Person) -> None:
    """Neither one without an account, nor one of a branch, nor one who died, keeps a root running."""
    await settle("unbound", cast.district, office="admin", telegram=False)
    await settle("local", cast.branch, office="admin")
    await Member.filter(id=(await settle("dead", cast.district, office="admin")).id).update(status="deceased")
    held = await role(admin, cast.district, "admin")
    before = await dump()
    for by in (await admin.acting(), OPERATOR):
        with pytest.raises(Refusal, match="roles/last_admin"):
            await (end(by, held.id, NOW) if by is OPERATOR else dismiss(by, held.id, NOW))
    assert changed(before, await dump()) == set()
    await settle("second", cast.district, office="admin")
    await dismiss(await admin.acting(), held.id, NOW)
    assert (await admin.acting()).offices == ()


async def test_an_admin_of_a_branch_may_be_its_last(cast: Cast, admin: Person) -> None:
    await settle("local", cast.branch, office="admin")
    local = await Role.get(node_id=cast.branch.id, kind="admin")
    answer = await dismiss(await admin.acting(), local.id, NOW)
    assert answer.toast is not None
    assert answer.toast.name == "roles/dismissed"


async def test_who_belongs_nowhere_is_appointed_by_an_admin_of_the_root_only(cast: Cast, admin: Person) -> None:
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW)
    assert await said(await cast.secretary.acting(), cast.member.id, cast.branch, "org_member") == "rights/refused"
    assert await said(await admin.acting(), cast.member.id, cast.branch, "org_member") == "roles/appointed"


async def test_every_kind_of_office_can_be_given_by_an_admin_at_any_depth(cast: Cast, admin: Person) -> None:
    group = await grow(cast.branch, "group", "party_group")
    for kind in OFFICES:
        async with atomic():
            assert await said(await admin.acting(), cast.member.id, group, kind) == "roles/appointed"
    assert {kind for kind, path in (await cast.member.acting()).offices if path == group.path} == set(OFFICES)


async def duties(cast: Cast, person: Person, **nodes: Node) -> None:
    """What still waits for somebody, about each node; and news of the first."""
    to = Recipient(cast.bot.id, cast.district.id, member_id=person.id)
    card, due_at = Card("roles/given", {"office": "secretary", "place": "x"}), NOW + timedelta(days=2)
    owed = [debt("duty", card, to, f"duty:{name}", NOW, due_at=due_at, node_id=one.id) for name, one in nodes.items()]
    await owe_many([*owed, debt("notice", card, to, "notice:news", NOW, due_at=due_at)])


async def waits(person: Person) -> set[str]:
    kept = await Delivery.filter(member_id=person.id, state="held").exclude(key__startswith="notice:role:")
    return {each.key for each in kept}


async def test_who_is_dismissed_is_given_nothing_that_waits_about_what_they_answered_for(cast: Cast, admin: Person) -> None:
    group = await grow(cast.branch, "group", "party_group")
    await duties(cast, cast.secretary, branch=cast.branch, group=group)
    await duties(cast, cast.neighbour_secretary, neighbours=cast.neighbours)
    await dismiss(await admin.acting(), (await role(cast.secretary, cast.branch, "secretary")).id, NOW)
    assert await waits(cast.secretary) == {"notice:news"}
    assert await waits(cast.neighbour_secretary) == {"duty:neighbours"}


@pytest.mark.parametrize(
    ("kind", "at", "left"),
    [
        ("org_member", "branch", {"duty:branch"}),
        ("deputy_secretary", "district", {"duty:branch", "duty:neighbours"}),
        ("secretary", "neighbours", {"duty:neighbours"}),
        ("publicity_member", "branch", set()),
    ],
)
async def test_an_office_that_is_left_keeps_what_waits_about_its_own_part(
    cast: Cast, admin: Person, kind: str, at: str, left: set[str]
) -> None:
    await grant(OPERATOR, cast.secretary.member, getattr(cast, at).id, kind, NOW - timedelta(days=1))
    await duties(cast, cast.secretary, branch=cast.branch, neighbours=cast.neighbours)
    await dismiss(await admin.acting(), (await role(cast.secretary, cast.branch, "secretary")).id, NOW)
    assert await waits(cast.secretary) - {"notice:news"} == left
