"""The tables of a gathering: the occasion, its agenda, the answers, who is expected, the attendance sheet, the record."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField


class Gathering(Model):
    """One occasion. Local date, local time and zone are kept; the instants are derived from them.

    `state`: planned → announced → open (sign-in) → closed → recorded; or cancelled.
    `announce_due`, `remind_due`, `close_due`, `end_due`: when the clock has to act next; null once it has.
    `kind`: gathering, theme_day. An empty `title` is worded from kind and month.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(24, default="gathering")
    state = fields.CharField(12, default="planned")
    title = fields.CharField(80)
    theme = fields.CharField(120, default="")
    place = fields.CharField(80)
    local_date = fields.DateField()
    local_time = fields.CharField(5)  # HH:MM
    zone = fields.CharField(64)
    minutes = fields.IntField(default=60)  # how long it takes
    capacity: int | None = fields.IntField(null=True)  # seats; None: for all
    offers_maybe = fields.BooleanField(default=False)
    shows_names = fields.BooleanField(default=False)  # of those who join, in the group
    approves_leave = fields.BooleanField(default=False)
    starts_at = InstantField(db_index=True)
    leave_until = InstantField()  # leave is asked for until then
    closes_at = InstantField()  # answers are taken until then, and sign-in opens
    ends_at = InstantField()  # sign-in is taken until then
    revision = fields.IntField(default=1)  # grows when time or place changes
    announce_due: datetime | None = InstantField(null=True, db_index=True)
    announced_at: datetime | None = InstantField(null=True)  # the day the notice bears
    remind_leads = fields.CharField(60, default="")  # minutes before the start, "4320,1440,60"
    remind_lead: int | None = fields.IntField(null=True)  # the lead that is due at `remind_due`
    remind_due: datetime | None = InstantField(null=True, db_index=True)
    close_due: datetime | None = InstantField(null=True, db_index=True)
    end_due: datetime | None = InstantField(null=True, db_index=True)
    code = fields.CharField(6, default="")  # of the day, shown at the venue; there from the opening of sign-in to its end
    sign_with = fields.CharField(8, default="button")  # button, or code: only who is there knows it
    series_id: int | None = fields.BigIntField(null=True)
    month = fields.CharField(7, null=True)  # YYYY-MM the series owes it for
    provisional = fields.BooleanField(default=False)  # 暂算: the year's holidays are not known yet
    ask_due: datetime | None = InstantField(null=True)  # when organisers are asked where its colliding day goes

    class Meta:
        table = "gathering"


class Rsvp(Model):
    """The answer of a member that holds now; how it came about is in the audit notes.

    `via`: tap, phone (told to an organiser). `reason` of a leave is for those responsible only. `decision`: empty where
    nobody decides, else asked, granted, refused. `waiting`: joining, but the seats are taken.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField()
    member_id = fields.BigIntField()
    choice = fields.IntField()
    via = fields.CharField(12, default="tap")
    reason = fields.CharField(200, default="")
    decision = fields.CharField(8, default="")
    waiting = fields.BooleanField(default=False)
    at = InstantField()

    class Meta:
        table = "rsvp"
        unique_together = (("gathering_id", "member_id"),)


class AgendaItem(Model):
    """One item: `name` of a shipped one (its words are in labels.toml) or `title` as somebody typed it."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField(db_index=True)
    position = fields.IntField()
    fixed = fields.BooleanField()
    name = fields.CharField(32, null=True)
    title = fields.CharField(120, default="")
    done_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "agenda_item"


class Proposal(Model):
    """A topic a member proposes for 民主议事. `state`: open, picked, declined."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(db_index=True)
    member_id: int | None = fields.BigIntField(null=True)  # None: wished to be forgotten
    title = fields.CharField(120)
    state = fields.CharField(12, default="open")
    gathering_id: int | None = fields.BigIntField(null=True)
    at = InstantField()

    class Meta:
        table = "proposal"


class Speaker(Model):
    """A member who will speak."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField()
    member_id = fields.BigIntField()
    at = InstantField()

    class Meta:
        table = "speaker"
        unique_together = (("gathering_id", "member_id"),)


class Expected(Model):
    """应到: frozen when sign-in opens. With a `ground` the member is lawfully left out (rules.md §1.4)."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField()
    member_id = fields.BigIntField()
    ground = fields.CharField(120, default="")

    class Meta:
        table = "expected"
        unique_together = (("gathering_id", "member_id"),)


class Presence(Model):
    """A line of the attendance sheet: only ever added, the newest of a person holds.

    `standing`: present, on_leave, absent, observer, gone (an observer entered by mistake).
    `via`: tap, code, organiser, late (entered after sign-in ended, with a reason).
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField()
    member_id: int | None = fields.BigIntField(null=True)
    name = fields.CharField(80, default="")  # of an observer
    standing = fields.CharField(12)
    via = fields.CharField(12)
    actor = fields.CharField(40)
    reason = fields.CharField(200, default="")
    at = InstantField()

    class Meta:
        table = "presence"


class Record(Model):
    """The counts of a gathering, by kind of record (a gathering has 1..n); locked once `closed_at` is set."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField()
    gathering_id = fields.BigIntField()
    kind = fields.CharField(24)
    month = fields.CharField(7)  # YYYY-MM of the local date
    expected = fields.IntField()
    present = fields.IntField()
    on_leave = fields.IntField()
    absent = fields.IntField()
    observers = fields.IntField()
    chair = fields.CharField(80, default="")
    recorder = fields.CharField(80, default="")
    closed_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "record"
        unique_together = (("gathering_id", "kind"),)


class MakeUp(Model):
    """补课 offered to somebody who was absent, and when it was done."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField()
    member_id = fields.BigIntField()
    offered_at = InstantField()
    done_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "make_up"
        unique_together = (("gathering_id", "member_id"),)
