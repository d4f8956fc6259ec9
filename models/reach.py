"""联系得上: who can be written to in private, as the world showed it last; told to those responsible with denominators.

An account that was never refused counts as reachable: its owner opened the bot to bind it.
"""

from datetime import datetime
from typing import Any

from models.card import Answer, Card
from models.database import rows
from models.member import Actor
from models.organisation import Node
from models.outbox import revive

NOTE = """
INSERT INTO reachability (bot_id, account_id, state, since)
SELECT CAST(? AS BIGINT), a.id, CAST(? AS VARCHAR(16)), CAST(? AS BIGINT) FROM account a WHERE a.member_id = ?
ON CONFLICT (bot_id, account_id) DO UPDATE SET state = excluded.state, since = excluded.since
WHERE reachability.state <> excluded.state
RETURNING account_id
"""


async def note_reach(bot_id: int, member_id: int, state: str, now: datetime) -> None:
    """Keeps whether a member can be written to, and since when; one who can be again is sent what is still worth it."""
    if await rows(NOTE, bot_id, state, now, member_id) and state == "ok":
        await revive(now, member_id=member_id)


async def report(actor: Actor) -> Answer:
    """/reach: who of one's own subtree cannot be reached, by name and by reason."""
    actor.must_somewhere("reach.see")
    tops = outermost(actor.reach("reach.see"))
    return Answer(screen=Card("reach/report", {"reach": [int(path.rstrip("/").split("/")[-1]) for path in tops]}))


def outermost(paths: list[str]) -> list[str]:
    """Subtrees that lie in no other of them."""
    return sorted(path for path in set(paths) if not any(path != above and path.startswith(above) for above in paths))


PEOPLE = """
SELECT m.id, m.name, a.id AS account_id, r.state
FROM member m LEFT JOIN account a ON a.member_id = m.id
LEFT JOIN node t ON t.id = m.root_id
LEFT JOIN reachability r ON r.account_id = a.id AND r.bot_id = t.bot_id
WHERE m.status NOT IN ('suspended', 'transferred', 'deceased') AND EXISTS (
  SELECT 1 FROM membership s JOIN node n ON n.id = s.node_id
  WHERE s.member_id = m.id AND ({within}) AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
)
ORDER BY m.id
"""


async def describe(node_ids: list[int], now: datetime) -> dict[str, Any]:
    """Of the people of some subtrees: how many can be reached (`ok`) of how many (`total`), the rest by name and reason."""
    nodes = await Node.filter(id__in=node_ids).order_by("path")
    within = " OR ".join(["n.path LIKE ?"] * len(nodes))
    people = await rows(PEOPLE.format(within=within), *(f"{node.path}%" for node in nodes), now, now)
    groups: dict[str, list[str]] = {"unbound": [], "blocked": [], "never_started": [], "chat_gone": []}
    for each in people:
        if (why := standing(each["account_id"], each["state"])) is not None:
            groups[why].append(each["name"])
    missing = sum(len(names) for names in groups.values())
    return {"nodes": [node.name for node in nodes], "total": len(people), "ok": len(people) - missing, **groups}


def standing(account_id: int | None, state: str | None) -> str | None:
    """Why somebody cannot be reached; None: they can."""
    if account_id is None:
        return "unbound"
    return None if state in (None, "ok") else ("chat_gone" if state == "forbidden" else state)
