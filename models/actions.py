"""Every tap there is. `perform` is the one way in, whatever carried the tap: a Telegram button, a signed link, the sandbox."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from models import binding, gathering, group, roles, roster
from models.card import Action, Answer, Refusal
from models.member import Actor

Verb = Callable[[Actor, Action, datetime], Awaitable[Answer]]


async def rsvp(actor: Actor, action: Action, now: datetime) -> Answer:
    return await gathering.rsvp(actor, action.target, action.choice, now)


async def bind(actor: Actor, action: Action, now: datetime) -> Answer:
    return await binding.decide(actor, action.target, action.choice, action.delivery, now)


async def join(actor: Actor, action: Action, now: datetime) -> Answer:
    return await binding.join(actor, action.target, action.choice, action.delivery, now)


def chosen(verb: Callable[[Actor, int, int, datetime], Awaitable[Answer]]) -> Verb:
    """A verb that is told its target and choice, and no more of the tap."""

    async def act(actor: Actor, action: Action, now: datetime) -> Answer:
        return await verb(actor, action.target, action.choice, now)

    return act


async def appoint(actor: Actor, action: Action, now: datetime) -> Answer:
    node_id, kind = roles.unpacked(action.choice)
    return await roles.appoint(actor, action.target, node_id, kind, now)


async def dismiss(actor: Actor, action: Action, now: datetime) -> Answer:
    if action.choice != roles.END:
        raise Refusal("action/unknown")
    return await roles.dismiss(actor, action.target, now)


async def roster_file(actor: Actor, action: Action, now: datetime) -> Answer:
    return await roster.fetch(actor, action.choice if action.target == action.choice else 0, now)


VERBS: dict[str, Verb] = {
    "appoint": appoint,
    "dismiss": dismiss,
    "roster": chosen(roster.decide),
    "roster_file": roster_file,
    "rsvp": rsvp,
    "bind": bind,
    "join": join,
    "admit": chosen(binding.admit),
    "reject": chosen(binding.reject),
    "undo_bind": chosen(binding.undo),
    "unbind": chosen(binding.unbind),
    "forget": chosen(binding.forget_me),
    "invite_at": chosen(binding.invite_at),
    "invite": chosen(binding.hand_out),
    "invite_whom": chosen(binding.invite_whom),
    "invite_one": chosen(binding.invite_one),
    "link_at": chosen(binding.link_at),
    "link": chosen(binding.link),
    "tie": chosen(group.link_here),
    "tie_to": chosen(group.link_to),
}


async def perform(actor: Actor, action: Action, now: datetime) -> Answer:
    """Does what a tap asks, or refuses. The verb judges the right; nothing here or above does."""
    verb = VERBS.get(action.verb)
    if verb is None:
        raise Refusal("action/unknown")
    return await verb(actor, action, now)
