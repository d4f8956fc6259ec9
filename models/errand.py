"""差事: what needs more than the database (a file to fetch, a long import). The row is committed with the update that asked for
it and confirmed at once; the machine does it, at least once.

    queued ─► running ─► waiting (for a tap) ─► queued …  ─► done │ failed
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField, rows, run

MOST_ATTEMPTS = 5
PAUSE = timedelta(seconds=5)  # before the second attempt; it doubles
WAITS = timedelta(hours=24)  # how long a result waits for its tap
KEPT = timedelta(days=30)


class Errand(Model):
    """`facts` is a JSON object; it is emptied when the errand is over, because it may hold half a roster."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    bot_id = fields.BigIntField()
    member_id = fields.BigIntField()
    kind = fields.CharField(32)
    facts = fields.TextField()
    state = fields.CharField(12)
    attempt = fields.IntField(default=0)
    due_at = InstantField()
    at = InstantField()

    class Meta:
        table = "errand"


@dataclass(frozen=True, slots=True)
class Task:
    """An errand as the machine does it."""

    id: int
    root_id: int
    bot_id: int
    member_id: int
    kind: str
    facts: dict[str, Any]
    attempt: int
    at: datetime

    @property
    def about(self) -> str:
        return f"errand:{self.id}"


async def send(root_id: int, bot_id: int, member_id: int, kind: str, facts: Mapping[str, Any], now: datetime) -> int:
    """Leaves something to be done for a member; its number."""
    return await left(root_id, bot_id, member_id, kind, facts, "queued", now, now)


async def hold(root_id: int, bot_id: int, member_id: int, kind: str, facts: Mapping[str, Any], now: datetime) -> int:
    """Leaves something that needs nothing but a tap; its number."""
    return await left(root_id, bot_id, member_id, kind, facts, "waiting", now + WAITS, now)


async def left(
    root_id: int, bot_id: int, member_id: int, kind: str, facts: Mapping[str, Any], state: str, due_at: datetime, at: datetime
) -> int:
    errand = await Errand.create(
        root_id=root_id,
        bot_id=bot_id,
        member_id=member_id,
        kind=kind,
        facts=written(facts),
        state=state,
        due_at=due_at,
        at=at,
    )
    return int(errand.id)


NEXT = """
UPDATE errand SET state = 'running', attempt = attempt + 1 WHERE id = (
  SELECT id FROM errand WHERE bot_id = ? AND state = 'queued' AND due_at <= ? ORDER BY due_at, id LIMIT 1
) AND state = 'queued' RETURNING id
"""


async def begin(bot_id: int, now: datetime) -> Task | None:
    """The next errand of a bot, now running; None when there is nothing to do."""
    found = await rows(NEXT, bot_id, now)
    return await task(found[0]["id"]) if found else None


async def task(errand_id: int, state: str = "running") -> Task | None:
    one = await Errand.get_or_none(id=errand_id, state=state)
    if one is None:
        return None
    facts = json.loads(one.facts)
    return Task(one.id, one.root_id, one.bot_id, one.member_id, one.kind, facts, one.attempt, one.at)


AGAIN = "UPDATE errand SET state = 'queued', due_at = ? WHERE id = ? AND state = 'running'"
SETTLE = "UPDATE errand SET state = ?, facts = ?, due_at = ? WHERE id = ? AND state = ?"


async def again(one: Task, now: datetime) -> bool:
    """Not done this time: once more after a pause. False when it was tried enough."""
    if one.attempt >= MOST_ATTEMPTS:
        return False
    await run(AGAIN, now + PAUSE * 2 ** (one.attempt - 1), one.id)
    return True


async def wait(one: Task, facts: Mapping[str, Any], now: datetime) -> None:
    """Its result waits for a tap."""
    await run(SETTLE, "waiting", written(facts), now + WAITS, one.id, "running")


async def end(errand_id: int, state: str, now: datetime, before: str = "running") -> bool:
    """`done`, `failed` or `cancelled`; what it knew is emptied. False when it was not in the state expected."""
    return await run(SETTLE, state, "{}", now, errand_id, before) == 1


CARRY_ON = "UPDATE errand SET state = 'queued', kind = ?, facts = ?, attempt = 0, due_at = ? WHERE id = ? AND state = 'waiting'"


async def carry_on(one: Task, kind: str, facts: Mapping[str, Any], now: datetime) -> bool:
    """The tap it waited for: the next part is to be done. False when somebody was faster."""
    return await run(CARRY_ON, kind, written(facts), now, one.id) == 1


async def recover(bot_id: int) -> None:
    """After a restart: what was running is done anew."""
    await run("UPDATE errand SET state = 'queued' WHERE bot_id = ? AND state = 'running'", bot_id)


LAPSE = "UPDATE errand SET state = 'cancelled', facts = '{}' WHERE state = 'waiting' AND due_at <= ?"
FORGET = "DELETE FROM delivery WHERE about IN (SELECT 'errand:' || id FROM errand WHERE at <= ?)"


async def forget(now: datetime) -> None:
    """Retention: results nobody took for a day, and everything after 30 days."""
    await run(LAPSE, now)
    await run(FORGET, now - KEPT)
    await run("DELETE FROM errand WHERE at <= ?", now - KEPT)


def written(facts: Mapping[str, Any]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":"))
