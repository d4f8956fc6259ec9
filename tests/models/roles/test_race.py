"""Two people at once: appointments of one tree go one by one, and each is judged when it is its turn."""

import asyncio

from models.card import Refusal
from models.database import atomic
from models.member import Role
from models.rights import Actor
from models.roles import appoint, dismiss
from tests.cast import NOW, Cast, settle


async def ends(by: Actor, role: Role) -> str:
    try:
        async with atomic():
            answer = await dismiss(by, role.id, NOW)
    except Refusal as no:
        return no.card.name
    assert answer.toast is not None
    return answer.toast.name


async def gives(by: Actor, member_id: int, node_id: int) -> str:
    try:
        async with atomic():
            answer = await appoint(by, member_id, node_id, "org_member", NOW)
    except Refusal as no:
        return no.card.name
    assert answer.toast is not None
    return answer.toast.name


async def test_two_admins_who_end_each_other_at_once_leave_one(cast: Cast) -> None:
    one, two = await settle("one", cast.district, office="admin"), await settle("two", cast.district, office="admin")
    first, second = await Role.get(member_id=one.id), await Role.get(member_id=two.id)
    told = await asyncio.gather(ends(await one.acting(), second), ends(await two.acting(), first))
    assert sorted(told) == ["rights/refused", "roles/dismissed"]
    assert await Role.filter(kind="admin", until_at=None).count() == 1


async def test_one_office_given_twice_at_once_is_held_once(cast: Cast) -> None:
    admin = await settle("admin", cast.district, office="admin")
    by = [await admin.acting(), await cast.secretary.acting()]
    told = await asyncio.gather(*(gives(each, cast.member.id, cast.branch.id) for each in by))
    assert sorted(told) == ["roles/appointed", "roles/same"]
    assert await Role.filter(member_id=cast.member.id, kind="org_member").count() == 1
