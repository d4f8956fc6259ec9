"""Arriving and being tied: a group that speaks for no node yet offers a button; who presses it with the right ties it.

The button carries a random code and not the group's number: a number could be guessed, and a group be tied by somebody who
was never in it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import InstantField, rows, run, to_ms
from models.group.living import healed, lost
from models.member import Actor
from models.organisation import Chat, Node, link, linked
from models.outbox import Recipient, debt, owe, owe_many
from models.pages import page, place
from models.responsible import tell

HERE = 1  # the only choice of the group's own button
CODE_BITS = 62
OFFERS_KEPT = timedelta(days=30)
LONGEST_TITLE = 128


class Arrival(Model):
    """A group, or a topic of it, that the bot is in and that is tied to no node."""

    id = fields.BigIntField(primary_key=True)
    bot_id = fields.BigIntField()
    chat_id = fields.BigIntField()
    thread_id = fields.BigIntField(default=0)
    title = fields.CharField(LONGEST_TITLE)
    code = fields.BigIntField(unique=True)
    at = InstantField()

    class Meta:
        table = "arrival"
        unique_together = (("bot_id", "chat_id", "thread_id"),)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in Telegram something happened: a group, the topic in it (0: none), and what the group is called."""

    bot_id: int
    chat_id: int
    thread_id: int = 0
    title: str = ""


async def arrived(place: Place, now: datetime) -> None:
    """The bot is in a group. One that is tied lives on; any other is offered the button."""
    if await healed(place.bot_id, place.chat_id, now):
        return
    card, code = await offer(place, now)
    to = Recipient(place.bot_id, address=place.chat_id)
    await owe_many([debt("notice", card, to, f"notice:arrival:{code}", now, about=f"arrival:{code}")])


async def left(place: Place, reason: str, now: datetime) -> None:
    """The bot is in a group no more."""
    await run("DELETE FROM arrival WHERE bot_id = ? AND chat_id = ?", place.bot_id, place.chat_id)
    await lost(place.bot_id, place.chat_id, reason, now)


async def offer(place: Place, now: datetime) -> tuple[Card, int]:
    """The card with the button that ties this place; and its code."""
    arrival = await Arrival.get_or_none(**spot(place))
    if arrival is None:
        code = secrets.randbits(CODE_BITS)
        arrival = await Arrival.create(**spot(place), title=place.title, code=code, at=now)
    return Card("group/arrived", {}, ((Tap("group.link", "tie", arrival.code, HERE),),)), arrival.code


async def link_here(actor: Actor, code: int, choice: int, now: datetime) -> Answer:
    """The group's button was pressed. With one node in reach it is tied at once, with several one is chosen in private."""
    actor.must_somewhere("chat.link")
    if choice != HERE:
        raise Refusal("action/unknown")
    arrival = await offered(code)
    nodes = await within(actor.reach("chat.link"))
    if len(nodes) == 1:
        return await tie(actor, arrival, nodes[0], now)
    return Answer(toast=Card("group/choose_there"), screen=which(arrival, nodes, 1))


def which(arrival: Arrival, nodes: list[Node], number: int) -> Card:
    """Which of several nodes a group is to speak for, a page of them."""
    some = page(nodes, number)
    taps: list[tuple[Tap, ...]] = [(Tap("named", "tie_to", arrival.code, node.id, node.name),) for node in some.shown]
    taps += some.turning("tie_page", arrival.code)
    return Card("group/choose", {"title": arrival.title, "page": some.number, "pages": some.count}, tuple(taps))


async def link_page(actor: Actor, code: int, number: int, now: datetime) -> Answer:
    """Another page of the nodes a group may speak for."""
    reach = actor.must_somewhere("chat.link")
    return Answer(screen=which(await offered(code), await within(reach), number))


async def link_to(actor: Actor, code: int, node_id: int, now: datetime) -> Answer:
    """A node was chosen for the group."""
    actor.must_somewhere("chat.link")
    node = await Node.get_or_none(id=node_id, closed_at__isnull=True)
    actor.must("chat.link", node.path if node else "nowhere")
    assert node is not None, "nobody has a right nowhere"
    return await tie(actor, await offered(code), node, now)


