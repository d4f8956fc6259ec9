"""党员: people of the roster, where they belong, which account speaks for them, and what each may do.

Rights are one table. `Actor.may` judges a deed, `Actor.reach` filters a list, and both read the same rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.audit import note
from models.card import Refusal
from models.database import InstantField, rows


class Member(Model):
    """A person of the roster. `status`: full (正式党员) or probationary (预备党员); `officer` for one who only administers."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    name = fields.CharField(80)
    status = fields.CharField(16)

    class Meta:
        table = "member"


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


@dataclass(frozen=True, slots=True)
class Rule:
    """Who holds a right: offices over the subtree of their node; `members` of the node or of anything below it."""

    roles: frozenset[str] = frozenset()
    members: bool = False


ORGANISERS = frozenset({"admin", "secretary", "deputy_secretary", "org_member"})
RIGHTS: dict[str, Rule] = {
    "gathering.plan": Rule(ORGANISERS),
    "gathering.attendance": Rule(ORGANISERS),
    "gathering.answer": Rule(members=True),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting, judged from the database at this moment. `telegram_id` is remembered nowhere without consent."""

    member_id: int | None = None
    root_id: int | None = None
    telegram_id: int | None = None
    offices: tuple[tuple[str, str], ...] = ()  # (role, path of its node)
    homes: tuple[str, ...] = ()  # paths of the nodes the member belongs to
    label: str = "stranger"

    def may(self, right: str, path: str) -> bool:
        rule = RIGHTS[right]
        return any(path.startswith(above) for above in self.reach(right)) or (
            rule.members and any(home.startswith(path) for home in self.homes)
        )

    def must(self, right: str, path: str) -> None:
        if not self.may(right, path):
            raise Refusal("rights/refused" if self.member_id else "rights/stranger")

    def reach(self, right: str) -> list[str]:
        """Paths of the subtrees an office of this actor covers with this right."""
        return [path for role, path in self.offices if role in RIGHTS[right].roles]


OPERATOR = Actor(label="operator")

ACTOR = """
SELECT m.id, m.root_id, held.kind, held.office, n.path
FROM account a
JOIN member m ON m.id = a.member_id
LEFT JOIN (
  SELECT member_id, node_id, kind, 1 AS office, from_at, until_at FROM role
  UNION ALL
  SELECT member_id, node_id, kind, 0 AS office, from_at, until_at FROM membership
) held ON held.member_id = m.id AND held.from_at <= ? AND (held.until_at IS NULL OR held.until_at > ?)
LEFT JOIN node n ON n.id = held.node_id
WHERE a.telegram_id = ?
"""


async def actor(telegram_id: int, now: datetime) -> Actor:
    """Whoever presses or writes: the bound member with offices and homes in force, or a stranger."""
    found = await rows(ACTOR, now, now, telegram_id)
    if not found:
        return Actor(telegram_id=telegram_id)
    return Actor(
        member_id=found[0]["id"],
        root_id=found[0]["root_id"],
        telegram_id=telegram_id,
        offices=tuple((row["kind"], row["path"]) for row in found if row["office"] == 1),
        homes=tuple(row["path"] for row in found if row["office"] == 0),
        label=f"member:{found[0]['id']}",
    )


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


async def bind(by: Actor, member: Member, telegram_id: int, consent: str, now: datetime) -> Account:
    """Ties an account that agreed to a member. Either being tied already is a refusal."""
    if await Account.filter(telegram_id=telegram_id).exists():
        raise Refusal("binding/account_taken")
    if await Account.filter(member_id=member.id).exists():
        raise Refusal("binding/member_taken")
    account = await Account.create(
        root_id=member.root_id, member_id=member.id, telegram_id=telegram_id, consent=consent, bound_at=now
    )
    await note(member.root_id, by.label, "bind", f"member:{member.id}", now, None, {"consent": consent})
    return account


EXPECTED = """
SELECT m.id, m.name, a.id AS account_id
FROM member m LEFT JOIN account a ON a.member_id = m.id
WHERE EXISTS (
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


REACH = """
INSERT INTO reachability (bot_id, account_id, state, since)
SELECT CAST(? AS BIGINT), a.id, CAST(? AS VARCHAR(16)), CAST(? AS BIGINT) FROM account a WHERE a.member_id = ?
ON CONFLICT (bot_id, account_id) DO UPDATE SET state = excluded.state, since = excluded.since
WHERE reachability.state <> excluded.state
"""


async def note_reach(bot_id: int, member_id: int, state: str, now: datetime) -> None:
    """Keeps whether a member can be written to, and since when."""
    await rows(REACH, bot_id, state, now, member_id)
