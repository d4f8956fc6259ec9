"""Debts: the table of deliveries, the promise of each kind, and how one is owed, renewed or taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.batch import later
from models.card import Card
from models.database import MILLISECOND, InstantField, from_ms, rows, run

REPLY, URGENT, NORMAL, BULK, EDIT = range(5)  # lanes, first come first
EDIT_PAUSE = timedelta(seconds=5)  # a live card of a group is edited at most this often
OWN_PAUSE = timedelta(seconds=1)  # and one that a single person taps through
BATCH = 500  # rows of one bulk insert
FORGOTTEN = "forgotten"  # what a delivery is about that was on its way to somebody who wished to be forgotten


@dataclass(frozen=True, slots=True)
class Promise:
    """What a kind promises: its lane, whether an unknown outcome is sent again, how long it is worth sending, whether it is
    an automatic word of which nobody gets more than a few a week (`capping`), and whether it waits where a week is full.
    """

    lane: int
    again: bool
    life: timedelta | None = None
    capped: bool = False
    waits: bool = True


PROMISES: dict[str, Promise] = {
    "reply": Promise(REPLY, again=False, life=timedelta(minutes=2)),
    "card": Promise(NORMAL, again=True),  # a group card of a gathering
    "outage": Promise(NORMAL, again=True, life=timedelta(hours=24)),  # a group is asked to press again
    "notice": Promise(NORMAL, again=True, life=timedelta(days=7)),  # news for those it concerns
    # On a member's own day, until its end: tomorrow it would be nothing.
    "greeting": Promise(NORMAL, again=True, life=timedelta(days=1), capped=True, waits=False),
    "reminder": Promise(NORMAL, again=True, capped=True),
    "duty": Promise(NORMAL, again=True, life=timedelta(days=7), capped=True),  # a list or a question for those responsible
    "offer": Promise(NORMAL, again=True, life=timedelta(days=7), capped=True),  # something one may do, like a make-up
    "errand": Promise(NORMAL, again=True, life=timedelta(hours=24)),  # how far long work has come
    "erase": Promise(NORMAL, again=True, life=timedelta(hours=47)),  # Telegram deletes nothing older than 48 h
    "export": Promise(REPLY, again=False, life=timedelta(minutes=15)),  # a file with codes or personal data
    "broadcast": Promise(BULK, again=False, life=timedelta(hours=24)),
}


class Delivery(Model):
    """A card owed to a member, a linked chat, or (`address`) somebody we keep no row of."""

    id = fields.BigIntField(primary_key=True)
    root_id: int | None = fields.BigIntField(null=True)
    bot_id = fields.BigIntField()
    member_id: int | None = fields.BigIntField(null=True)
    chat_id: int | None = fields.BigIntField(null=True)  # our chat row
    node_id: int | None = fields.BigIntField(null=True)  # of a duty: the node it is about, for which its recipient answers
    address: int | None = fields.BigIntField(null=True)  # blanked by retention
    thread_id: int | None = fields.BigIntField(null=True)  # the topic it answers in; null: where its chat is tied
    kind = fields.CharField(16)
    lane = fields.IntField()
    key = fields.CharField(120, unique=True)  # kind:object:occasion:revision:recipient
    about = fields.CharField(40, default="", db_index=True)  # the thing it speaks of, e.g. gathering:12
    card = fields.TextField()
    state = fields.CharField(12)
    due_at = InstantField()
    expire_at: datetime | None = InstantField(null=True)
    live = fields.BooleanField(default=False)  # renewed in place by `touch`
    wanted = fields.IntField(default=1)  # the version that should be seen
    shown = fields.IntField(default=0)  # the version that is
    attempt = fields.IntField(default=0)
    epoch = fields.IntField(default=0)  # the lease under which it was claimed
    message_id: int | None = fields.BigIntField(null=True)
    sent_at: datetime | None = InstantField(null=True)
    reason = fields.CharField(80, default="")
    created_at = InstantField()

    class Meta:
        table = "delivery"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Exactly one of the three: a member (found at send time), a linked chat's row, a bare Telegram chat. An answer is given
    in the topic (`thread_id`) it was asked in.
    """

    bot_id: int
    root_id: int | None = None
    member_id: int | None = None
    chat_id: int | None = None
    address: int | None = None
    thread_id: int | None = None

    @property
    def label(self) -> str:
        if self.member_id is not None:
            return f"member:{self.member_id}"
        return f"chat:{self.chat_id}" if self.chat_id is not None else "address"


def debt(
    kind: str,
    card: Card,
    to: Recipient,
    key: str,
    now: datetime,
    *,
    about: str = "",
    live: bool = False,
    due_at: datetime | None = None,
    expire_at: datetime | None = None,
    node_id: int | None = None,
) -> Delivery:
    """A delivery not yet written. `key` names the occasion; a due instant ahead of now makes it held. `node_id`: of a duty, the
    node it is about.
    """
    promise, due = PROMISES[kind], due_at or now
    return Delivery(
        root_id=to.root_id,
        bot_id=to.bot_id,
        member_id=to.member_id,
        chat_id=to.chat_id,
        node_id=node_id,
        address=to.address,
        thread_id=to.thread_id,
        kind=kind,
        lane=promise.lane,
        key=key,
        about=about,
        card=card.to_json(),
        state="held" if due > now else "queued",
        due_at=due,
        expire_at=expire_at or (due + promise.life if promise.life else None),
        live=live,
        created_at=now,
    )


