"""The dispatcher's side of the outbox: claim, wire, settle, and what a restart makes of the rest.

Every step is one conditional statement: it moves rows that are still in the state, and under the lease, it expects.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.batch import CURRENT
from models.card import Card
from models.database import atomic, dialect, rows, run, to_ms
from models.outbox.owing import EDIT, FORGOTTEN, PROMISES, Recipient, owe

BACK_OFF = (1, 5, 30, 120, 600)  # seconds before the next attempt; the last repeats until the delivery expires
MOST_ATTEMPTS = 12
BODIES_KEPT = timedelta(days=30)
ADDRESSES_KEPT = timedelta(minutes=45)  # with the sweep, somebody unknown is forgotten within the hour
EXPORTS_KEPT = timedelta(minutes=15)  # of an export that never left
LIVE_KEPT = timedelta(days=400)  # a live card may be asked about for a year


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery as the dispatcher holds it. `telegram_chat` is None when there is nowhere to send it any more."""

    id: int
    kind: str
    lane: int
    card: Card
    member_id: int | None
    chat_id: int | None
    message_id: int | None
    attempt: int
    epoch: int
    wanted: int
    expire_at: int | None  # ms
    address: int | None
    telegram_chat: int | None
    thread_id: int

    def over(self, now: datetime) -> bool:
        """Not worth sending any more; a card that is already up still is, to show its last state."""
        return self.message_id is None and self.expire_at is not None and self.expire_at <= to_ms(now)


PARCEL = """
SELECT d.id, d.kind, d.lane, d.card, d.member_id, d.chat_id, d.message_id, d.attempt, d.epoch, d.wanted, d.expire_at, d.address,
  COALESCE(a.telegram_id, c.chat_id, d.address) AS telegram_chat,
  COALESCE(d.thread_id, CASE WHEN c.state = 'thread_gone' THEN 0 ELSE c.thread_id END, 0) AS thread_id
FROM delivery d
LEFT JOIN account a ON a.member_id = d.member_id
LEFT JOIN chat c ON c.id = d.chat_id AND c.unlinked_at IS NULL
"""


async def parcels(where: str, *args: Any) -> list[Parcel]:
    found = await rows(f"{PARCEL} WHERE {where} ORDER BY d.lane, d.due_at, d.id", *args)
    return [Parcel(**{**row, "card": Card.from_json(row["card"])}) for row in found]


# A card that is already up is not over when its time is: its last state is still to be shown.
EXPIRE = """
UPDATE delivery SET state = 'expired'
WHERE bot_id = ? AND state IN ('queued', 'held') AND expire_at <= ? AND message_id IS NULL
"""
# What a sweep owes between the two statements may be over already, so the claim looks for itself.
CLAIM = """
UPDATE delivery SET state = 'leased', epoch = ? WHERE id IN (
  SELECT id FROM delivery WHERE bot_id = ? AND state = 'queued' AND due_at <= ? AND lane BETWEEN ? AND ? {busy}
    AND (expire_at IS NULL OR expire_at > ? OR message_id IS NOT NULL)
  ORDER BY lane, due_at, id LIMIT ? {lock}
) RETURNING id
"""
LOCK = {"sqlite": "", "postgres": "FOR UPDATE SKIP LOCKED"}


@dataclass(frozen=True, slots=True)
class Busy:
    """Destinations that have enough in hand already and are passed over: chat rows, members, bare addresses."""

    chats: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    addresses: tuple[int, ...] = ()

    @property
    def sql(self) -> str:
        columns = {"chat_id": self.chats, "member_id": self.members, "address": self.addresses}
        return " ".join(f"AND ({name} IS NULL OR {name} NOT IN ({marks(len(ids))}))" for name, ids in columns.items() if ids)


async def claim(bot_id: int, epoch: int, now: datetime, lanes: tuple[int, int], most: int, busy: Busy = Busy()) -> list[Parcel]:
    """Leases up to `most` due deliveries of the lanes, first lanes first; busy destinations are passed over."""
    await run(EXPIRE, bot_id, now)
    sql = CLAIM.format(busy=busy.sql, lock=LOCK[dialect()])
    passed_over = (*busy.chats, *busy.members, *busy.addresses)
    leased = [row["id"] for row in await rows(sql, epoch, bot_id, now, *lanes, *passed_over, now, most)]
    return await parcels(f"d.id IN ({marks(len(leased))})", *leased) if leased else []


def marks(count: int) -> str:
    return ", ".join("?" * count)


async def wire(one: Parcel) -> Parcel | None:
    """Writes that it is leaving, and asks once more whether and where to. None: cancelled, or no longer ours to send."""
    if not await run("UPDATE delivery SET state = 'wire' WHERE id = ? AND state = 'leased' AND epoch = ?", one.id, one.epoch):
        return None
    return (await parcels("d.id = ?", one.id))[0]


