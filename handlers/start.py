"""/start and /help: who you are here and what you can do; an opened link asks before it binds."""

import hashlib
from datetime import timedelta

from handlers.context import Command, Heard
from models import binding
from models.card import Answer, Card
from models.deed import Tries

GUESSES, GUESS_WINDOW = 5, timedelta(minutes=15)


async def start(heard: Heard) -> Answer:
    if heard.words and heard.private:
        return await binding.ask(heard.actor, heard.words, heard.now)
    return await help_(heard)


async def help_(heard: Heard) -> Answer:
    if not heard.private:
        return Answer(screen=Card("start/group"))
    if heard.actor.member_id is None:
        return Answer(screen=Card("start/stranger"))
    organises = bool(heard.actor.reach("gathering.plan"))
    return Answer(screen=Card("start/member", {"member": heard.actor.member_id, "organises": organises}))


def guesses(heard: Heard) -> Tries | None:
    """A code can be tried five times in a quarter of an hour; the counter keeps a digest, not the account."""
    if not heard.words:
        return None
    digest = hashlib.sha256(f"start:{heard.actor.telegram_id}".encode()).hexdigest()
    return Tries(f"start:{digest}", GUESSES, GUESS_WINDOW)


COMMANDS = [
    Command("start", start, menu=frozenset(), tries=guesses),
    Command("help", help_),
]
