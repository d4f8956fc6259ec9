"""Terms: an office begins and ends, judged under a lock of its tree, noted with before and after, told in private."""

from datetime import datetime
from typing import Any

from models import outbox
from models.audit import note
from models.calendar import awake
from models.card import Answer, Card, Refusal
from models.database import rows, run
from models.member import Account, Member, Role, grant
from models.organisation import Node, serving, wishes
from models.rights import LAPSED, OVERSEERS, Actor, actor
from models.roles.orders import HELD


async def appoint(by: Actor, member_id: int, node_id: int, kind: str, now: datetime) -> Answer:
    """Gives an office at a node within reach to somebody within reach."""
    by, node = await judged(by, node_id, kind, now)
    if not await within(by, member_id, now):
        raise Refusal("rights/refused")
    return await install(by, await Member.get(id=member_id), node, kind, now)


async def dismiss(by: Actor, role_id: int, now: datetime) -> Answer:
    """Ends an office within reach; its term is kept."""
    role = await Role.get_or_none(id=role_id)
    by, _ = await judged(by, role.node_id if role else 0, role.kind if role else "", now)
    return await end(by, role_id, now)


async def judged(by: Actor, node_id: int, kind: str, now: datetime) -> tuple[Actor, Node]:
    """The actor as they are when it is their turn. No such node and one out of reach are one sentence.

    Appointments in a tree go one by one: two admins who end each other's office at once would both succeed.
    """
    node = await Node.get_or_none(id=node_id)
    by.must("role.grant", node.path if node else "nowhere")
    assert node is not None, "nobody has a right nowhere"
    await run("UPDATE node SET name = name WHERE id = ?", node.root_id)
    if by.telegram_id is not None:
        by = await actor(by.telegram_id, now)
    by.must("role.grant", node.path)
    if not by.may_grant(kind, node.path):
        raise Refusal("roles/higher", office=kind)
    return by, node


WITHIN = """
SELECT n.path FROM member m
LEFT JOIN membership s ON s.member_id = m.id AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
JOIN node n ON n.id = COALESCE(s.node_id, m.root_id) WHERE m.id = ?
"""


async def within(by: Actor, member_id: int, now: datetime) -> bool:
    """Whether somebody who gives offices reaches a member."""
    paths = tuple(by.reach("role.grant"))
    return any(row["path"].startswith(paths) for row in await rows(WITHIN, now, now, member_id))


async def install(by: Actor, member: Member, node: Node, kind: str, now: datetime) -> Answer:
    """The appointment itself, whoever decided it; the operator's way in too."""
    if member.status in LAPSED:
        raise Refusal("roles/lapsed", person=member.name)
    if node.closed_at is not None:
        raise Refusal("roles/closed", place=node.name)
    if await rows(f"{HELD} AND r.member_id = ? AND r.node_id = ? AND r.kind = ?", now, now, member.id, node.id, kind):
        raise Refusal("roles/same", person=member.name, place=node.name, office=kind)
    role = await grant(by, member, node.id, kind, now)
    await tell(by, role, node, now, given=True)
    bound = await Account.exists(member_id=member.id)
    return Answer(toast=Card("roles/appointed", {"person": member.name, "place": node.name, "office": kind, "bound": bound}))


async def end(by: Actor, role_id: int, now: datetime) -> Answer:
    """The end of an office, whoever decided it; the operator's way in too. A root keeps an admin who can act."""
    role = await Role.get(id=role_id)
    member, node = await Member.get(id=role.member_id), await Node.get(id=role.node_id)
    if role.until_at is not None and role.until_at <= now:
        raise Refusal("roles/over", person=member.name, place=node.name, office=role.kind)
    if role.kind == "admin" and node.parent_id is None and not await admins(node.path, now, besides=member.id):
        raise Refusal("roles/last_admin", place=node.name)
    await close(by, role, now)
    await tell(by, role, node, now, given=False)
    return Answer(toast=Card("roles/dismissed", {"person": member.name, "place": node.name, "office": role.kind}))


async def close(by: Actor, role: Role, now: datetime) -> None:
    before: dict[str, Any] = {"member": role.member_id, "node": role.node_id, "kind": role.kind}
    before |= {"from": role.from_at.isoformat(), "until": role.until_at and role.until_at.isoformat()}
    role.until_at = now
    await role.save(update_fields=["until_at"])
    await outbox.relieve(role.member_id, OVERSEERS, now)
    await note(role.root_id, by.label, "revoke", f"role:{role.id}", now, before, before | {"until": now.isoformat()})


ADMINS = f"""{HELD} AND r.kind = 'admin' AND CAST(? AS VARCHAR(255)) LIKE n.path || '%' AND r.member_id <> ?
AND m.status NOT IN ('suspended', 'transferred', 'deceased') AND EXISTS (SELECT 1 FROM account a WHERE a.member_id = m.id)
"""


async def admins(path: str, now: datetime, besides: int) -> list[int]:
    """The admins over a node who can act: in force, bound, and somebody else."""
    return sorted({int(row["member_id"]) for row in await rows(ADMINS, now, now, path, besides)})


async def tell(by: Actor, role: Role, node: Node, now: datetime, *, given: bool) -> None:
    """Told in private: the person concerned, and of an admin the other admins; nobody of what they did themselves."""
    concerned = {role.member_id: Card("roles/given" if given else "roles/ended", {"office": role.kind, "place": node.name})}
    if role.kind == "admin":
        told = Card("roles/admin_given" if given else "roles/admin_ended", {"member": role.member_id, "place": node.name})
        concerned |= dict.fromkeys(await admins(node.path, now, besides=role.member_id), told)
    bot_id, wanted = await serving(role.root_id), await wishes(node.id)
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    for member_id, card in concerned.items():
        to = outbox.Recipient(bot_id, role.root_id, member_id=member_id)
        if member_id != by.member_id and await Account.exists(member_id=member_id):
            key = f"notice:role:{role.id}:{'given' if given else 'ended'}:{to.label}"
            await outbox.owe_many([outbox.debt("notice", card, to, key, now, due_at=due_at)])
