"""Reminders at the branch's lead times: private, to those who have not answered; at the last one a short word to those who
come; never to those on leave. What is late is sent at once, or when the night is over, while answers are still taken.
"""

from datetime import datetime
from typing import Any

from models.calendar import awake, local
from models.card import Card
from models.database import from_ms, rows, run
from models.due import one_at_a_time
from models.gathering import phone
from models.gathering.choice import Choice, answering
from models.gathering.due import Row, about, is_open, sweep
from models.gathering.leads import newest_lead, next_lead, read
from models.member import EXPECTED
from models.organisation import Wishes, serving, wishes
from models.outbox import Delivery, Recipient, cancel, debt, owe_capped

ASKED = f"""
SELECT e.id, r.waiting, CASE WHEN r.decision = 'refused' THEN NULL ELSE r.choice END AS choice
FROM ({EXPECTED}) e LEFT JOIN rsvp r ON r.member_id = e.id AND r.gathering_id = ?
WHERE e.account_id IS NOT NULL
"""
AHEAD = "UPDATE gathering SET remind_lead = ?, remind_due = ? WHERE id = ?"


async def remind(now: datetime) -> int:
    """A private word to those who have not answered."""
    return await sweep("remind_due", now, reminded)


async def reminded(row: Row, now: datetime) -> None:
    """One message for all leads that have fallen due; what an earlier lead still holds back is replaced by it."""
    wanted, starts_at = await wishes(row["node_id"]), from_ms(row["starts_at"])
    leads = read(row["remind_leads"])
    lead = newest_lead(leads, row["remind_lead"], starts_at, wanted, now)
    following = next_lead(leads, lead, starts_at, wanted, now)
    if following:
        await run(AHEAD, *following, row["id"])
    if row["state"] != "announced" or not is_open(row, now):
        return
    await one_at_a_time([row["root_id"]])  # first, like whoever releases what is held: else each waits for the other's rows
    await cancel(about(row), "reminder")
    last = following is None or following[1] >= from_ms(row["closes_at"])
    await owe_capped(await debts(row | {"remind_lead": lead}, last, wanted, now), now)
    await phone.offer(row, now)
    await phone.renew(row, now)


async def debts(row: Row, last: bool, wanted: Wishes, now: datetime) -> list[Delivery]:
    """What is owed to whom at a lead; nothing, if the night ends after the answers."""
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    if due_at >= from_ms(row["closes_at"]):
        return []
    bot_id, ask, tell = await serving(row["root_id"]), asking(row), telling(row)
    owed = []
    for each in await rows(ASKED, f"{row['path']}%", now, now, row["id"]):
        card = ask if each["choice"] is None else tell if last and comes(each) else None
        if card:
            owed.append(reminder(row, card, Recipient(bot_id, row["root_id"], member_id=each["id"]), due_at, now))
    return owed


def comes(answer: dict[str, Any]) -> bool:
    return answer["choice"] == Choice.JOIN and not answer["waiting"]


def asking(row: Row) -> Card:
    return Card("gathering/reminder", {"occasion": row["id"]}, answering(row))


def telling(row: Row) -> Card:
    return Card("gathering/soon", {"occasion": row["id"]})


def reminder(row: Row, card: Card, to: Recipient, due_at: datetime, now: datetime) -> Delivery:
    key = f"reminder:gathering:{row['id']}:{row['remind_lead']}:{row['revision']}:{to.label}"
    return debt("reminder", card, to, key, now, about=about(row), due_at=due_at, expire_at=from_ms(row["closes_at"]))


OCCASION = """
SELECT g.kind, g.title, g.month, g.theme, g.place, g.local_date, g.local_time, g.zone, g.closes_at, n.name AS node
FROM gathering g JOIN node n ON n.id = g.node_id WHERE g.id = ?
"""


async def occasion(gathering_id: int, now: datetime) -> dict[str, Any]:
    """What a reminder says of a gathering, without its tally, which would be counted anew for each of thousands.

    `days`: from today's date there to that of the gathering; the words of a late reminder are true because of it.
    """
    found = (await rows(OCCASION, gathering_id))[0]
    day = datetime.fromisoformat(f"{found['local_date']}T{found['local_time']}")
    return found | {
        "starts": day.isoformat(timespec="minutes"),
        "reply_by": local(from_ms(found["closes_at"]), found["zone"]).isoformat(),
        "days": (day.date() - local(now, found["zone"]).date()).days,
    }
