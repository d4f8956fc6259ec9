"""What a card of a gathering shows, looked up at the moment it is worded."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from models.calendar import local
from models.database import from_ms, rows
from models.gathering.choice import Choice
from models.member import members_of

FACTS = """
SELECT g.*, n.path, n.name AS node,
  (SELECT COUNT(*) FROM chat c WHERE c.node_id = g.node_id AND c.unlinked_at IS NULL) AS groups
FROM gathering g JOIN node n ON n.id = g.node_id
WHERE g.id = ?
"""
ANSWERS = "SELECT member_id, choice, decision, waiting, reason FROM rsvp WHERE gathering_id = ?"
ITEMS = "SELECT id, name, title, fixed, done_at FROM agenda_item WHERE gathering_id = ? ORDER BY position, id"
Row = dict[str, Any]


async def describe(gathering_id: int, now: datetime) -> dict[str, Any]:
    """Facts of one gathering with its tally.

    `starts`, `reply_by`, `leave_by`, `announced` are local, ISO; `groups` counts its node's chats; `names` are of those who
    join, where the gathering shows them; `items` in their order.
    """
    found = (await rows(FACTS, gathering_id))[0]
    members, kept = await members_of(found["path"], now), await standings(gathering_id)
    mine = {member["id"]: kept.get(member["id"], "silent") for member in members}
    names = [member["name"] for member in members if mine[member["id"]] == "joining"] if found["shows_names"] else []
    said = {name: found[name] for name in ("kind", "state", "title", "theme", "place", "node", "groups", "minutes", "revision")}
    counted = tally(mine.values()) | {"names": names, "items": await items(gathering_id)}
    return said | times(found, now) | wishes_of(found) | counted


def times(found: Row, now: datetime) -> dict[str, Any]:
    """`open`: answers are taken."""
    zone, closes = found["zone"], from_ms(found["closes_at"])
    return {
        "starts": f"{found['local_date']}T{found['local_time']}",
        "reply_by": local(closes, zone).isoformat(),
        "leave_by": local(from_ms(found["leave_until"]), zone).isoformat(),
        "announced": local(from_ms(found["announced_at"]) if found["announced_at"] else now, zone).isoformat(),
        "open": closes > now and found["state"] in ("planned", "announced"),
    }


def wishes_of(found: Row) -> dict[str, Any]:
    return {
        "offers_maybe": bool(found["offers_maybe"]),
        "approves": bool(found["approves_leave"]),
        "seats": found["capacity"] or 0,
        "provisional": bool(found["provisional"]),
    }


def tally(standings: Iterable[str]) -> dict[str, int]:
    """How many members stand how. `replied`: all but the silent."""
    every = list(standings)
    counts = {name: every.count(name) for name in ("joining", "leaving", "maybe", "waiting")}
    return counts | {"expected": len(every), "replied": sum(counts.values())}


async def items(gathering_id: int) -> list[Row]:
    """The agenda: `name` of a shipped item or `title`, whether it is `fixed` and `done`."""
    return [
        {"id": row["id"], "name": row["name"] or "", "title": row["title"]}
        | {"fixed": bool(row["fixed"]), "done": row["done_at"] is not None}
        for row in await rows(ITEMS, gathering_id)
    ]


STANDINGS = {Choice.JOIN: "joining", Choice.LEAVE: "leaving", Choice.MAYBE: "maybe"}


async def standings(gathering_id: int) -> dict[int, str]:
    """joining, waiting, leaving, maybe, or silent (whose leave was refused), by member."""
    return {row["member_id"]: standing(row) for row in await rows(ANSWERS, gathering_id)}


def standing(row: Row) -> str:
    if row["decision"] == "refused":
        return "silent"
    return "waiting" if row["waiting"] else STANDINGS[row["choice"]]


async def people(gathering_id: int, now: datetime) -> dict[str, Any]:
    """Names by answer, for those responsible: `joining`, `waiting`, `maybe`, `leaving`, `silent` (could tap), `unbound`
    (without Telegram, to be asked by phone); `reasons` of those on leave (name, reason, decision).
    """
    path = (await rows(FACTS, gathering_id))[0]["path"]
    kept = {row["member_id"]: row for row in await rows(ANSWERS, gathering_id)}
    groups: dict[str, Any] = {name: [] for name in ("joining", "waiting", "maybe", "leaving", "silent", "unbound", "reasons")}
    for member in await members_of(path, now):
        row = kept.get(member["id"])
        stands = standing(row) if row else "silent"
        groups["unbound" if stands == "silent" and member["account_id"] is None else stands].append(member["name"])
        if row and (row["reason"] or row["decision"]):
            groups["reasons"].append({"name": member["name"], "reason": row["reason"], "decision": row["decision"]})
    return groups
