"""权限: who may do what and where. One table, right × role: `Actor.may` judges a deed, `Actor.reach` filters a list.

An office reaches the whole subtree of its node; membership reaches the node it is in and those above it.
"""

from dataclasses import dataclass
from datetime import datetime

from models.card import Refusal
from models.database import rows

# 职务: the kinds of office, highest first.
OFFICES = (
    "admin",
    "secretary",
    "deputy_secretary",
    "org_member",
    "publicity_member",
    "discipline_member",
    "group_leader",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who holds a right: offices over the subtree of their node; `members` of the node or of anything below it."""

    roles: frozenset[str] = frozenset()
    members: bool = False


LEADERS = frozenset({"admin", "secretary", "deputy_secretary"})
ORGANISERS = LEADERS | {"org_member"}
OVERSEERS = ORGANISERS | {"group_leader"}  # who is given duties: asked by the clock, and told who is late
RIGHTS: dict[str, Rule] = {
    "binding.approve": Rule(ORGANISERS),
    "binding.invite": Rule(ORGANISERS),
    "binding.undo": Rule(ORGANISERS),
    "birthday.plan": Rule(ORGANISERS),
    "chat.link": Rule(LEADERS),
    "gathering.answer": Rule(members=True),
    "gathering.approve": Rule(ORGANISERS),
    "gathering.attendance": Rule(ORGANISERS),
    "gathering.enter": Rule(OVERSEERS),
    "gathering.plan": Rule(ORGANISERS),
    "gathering.record": Rule(ORGANISERS),
    "gathering.see": Rule(ORGANISERS, members=True),
    "holiday.load": Rule(frozenset({"admin", "secretary"})),
    "pledge.enter": Rule(ORGANISERS),
    "pledge.make": Rule(members=True),
    "pledge.plan": Rule(ORGANISERS),
    "pledge.review": Rule(ORGANISERS),
    "quiz.answer": Rule(members=True),
    "quiz.keep": Rule(frozenset({"admin"})),
    "quiz.settle": Rule(ORGANISERS | {"publicity_member"}),
    "reach.see": Rule(ORGANISERS),
    "role.grant": Rule(frozenset({"admin", "secretary"})),
    "roster.edit": Rule(ORGANISERS),
    "roster.see": Rule(ORGANISERS),
    "tree.edit": Rule(frozenset({"admin"})),
}
# Which offices a holder of `role.grant` gives and ends, at the own node and below: a secretary is appointed from above.
GRANTS: dict[str, frozenset[str]] = {
    "admin": frozenset(OFFICES),
    "secretary": frozenset(OFFICES) - {"admin", "secretary"},
}
# 停止党籍、转出、去世: who is one of these holds no office and belongs nowhere, whatever rows are still open.
LAPSED = ("suspended", "transferred", "deceased")


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

    def must_somewhere(self, right: str) -> list[str]:
        """The subtrees of a right; a refusal for who has it nowhere."""
        paths = self.reach(right)
        if not paths:
            self.must(right, "nowhere")
        return paths

    def reach(self, right: str) -> list[str]:
        """Paths of the subtrees an office of this actor covers with this right."""
        return [path for role, path in self.offices if role in RIGHTS[right].roles]

    def may_grant(self, kind: str, path: str) -> bool:
        """Whether this actor gives and ends this office at this node."""
        return any(kind in GRANTS.get(role, ()) and path.startswith(above) for role, above in self.offices)


OPERATOR = Actor(label="operator")

# Offices and homes are looked up by the member, each by its index: joined as one table they would be read whole at every press.
ACTOR = """
WITH me AS (SELECT m.id, m.root_id, m.status FROM account a JOIN member m ON m.id = a.member_id WHERE a.telegram_id = ?)
SELECT me.id, me.root_id, NULL AS kind, 2 AS office, NULL AS path FROM me
UNION ALL
SELECT me.id, me.root_id, r.kind, 1, n.path FROM me JOIN role r ON r.member_id = me.id JOIN node n ON n.id = r.node_id
WHERE me.status NOT IN ('suspended', 'transferred', 'deceased') AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
UNION ALL
SELECT me.id, me.root_id, h.kind, 0, n.path FROM me JOIN membership h ON h.member_id = me.id JOIN node n ON n.id = h.node_id
WHERE me.status NOT IN ('suspended', 'transferred', 'deceased') AND h.from_at <= ? AND (h.until_at IS NULL OR h.until_at > ?)
"""


async def actor(telegram_id: int, now: datetime) -> Actor:
    """Whoever presses or writes: the bound member with offices and homes in force, or a stranger."""
    found = await rows(ACTOR, telegram_id, now, now, now, now)
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
