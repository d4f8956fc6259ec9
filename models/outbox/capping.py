"""The week's limit: nobody gets more than a few automatic messages in any seven days; the rest is held until there is room.

What fills the week of a member are the messages of capped kinds that arrived within it, and those that are about to: queued,
waiting for the morning, on their way. So the limit holds whenever they arrive. What is held for it (`reason` cap) takes no
place yet: it is judged again, the oldest first, when there may be room, and expires like anything else.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from models.database import atomic, from_ms, rows, run, to_ms
from models.due import one_at_a_time
from models.outbox.owing import PROMISES, TAKE_BACK, Delivery, owe_many
from models.outbox.sending import WORTH_REVIVING, marks

MOST, WEEK = 5, timedelta(days=7)
CAP = "cap"  # why a delivery is held
KINDS = tuple(kind for kind, promise in PROMISES.items() if promise.capped)
AT_ONCE = 500  # members asked about in one statement


def slot(taken: Sequence[datetime], wanted: datetime) -> datetime:
    """The first instant, `wanted` or later, at which one more fits beside `taken` (in order)."""
    ends = [end for each in taken if (end := each + WEEK) > wanted]
    return next(moment for moment in (wanted, *ends) if fits(taken, moment))


def fits(taken: Sequence[datetime], moment: datetime) -> bool:
    """Whether no seven days with that moment in them hold more than the limit; a week ends before the instant it began."""
    near = taken[bisect_left(taken, moment - WEEK + timedelta(milliseconds=1)) : bisect_left(taken, moment + WEEK)]
    with_it = sorted([*near, moment])
    return all(later - first >= WEEK for first, later in zip(with_it, with_it[MOST:], strict=False))


async def owe_capped(debts: list[Delivery], now: datetime) -> None:
    """Owes automatic messages to members, each once; those beyond the week's limit are held until there is room, but for the
    kinds that cannot wait: these fill the week, and make the others wait.
    """
    async with atomic():
        # Two that count the same week at once would both find room.
        await one_at_a_time({debt.root_id for debt in debts if debt.root_id is not None})
        await owe_many([debt for debt in debts if not PROMISES[debt.kind].waits])
        fresh = await unknown([debt for debt in debts if PROMISES[debt.kind].waits])
        weeks = await taken({debt.member_id for debt in fresh if debt.member_id is not None}, now)
        for debt in fresh:
            place(debt, weeks[debt.member_id or 0])
        await owe_many(fresh)


async def unknown(debts: list[Delivery]) -> list[Delivery]:
    """Those not owed already: what is there fills the week, and must not be counted against itself."""
    known: set[str] = set()
    for some in portions([debt.key for debt in debts]):
        known |= {row["key"] for row in await rows(f"SELECT key FROM delivery WHERE key IN ({marks(len(some))})", *some)}
    return list({debt.key: debt for debt in debts if debt.key not in known}.values())


def place(debt: Delivery, week: list[datetime]) -> None:
    """Finds a debt its instant. Held, it takes none: whether there is room then is seen then."""
    moment = slot(week, debt.due_at)
    if moment > debt.due_at:
        debt.state, debt.reason, debt.due_at = "held", CAP, moment
    else:
        insort(week, moment)


TAKEN = f"""
SELECT member_id,
  CASE WHEN state = 'sent' THEN sent_at WHEN state IN ('refused', 'unknown') OR due_at > ? THEN due_at ELSE ? END AS at
FROM delivery WHERE member_id IN ({{members}}) AND kind IN ({", ".join(f"'{kind}'" for kind in KINDS)}) AND (
  state IN ('queued', 'leased', 'wire')
  OR (state = 'held' AND reason <> '{CAP}')
  OR (state = 'sent' AND sent_at > ?) OR (state = 'unknown' AND due_at > ?) OR (state = 'refused' AND due_at > ?))
"""


async def taken(member_ids: Iterable[int], now: datetime) -> dict[int, list[datetime]]:
    """When each member gets, or got within the week, an automatic message, in order."""
    weeks: dict[int, list[datetime]] = defaultdict(list)
    for some in portions(sorted(member_ids)):
        sql = TAKEN.format(members=marks(len(some)))
        for row in await rows(sql, now, now, *some, now - WEEK, now - WEEK, now - WORTH_REVIVING):
            insort(weeks[row["member_id"]], from_ms(row["at"]))
    return weeks


def portions(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


RELEASE = f"UPDATE delivery SET state = 'queued' WHERE state = 'held' AND reason <> '{CAP}' AND due_at <= ?"
HELD = f"""
SELECT id, root_id, member_id FROM delivery
WHERE state = 'held' AND reason = '{CAP}' AND due_at <= ? AND (expire_at IS NULL OR expire_at > ?) ORDER BY id
"""
MOVE = f"UPDATE delivery SET state = ?, reason = ?, due_at = ? WHERE id = ? AND state = 'held' AND reason = '{CAP}'"


async def release(now: datetime) -> None:
    """What was held until now is queued; of what was held for the week's limit, as much as there is room for."""
    await run(RELEASE, now)
    if await rows(HELD, now, now):
        await release_capped(from_ms(to_ms(now)))


async def release_capped(now: datetime) -> None:
    async with atomic():
        await one_at_a_time({row["root_id"] for row in await rows(HELD, now, now)})
        due = await rows(HELD, now, now)  # as it stands once it is our turn
        weeks = await taken({row["member_id"] for row in due}, now)
        for row in due:
            await judge(row["id"], weeks[row["member_id"]], now)


async def judge(delivery_id: int, week: list[datetime], now: datetime) -> None:
    if (moment := slot(week, now)) == now:
        insort(week, moment)
    state, reason = ("queued", "") if moment == now else ("held", CAP)
    await run(MOVE, state, reason, moment, delivery_id)


async def spare(member_ids: list[int]) -> None:
    """Nothing automatic that still waits is said to somebody any more."""
    for some in portions(member_ids):
        sql = f"{TAKE_BACK} AND member_id IN ({marks(len(some))}) AND kind IN ({marks(len(KINDS))})"
        await run(sql, False, *some, *KINDS)


# Duties about a node over which, by none of these kinds of office, somebody answers any more.
RELIEVE = """
{take_back} AND kind = 'duty' AND member_id = ? AND NOT EXISTS (
  SELECT 1 FROM role r JOIN node above ON above.id = r.node_id JOIN node n ON n.id = delivery.node_id
  WHERE r.member_id = delivery.member_id AND r.kind IN ({kinds}) AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
    AND n.path LIKE above.path || '%'
)
"""


async def relieve(member_id: int, kinds: Collection[str], now: datetime) -> None:
    """An office has ended: what it would have been asked or told, names included, is not said to who held it. `kinds` of office
    that are given duties.
    """
    sql = RELIEVE.format(take_back=TAKE_BACK, kinds=marks(len(kinds)))
    await run(sql, False, member_id, *kinds, now, now)


HELD_BACK = f"""
SELECT DISTINCT member_id FROM delivery
WHERE about = ? AND reason = '{CAP}' AND state IN ('held', 'expired') AND member_id IS NOT NULL
"""


async def held_back(about: str) -> set[int]:
    """Who was not told of a thing because their week was full."""
    return {row["member_id"] for row in await rows(HELD_BACK, about)}
