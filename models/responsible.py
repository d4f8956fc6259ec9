"""负责人: who answers for a node in a matter, and how they are told of it: in private, once each."""

from datetime import datetime

from models.card import Card
from models.database import rows
from models.organisation import serving
from models.outbox import Recipient, debt, owe_many
from models.rights import LAPSED, RIGHTS

HOLDERS = """
SELECT DISTINCT m.id, n.path FROM role r
JOIN member m ON m.id = r.member_id JOIN account a ON a.member_id = m.id JOIN node n ON n.id = r.node_id
WHERE r.kind IN ({kinds}) AND m.status NOT IN ({lapsed}) AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
  AND CAST(? AS VARCHAR(255)) LIKE n.path || '%' AND m.id <> ?
"""


async def responsible(right: str, path: str, now: datetime, besides: int = 0) -> list[int]:
    """Members who hold a right at a node and can be told: those nearest above it, so that a district is spared its branches."""
    kinds = sorted(RIGHTS[right].roles)
    sql = HOLDERS.format(kinds=marks(kinds), lapsed=marks(LAPSED))
    found = await rows(sql, *kinds, *LAPSED, now, now, path, besides)
    nearest = max((row["path"] for row in found), key=len, default="")
    return sorted(row["id"] for row in found if row["path"] == nearest)


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
) -> int:
    """Owes a card to all who are responsible, once for an occasion; how many they are."""
    told, root_id = await responsible(right, path, now, besides), int(path.split("/")[1])
    bot_id = await serving(root_id)
    people = [Recipient(bot_id, root_id, member_id=each) for each in told]
    keyed = [(to, f"notice:{occasion}:{to.label}") for to in people]
    await owe_many([debt("notice", card, to, key, now, about=about, live=live, due_at=due_at) for to, key in keyed])
    return len(told)
