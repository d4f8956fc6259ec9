"""绑定: an account speaks for a member once it opened a one-time link and agreed to what will be kept about it.

Nothing about the account is stored before it agreed, except where to answer it (`Delivery.address`, forgotten within the hour).
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.card import Answer, Card, Refusal, Tap
from models.database import InstantField, rows, run
from models.member import Actor, Member, bind

CONSENT = "2026-11"  # the version of binding/consent.html; a new text is a new version
AGREE, DECLINE = 1, 2


class Invite(Model):
    """A one-time link that binds its opener to a member. Only the hash of its code is kept."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField()
    code_hash = fields.CharField(64, unique=True)
    expires_at = InstantField()
    used_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "invite"


def hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


async def invite(member: Member, now: datetime, life: timedelta) -> str:
    """A new code for a member (128 bits, 22 characters of A–Z a–z 0–9 _ -); it voids the older ones."""
    code = secrets.token_urlsafe(16)
    await run("UPDATE invite SET expires_at = ? WHERE member_id = ? AND used_at IS NULL", now, member.id)
    await Invite.create(root_id=member.root_id, member_id=member.id, code_hash=hashed(code), expires_at=now + life)
    return code


async def ask(actor: Actor, code: str, now: datetime) -> Answer:
    """The link was opened: shows what will be kept, and asks. One sentence for every wrong, old or used code."""
    found = await open_invite(now, code_hash=hashed(code))
    if actor.member_id is not None:
        raise Refusal("binding/account_taken")
    taps = (Tap("binding.agree", "bind", found.id, AGREE), Tap("binding.decline", "bind", found.id, DECLINE))
    return Answer(screen=Card("binding/consent", {"member": found.member_id}, (taps,)))


async def open_invite(now: datetime, **which: str | int) -> Invite:
    found = await Invite.filter(**which).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise Refusal("binding/bad_link")
    return found


ASKED = "SELECT card FROM delivery WHERE id = ? AND address = ?"


async def was_asked(telegram_id: int, invite_id: int, delivery_id: int) -> bool:
    """Whether that delivery was this account's question about this very invite: both numbers can be guessed."""
    cards = [Card.from_json(row["card"]) for row in await rows(ASKED, delivery_id, telegram_id)]
    return any((tap.verb, tap.target) == ("bind", invite_id) for card in cards for line in card.taps for tap in line)


async def decide(actor: Actor, invite_id: int, choice: int, delivery_id: int, now: datetime) -> Answer:
    """Agreed or declined. Only the very account that was asked, on the question it was asked, may answer."""
    if actor.telegram_id is None or not await was_asked(actor.telegram_id, invite_id, delivery_id):
        raise Refusal("binding/bad_link")
    found = await open_invite(now, id=invite_id)
    if choice == DECLINE:
        return Answer(toast=Card("binding/declined"), alert=True)
    if choice != AGREE:
        raise Refusal("action/unknown")
    member = await Member.get(id=found.member_id)
    await bind(actor, member, actor.telegram_id, CONSENT, now)
    found.used_at = now
    await found.save(update_fields=["used_at"])
    return Answer(toast=Card("binding/bound"), screen=Card("binding/welcome", {"member": member.id}))


async def forget(now: datetime) -> None:
    """Retention: spent and expired invites go after a day."""
    await run("DELETE FROM invite WHERE expires_at <= ?", now - timedelta(days=1))
