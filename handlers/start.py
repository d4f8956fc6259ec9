"""/start and /help: who you are here and what you can do; an opened link asks before it binds."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from handlers.context import Command, Heard
from models import binding
from models.card import Answer, Card
from models.deed import Tries
from models.gathering import sign_in

GUESSES, GUESS_WINDOW = 5, timedelta(minutes=15)
VENUE = re.compile(r"s_([1-9]\d{0,17})_(\d{6})", re.ASCII)  # the picture at the venue: a gathering and its code of the day


async def opened(heard: Heard) -> Answer:
    """A link: the one at a venue, a member's own, or a branch's."""
    if venue := VENUE.fullmatch(heard.words):
        return await sign_in.by_code(heard.actor, venue[2], heard.now, int(venue[1]))
    return await binding.ask(heard.actor, heard.words, heard.now)


def told(heard: Heard, offered: list[Command]) -> Answer:
    """What this person can do here: by chat, by office, and only what there is."""
    if not heard.private:
        return Answer(screen=Card("start/group" if heard.node else "start/unlinked"))
    if heard.actor.member_id is None:
        return Answer(screen=Card("start/stranger"))
    mine = [each for each in offered if each.menu and each.name != "help"]
    duties = " ".join(each.name for each in mine if each.right is not None and heard.actor.reach(each.right))
    own = " ".join(each.name for each in mine if each.right is None)
    return Answer(screen=Card("start/member", {"member": heard.actor.member_id, "duties": duties, "own": own}))


def guesses(heard: Heard) -> Tries | None:
    """A code can be tried five times in a quarter of an hour; the counter keeps a digest, not the account."""
    if not heard.words:
        return None
    digest = hashlib.sha256(f"start:{heard.actor.telegram_id}".encode()).hexdigest()
    return Tries(f"start:{digest}", GUESSES, GUESS_WINDOW)


def offering(offered: Callable[[], list[Command]]) -> list[Command]:
    """The two commands that tell of all others."""

    async def help_(heard: Heard) -> Answer:
        return told(heard, offered())

    async def start(heard: Heard) -> Answer:
        return await opened(heard) if heard.words and heard.private else told(heard, offered())

    return [Command("start", start, menu=frozenset(), tries=guesses), Command("help", help_)]