async def unclaim(one: Parcel) -> None:
    """Gives back what was leased and did not leave."""
    await run("UPDATE delivery SET state = 'queued' WHERE id = ? AND state = 'leased' AND epoch = ?", one.id, one.epoch)


# Whoever had messages taken back may have wished to be forgotten: the address goes with the last of them.
UNADDRESSED = "address = CASE WHEN kind = 'erase' THEN NULL ELSE address END"
SENT = f"""
UPDATE delivery SET
  state = CASE WHEN live = ? AND wanted > ? THEN 'queued' ELSE 'sent' END,
  due_at = CASE WHEN live = ? AND wanted > ? THEN ? ELSE due_at END,
  lane = CASE WHEN live = ? THEN {EDIT} ELSE lane END,
  shown = ?, message_id = ?, sent_at = ?, attempt = 0, reason = '', {UNADDRESSED}
WHERE id = ? AND state = 'wire' AND epoch = ?
RETURNING about, bot_id
"""


async def sent(one: Parcel, message_id: int, now: datetime, again_at: datetime) -> bool:
    """Settles a send. A live card that changed while it was on its way is queued once more for `again_at`."""
    version = one.wanted
    facts = (True, version, True, version, again_at, True, version, message_id, now)
    settled = await rows(SENT, *facts, one.id, one.epoch)
    await spend(one.kind, one.id, one.card)
    if settled and settled[0]["about"] == FORGOTTEN:
        to = Recipient(settled[0]["bot_id"], address=one.telegram_chat)
        await owe("erase", Card("erase", {"message": message_id}), to, f"erase:{one.id}:{message_id}", now)
    return bool(settled)


DISOWN = f"""
UPDATE delivery SET about = '{FORGOTTEN}' WHERE (member_id = ? OR address = ?) AND message_id IS NULL AND state = 'wire'
"""


async def disown(member_id: int, telegram_id: int) -> None:
    """What is leaving this very moment for somebody who is being forgotten is taken back once it is known where it arrived,
    and never sent again.
    """
    await run(DISOWN, member_id, telegram_id)


async def spend(kind: str, delivery_id: int, card: Card) -> None:
    """An export holds codes or personal data: once it is settled, its card is emptied and its file goes."""
    if kind == "export":
        await run("UPDATE delivery SET card = ? WHERE id = ?", Card(card.name).to_json(), delivery_id)
        await run("DELETE FROM enclosure WHERE id = ?", card.facts.get("enclosure") or 0)


BACK = f"""
UPDATE delivery SET due_at = COALESCE(?, due_at), attempt = ?, reason = ?,
  state = CASE WHEN about = '{FORGOTTEN}' THEN 'cancelled' ELSE 'queued' END
WHERE id = ? AND epoch = ? AND state = 'wire'
"""
SETTLE = f"UPDATE delivery SET state = ?, reason = ?, {UNADDRESSED} WHERE id = ? AND epoch = ? AND state IN ('wire', 'leased')"


async def put_back(one: Parcel, reason: str, due_at: datetime) -> None:
    """Definitely not sent, and for a limit or a pause rather than a fault: queued again, no attempt used."""
    await run(BACK, due_at, one.attempt, reason, one.id, one.epoch)


async def failed(one: Parcel, reason: str, now: datetime, *, in_place: bool = False) -> None:
    """Definitely not sent: again after a pause, or at once and `in_place`, before what was owed later. What has no end of its
    own is dead when it has been tried enough.
    """
    ends_by_itself = PROMISES[one.kind].again and (one.expire_at is not None or one.message_id is not None)
    if one.attempt + 1 >= MOST_ATTEMPTS and not ends_by_itself:
        await drop(one, "dead", reason)
        return
    pause = timedelta(seconds=BACK_OFF[min(one.attempt, len(BACK_OFF) - 1)])
    await run(BACK, None if in_place else now + pause, one.attempt + 1, reason, one.id, one.epoch)


async def drop(one: Parcel, state: str, reason: str) -> None:
    """Ends a delivery as `refused`, `dead` or `unknown`."""
    await run(SETTLE, state, reason[:80], one.id, one.epoch)
    await spend(one.kind, one.id, one.card)


async def unsure(one: Parcel, reason: str, now: datetime, *, in_place: bool = False) -> None:
    """It may have arrived. An edit is repeated freely; a message only where its kind promises to arrive at least once."""
    if PROMISES[one.kind].again or one.message_id is not None:
        await failed(one, reason, now, in_place=in_place)
    else:
        await drop(one, "unknown", reason)


