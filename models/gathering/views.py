"""What a card of a gathering shows, looked up at the moment it is worded."""

from datetime import datetime
from typing import Any

from models.calendar import local
from models.database import from_ms, rows
from models.member import members_of
from models.organisation import chats

FACTS = """
SELECT g.id, g.title, g.place, g.local_date, g.local_time, g.zone, g.closes_at, g.node_id, n.path, n.name AS node
FROM gathering g JOIN node n ON n.id = g.node_id
WHERE g.id = ?
"""
ANSWERS = "SELECT member_id, choice FROM rsvp WHERE gathering_id = ?"


async def describe(gathering_id: int, now: datetime) -> dict[str, Any]:
    """Facts of one gathering with its tally. `starts` and `reply_by` are local, ISO; `groups` counts its node's chats."""
    found = (await rows(FACTS, gathering_id))[0]
    closes = from_ms(found["closes_at"])
    members, kept = await members_of(found["path"], now), await answered(gathering_id)
    choices = [kept.get(member["id"]) for member in members]
    return {
        "title": found["title"],
        "place": found["place"],
        "node": found["node"],
        "starts": f"{found['local_date']}T{found['local_time']}",
        "reply_by": local(closes, found["zone"]).isoformat(),
        "open": closes > now,
        "groups": len(await chats(found["node_id"])),
        "expected": len(choices),
        "joining": choices.count(1),
        "leaving": choices.count(2),
    }


async def answered(gathering_id: int) -> dict[int, int]:
    """Choices kept so far, by member."""
    return {row["member_id"]: row["choice"] for row in await rows(ANSWERS, gathering_id)}


async def people(gathering_id: int, now: datetime) -> dict[str, list[str]]:
    """Names by answer: `joining`, `leaving`, `silent` (could tap), `unbound` (without Telegram, to be asked by phone)."""
    path = (await rows(FACTS, gathering_id))[0]["path"]
    answers = await answered(gathering_id)
    groups: dict[str, list[str]] = {"joining": [], "leaving": [], "silent": [], "unbound": []}
    for member in await members_of(path, now):
        groups[standing(answers.get(member["id"]), member["account_id"])].append(member["name"])
    return groups


def standing(choice: int | None, account_id: int | None) -> str:
    if choice is not None:
        return "joining" if choice == 1 else "leaving"
    return "unbound" if account_id is None else "silent"
