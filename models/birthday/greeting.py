"""The greeting on the day: private, with the picture; a word in the group where branch and member both chose it.

A node's look calls whose day it is (`called`); this sweep owes the greetings of all nodes together, once each. A greeting
belongs to its day: it leaves though the member's week is full, and not at night.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models import due
from models.birthday.people import GROUP, Celebrant
from models.birthday.planning import GREETED, PLANNED, Wanted
from models.birthday.ways import Way
from models.calendar import awake, instant, local
from models.card import Card, Tap
from models.database import from_ms, rows, run
from models.due import marks
from models.gathering.choice import YES
from models.gathering.leads import awake_before
from models.organisation import Chat, Node, Wishes, chats, wishes_along
from models.outbox import Delivery, Recipient, debt, owe_capped, owe_many

AT_ONCE, MOST = 1000, 10_000  # greetings of one transaction, and of one beat
DAY, MIDNIGHT = timedelta(days=1), datetime.min.time()
Row = dict[str, Any]


def hour_of(way: Way, there: Wishes, day: date) -> datetime:
    """When a day's greetings leave: at the node's hour; in quiet hours, when they end, or before them if they end tomorrow."""
    hour = instant(day, way.hour, there.zone)
    morning = waking(there, hour)
    return morning if local(morning, there.zone).date() == day else awake_before(hour, there)


def waking(there: Wishes, now: datetime) -> datetime:
    return awake(now, there.zone, there.quiet_from, there.quiet_until)


def called(node: Node, way: Way, there: Wishes, one: Celebrant, now: datetime) -> Wanted:
    """Whose day is today is to be greeted in waking hours, if there are any left of it."""
    today = local(now, there.zone).date()
    due_at, until = waking(there, now), instant(today + DAY, MIDNIGHT, there.zone)
    if one.day != today or due_at >= until:
        return Wanted(node, one)
    return Wanted(node, one, way.in_group and one.how == GROUP, due_at, until)


TAKEN = f", state = '{GREETED}'"  # only what is planned is ever due


async def greet(now: datetime) -> int:
    """Owes every greeting that is due; how many it looked at."""
    looked_at = 0
    while looked_at < MOST and (some := await due.sweep_many("birthday", "greet_due", now, said, AT_ONCE, TAKEN)):
        looked_at += some
    return looked_at


WHOSE = """
SELECT b.id, b.root_id, b.node_id, b.member_id, b.in_group, b.day, b.greet_until, n.path, r.bot_id, a.id AS account_id
FROM birthday b JOIN node n ON n.id = b.node_id JOIN node r ON r.id = b.root_id
LEFT JOIN account a ON a.member_id = b.member_id WHERE b.id IN ({marks}) ORDER BY b.id
"""
TOO_LATE = f"UPDATE birthday SET state = '{PLANNED}' WHERE id IN ({{marks}})"


async def said(numbers: list[int], now: datetime) -> None:
    """What is owed to members and to groups; nothing whose day ends before anybody is awake."""
    found = await rows(WHOSE.format(marks=marks(numbers)), *numbers)
    there = await wishes_along({row["path"] for row in found})
    moments = [(row, waking(there[row["path"]], now)) for row in found]
    worth = [(row, at) for row, at in moments if at < from_ms(row["greet_until"])]
    if late := [row["id"] for row, at in moments if at >= from_ms(row["greet_until"])]:
        await run(TOO_LATE.format(marks=marks(late)), *late)
    await owe_capped([owed(row, at, now) for row, at in worth if row["account_id"] is not None], now)
    await post([(row, at) for row, at in worth if row["in_group"]], now)


async def post(shared: Sequence[tuple[Row, datetime]], now: datetime) -> None:
    places = {number: await chats(number) for number in sorted({row["node_id"] for row, _ in shared})}
    if places:
        await owe_many([posted(row, place, at, now) for row, at in shared for place in places[row["node_id"]]])


def owed(row: Row, due_at: datetime, now: datetime) -> Delivery:
    about, to = f"birthday:{row['id']}", Recipient(row["bot_id"], row["root_id"], member_id=row["member_id"])
    card, until = Card("birthday/greeting", {"birthday": row["id"]}, answering(row["id"])), from_ms(row["greet_until"])
    key = f"greeting:{about}:{row['day']}:{to.label}"
    return debt("greeting", card, to, key, now, about=about, due_at=due_at, expire_at=until)


def posted(row: Row, place: Chat, due_at: datetime, now: datetime) -> Delivery:
    """What a group is told is a matter of its own: it can be taken back."""
    about, to = f"birthday_shown:{row['id']}", Recipient(place.bot_id, place.root_id, chat_id=place.id)
    card, until = Card("birthday/public", {"birthday": row["id"]}), from_ms(row["greet_until"])
    key = f"notice:{about}:{row['day']}:{to.label}"
    return debt("notice", card, to, key, now, about=about, due_at=due_at, expire_at=until)


def answering(number: int) -> tuple[tuple[Tap, ...], ...]:
    oath, heart = Tap("birthday.oath", "birthday_oath", number, YES), Tap("birthday.heart", "birthday_speak", number, YES)
    return (oath, heart), (Tap("birthday.thanks", "birthday_thanks", number, YES),)


async def next_due() -> datetime | None:
    """When the next greeting is due."""
    found = (await rows("SELECT MIN(greet_due) AS at FROM birthday"))[0]["at"]
    return None if found is None else from_ms(found)