REVIVE = """
UPDATE delivery SET state = 'queued', due_at = ?, attempt = 0, reason = ''
WHERE state = 'refused' AND reason IN ({reasons}) AND kind IN ({kinds}) AND due_at > ?
  AND (expire_at IS NULL OR expire_at > ?) AND {whose} = ?
"""
UNREACHABLE = ("blocked", "never_started", "chat_gone", "kicked", "no_rights")
WORTH_REVIVING = timedelta(hours=24)


async def revive(now: datetime, *, member_id: int | None = None, chat_id: int | None = None) -> int:
    """Somebody can be reached again: what was refused to them within a day, and is still worth it, is queued once more.

    Only what promises to arrive at least once; `chat_id` is our chat's row.
    """
    kinds = [kind for kind, promise in PROMISES.items() if promise.again and kind != "erase"]
    whose, who = ("chat_id", chat_id) if member_id is None else ("member_id", member_id)
    sql = REVIVE.format(reasons=marks(len(UNREACHABLE)), kinds=marks(len(kinds)), whose=whose)
    return await run(sql, now, *UNREACHABLE, *kinds, now - WORTH_REVIVING, now, who)


GENERAL = "UPDATE delivery SET thread_id = 0 WHERE id = ? AND thread_id > 0"


async def to_general(delivery_id: int) -> bool:
    """The topic an answer was to be given in is gone: it goes to the general one. False: it names no topic of its own."""
    return await run(GENERAL, delivery_id) == 1


FREE = "UPDATE delivery SET state = 'queued' WHERE bot_id = ? AND state = 'leased' AND epoch < ?"


async def recover(bot_id: int, epoch: int, now: datetime) -> int:
    """After a crash: what was leased is queued, what was on the wire is unsure. Returns how many were on the wire.

    What is sent again keeps its place: nothing is wrong with where it goes, and what follows in its chat must not overtake it.
    """
    async with atomic():
        await run(FREE, bot_id, epoch)
        lost = await parcels("d.bot_id = ? AND d.state = 'wire' AND d.epoch < ?", bot_id, epoch)
        for one in lost:
            await unsure(one, "crash", now, in_place=True)
        return len(lost)


ADOPT = """
UPDATE delivery SET message_id = ?, shown = 0, due_at = ?, sent_at = ?, reason = '',
  state = CASE WHEN live = ? THEN 'queued' ELSE 'sent' END
WHERE id = ? AND state NOT IN ('wire', 'cancelled')
"""


async def adopt(delivery_id: int, telegram_chat: int, message_id: int, now: datetime) -> None:
    """A press on a message we never recorded proves that it arrived: settled, not sent again.

    Where another copy was recorded, the pressed one lives on and the other is taken away. A code that was forged or
    forwarded into another chat proves nothing.
    """
    batch, pressed = CURRENT.get(), (delivery_id, telegram_chat, message_id)
    if batch is not None and pressed in batch.known:
        return
    found = await parcels("d.id = ?", delivery_id)
    if not found or found[0].message_id == message_id or found[0].telegram_chat != telegram_chat:
        if batch is not None:
            batch.known.add(pressed)
        return
    one = found[0]
    if await run(ADOPT, message_id, now, now, True, one.id) and one.message_id is not None:
        row = (await rows("SELECT bot_id, root_id, member_id, chat_id, address FROM delivery WHERE id = ?", one.id))[0]
        to = Recipient(**row)
        await owe("erase", Card("erase", {"message": one.message_id}), to, f"erase:{one.id}:{one.message_id}", now)


# Taking a message back needs to know where it is, for as long as Telegram takes it back at all.
FORGET = """
UPDATE delivery SET address = NULL WHERE address IS NOT NULL AND created_at <= ?
  AND (kind <> 'erase' OR expire_at <= ? OR state NOT IN ('queued', 'held', 'leased', 'wire'))
"""
DELETE = """
DELETE FROM delivery WHERE created_at <= ? AND live = ? AND state NOT IN ('queued', 'held', 'leased', 'wire')
"""
LEFT = "SELECT id, card FROM delivery WHERE kind = 'export' AND state IN ('expired', 'cancelled') AND created_at <= ?"


async def forget(now: datetime) -> None:
    """Retention: addresses of unknown people within the hour (of what is still to be taken back, until it is), settled
    deliveries after 30 days, live cards after 400.
    """
    await run(FORGET, now - ADDRESSES_KEPT, now)
    await run(DELETE, now - BODIES_KEPT, False)
    await run(DELETE, now - LIVE_KEPT, True)
    for row in await rows(LEFT, now - EXPORTS_KEPT):
        await spend("export", row["id"], Card.from_json(row["card"]))
