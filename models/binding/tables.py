"""What binding keeps: links by the hash of their code alone, petitions while they wait, and that somebody was erased."""

import hashlib
from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField


def hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


class Invite(Model):
    """A one-time link that binds its opener to a member."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField()
    code_hash = fields.CharField(64, unique=True)
    expires_at = InstantField()
    used_at: datetime | None = InstantField(null=True)
    voided_at: datetime | None = InstantField(null=True)  # a newer one took its place

    class Meta:
        table = "invite"


class OpenLink(Model):
    """A branch's own link: anybody may open it, the branch decides who it was."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(db_index=True)
    code_hash = fields.CharField(64, unique=True)
    expires_at = InstantField()

    class Meta:
        table = "open_link"


class Petition(Model):
    """Somebody agreed, typed a name, and waits for the branch. One for an account."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(db_index=True)
    telegram_id = fields.BigIntField(unique=True)
    name = fields.CharField(80)
    consent = fields.CharField(16)  # the version of the text that was agreed to
    at = InstantField()

    class Meta:
        table = "petition"


class Erasure(Model):
    """What was known of a member's account was erased; replayed on a restored backup."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField()
    at = InstantField()

    class Meta:
        table = "erasure"
