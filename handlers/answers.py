"""What people type or send in private without a command: the answer to the question that is open for them."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from handlers import birthday, desk, pledge, quiz, roster, signing, theme_day
from handlers.context import Command, Heard
from models import binding
from models.card import Answer, Card
from models.deed import Tries
from models.draft import Question

YEAR = re.compile(r".*\.json", re.IGNORECASE)  # a file of holidays
TRIES, WINDOW = 5, timedelta(minutes=15)
GUESSED = frozenset({"binding.name"})


async def typed(heard: Heard) -> Answer:
    """Plain words in private. Without an open question they are not read, and the person hears what is."""
    if heard.question is None:
        return Answer(screen=Card("answers/none"))
    return await ANSWERS[heard.question.kind](heard, heard.question)


def tries(heard: Heard) -> Tries | None:
    """A name can be tried five times in a quarter of an hour; the counter keeps a digest, not the account. What an organiser
    types about many people is no guess, and a code counts its own tries.
    """
    if heard.question is None or heard.question.kind not in GUESSED:
        return None
    digest = hashlib.sha256(f"answer:{heard.actor.telegram_id}".encode()).hexdigest()
    return Tries(f"answer:{digest}", TRIES, WINDOW)


async def name(heard: Heard, question: Question) -> Answer:
    """The name somebody gives who opened a branch's own link."""
    return await binding.petition(heard.actor, heard.bot_id, question, heard.words, heard.now)


ANSWERS: dict[str, Callable[[Heard, Question], Awaitable[Answer]]] = {
    "binding.name": name,
    **birthday.TYPED,
    **desk.TYPED,
    **pledge.TYPED,
    **quiz.TYPED,
    **signing.TYPED,
}
TYPED = Command("typed", typed, menu=frozenset(), tries=tries)


async def sent(heard: Heard) -> Answer:
    """A file in private: its name tells what it is."""
    assert heard.file is not None, "only files come here"
    return await (theme_day.learnt if YEAR.fullmatch(heard.file.name) else roster.sent)(heard)


SENT = Command("sent", sent, menu=frozenset())
