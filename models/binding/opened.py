"""A branch's own link: many may open it; who agrees is asked for a name, and the branch decides who it was."""

import secrets
from datetime import datetime, timedelta

from models import draft
from models.audit import note
from models.binding.tables import OpenLink, Petition, hashed
from models.card import Answer, Card, Refusal, Tap
from models.member import Actor
from models.organisation import Bot, Node, serving

JOIN, DECLINE = 1, 2


async def open_link(actor: Actor, node: Node, life: timedelta, now: datetime) -> str:
    """The address of a new link for a node; it voids the node's older ones."""
    actor.must("binding.invite", node.path)
    root_id = node.root_id or node.id
    await OpenLink.filter(node_id=node.id).delete()
    code = secrets.token_urlsafe(16)
    link = await OpenLink.create(root_id=root_id, node_id=node.id, code_hash=hashed(code), expires_at=now + life)
    await note(root_id, actor.label, "open_link", f"node:{node.id}", now, None, {"link": link.id, "days": life.days})
    return await address(root_id, code)


async def address(root_id: int, code: str) -> str:
    """The deep link of a code, at the bot that serves the tree."""
    bot = await Bot.get(id=await serving(root_id))
    return f"https://t.me/{bot.username}?start={code}"


async def ask_to_join(actor: Actor, link: OpenLink, now: datetime) -> Answer:
    """Shows what will be kept, and asks."""
    if link.expires_at <= now:
        raise Refusal("binding/bad_link")
    await free(actor)
    taps = (Tap("binding.agree", "join", link.id, JOIN), Tap("binding.decline", "join", link.id, DECLINE))
    return Answer(screen=Card("binding/join", {"node": link.node_id}, (taps,)))


async def free(actor: Actor) -> None:
    """Whoever is bound, or waits to be, needs no second way in."""
    if actor.member_id is not None:
        raise Refusal("binding/account_taken")
    if await Petition.exists(telegram_id=actor.telegram_id):
        raise Refusal("binding/waiting")


async def usable(link_id: int, now: datetime) -> OpenLink:
    link = await OpenLink.get_or_none(id=link_id)
    if link is None or link.expires_at <= now:
        raise Refusal("binding/bad_link")
    return link


async def joined(actor: Actor, link_id: int, choice: int, now: datetime) -> Answer:
    """Agreed or declined, judged by the caller to be an answer to our question."""
    link = await usable(link_id, now)
    if choice == DECLINE:
        return Answer(toast=Card("binding/declined"), alert=True)
    if choice != JOIN or actor.telegram_id is None:
        raise Refusal("action/unknown")
    await free(actor)
    await draft.ask(await serving(link.root_id), actor.telegram_id, "binding.name", {"link": link.id}, now)
    return Answer(screen=Card("binding/name"))
