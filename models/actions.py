"""Every tap there is. `perform` is the one way in, whatever carried the tap: a Telegram button, a signed link, the sandbox."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from models import binding, gathering
from models.card import Action, Answer, Refusal
from models.member import Actor

Verb = Callable[[Actor, Action, datetime], Awaitable[Answer]]


async def rsvp(actor: Actor, action: Action, now: datetime) -> Answer:
    return await gathering.rsvp(actor, action.target, action.choice, now)


async def bind(actor: Actor, action: Action, now: datetime) -> Answer:
    return await binding.decide(actor, action.target, action.choice, action.delivery, now)


VERBS: dict[str, Verb] = {
    "rsvp": rsvp,
    "bind": bind,
}


async def perform(actor: Actor, action: Action, now: datetime) -> Answer:
    """Does what a tap asks, or refuses. The verb judges the right; nothing here or above does."""
    verb = VERBS.get(action.verb)
    if verb is None:
        raise Refusal("action/unknown")
    return await verb(actor, action, now)
