"""/pledge: one's own pledges, and for organisers what they look after."""

from datetime import datetime
from typing import Any

from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.member import Actor
from models.pledge.cards import HIDE, SHOW
from models.pledge.choosing import show
from models.pledge.own import asked

SHOWN = 6
# Open campaigns, and those that are over in which one's own pledge is still public: that can be taken back at any time.
OWN_ONES = """
SELECT c.id, c.title, c.state, n.path FROM campaign c JOIN node n ON n.id = c.node_id
LEFT JOIN pledge p ON p.campaign_id = c.id AND p.member_id = ?
WHERE c.root_id = ? AND (c.state = 'open' OR c.state <> 'planned' AND p.published_at IS NOT NULL) ORDER BY c.ends_at, c.id
"""


async def mine(actor: Actor, now: datetime) -> Answer:
    """One's own pledges; the only one there is is shown at once."""
    offices = actor.reach("pledge.plan")
    if not actor.homes and not offices:
        actor.must("pledge.make", "nowhere")
    every = await rows(OWN_ONES, actor.member_id, actor.root_id)
    asking = [each for each in every if each["state"] != "open" or any(home.startswith(each["path"]) for home in actor.homes)]
    if [each["state"] for each in asking] == ["open"] and not offices:
        await show(actor, await asked(actor, asking[0]["id"], now), now)
        return Answer()
    taps = [own_tap(each) for each in asking[:SHOWN]]
    taps += [Tap("pledge.manage", "pledge_desk", each["id"], SHOW, each["title"]) for each in await managed(offices)]
    if not taps:
        raise Refusal("pledge/form" if offices else "pledge/nothing")
    return Answer(screen=Card("pledge/list", {"organises": bool(offices)}, tuple((tap,) for tap in taps)))


def own_tap(row: dict[str, Any]) -> Tap:
    if row["state"] == "open":
        return Tap("pledge.open", "pledge", row["id"], SHOW, row["title"])
    return Tap("pledge.hide_of", "pledge", row["id"], HIDE, row["title"])


MANAGED = """
SELECT c.id, c.title FROM campaign c JOIN node n ON n.id = c.node_id
WHERE c.state IN ('planned', 'open') AND n.path LIKE ? ORDER BY c.ends_at, c.id LIMIT 6
"""


async def managed(offices: list[str]) -> list[dict[str, Any]]:
    """Campaigns at or below one's offices."""
    found = [each for path in offices for each in await rows(MANAGED, f"{path}%")]
    return list({each["id"]: each for each in found}.values())[:SHOWN]
