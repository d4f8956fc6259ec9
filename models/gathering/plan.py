"""Planning: the tables of a gathering and its answers, and the verb that makes one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tortoise import fields
from tortoise.models import Model

from models.audit import note
from models.calendar import instant, local
from models.card import Answer, Card, Refusal
from models.database import InstantField
from models.member import Actor
from models.organisation import Node, zone_of

REMIND_BEFORE = timedelta(days=1)
REPLY_BEFORE = timedelta(minutes=10)  # answers are taken until shortly before the start
FARTHEST = timedelta(days=400)  # a year and a bit: farther is a slip of the finger
LONGEST_TEXT = 60  # characters of a title or a place


class Gathering(Model):
    """One occasion. Local date, local time and zone are kept; `starts_at` is derived from them.

    `announce_due`, `remind_due`, `close_due`: when the clock has to act next; null once it has.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(db_index=True)
    title = fields.CharField(80)
    place = fields.CharField(80)
    local_date = fields.DateField()
    local_time = fields.CharField(5)  # HH:MM
    zone = fields.CharField(64)
    starts_at = InstantField(db_index=True)
    closes_at = InstantField()  # answers are taken until then
    revision = fields.IntField(default=1)  # grows when time or place changes
    announce_due: datetime | None = InstantField(null=True, db_index=True)
    remind_due: datetime | None = InstantField(null=True, db_index=True)
    close_due: datetime | None = InstantField(null=True, db_index=True)

    class Meta:
        table = "gathering"


class Rsvp(Model):
    """The answer of a member that holds now; how it came about is in the audit notes."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField()
    member_id = fields.BigIntField()
    choice = fields.IntField()
    at = InstantField()

    class Meta:
        table = "rsvp"
        unique_together = (("gathering_id", "member_id"),)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants planned."""

    title: str
    place: str
    day: date
    at: time


async def plan(actor: Actor, node: Node, wish: Wish, now: datetime) -> Answer:
    """Plans a gathering of a node; the clock announces it in the node's groups at its next beat."""
    actor.must("gathering.plan", node.path)
    zone = await zone_of(node)
    starts_at = judged(wish, zone, now)
    closes_at = max(starts_at - REPLY_BEFORE, now)
    gathering = await Gathering.create(
        root_id=node.root_id,
        node_id=node.id,
        title=wish.title,
        place=wish.place,
        local_date=wish.day,
        local_time=wish.at.strftime("%H:%M"),
        zone=zone,
        starts_at=starts_at,
        closes_at=closes_at,
        announce_due=now,
        remind_due=reminder_at(starts_at, now),
        close_due=closes_at,
    )
    after = {"starts": starts_at.isoformat(), "title": wish.title, "place": wish.place}
    await note(gathering.root_id, actor.label, "plan", f"gathering:{gathering.id}", now, None, after)
    return Answer(screen=Card("gathering/planned", {"gathering": gathering.id}))


def judged(wish: Wish, zone: str, now: datetime) -> datetime:
    """When a gathering starts: it lies ahead, within reach, and can be read on a phone."""
    starts, today = f"{wish.day}T{wish.at:%H:%M}", local(now, zone).date()
    if wish.day - today > FARTHEST:
        raise Refusal("gathering/too_far", starts=starts)
    # The day is judged first: at the ends of the calendar there are local times without an instant.
    if wish.day < today or (starts_at := instant(wish.day, wish.at, zone)) <= now:
        raise Refusal("gathering/past", starts=starts)
    if not wish.title or not wish.place or max(len(wish.title), len(wish.place)) > LONGEST_TEXT:
        raise Refusal("gathering/wordy", most=LONGEST_TEXT)
    return starts_at


def reminder_at(starts_at: datetime, now: datetime) -> datetime | None:
    """A day before; none for what is planned later than that: its card has only just been read."""
    at = starts_at - REMIND_BEFORE
    return at if at > now else None
