"""解绑与删除: how a member ends the binding, or has all erased that the branch need not keep."""

from datetime import datetime, timedelta
from typing import Any

from models.audit import note
from models.binding.tables import Erasure, Petition
from models.binding.told import YES, end
from models.card import Answer, Card, Refusal, Tap
from models.database import from_ms, rows, run, to_ms
from models.member import Account, Actor
from models.outbox import Recipient, debt, disown, owe_many, restate, retract, touch
from models.responsible import retire, tell

ERASABLE, TOO_OLD = timedelta(hours=47), timedelta(hours=48)  # Telegram takes no message back that is older


async def leave(actor: Actor) -> Answer:
    """/unbind: asks first."""
    account = await own(actor)
    return Answer(screen=Card("mine/leave", {"member": account.member_id}, ((Tap("mine.leave", "unbind", account.id, YES),),)))


async def unbind(actor: Actor, account_id: int, choice: int, now: datetime) -> Answer:
    """The member ends the binding; what the branch recorded stays."""
    account = await own(actor, account_id, choice)
    await ended(actor, account, "unbind", now)
    return Answer(toast=Card("mine/left"), alert=True)


async def own(actor: Actor, account_id: int | None = None, choice: int = YES) -> Account:
    """The account that acts; with a number, that very one: a button that was passed on is nobody else's."""
    account = await Account.get_or_none(telegram_id=actor.telegram_id or 0)
    if account is None:
        petition = await Petition.get_or_none(telegram_id=actor.telegram_id or 0)
        raise Refusal("mine/petition", name=petition.name) if petition else Refusal("mine/unbound")
    if account_id not in (None, account.id) or choice != YES:
        raise Refusal("action/unknown")
    return account


async def ended(actor: Actor, account: Account, verb: str, now: datetime) -> None:
    await end(account)
    await note(account.root_id, actor.label, verb, f"member:{account.member_id}", now, {"bound": True}, {"bound": False})
    await restate(f"account:{account.id}", Card("binding/left", {"member": account.member_id}), now)


async def wish(actor: Actor, now: datetime) -> Answer:
    """/forget: says what goes and what stays, and asks first. A stranger takes back a petition."""
    if actor.member_id is None:
        assert actor.telegram_id is not None, "somebody speaks"
        return Answer(screen=Card("mine/withdrawn" if await withdrawn(actor.telegram_id, now) else "mine/nothing"))
    account = await own(actor)
    taps = ((Tap("mine.forget", "forget", account.id, YES),),)
    return Answer(screen=Card("mine/forget", {"member": account.member_id}, taps))


async def withdrawn(telegram_id: int, now: datetime) -> bool:
    """Takes back a petition and an open question; whether there was anything."""
    found = await Petition.get_or_none(telegram_id=telegram_id)
    if found is not None and await run("DELETE FROM petition WHERE id = ?", found.id):
        await note(found.root_id, "stranger", "withdraw", f"petition:{found.id}", now, None, None)
        await restate(f"petition:{found.id}", Card("binding/withdrawn"), now)
    return bool(await run("DELETE FROM draft WHERE telegram_id = ?", telegram_id)) or found is not None


async def forget_me(actor: Actor, account_id: int, choice: int, now: datetime) -> Answer:
    """Erases what the branch need not keep, also in the private chat. Answered by a toast: a message needs an address."""
    account = await own(actor, account_id, choice)
    await erase_messages(account, now)
    await erase_enclosures(account.member_id)
    await ended(actor, account, "forget", now)
    await run("DELETE FROM invite WHERE member_id = ?", account.member_id)
    await run("DELETE FROM errand WHERE member_id = ?", account.member_id)
    for each in await rows(REASONED, account.member_id):
        await touch(f"leave:{each['id']}:{each['at']}", now)  # those who decided read it in their chats
    for each in await rows(SHOWN, account.member_id):
        await take_down(each, now)
    for each in await rows(CELEBRATED, account.member_id):
        await uncelebrated(each, now)
    for said in (*SAID_OF_GATHERINGS, *STUDIED, *PLEDGED):
        await run(said, account.member_id)
    await run("DELETE FROM dead_letter WHERE body LIKE ?", f"%{account.telegram_id}%")
    await Erasure.create(root_id=account.root_id, member_id=account.member_id, at=now)
    return Answer(toast=Card("mine/forgotten"), alert=True)


