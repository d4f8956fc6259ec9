"""/reach: those responsible ask, in private, who cannot be written to."""

from handlers.context import Command, Heard
from models import reach
from models.card import Answer, Refusal


async def report(heard: Heard) -> Answer:
    """/reach in private; names are not discussed in a group."""
    if not heard.private:
        raise Refusal("reach/private")
    return await reach.report(heard.actor)


COMMANDS = [Command("reach", report, menu=frozenset({"private"}), right="reach.see")]
