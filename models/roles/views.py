"""Views: which offices are held within somebody's reach."""

from datetime import datetime
from typing import Any

from models.calendar import local
from models.card import Answer, Card, Refusal
from models.database import from_ms, rows
from models.organisation import wishes
from models.rights import OFFICES, Actor
from models.roles.orders import HELD

MOST = 10  # organisations in one message


async def listed(by: Actor, place: str, now: datetime) -> Answer:
    """The offices in force within reach, or at one organisation of it."""
    paths = tuple(by.must_somewhere("roster.see"))
    found = [row for row in await rows(f"{HELD} ORDER BY n.path, r.id", now, now) if row["path"].startswith(paths)]
    found = [row for row in found if place in ("", row["place"])]
    if not found:
        raise Refusal("roles/empty")
    nodes = list(dict.fromkeys(row["node_id"] for row in found))
    shown = [int(row["id"]) for row in found if row["node_id"] in nodes[:MOST]]
    return Answer(screen=Card("roles/list", {"offices": shown, "rest": max(len(nodes) - MOST, 0), "dated": bool(place)}))


async def describe(role_ids: list[int], now: datetime) -> list[dict[str, Any]]:
    """What a text may say of offices, by organisation; those that have ended meanwhile are left out."""
    kept = [row for row in await rows(f"{HELD} ORDER BY n.path, r.id", now, now) if row["id"] in role_ids]
    nodes = {row["node_id"]: row["place"] for row in kept}
    return [{"place": nodes[node], "held": await held(node, kept)} for node in nodes]


async def held(node_id: int, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The offices of one organisation, highest first, each with the day it began there."""
    zone = (await wishes(node_id)).zone
    here = sorted((row for row in kept if row["node_id"] == node_id), key=lambda row: rank(row["kind"]))
    return [{"kind": row["kind"], "name": row["name"], "since": local(from_ms(row["from_at"]), zone).date()} for row in here]


def rank(kind: str) -> int:
    return OFFICES.index(kind) if kind in OFFICES else len(OFFICES)
