"""The tables of political birthdays: how a node keeps them, what members wish, each year's celebration, the medal's list."""

from datetime import date, datetime

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField


class BirthdayHabit(Model):
    """One node's own way; NULL inherits from the nearest ancestor that says it."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(unique=True)
    basis = fields.CharField(8, null=True)  # joined, full: which day is celebrated
    leap = fields.CharField(8, null=True)  # feb28, mar1
    greet_at = fields.CharField(5, null=True)  # HH:MM there
    in_group = fields.BooleanField(null=True)
    gift = fields.BooleanField(null=True)  # whether 一日捐 is mentioned

    class Meta:
        table = "birthday_habit"


class BirthdayWish(Model):
    """A member's own wish. `how`: none, private, group (in public too, where the branch does that)."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField(unique=True)
    how = fields.CharField(8, default="private")
    hides_years = fields.BooleanField(default=False)

    class Meta:
        table = "birthday_wish"


class Birthday(Model):
    """One member's celebration in one year. `since`: the date whose anniversary it is, by `basis`. `words`: 寄语, empty for
    the shipped ones. `state`: planned, withheld (not to be greeted), greeted, missed. `greet_due` is set when the node's
    hour has come and emptied when the greeting is owed, which is worth it until `greet_until`; `in_group`: in the node's groups
    too.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField()
    member_id = fields.BigIntField()
    year = fields.IntField()
    day: date = fields.DateField()
    since: date = fields.DateField()
    basis = fields.CharField(8)
    words = fields.CharField(120, default="")
    state = fields.CharField(12, default="planned")
    previewed = fields.BooleanField(default=False)
    in_group = fields.BooleanField(default=False)
    greet_due: datetime | None = InstantField(null=True)
    greet_until: datetime | None = InstantField(null=True)
    thanked_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "birthday"
        unique_together = (("member_id", "year"),)


class Medal(Model):
    """光荣在党50年 and the tens after it: somebody who stands on the list of a year. `state`: draft, confirmed (by a person),
    struck.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField()
    member_id = fields.BigIntField()
    years = fields.IntField(default=50)
    year = fields.IntField()
    state = fields.CharField(12, default="draft")
    at = InstantField()

    class Meta:
        table = "medal"
        unique_together = (("member_id", "years"),)
