"""Petitions: somebody agreed and typed a name; the branch says who of its roster it is, or that it is nobody."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from models import draft
from models.audit import note
from models.binding.opened import free, usable
from models.binding.tables import Petition
from models.binding.told import CONSENT, settled, undoing
from models.card import Answer, Card, Refusal, Tap
from models.database import atomic, from_ms, rows, run
from models.draft import Question
from models.member import Actor, Member, bind
from models.organisation import Node, serving
from models.outbox import Recipient, owe, restate
from models.pages import page
from models.responsible import tell

KEPT = timedelta(days=7)
LONGEST_NAME = 40
YES = 1


def legible(words: str) -> str:
    """A name as it was typed, on one line, without what cannot be seen; a Refusal if that is no name."""
    kept = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in unicodedata.normalize("NFC", words))
    kept = " ".join(kept.split())
    if not 1 < len(kept) <= LONGEST_NAME or not any(each.isalpha() for each in kept):
        raise Refusal("binding/no_name", most=LONGEST_NAME)
    return kept


KEEP = """
INSERT INTO petition (root_id, node_id, telegram_id, name, consent, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (telegram_id) DO NOTHING RETURNING id
"""


async def petition(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """The name was typed: those who may approve are asked, and the person waits."""
    link, name = await usable(question.facts["link"], now), legible(words)
    await free(actor)
    assert actor.telegram_id is not None, "a question is asked of an account"
    kept = await rows(KEEP, link.root_id, link.node_id, actor.telegram_id, name, CONSENT, now)
    if not kept:
        raise Refusal("binding/waiting")
    number, node = kept[0]["id"], await Node.get(id=link.node_id)
    card = await asking(number, node, name, now)
    about = f"petition:{number}"
    if not await tell("binding.approve", node.path, card, about, now, about=about, live=True):
        raise Refusal("binding/nobody_decides")
    await draft.close(bot_id, actor.telegram_id)
    await note(link.root_id, "stranger", "petition", about, now, None, {"node": node.id})
    return Answer(screen=Card("binding/petitioned", {"node": node.id}))


async def asking(number: int, node: Node, name: str, now: datetime, wanted: int = 1) -> Card:
    """What the branch is asked: the one of that name, or whom of several; without any, whom of those not bound yet."""
    free_members = await unbound(node.path, now)
    named = [each for each in free_members if plain(each["name"]) == plain(name)]
    reject = Tap("binding.reject", "reject", number, YES)
    if len(named) == 1:
        taps = (Tap("binding.admit", "admit", number, named[0]["id"]), reject)
        return Card("binding/petition", {"petition": number, "member": named[0]["id"]}, (taps,))
    return choice_of(number, len(named), named or free_members, wanted)


def choice_of(number: int, matching: int, members: list[dict[str, Any]], wanted: int) -> Card:
    """A petition with several who may be meant, by number, a page of them."""
    some = page(members, wanted)
    taps = [Tap("named", "admit", number, each["id"], str(place)) for place, each in enumerate(some.shown, start=1)]
    lines = [tuple(taps[start : start + 2]) for start in range(0, len(taps), 2)]
    ids = [each["id"] for each in some.shown]
    reject = Tap("binding.reject", "reject", number, YES)
    return Card(
        "binding/candidates",
        {"petition": number, "matching": matching, "candidates": ids, "page": some.number, "pages": some.count},
        (*lines, *some.turning("candidate_page", number), (reject,)),
    )


async def candidate_page(actor: Actor, number: int, wanted: int, now: datetime) -> Answer:
    """Another page of those who may be meant. Where one alone is left to be meant, that is what is shown."""
    found, node = await waiting(actor, number, now)
    return Answer(screen=await asking(number, node, found.name, now, wanted))


def plain(name: str) -> str:
    """A name as it is compared: 「张 三」 is 「张三」."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


UNBOUND = """
SELECT m.id, m.name FROM member m
WHERE m.status NOT IN ('transferred', 'deceased') AND NOT EXISTS (SELECT 1 FROM account a WHERE a.member_id = m.id)
  AND EXISTS (
    SELECT 1 FROM membership s JOIN node n ON n.id = s.node_id
    WHERE s.member_id = m.id AND n.path LIKE ? AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
  )
ORDER BY m.name, m.id
"""


async def unbound(path: str, now: datetime) -> list[dict[str, Any]]:
    """Who belongs to a subtree and has no account yet: id, name."""
    return await rows(UNBOUND, f"{path}%", now, now)


async def waiting(actor: Actor, number: int, now: datetime) -> tuple[Petition, Node]:
    """A petition this actor may decide."""
    found = await Petition.get_or_none(id=number)
    if found is None:
        raise await settled(actor, "binding.approve", f"petition:{number}")
    node = await Node.get(id=found.node_id)
    actor.must("binding.approve", node.path)
    if found.at + KEPT <= now:
        raise Refusal("binding/over")
    return found, node


RENAME = "UPDATE delivery SET about = ? WHERE about = ?"


async def admit(actor: Actor, number: int, member_id: int, now: datetime) -> Answer:
    """The branch says who it is: bound."""
    found, node = await waiting(actor, number, now)
    if member_id not in [each["id"] for each in await unbound(node.path, now)]:
        raise Refusal("binding/not_free")
    await taken(found)
    member = await Member.get(id=member_id)
    about = f"petition:{number}"
    account = await bind(actor, member, found.telegram_id, found.consent, now)
    card = Card("binding/admitted", {"member": member.id, "by": actor.member_id}, undoing(account))
    await restate(about, card, now)
    await run(RENAME, f"account:{account.id}", about)
    to = Recipient(await serving(found.root_id), found.root_id, member_id=member.id)
    await owe("notice", Card("binding/welcome", {"member": member.id}), to, f"notice:{about}:admitted", now)
    return Answer(toast=Card("binding/admitted_now"))


async def reject(actor: Actor, number: int, choice: int, now: datetime) -> Answer:
    """The branch does not know them."""
    found, node = await waiting(actor, number, now)
    if choice != YES:
        raise Refusal("action/unknown")
    await taken(found)
    about = f"petition:{number}"
    await note(found.root_id, actor.label, "reject", about, now, None, {"node": node.id})
    await restate(about, Card("binding/rejected", {"name": found.name, "by": actor.member_id}), now)
    to = Recipient(await serving(found.root_id), address=found.telegram_id)
    await owe("notice", Card("binding/not_admitted", {"node": node.id}), to, f"notice:{about}:rejected", now)
    return Answer(toast=Card("binding/rejected_now"))


async def taken(found: Petition) -> None:
    """Of two who decide at once, one does."""
    if not await run("DELETE FROM petition WHERE id = ?", found.id):
        raise Refusal("binding/over")


async def expire(now: datetime) -> int:
    """Petitions nobody decided in a week are over; the person and the branch are told."""
    due = await Petition.filter(at__lte=now - KEPT).order_by("id").limit(100)
    for each in due:
        async with atomic():
            if await run("DELETE FROM petition WHERE id = ?", each.id):
                await lapsed(each, now)
    return len(due)


async def lapsed(found: Petition, now: datetime) -> None:
    about = f"petition:{found.id}"
    await note(found.root_id, "clock", "petition_lapsed", about, now, None, None)
    await restate(about, Card("binding/lapsed", {"name": found.name}), now)
    to = Recipient(await serving(found.root_id), address=found.telegram_id)
    await owe("notice", Card("binding/undecided", {"node": found.node_id}), to, f"notice:{about}:lapsed", now)


async def next_due() -> datetime | None:
    """When the next petition is over."""
    found = (await rows("SELECT MIN(at) AS at FROM petition"))[0]["at"]
    return None if found is None else from_ms(found) + KEPT


DESCRIBED = "SELECT p.name, n.name AS node FROM petition p JOIN node n ON n.id = p.node_id WHERE p.id = ?"


async def describe(number: int, _: datetime) -> dict[str, Any]:
    """What a card says of a petition."""
    return (await rows(DESCRIBED, number))[0]


CANDIDATES = """
SELECT m.id, m.name, m.joined_on, n.name AS node FROM member m
LEFT JOIN membership s ON s.member_id = m.id AND s.kind = 'home' AND s.until_at IS NULL LEFT JOIN node n ON n.id = s.node_id
WHERE m.id = ?
"""


async def candidates(members: list[int], _: datetime) -> list[dict[str, Any]]:
    """Those a card offers, in its order: name, where they belong, when they joined."""
    return [(await rows(CANDIDATES, each))[0] for each in members]