async def ask_link(actor: Actor, place: Place, words: str, now: datetime) -> Answer:
    """/link in a group. `words` narrow down which node is meant; where several are left the button is offered."""
    actor.must_somewhere("chat.link")
    if await Chat.filter(**spot(place), unlinked_at__isnull=True).exists():
        raise Refusal("group/already")
    nodes = [node for node in await within(actor.reach("chat.link")) if words in node.name]
    exact = [node for node in nodes if node.name == words]
    if not nodes:
        raise Refusal("group/no_such")
    card, code = await offer(place, now)
    if len(exact or nodes) > 1:
        return Answer(screen=card)
    await tie(actor, await offered(code), (exact or nodes)[0], now)
    return Answer()


async def unlink(actor: Actor, place: Place, now: datetime) -> Answer:
    """/unlink in a group: nothing of its node is said there any more."""
    actor.must_somewhere("chat.link")
    chat = await linked(place.bot_id, place.chat_id, place.thread_id)
    if chat is None:
        raise Refusal("gathering/unlinked")
    node = await Node.get(id=chat.node_id)
    actor.must("chat.link", node.path)
    await Chat.filter(id=chat.id).update(unlinked_at=now)
    await run("UPDATE delivery SET state = 'cancelled' WHERE chat_id = ? AND state IN ('queued', 'held')", chat.id)
    await note(chat.root_id, actor.label, "unlink", f"chat:{chat.id}", now, {"node": node.id}, None)
    card = Card("group/unlinked_told", {"chat": chat.id, "member": actor.member_id})
    await tell("chat.link", node.path, card, f"unlink:{chat.id}:{to_ms(now)}", now, besides=actor.member_id or 0)
    return Answer(screen=Card("group/unlinked"))


async def offered(code: int) -> Arrival:
    arrival = await Arrival.get_or_none(code=code)
    if arrival is None:
        raise Refusal("group/stale")
    return arrival


async def within(paths: list[str]) -> list[Node]:
    """Open nodes of these subtrees, from above."""
    reached = " OR ".join(["path LIKE ?"] * len(paths))
    sql = f"SELECT id FROM node WHERE closed_at IS NULL AND ({reached})"
    ids = [row["id"] for row in await rows(sql, *(f"{path}%" for path in paths))]
    return sorted(await Node.filter(id__in=ids), key=lambda node: place(node.path))


def spot(place: Place | Arrival) -> dict[str, Any]:
    return {"bot_id": place.bot_id, "chat_id": place.chat_id, "thread_id": place.thread_id}


# What its node has announced and is still asking about appears in this group too: the sweep owes each card once to each group.
ANNOUNCE = "UPDATE gathering SET announce_due = ? WHERE node_id = ? AND state = 'announced' AND closes_at > ?"
ANNOUNCE_PLEDGES = """
UPDATE campaign SET announce_due = ? WHERE state = 'open' AND ends_at > ?
  AND node_id IN (SELECT id FROM node WHERE CAST(? AS VARCHAR(255)) LIKE path || '%')
"""


async def tie(actor: Actor, arrival: Arrival, node: Node, now: datetime) -> Answer:
    """The group speaks for the node from now on; the group and those responsible hear of it."""
    chat = await link(node, arrival.bot_id, arrival.chat_id, arrival.thread_id, now)
    await Chat.filter(id=chat.id).update(title=arrival.title, state="ok")
    await arrival.delete()
    await run(ANNOUNCE, now, node.id, now)
    await run(ANNOUNCE_PLEDGES, now, now, node.path)
    await note(chat.root_id, actor.label, "link", f"chat:{chat.id}", now, None, {"node": node.id})
    occasion = f"link:{chat.id}:{to_ms(now)}"
    told = Card("group/linked_told", {"chat": chat.id, "member": actor.member_id})
    await tell("chat.link", node.path, told, occasion, now, besides=actor.member_id or 0)
    to = Recipient(chat.bot_id, chat.root_id, chat_id=chat.id)
    await owe("notice", Card("group/joined", {"chat": chat.id}), to, f"notice:{occasion}:group", now)
    return Answer(toast=Card("group/linked", {"speaks_for": node.name}))


async def forget(now: datetime) -> None:
    """Retention: groups that were never tied; the button is offered anew by /link."""
    await run("DELETE FROM arrival WHERE at <= ?", now - OFFERS_KEPT)
