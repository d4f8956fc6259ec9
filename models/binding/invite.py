"""One-time links: who opens one is asked, and who agrees is bound to the member it was made for."""

import secrets
from datetime import datetime, timedelta

from models.binding.opened import ask_to_join, joined
from models.binding.tables import Invite, OpenLink, hashed
from models.binding.told import bound
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.member import Actor, Member

AGREE, DECLINE = 1, 2


VOID = "UPDATE invite SET voided_at = ? WHERE member_id = ? AND used_at IS NULL AND voided_at IS NULL"


async def invite(member: Member, now: datetime, life: timedelta) -> str:
    """A new code for a member (128 bits, 22 characters of A–Z a–z 0–9 _ -); it voids the older ones."""
    code = secrets.token_urlsafe(16)
    await run(VOID, now, member.id)
    await Invite.create(root_id=member.root_id, member_id=member.id, code_hash=hashed(code), expires_at=now + life)
    return code


async def ask(actor: Actor, code: str, now: datetime) -> Answer:
    """A link was opened: shows what will be kept, and asks. One sentence for every wrong, old or used code."""
    link = await OpenLink.filter(code_hash=hashed(code)).first()
    if link is not None:
        return await ask_to_join(actor, link, now)
    found = await open_invite(now, code_hash=hashed(code))
    if actor.member_id is not None:
        raise Refusal("binding/account_taken")
    taps = (Tap("binding.agree", "bind", found.id, AGREE), Tap("binding.decline", "bind", found.id, DECLINE))
    return Answer(screen=Card("binding/consent", {"member": found.member_id}, (taps,)))


async def open_invite(now: datetime, **which: str | int) -> Invite:
    found = await Invite.filter(**which).first()
    if found is None or found.used_at is not None or found.voided_at is not None or found.expires_at <= now:
        raise Refusal("binding/bad_link")
    return found


ASKED = "SELECT card FROM delivery WHERE id = ? AND address = ?"


async def was_asked(telegram_id: int | None, verb: str, target: int, delivery_id: int) -> bool:
    """Whether that delivery was this account's question about this very thing: all three numbers can be guessed."""
    if telegram_id is None:
        return False
    cards = [Card.from_json(row["card"]) for row in await rows(ASKED, delivery_id, telegram_id)]
    return any((tap.verb, tap.target) == (verb, target) for card in cards for line in card.taps for tap in line)


USE = """
UPDATE invite SET used_at = ? WHERE id = ? AND used_at IS NULL AND voided_at IS NULL AND expires_at > ?
"""


async def decide(actor: Actor, invite_id: int, choice: int, delivery_id: int, now: datetime) -> Answer:
    """Agreed or declined. Only the very account that was asked, on the question it was asked, may answer."""
    if actor.telegram_id is None or not await was_asked(actor.telegram_id, "bind", invite_id, delivery_id):
        raise Refusal("binding/bad_link")
    found = await open_invite(now, id=invite_id)
    if choice == DECLINE:
        return Answer(toast=Card("binding/declined"), alert=True)
    if choice != AGREE:
        raise Refusal("action/unknown")
    member = await Member.get(id=found.member_id)
    await bound(actor, member, actor.telegram_id, now)
    if not await run(USE, now, invite_id, now):  # it was used or voided this very moment
        raise Refusal("binding/bad_link")
    return Answer(toast=Card("binding/bound"), screen=Card("binding/welcome", {"member": member.id}))


async def join(actor: Actor, link_id: int, choice: int, delivery_id: int, now: datetime) -> Answer:
    """The same about a branch's own link."""
    if not await was_asked(actor.telegram_id, "join", link_id, delivery_id):
        raise Refusal("binding/bad_link")
    return await joined(actor, link_id, choice, now)


async def forget(now: datetime) -> None:
    """Retention: spent, voided and expired links go after a day."""
    for table in ("invite", "open_link"):
        await run(f"DELETE FROM {table} WHERE expires_at <= ?", now - timedelta(days=1))
    await run("DELETE FROM invite WHERE COALESCE(used_at, voided_at) <= ?", now - timedelta(days=1))