async def owe_many(debts: list[Delivery]) -> None:
    """Owes each once: a key that is there already is left as it is."""
    await Delivery.bulk_create(debts, batch_size=BATCH, ignore_conflicts=True)


COLUMNS = tuple(name for name in Delivery._meta.fields_db_projection if name != "id")
OWE = f"INSERT INTO delivery ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) ON CONFLICT DO NOTHING"


async def owe(kind: str, card: Card, to: Recipient, key: str, now: datetime, *, about: str = "") -> None:
    """Owes one card now. By hand: building the statement anew each time costs the ORM more than all that is kept of a press."""
    one = debt(kind, card, to, key, now, about=about)
    await run(OWE, *(getattr(one, name) for name in COLUMNS))


TOUCHED = f"""
wanted = wanted + 1,
  due_at = CASE WHEN state <> 'sent' THEN due_at
    WHEN sent_at + CASE WHEN member_id IS NULL THEN {EDIT_PAUSE // MILLISECOND} ELSE {OWN_PAUSE // MILLISECOND} END > ?
    THEN sent_at + CASE WHEN member_id IS NULL THEN {EDIT_PAUSE // MILLISECOND} ELSE {OWN_PAUSE // MILLISECOND} END ELSE ? END,
  state = CASE WHEN state = 'sent' THEN 'queued' ELSE state END
"""
TOUCH = f"UPDATE delivery SET {TOUCHED} WHERE about = ? AND live = ?"
RESTATE = f"UPDATE delivery SET card = ?, {TOUCHED} WHERE about = ? AND live = ?"


async def touch(about: str, now: datetime) -> None:
    """What the live cards of a thing show has changed. They are worded when sent, so any number of touches is one edit."""
    await later(TOUCH, now, now, about, True, once=about)


async def restate(about: str, card: Card, now: datetime) -> None:
    """The live cards of a thing become another card."""
    await run(RESTATE, card.to_json(), now, now, about, True)


async def restate_one(delivery_id: int, card: Card, now: datetime) -> None:
    """One live card becomes another card; those others look at stay as they are."""
    await run(f"UPDATE delivery SET card = ?, {TOUCHED} WHERE id = ? AND live = ?", card.to_json(), now, now, delivery_id, True)


SHOWING = """
SELECT 1 AS up FROM delivery WHERE about = ? AND live = ? AND state IN ('queued', 'held', 'leased', 'wire', 'sent') LIMIT 1
"""


async def showing(about: str) -> bool:
    """Whether a live card of a thing is up or on its way, so that what becomes of the thing will be seen."""
    return bool(await rows(SHOWING, about, True))


TURN = """
UPDATE delivery SET card = ?, wanted = wanted + 1, due_at = ?, state = CASE WHEN state = 'wire' THEN 'wire' ELSE 'queued' END
WHERE id = ? AND member_id = ? AND card LIKE ? AND message_id IS NOT NULL
  AND (state IN ('queued', 'leased', 'sent') OR state = 'wire' AND live = ?)
"""


async def turn(delivery_id: int, member_id: int, card: Card, now: datetime) -> bool:
    """A screen a member looks at becomes another of the same name, in place. False: that is no screen of theirs, or it cannot
    be changed just now.
    """
    return await run(TURN, card.to_json(), now, delivery_id, member_id, f'["{card.name}",%', True) == 1


# What is on its way at this moment may arrive; if it does not, it is over, and is not tried again.
TAKE_BACK = """
UPDATE delivery SET state = CASE WHEN state = 'wire' THEN 'wire' ELSE 'cancelled' END,
  expire_at = CASE WHEN state = 'wire' THEN 0 ELSE expire_at END
WHERE message_id IS NULL AND (state IN ('queued', 'held', 'leased', 'refused') OR state = 'wire' AND live = ?)
"""
CANCEL = f"{TAKE_BACK} AND about = ?"


async def cancel(about: str, kind: str | None = None) -> int:
    """Takes back what has not left yet, all or of one kind, in the transaction that makes it pointless. How many never left."""
    found = await rows(f"{CANCEL} AND COALESCE(?, kind) = kind RETURNING state", False, about, kind)
    return [row["state"] for row in found].count("cancelled")


OWN = f"{CANCEL} AND kind = ? AND member_id = ?"


async def cancel_own(about: str, kind: str, member_id: int) -> None:
    """The same for one member, whose own deed made it pointless: nobody waits for how many there were."""
    await later(OWN, False, about, kind, member_id, once=f"{about}:{kind}:{member_id}")


NEXT = "SELECT MIN(due_at) AS at FROM delivery WHERE state IN ('held', 'queued')"


async def next_due() -> datetime | None:
    """When the next owed card is to leave."""
    found = (await rows(NEXT))[0]["at"]
    return None if found is None else from_ms(found)