REASONED = "SELECT id, at FROM rsvp WHERE member_id = ? AND reason <> ''"
# What somebody typed or offered about gatherings. Answers and the lines of attendance sheets are the branch's record.
SAID_OF_GATHERINGS = (
    "UPDATE rsvp SET reason = '' WHERE member_id = ?",
    "UPDATE proposal SET member_id = NULL WHERE member_id = ?",
    "DELETE FROM speaker WHERE member_id = ?",
    "DELETE FROM birthday_wish WHERE member_id = ?",
    "UPDATE birthday SET words = '', thanked_at = NULL WHERE member_id = ?",
    "UPDATE ceremony SET member_id = NULL WHERE member_id = ?",
)
# What somebody studied is their own; the result of a test is the branch's record, and a doubt about a question stays, unnamed.
STUDIED = (
    "DELETE FROM quiz_answer WHERE member_id = ?",
    "DELETE FROM quiz_mistake WHERE member_id = ?",
    "DELETE FROM quiz_volunteer WHERE member_id = ?",
    "DELETE FROM quiz_reply WHERE member_id = ?",
    "DELETE FROM quiz_sitting WHERE paper_id IS NULL AND member_id = ?",
    "UPDATE quiz_fault SET member_id = NULL, words = '' WHERE member_id = ?",
)

# What was begun and not given goes, what was published is no longer; that somebody pledged is the branch's record.
SHOWN = "SELECT p.id, p.published_at, h.path FROM pledge p JOIN node h ON h.id = p.node_id WHERE p.member_id = ?"
NOT_GIVEN = "member_id = ? AND state IN ('choosing', 'withdrawn')"
PLEDGED = (
    "UPDATE pledge_report SET why = '' WHERE member_id = ?",
    "UPDATE pledge SET back = '' WHERE member_id = ?",
    "UPDATE pledge SET published_at = NULL, state = CASE state WHEN 'shown' THEN 'hidden' ELSE state END WHERE member_id = ?",
    f"DELETE FROM promise WHERE pledge_id IN (SELECT id FROM pledge WHERE {NOT_GIVEN})",
    f"DELETE FROM pledge WHERE {NOT_GIVEN}",
)


async def take_down(pledge: dict[str, Any], now: datetime) -> None:
    """Takes a pledge's card out of the groups. What is too old for that is put to those responsible, who can."""
    old = pledge["published_at"] is not None and pledge["published_at"] <= to_ms(now - ERASABLE)
    if not await retract(f"pledge_shown:{pledge['id']}", now) and old:
        occasion = f"pledge_down:{pledge['id']}:{to_ms(now)}"
        await tell("pledge.review", pledge["path"], Card("pledge/take_down", {"pledge": pledge["id"]}), occasion, now)


CELEBRATED = "SELECT b.id, n.path FROM birthday b JOIN node n ON n.id = b.node_id WHERE b.member_id = ? ORDER BY b.id"
POSTED = "SELECT 1 AS up FROM delivery WHERE about = ? AND message_id IS NOT NULL AND sent_at <= ? AND kind <> 'erase' LIMIT 1"


async def uncelebrated(birthday: dict[str, Any], now: datetime) -> None:
    """Takes the word about a birthday out of the groups, and the 寄语 off what those responsible look at."""
    shown = f"birthday_shown:{birthday['id']}"
    old = await rows(POSTED, shown, now - ERASABLE)
    await retract(shown, now)
    if old:
        occasion = f"birthday_down:{birthday['id']}:{to_ms(now)}"
        await tell("birthday.plan", birthday["path"], Card("birthday/take_down", {"birthday": birthday["id"]}), occasion, now)
    await retire("birthday.plan", birthday["path"], f"birthday:{birthday['id']}", now)
    await touch(f"birthday:{birthday['id']}", now)


SAID = """
SELECT id, bot_id, message_id, sent_at FROM delivery
WHERE (member_id = ? OR address = ?) AND message_id IS NOT NULL AND sent_at > ? AND kind <> 'erase' ORDER BY id
"""
UNADDRESSED = """
UPDATE delivery SET address = NULL, state = CASE WHEN state IN ('queued', 'held', 'leased') THEN 'cancelled' ELSE state END
WHERE address = ?
"""


async def erase_messages(account: Account, now: datetime) -> None:
    """What was said to the account in the last two days, or is just being said, is taken back; the address goes with it."""
    await disown(account.member_id, account.telegram_id)
    said = await rows(SAID, account.member_id, account.telegram_id, now - ERASABLE)
    await run(UNADDRESSED, account.telegram_id)
    await owe_many([erasing(each, account.telegram_id, now) for each in said])


def erasing(said: dict[str, Any], telegram_id: int, now: datetime) -> Any:
    card, to = Card("erase", {"message": said["message_id"]}), Recipient(said["bot_id"], address=telegram_id)
    key, too_old = f"erase:{said['id']}:{said['message_id']}", from_ms(said["sent_at"]) + TOO_OLD
    return debt("erase", card, to, key, now, expire_at=too_old)


ENCLOSING = "SELECT card FROM delivery WHERE member_id = ?"


async def erase_enclosures(member_id: int) -> None:
    """Files that were made for the member."""
    for row in await rows(ENCLOSING, member_id):
        enclosure = Card.from_json(row["card"]).facts.get("enclosure")
        if enclosure is not None:
            await run("DELETE FROM enclosure WHERE id = ?", enclosure)
