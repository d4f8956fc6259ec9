"""Handing out links: for one member, for all of a branch who are not bound yet, or one for the branch itself.

Codes leave as `export` deliveries, which are emptied once they left: what is kept of a code is its hash.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import errand
from models.audit import note
from models.binding.invite import invite
from models.binding.opened import address, open_link
from models.binding.petition import unbound
from models.binding.told import YES, home
from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.member import Account, Actor, Member
from models.organisation import Node, serving, wishes
from models.outbox import Recipient, debt, owe_many

LIVES = (1, 7, 30)  # days a link may live


def life_of_sheet(node_id: int) -> Answer:
    """How long the links of a sheet are to live, or whether it is to be one link for all."""
    other = Tap("binding.one_link", "link_at", node_id, YES)
    return Answer(screen=Card("binding/life", {"node": node_id}, lives("invite", node_id, other)))


def life_of_link(node_id: int) -> Answer:
    """How long a branch's own link is to live."""
    return Answer(screen=Card("binding/link_life", {"node": node_id}, lives("link", node_id)))


def lives(verb: str, target: int, *more: Tap) -> tuple[tuple[Tap, ...], ...]:
    week, day = Tap("binding.week", verb, target, 7), Tap("binding.day", verb, target, 1)
    return ((week, day), (Tap("binding.month", verb, target, 30), *more))


async def reachable(actor: Actor, node_id: int) -> Node:
    """A node this actor invites for. What does not exist and what is not theirs sound the same."""
    node = await Node.get_or_none(id=node_id)
    actor.must("binding.invite", node.path if node else "nowhere")
    assert node is not None, "nobody has a right nowhere"
    return node


async def invite_at(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """One of several branches was chosen."""
    node = await reachable(actor, node_id)
    if choice != YES:
        raise Refusal("action/unknown")
    return life_of_sheet(node.id)


async def link_at(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """One link for all of a branch is wanted."""
    node = await reachable(actor, node_id)
    if choice != YES:
        raise Refusal("action/unknown")
    return life_of_link(node.id)


async def hand_out(actor: Actor, node_id: int, days: int, now: datetime) -> Answer:
    """A sheet of links for all of a branch who are not bound: made by the machine, sent in private."""
    node = await reachable(actor, node_id)
    if days not in LIVES:
        raise Refusal("action/unknown")
    if not await unbound(node.path, now):
        raise Refusal("binding/all_bound")
    assert actor.member_id is not None, "a stranger has no right"
    root_id, facts = node.root_id or node.id, {"node": node.id, "days": days}
    await errand.send(root_id, await serving(root_id), actor.member_id, "handout", facts, now)
    return Answer(toast=Card("binding/sheet_coming"))


@dataclass(frozen=True, slots=True)
class Slip:
    """What is cut out and given to one member."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A branch's slips; `until` is local, ISO."""

    branch: str
    until: str
    slips: tuple[Slip, ...]


async def sheet(actor: Actor, node_id: int, days: int, now: datetime) -> Sheet:
    """New links for all of a branch who are not bound now; the older ones end."""
    node = await reachable(actor, node_id)
    root_id = node.root_id or node.id
    slips = [await slip(each["id"], root_id, days, now) for each in await unbound(node.path, now)]
    await note(root_id, actor.label, "hand_out", f"node:{node.id}", now, None, {"links": len(slips), "days": days})
    return Sheet(node.name, await until(node.id, days, now), tuple(slips))


async def slip(member_id: int, root_id: int, days: int, now: datetime) -> Slip:
    member = await Member.get(id=member_id)
    return Slip(member.name, await address(root_id, await invite(member, now, timedelta(days=days))))


async def until(node_id: int, days: int, now: datetime) -> str:
    """When a link given out now ends there, local, ISO."""
    return local(now + timedelta(days=days), (await wishes(node_id)).zone).isoformat(timespec="minutes")


def life_for(member_id: int) -> Answer:
    """How long one member's link is to live."""
    return Answer(screen=Card("binding/life_of", {"member": member_id}, lives("invite_one", member_id)))


async def invited(actor: Actor, member_id: int, now: datetime) -> tuple[Member, str]:
    """A member this actor may invite and the path of their home."""
    member = await Member.get_or_none(id=member_id)
    path = await home(member, now) if member else "nowhere"
    actor.must("binding.invite", path)
    assert member is not None, "nobody has a right nowhere"
    if await Account.exists(member_id=member.id):
        raise Refusal("binding/member_taken")
    return member, path


async def invite_whom(actor: Actor, member_id: int, choice: int, now: datetime) -> Answer:
    """One of several of that name was chosen."""
    member, _ = await invited(actor, member_id, now)
    if choice != YES:
        raise Refusal("action/unknown")
    return life_for(member.id)


async def invite_one(actor: Actor, member_id: int, days: int, now: datetime) -> Answer:
    """The link of one member, to be passed on."""
    member, path = await invited(actor, member_id, now)
    if days not in LIVES:
        raise Refusal("action/unknown")
    one = await slip(member.id, member.root_id, days, now)
    await note(member.root_id, actor.label, "invite", f"member:{member.id}", now, None, {"days": days})
    ends = await until(int(path.rstrip("/").split("/")[-1]), days, now)
    await give(actor, Card("binding/link_of", {"member": member.id, "link": one.link, "until": ends}), now)
    return Answer(toast=Card("binding/link_coming"))


async def link(actor: Actor, node_id: int, days: int, now: datetime) -> Answer:
    """The branch's own link."""
    node = await reachable(actor, node_id)
    if days not in LIVES:
        raise Refusal("action/unknown")
    where, ends = await open_link(actor, node, timedelta(days=days), now), await until(node.id, days, now)
    await give(actor, Card("binding/open_link", {"node": node.id, "link": where, "until": ends}), now)
    return Answer(toast=Card("binding/link_coming"))


async def give(actor: Actor, card: Card, now: datetime) -> None:
    """Owes what holds a code: in private, at most once, emptied when it left."""
    assert actor.root_id is not None, "a stranger has no right"
    to = Recipient(await serving(actor.root_id), actor.root_id, member_id=actor.member_id)
    key = f"export:{card.name}:{int(now.timestamp() * 1000)}:{to.label}"
    await owe_many([debt("export", card, to, key, now)])
