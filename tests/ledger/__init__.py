"""A world of two tables to test engines, transactions and migrations in: money moves, and none may appear or vanish."""

from datetime import datetime
from pathlib import Path

from tortoise import Model, fields

from models.database import InstantField

LEDGER = Path(__file__).parent


class Account(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    balance = fields.BigIntField(default=0)
    opened_at: InstantField[datetime] = InstantField()
    closed_at: InstantField[datetime | None] = InstantField(null=True)
    notes: fields.JSONField[dict[str, object] | None] = fields.JSONField(null=True)
    entries: fields.ReverseRelation["Entry"]

    class Meta:
        table = "account"


class Entry(Model):
    """One half of a move; the reference is checked at commit, so that a commit can fail."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="entries")
    account_id: int
    number = fields.IntField()
    amount = fields.BigIntField()

    class Meta:
        table = "entry"
        unique_together = (("account", "number"),)
