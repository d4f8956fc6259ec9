"""惯例: how a node holds its gatherings. What it does not say itself, its nearest ancestor that says it decides."""

import json
from dataclasses import dataclass, field, fields
from typing import Any

from tortoise import fields as columns
from tortoise.models import Model

from models.database import rows

# 5+N as Wuhan holds it (rules.md §1.2); the words are in labels.toml.
FIVE = ("constitution", "dues", "study", "lecture", "disclosure")


class Habit(Model):
    """One node's own habits; NULL inherits. `items`: JSON list of the fixed items, names of shipped ones or own words."""

    id = columns.BigIntField(primary_key=True)
    root_id = columns.BigIntField()
    node_id = columns.BigIntField(unique=True)
    announce_days = columns.IntField(null=True)
    remind_leads = columns.CharField(60, null=True)
    offers_maybe = columns.BooleanField(null=True)
    shows_names = columns.BooleanField(null=True)
    approves_leave = columns.BooleanField(null=True)
    leave_minutes = columns.IntField(null=True)
    sign_before = columns.IntField(null=True)
    sign_after = columns.IntField(null=True)
    sign_with = columns.CharField(8, null=True)
    sector = columns.CharField(16, null=True)
    items = columns.TextField(null=True)

    class Meta:
        table = "habit"


@dataclass(frozen=True, slots=True)
class Habits:
    """What holds for a node. Leads and windows are minutes."""

    announce_days: int = 7  # the card appears so many days before
    remind_leads: tuple[int, ...] = (3 * 1440, 1440, 60)  # before the start, longest first
    offers_maybe: bool = False
    shows_names: bool = False
    approves_leave: bool = False
    leave_minutes: int = 120  # leave is asked for until so long before the start
    sign_before: int = 15
    sign_after: int = 30
    sign_with: str = "button"  # or code: the button alone does not tell who is there
    sector: str = "community"  # whose N of 民主议事 is offered
    items: tuple[str, ...] = field(default=FIVE)


LINE = """
SELECT h.* FROM node n JOIN node a ON n.path LIKE a.path || '%' AND a.root_id = n.root_id
JOIN habit h ON h.node_id = a.id WHERE n.id = ? ORDER BY LENGTH(a.path) DESC
"""
NAMES = tuple(each.name for each in fields(Habits))


async def habits(node_id: int) -> Habits:
    """What holds for a node now."""
    line = await rows(LINE, node_id)
    said = {name: next((row[name] for row in line if row[name] is not None), None) for name in NAMES}
    return Habits(**{name: typed(name, value) for name, value in said.items() if value is not None})


def typed(name: str, value: Any) -> Any:
    if name in ("offers_maybe", "shows_names", "approves_leave"):
        return bool(value)
    if name == "remind_leads":
        return tuple(int(each) for each in value.split(",") if each)
    return tuple(json.loads(value)) if name == "items" else value
