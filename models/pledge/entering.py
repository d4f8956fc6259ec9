"""代填: who has no Telegram pledges and reports on their word. Those who answer for them tap through one list of names."""

from datetime import datetime
from typing import Any

from models.card import Answer, Card, Tap
from models.database import rows
from models.gathering.roll import paged, show
from models.member import Actor
from models.pledge.cards import SHOW
from models.pledge.own import PERSON, Row
from models.pledge.reviewing import overseen, scopes
from models.pledge.stages import COUNTED

RIGHT = "pledge.enter"
# Who belongs to a node and has no Telegram; `stage` of their pledge, `unsaid`: something is left to be said in this round.
OFFLINE = """
SELECT m.id, m.name, p.state AS stage, EXISTS (
    SELECT 1 FROM promise q WHERE q.pledge_id = p.id
      AND NOT EXISTS (SELECT 1 FROM pledge_report r WHERE r.promise_id = q.id AND r.round = ?)
  ) AS unsaid
FROM member m LEFT JOIN account a ON a.member_id = m.id LEFT JOIN pledge p ON p.member_id = m.id AND p.campaign_id = ?
WHERE a.id IS NULL AND m.status NOT IN ('suspended', 'transferred', 'deceased') AND EXISTS (
  SELECT 1 FROM membership s JOIN node n ON n.id = s.node_id
  WHERE s.member_id = m.id AND n.path LIKE ? AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
)
ORDER BY m.id
"""


async def for_whom(actor: Actor, campaign_id: int, page: int, now: datetime) -> Answer:
    """The names, who has something left to say first; page 0 puts the list up anew."""
    row = await overseen(actor, campaign_id, RIGHT)
    every = await offline(actor, row, now)
    if not every:
        return Answer(toast=Card("pledge/nobody_offline"), alert=True)
    await show(actor, row, f"pledge_offline:{campaign_id}:{actor.member_id}", listed(row, every, page), page, now)
    return Answer()


async def offline(actor: Actor, row: Row, now: datetime) -> list[dict[str, Any]]:
    """Those this actor enters for, each once."""
    found = dict[int, dict[str, Any]]()
    for path in scopes(actor, row["path"], RIGHT):
        found |= {each["id"]: each for each in await rows(OFFLINE, row["round"], row["id"], f"{path}%", now, now)}
    return list(found.values())


def listed(row: Row, every: list[dict[str, Any]], page: int) -> Card:
    """Sixteen names a page; a tap shows that person's pledge as it stands."""
    said = [each["stage"] in COUNTED and not (row["round"] and each["unsaid"]) for each in every]
    order = sorted(zip(said, every, strict=True), key=lambda each: each[0])
    names = [(each["name"], each["id"] * PERSON + SHOW) for _, each in order]
    done = {each["id"] * PERSON + SHOW for has_said, each in order if has_said}

    def named(name: str, choice: int) -> Tap:
        return Tap("pledge.said" if choice in done else "named", "pledge", row["id"], choice, name)

    card = Card("pledge/for_whom", {"campaign": row["id"], "left": said.count(False), "page": 1, "pages": 1})
    return paged(card, names, page, "pledge_for", row["id"], named)
