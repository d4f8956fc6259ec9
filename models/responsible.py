"""负责人: who answers for a node in a matter, and how they are told of it: in private, once each."""

from datetime import datetime
from typing import Any

from models.card import Card
from models.database import rows, run
from models.organisation import serving
from models.outbox import PROMISES, Recipient, debt, owe_capped, owe_many
from models.rights import LAPSED, RIGHTS

HOLDERS = """
SELECT DISTINCT m.id, n.path FROM role r
JOIN member m ON m.id = r.member_id JOIN account a ON a.member_id = m.id JOIN node n ON n.id = r.node_id
WHERE r.kind IN ({kinds}) AND m.status NOT IN ({lapsed}) AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
  AND CAST(? AS VARCHAR(255)) LIKE n.path || '%' AND m.id <> ?
"""


async def responsible(right: str, path: str, now: datetime, besides: int = 0) -> list[int]:
    """Members who hold a right at a node and can be told: those nearest above it, so that a district is spared its branches."""
    found = await holders(right, path, now, besides)
    nearest = max((row["path"] for row in found), key=len, default="")
    return sorted(row["id"] for row in found if row["path"] == nearest)


async def holders(right: str, path: str, now: datetime, besides: int = 0) -> list[dict[str, Any]]:
    """All who hold a right at a node by an office there or above it, and can be told: id, and the office's path."""
    kinds = sorted(RIGHTS[right].roles)
    sql = HOLDERS.format(kinds=marks(kinds), lapsed=marks(LAPSED))
    return await rows(sql, *kinds, *LAPSED, now, now, path, besides)


KEEPERS = """
SELECT DISTINCT a.telegram_id FROM role r JOIN node n ON n.id = r.node_id AND n.bot_id = ?
JOIN member m ON m.id = r.member_id JOIN account a ON a.member_id = m.id
WHERE r.kind = 'admin' AND m.status NOT IN ({lapsed}) AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
ORDER BY a.telegram_id
"""


async def keepers(bot_id: int, now: datetime) -> list[int]:
    """Telegram's numbers of those who keep the service of a bot: the admins of the trees it serves."""
    found = await rows(KEEPERS.format(lapsed=marks(LAPSED)), bot_id, *LAPSED, now, now)
    return [row["telegram_id"] for row in found]


def marks(values: list[str] | tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))


async def tell(
    right: str,
    path: str,
    card: Card,
    occasion: str,
    now: datetime,
    *,
    about: str = "",
    live: bool = False,
    besides: int = 0,
    due_at: datetime | None = None,
    kind: str = "notice",
) -> int:
    """Owes a card to all who are responsible, once for an occasion; how many they are. `kind`: notice, what follows from
    somebody's deed; duty, what the clock has to say, within the week's limit.
    """
    told, root_id = await responsible(right, path, now, besides), int(path.split("/")[1])
    bot_id = await serving(root_id)
    people = [Recipient(bot_id, root_id, member_id=each) for each in told]
    keyed = [(to, f"{kind}:{occasion}:{to.label}") for to in people]
    place = place_of(path) if kind == "duty" else None
    debts = [debt(kind, card, to, key, now, about=about, live=live, due_at=due_at, node_id=place) for to, key in keyed]
    await (owe_capped(debts, now) if PROMISES[kind].capped else owe_many(debts))
    return len(told)


def place_of(path: str) -> int:
    """The node of a path."""
    return int(path.rstrip("/").rsplit("/", 1)[1])


SHOWN = "SELECT id, member_id FROM delivery WHERE about = ? AND live = ? AND member_id IS NOT NULL"
RETIRE = """
UPDATE delivery SET live = ?, state = CASE
  WHEN message_id IS NULL AND state IN ('queued', 'held', 'leased') THEN 'cancelled'
  WHEN message_id IS NOT NULL AND state IN ('queued', 'leased') THEN 'sent' ELSE state END
WHERE id = ?
"""


async def retire(right: str, path: str, about: str, now: datetime) -> None:
    """Whoever has lost a right is shown nothing newer of a thing, and nothing that has not left yet: live cards are worded anew
    with every change, names and reasons included.
    """
    may = {each["id"] for each in await holders(right, path, now)}
    for each in await rows(SHOWN, about, True):
        if each["member_id"] not in may:
            await run(RETIRE, False, each["id"])
