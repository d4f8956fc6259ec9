"""Debts: the table of deliveries, the promise of each kind, and how one is owed, renewed or taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.card import Card
from models.database import InstantField, from_ms, rows, run

REPLY, URGENT, NORMAL, BULK, EDIT = range(5)  # lanes, first come first
EDIT_PAUSE = timedelta(seconds=5)  # a live card is edited at most this often
BATCH = 500  # rows of one bulk insert


@dataclass(frozen=True, slots=True)
class Promise:
    """What a kind promises: its lane, whether an unknown outcome is sent again, how long it is worth sending."""

    lane: int
    again: bool
    life: timedelta | None = None


PROMISES: dict[str, Promise] = {
    "reply": Promise(REPLY, again=False, life=timedelta(minutes=2)),
    "card": Promise(NORMAL, again=True),  # a group card of a gathering
    "notice": Promise(NORMAL, again=True, life=timedelta(days=7)),  # news for those it concerns
    "reminder": Promise(NORMAL, again=True),
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
    address: int | None = fields.BigIntField(null=True)  # blanked by retention
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
    """Exactly one of the three: a member (found at send time), a linked chat's row, a bare Telegram chat."""

    bot_id: int
    root_id: int | None = None
    member_id: int | None = None
    chat_id: int | None = None
    address: int | None = None

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
) -> Delivery:
    """A delivery not yet written. `key` names the occasion; a due instant ahead of now makes it held."""
    promise, due = PROMISES[kind], due_at or now
    return Delivery(
        root_id=to.root_id,
        bot_id=to.bot_id,
        member_id=to.member_id,
        chat_id=to.chat_id,
        address=to.address,
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


async def owe(kind: str, card: Card, to: Recipient, key: str, now: datetime, *, about: str = "") -> None:
    """Owes one card now."""
    await owe_many([debt(kind, card, to, key, now, about=about)])


TOUCH = """
UPDATE delivery SET wanted = wanted + 1,
  due_at = CASE WHEN state <> 'sent' THEN due_at WHEN sent_at + ? > ? THEN sent_at + ? ELSE ? END,
  state = CASE WHEN state = 'sent' THEN 'queued' ELSE state END
WHERE about = ? AND live = ?
"""


async def touch(about: str, now: datetime) -> None:
    """What the live cards of a thing show has changed. They are worded when sent, so any number of touches is one edit."""
    pause = int(EDIT_PAUSE.total_seconds() * 1000)
    await run(TOUCH, pause, now, pause, now, about, True)


async def restate(about: str, card: Card, now: datetime) -> None:
    """The live cards of a thing become another card."""
    await run("UPDATE delivery SET card = ? WHERE about = ? AND live = ?", card.to_json(), about, True)
    await touch(about, now)


CANCEL = """
UPDATE delivery SET state = 'cancelled'
WHERE about = ? AND kind = ? AND message_id IS NULL AND state IN ('queued', 'held', 'leased', 'refused')
"""


async def cancel(about: str, kind: str, member_id: int | None = None) -> int:
    """Takes back what has not left yet, from one member or from all; in the transaction that makes it pointless."""
    if member_id is None:
        return await run(CANCEL, about, kind)
    return await run(f"{CANCEL} AND member_id = ?", about, kind, member_id)


NEXT = "SELECT MIN(due_at) AS at FROM delivery WHERE state IN ('held', 'queued')"


async def next_due() -> datetime | None:
    """When the next owed card is to leave."""
    found = (await rows(NEXT))[0]["at"]
    return None if found is None else from_ms(found)
