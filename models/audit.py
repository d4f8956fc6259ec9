"""审计: who did what to what, before and after, in the transaction that did it.

Rows are only ever added. `seal` is filled by a later sweep that chains hashes: a chain per write would be one global lock.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.batch import later, said
from models.database import InstantField, rows


class Note(Model):
    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    at = InstantField()
    actor = fields.CharField(40)
    verb = fields.CharField(40)
    target = fields.CharField(60)
    before: str | None = fields.TextField(null=True)
    after: str | None = fields.TextField(null=True)
    seal = fields.CharField(64, null=True)

    class Meta:
        table = "note"


NOTE = "INSERT INTO note (root_id, at, actor, verb, target, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)"

State = Mapping[str, Any] | None


async def note(root_id: int, actor: str, verb: str, target: str, now: datetime, before: State, after: State) -> None:
    """`actor` is `member:<id>`, `operator` or `clock`; `target` is `<kind>:<id>`; states are small JSON objects."""
    await later(NOTE, root_id, now, actor, verb, target, written(before), written(after))


def written(state: State) -> str | None:
    return None if state is None else json.dumps(state, ensure_ascii=False, sort_keys=True)


async def read_notes(sql: str, *args: Any) -> list[dict[str, Any]]:
    """What a SELECT finds in the audit; what is yet to be noted of this batch included."""
    await said()
    return await rows(sql, *args)
