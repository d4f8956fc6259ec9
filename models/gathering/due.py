"""What the clock does with a gathering: announce it, remind those who have not answered, close the answers.

Due-ness is a column. Each sweep owes by key and empties the column in one transaction: run twice, run late or run on three
machines, it owes once.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from models.calendar import awake
from models.card import Card, Tap
from models.database import atomic, from_ms, retryable, rows, run, to_ms
from models.gathering.answers import Choice
from models.gathering.views import answered
from models.member import members_of
from models.organisation import Chat, chats, serving, wishes
from models.outbox import Delivery, Recipient, cancel, debt, owe_many, restate

DUE = """
SELECT g.id, g.root_id, g.node_id, g.revision, g.starts_at, g.closes_at, g.zone, n.path
FROM gathering g JOIN node n ON n.id = g.node_id
WHERE g.{column} <= ? ORDER BY g.{column}, g.id LIMIT 100
"""
LATER = "UPDATE gathering SET {column} = ? WHERE id = ?"
AGAIN = timedelta(hours=1)
DONE = "UPDATE gathering SET {column} = NULL WHERE id = ? AND {column} <= ?"

Row = dict[str, Any]


async def announce(now: datetime) -> int:
    """The card goes to the node's groups, with the buttons to answer."""
    return await sweep("announce_due", now, announced)


async def remind(now: datetime) -> int:
    """A private word to those who have not answered, and to them only."""
    return await sweep("remind_due", now, reminded)


async def close(now: datetime) -> int:
    """Answers are closed: the card shows the last count and loses its buttons."""
    return await sweep("close_due", now, closed)


async def sweep(column: str, now: datetime, act: Callable[[Row, datetime], Awaitable[None]]) -> int:
    """Acts on every gathering whose column is due, one transaction each; returns how many.

    One that fails stops none behind it: it is looked at again in an hour, and all failures are told at the end.
    """
    failures: list[Exception] = []
    due = await rows(DUE.format(column=column), now)
    for row in due:
        try:
            await once(column, row, now, act)
        except Exception as error:
            if retryable(error):
                raise
            await run(LATER.format(column=column), now + AGAIN, row["id"])
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{column} of {len(failures)} gatherings", failures)
    return len(due)


async def once(column: str, row: Row, now: datetime, act: Callable[[Row, datetime], Awaitable[None]]) -> None:
    async with atomic():
        if await run(DONE.format(column=column), row["id"], now):
            await act(row, now)


async def announced(row: Row, now: datetime) -> None:
    owed = [card_for(row, chat, now) for chat in await chats(row["node_id"])]
    await owe_many(owed)


def card_for(row: Row, chat: Chat, now: datetime) -> Delivery:
    to = Recipient(chat.bot_id, row["root_id"], chat_id=chat.id)
    key = f"card:gathering:{row['id']}:announce:{row['revision']}:{to.label}"
    card = Card("gathering/card", {"gathering": row["id"]}, answers(row["id"]) if is_open(row, now) else ())
    return debt("card", card, to, key, now, about=about(row), live=True, expire_at=from_ms(row["starts_at"]))


def is_open(row: Row, now: datetime) -> bool:
    """Whether answers are still taken: a sweep may come late, or after the one that closes."""
    return bool(row["closes_at"] > to_ms(now))


def answers(gathering_id: int) -> tuple[tuple[Tap, ...], ...]:
    """The buttons of a card people answer."""
    return (
        (
            Tap("gathering.join", "rsvp", gathering_id, Choice.JOIN),
            Tap("gathering.leave", "rsvp", gathering_id, Choice.LEAVE),
        ),
    )


def about(row: Row) -> str:
    return f"gathering:{row['id']}"


async def reminded(row: Row, now: datetime) -> None:
    if not is_open(row, now):
        return
    bot = await serving(row["root_id"])
    answers_kept = await answered(row["id"])
    wanted = await wishes(row["node_id"])
    due_at = awake(now, row["zone"], wanted.quiet_from, wanted.quiet_until)
    owed = [
        reminder(row, Recipient(bot, row["root_id"], member_id=member["id"]), now, due_at)
        for member in await members_of(row["path"], now)
        if member["account_id"] is not None and member["id"] not in answers_kept
    ]
    await owe_many(owed)


def reminder(row: Row, to: Recipient, now: datetime, due_at: datetime) -> Delivery:
    key = f"reminder:gathering:{row['id']}:day_before:{row['revision']}:{to.label}"
    card = Card("gathering/reminder", {"gathering": row["id"]}, answers(row["id"]))
    expire_at = from_ms(row["starts_at"])
    return debt("reminder", card, to, key, now, about=about(row), due_at=due_at, expire_at=expire_at)


async def closed(row: Row, now: datetime) -> None:
    await cancel(about(row), kind="reminder")
    await restate(about(row), Card("gathering/card", {"gathering": row["id"]}), now)


NEXT = """
SELECT MIN(at) AS at FROM (
  SELECT MIN(announce_due) AS at FROM gathering UNION ALL SELECT MIN(remind_due) FROM gathering
  UNION ALL SELECT MIN(close_due) FROM gathering
) due
"""


async def next_due() -> datetime | None:
    """When the clock has to act on a gathering next."""
    found = (await rows(NEXT))[0]["at"]
    return None if found is None else from_ms(found)
