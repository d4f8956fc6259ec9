"""The rule by which a node's theme days fall in a year."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField


class Series(Model):
    """`rule` and `shift` are `models.recurrence` on the wire; `adjusted`: a working weekend day counts as a working day to move
    to. A node has at most one that has not ended. `extend_due`: when the clock draws up the following year.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField()
    rule = fields.CharField(32)
    shift = fields.CharField(16)
    adjusted = fields.BooleanField(default=False)
    local_time = fields.CharField(5)  # HH:MM
    place = fields.CharField(80)
    minutes = fields.IntField(default=60)
    since = fields.DateField()
    extend_due: datetime | None = InstantField(null=True)
    ended_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "series"
