"""What a card of a campaign or a pledge shows, looked up at the moment it is worded."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from models.database import rows
from models.member import EXPECTED
from models.pledge.stages import COUNTED, OWN, UNDER_WAY, UNGRADED

Row = dict[str, Any]
MOST_NAMES = 20
CAMPAIGN = "SELECT c.*, n.name AS node, n.path FROM campaign c JOIN node n ON n.id = c.node_id WHERE c.id = ?"
ITEMS = "SELECT position, name, title FROM campaign_item WHERE campaign_id = ? ORDER BY position"
COUNTS = "SELECT state, COUNT(*) AS n FROM pledge WHERE campaign_id = ? GROUP BY state"
GIVEN = ", ".join(f"'{stage}'" for stage in COUNTED)
# Of those who belong to a node now: how many, how many have pledged.
COUNTER = f"""
SELECT COUNT(*) AS expected, COUNT(p.id) AS pledged
FROM ({EXPECTED}) e LEFT JOIN pledge p ON p.member_id = e.id AND p.campaign_id = ? AND p.state IN ({GIVEN})
"""


async def describe_campaign(campaign_id: int, now: datetime) -> dict[str, Any]:
    """Its head, its `items` in order, and how many pledges stand where (`waiting`, `rated`, `shown`)."""
    row = (await rows(CAMPAIGN, campaign_id))[0]
    stages = {each["state"]: each["n"] for each in await rows(COUNTS, campaign_id)}
    counts = {"waiting": stages.get("made", 0), "shown": stages.get("shown", 0), "rated": stages.get("rated", 0)}
    offered = [item(each) for each in await rows(ITEMS, campaign_id)]
    return head(row) | counts | {"items": offered} | await counted(campaign_id, row["path"], now)


def head(row: Row) -> dict[str, Any]:
    return {"title": row["title"], "node": row["node"], "state": row["state"], "round": row["round"]} | {
        name: str(row[name]) for name in ("begins", "ends")
    }


def item(row: Row) -> dict[str, Any]:
    return {"name": row["name"] or "", "title": row["title"]}


async def counted(campaign_id: int, path: str, now: datetime) -> dict[str, int]:
    return dict((await rows(COUNTER, f"{path}%", now, now, campaign_id))[0])


async def counter(numbers: list[int], now: datetime) -> dict[str, Any]:
    """What the card in a group shows ([campaign, node]): `pledged` of `expected` at that node, never a name."""
    campaign_id, node_id = numbers
    path = (await rows("SELECT path FROM node WHERE id = ?", node_id))[0]["path"]
    offered = [item(each) for each in await rows(ITEMS, campaign_id)]
    return head((await rows(CAMPAIGN, campaign_id))[0]) | {"items": offered} | await counted(campaign_id, path, now)


PLEDGE = """
SELECT c.*, n.name AS node, m.name, h.name AS home, p.state AS stage, p.back, p.own_grade, p.grade, p.published_at,
  p.campaign_id, e.name AS entered_by
FROM pledge p JOIN campaign c ON c.id = p.campaign_id JOIN node n ON n.id = c.node_id
JOIN member m ON m.id = p.member_id JOIN node h ON h.id = p.node_id LEFT JOIN member e ON e.id = p.entered_by WHERE p.id = ?
"""
PROMISES = """
SELECT q.position, q.name, q.title, r.kept, r.why, r.entered_by FROM promise q
LEFT JOIN pledge_report r ON r.promise_id = q.id AND r.round = ? WHERE q.pledge_id = ? ORDER BY q.position
"""


async def describe(pledge_id: int, _: datetime) -> dict[str, Any]:
    """A pledge: `promises` with what was said of them in the round that runs (`kept` is 0 where nothing was; `entered`: by
    somebody else, on their word), and, while it is chosen, `choice`: all there is to choose, with `chosen`. Grades are 0 where
    there is none; `entered_by` names who wrote the pledge down for somebody without Telegram.
    """
    row = (await rows(PLEDGE, pledge_id))[0]
    promises = await rows(PROMISES, row["round"], pledge_id)
    grades = {name: row[name] or 0 for name in ("own_grade", "grade")}
    more = {name: row[name] for name in ("name", "home", "stage", "back")} | {"entered_by": row["entered_by"] or ""}
    standing = {"public": row["published_at"] is not None, "promises": [said(each) for each in promises]}
    return head(row) | grades | more | standing | {"choice": await choice(row, promises)}


def said(row: Row) -> dict[str, Any]:
    return item(row) | {"kept": row["kept"] or 0, "why": row["why"] or "", "entered": row["entered_by"] is not None}


async def choice(row: Row, promises: list[Row]) -> list[dict[str, Any]]:
    if row["stage"] != "choosing":
        return []
    chosen = {each["position"] for each in promises}
    every = [*await rows(ITEMS, row["campaign_id"]), *(each for each in promises if each["position"] >= OWN)]
    return [item(each) | {"chosen": each["position"] in chosen} for each in every]


WAITING = """
SELECT COUNT(*) AS n FROM pledge WHERE campaign_id = ? AND node_id = ? AND state = 'made'
"""


async def waiting(numbers: list[int], _: datetime) -> dict[str, Any]:
    """[campaign, home]: how many pledges wait there for a review."""
    row = (await rows(CAMPAIGN, numbers[0]))[0]
    home = (await rows("SELECT name FROM node WHERE id = ?", numbers[1]))[0]["name"]
    return head(row) | {"home": home, "count": (await rows(WAITING, *numbers))[0]["n"]}


NAMES = """
SELECT m.name, a.id AS account FROM pledge p JOIN member m ON m.id = p.member_id LEFT JOIN account a ON a.member_id = m.id
WHERE p.campaign_id = ? AND p.node_id IN ({homes}) AND p.state IN ({stages})
  AND m.status NOT IN ('suspended', 'transferred', 'deceased')
  AND EXISTS (SELECT 1 FROM promise q WHERE q.pledge_id = p.id
    AND NOT EXISTS (SELECT 1 FROM pledge_report r WHERE r.promise_id = q.id AND r.round = ?))
ORDER BY p.id
"""


STANDING = "SELECT state, COUNT(*) AS n FROM pledge WHERE campaign_id = ? AND node_id IN ({homes}) GROUP BY state"


async def overdue(numbers: list[int], _: datetime) -> dict[str, Any]:
    """[campaign, round, home, …]: who has not reported yet, by name (`offline`: those of them without Telegram), how many wait
    for a review, how many have no grade; for those responsible, as it is when it leaves.
    """
    campaign_id, number, *homes = numbers
    marks, stages = ", ".join("?" * len(homes)), ", ".join(f"'{stage}'" for stage in UNDER_WAY)
    late = await rows(NAMES.format(homes=marks, stages=stages), campaign_id, *homes, number)
    named = {"names": [row for row in late if row["account"]], "offline": [row for row in late if not row["account"]]}
    counts = {row["state"]: row["n"] for row in await rows(STANDING.format(homes=marks), campaign_id, *homes)}
    found = {what: [row["name"] for row in people][:MOST_NAMES] for what, people in named.items()} | {"count": len(late)}
    left = {"waiting": counts.get("made", 0), "ungraded": sum(counts.get(stage, 0) for stage in UNGRADED)}
    return head((await rows(CAMPAIGN, campaign_id))[0]) | found | left


# Facts of cards that are ids, by name.
LOOKUPS: dict[str, Callable[[Any, datetime], Awaitable[dict[str, Any]]]] = {
    "campaign": describe_campaign,
    "counter": counter,
    "overdue": overdue,
    "pledge": describe,
    "to_review": waiting,
}
