"""党员: people of the roster, where they belong, which account speaks for them. What each may do is in `models.rights`."""

from datetime import date, datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.audit import note
from models.card import Refusal
from models.database import InstantField, rows
from models.rights import OPERATOR, RIGHTS, Actor, Rule, actor

__all__ = [
    "OPERATOR",
    "RIGHTS",
    "Account",
    "Actor",
    "Member",
    "Membership",
    "Reachability",
    "Role",
    "Rule",
    "actor",
    "bind",
    "describe",
    "enrol",
    "grant",
    "members_of",
]


class Member(Model):
    """A person of the roster. `status`: full (正式党员), probationary (预备党员), suspended, transferred, deceased,
    lost_contact; `officer` for one who only administers. `category`: direct (直管), serving (在职), mobile (流动),
    retired (离退休). The two dates are entered, never derived from each other.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    name = fields.CharField(80)
    status = fields.CharField(16)
    code = fields.CharField(40, null=True)  # 编号 in sheets: ours, or the branch's own
    category = fields.CharField(16, default="direct")
    joined_on: date | None = fields.DateField(null=True)
    full_member_on: date | None = fields.DateField(null=True)

    class Meta:
        table = "member"
        unique_together = (("root_id", "code"),)


class Membership(Model):
    """Where a member belongs: `home` (组织关系), `reporting` (在职党员报到), `group` (党小组); from–until."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField(db_index=True)
    node_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(16)
    from_at = InstantField()
    until_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "membership"


class Role(Model):
    """An office held at a node, from–until; it reaches the node's whole subtree."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField(db_index=True)
    node_id = fields.BigIntField()
    kind = fields.CharField(32)
    from_at = InstantField()
    until_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "role"


class Account(Model):
    """A Telegram account that spoke for itself and agreed; one account, one member, and the reverse."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField(unique=True)
    telegram_id = fields.BigIntField(unique=True)
    consent = fields.CharField(16)  # the version of the text that was agreed to
    bound_at = InstantField()

    class Meta:
        table = "account"


class Reachability(Model):
    """Whether one bot can write to an account: `ok`, or why not (`never_started`, `blocked`, …)."""

    id = fields.BigIntField(primary_key=True)
    bot_id = fields.BigIntField()
    account_id = fields.BigIntField()
    state = fields.CharField(16)
    since = InstantField()

    class Meta:
        table = "reachability"
        unique_together = (("bot_id", "account_id"),)


async def enrol(by: Actor, root_id: int, name: str, status: str, now: datetime, node_id: int | None = None) -> Member:
    """Adds a person to the roster, at home in a node if one is named."""
    member = await Member.create(root_id=root_id, name=name, status=status)
    if node_id is not None:
        await Membership.create(root_id=root_id, member_id=member.id, node_id=node_id, kind="home", from_at=now)
    await note(root_id, by.label, "enrol", f"member:{member.id}", now, None, {"status": status, "node": node_id})
    return member


async def grant(by: Actor, member: Member, node_id: int, kind: str, now: datetime) -> Role:
    """Gives an office at a node."""
    role = await Role.create(root_id=member.root_id, member_id=member.id, node_id=node_id, kind=kind, from_at=now)
    after = {"member": member.id, "node": node_id, "kind": kind}
    await note(member.root_id, by.label, "grant", f"role:{role.id}", now, None, after)
    return role


BIND = """
INSERT INTO account (root_id, member_id, telegram_id, consent, bound_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING RETURNING id
"""


async def bind(by: Actor, member: Member, telegram_id: int, consent: str, now: datetime) -> Account:
    """Ties an account that agreed to a member. Either being tied already, be it this very moment, is a refusal."""
    kept = await rows(BIND, member.root_id, member.id, telegram_id, consent, now)
    if not kept:
        taken = await Account.exists(telegram_id=telegram_id)
        raise Refusal("binding/account_taken" if taken else "binding/member_taken")
    await note(member.root_id, by.label, "bind", f"member:{member.id}", now, None, {"consent": consent})
    return await Account.get(id=kept[0]["id"])


EXPECTED = """
SELECT m.id, m.name, a.id AS account_id
FROM member m LEFT JOIN account a ON a.member_id = m.id
WHERE m.status NOT IN ('suspended', 'transferred', 'deceased') AND EXISTS (
  SELECT 1 FROM membership s JOIN node n ON n.id = s.node_id
  WHERE s.member_id = m.id AND n.path LIKE ? AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
)
ORDER BY m.id
"""


async def members_of(path: str, now: datetime) -> list[dict[str, Any]]:
    """Everyone who belongs to a subtree now: id, name, account_id (null without Telegram)."""
    return await rows(EXPECTED, f"{path}%", now, now)


async def describe(member_id: int, _: datetime) -> dict[str, str]:
    """What a text may say of a member."""
    return {"name": (await Member.get(id=member_id)).name}
