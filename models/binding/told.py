"""Who bound is told to the branch, with a tap that undoes it; and how a binding ends, whoever ends it."""

from datetime import datetime

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.member import Account, Actor, Member, bind
from models.organisation import serving
from models.outbox import Recipient, owe, restate
from models.responsible import tell

CONSENT = "2026-11"  # the version of the texts binding/consent and binding/join; a new text is a new version
YES = 1

HOME = """
SELECT n.path FROM membership s JOIN node n ON n.id = s.node_id
WHERE s.member_id = ? AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
ORDER BY CASE s.kind WHEN 'home' THEN 0 ELSE 1 END, s.id LIMIT 1
"""


async def home(member: Member, now: datetime) -> str:
    """The path of the node that answers for a member; the root for who belongs nowhere."""
    found = await rows(HOME, member.id, now, now)
    return str(found[0]["path"]) if found else f"/{member.root_id}/"


async def bound(by: Actor, member: Member, telegram_id: int, now: datetime) -> Account:
    """Ties the account and tells the branch."""
    account = await bind(by, member, telegram_id, CONSENT, now)
    card = Card("binding/told", {"member": member.id}, undoing(account))
    about = f"account:{account.id}"
    await tell("binding.undo", await home(member, now), card, f"{about}:bound", now, about=about, live=True, besides=member.id)
    return account


def undoing(account: Account) -> tuple[tuple[Tap, ...], ...]:
    return ((Tap("binding.undo", "undo_bind", account.id, YES),),)


KNOWN = "SELECT 1 AS n FROM delivery WHERE member_id = ? AND (about = ? OR key = ?) LIMIT 1"


async def settled(actor: Actor, right: str, about: str) -> Refusal:
    """Why a thing that is gone cannot be done: who was shown it hears that it is over, all others what they always hear."""
    key = f"notice:{about}:{actor.label}"  # how `tell` named it, whatever it is about by now
    if actor.member_id and actor.reach(right) and await rows(KNOWN, actor.member_id, about, key):
        return Refusal("binding/over")
    actor.must(right, "nowhere")
    return Refusal("rights/refused")


async def undo(actor: Actor, account_id: int, choice: int, now: datetime) -> Answer:
    """The branch takes back a binding: the account was somebody else's."""
    account = await Account.get_or_none(id=account_id)
    if account is None:
        raise await settled(actor, "binding.undo", f"account:{account_id}")
    member = await Member.get(id=account.member_id)
    actor.must("binding.undo", await home(member, now))
    if choice != YES:
        raise Refusal("action/unknown")
    await end(account)
    await note(member.root_id, actor.label, "undo_bind", f"member:{member.id}", now, {"bound": True}, {"bound": False})
    await restate(f"account:{account.id}", Card("binding/undone", {"member": member.id, "by": actor.member_id}), now)
    to = Recipient(await serving(member.root_id), address=account.telegram_id)
    await owe("notice", Card("binding/untied"), to, f"notice:account:{account.id}:undone", now)
    return Answer(toast=Card("binding/undone_now"))


CANCEL = """
UPDATE delivery SET state = 'cancelled'
WHERE member_id = ? AND message_id IS NULL AND state IN ('queued', 'held', 'leased')
"""


async def end(account: Account) -> None:
    """The account speaks for nobody any more; what is still owed to the member there is taken back."""
    await run(CANCEL, account.member_id)
    await run("DELETE FROM reachability WHERE account_id = ?", account.id)
    await run("DELETE FROM draft WHERE telegram_id = ?", account.telegram_id)
    if not await run("DELETE FROM account WHERE id = ?", account.id):
        raise Refusal("binding/over")
