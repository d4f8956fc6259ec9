"""/roster in private: the template, the export, and a filled file that somebody sends."""

from dataclasses import asdict

from handlers.context import Command, Heard
from models import roster
from models.card import Answer, Card, Refusal


async def show(heard: Heard) -> Answer:
    """/roster: what can be done with the roster."""
    if not heard.private:
        raise Refusal("roster/private")
    if not heard.actor.reach("roster.edit"):
        heard.actor.must("roster.edit", "nowhere")
    return Answer(screen=Card("roster/menu", {}, roster.MENU))


async def sent(heard: Heard) -> Answer:
    """A file in private: a roster, if whoever sends it keeps one."""
    assert heard.file is not None, "only files come here"
    return await roster.offer(heard.actor, heard.bot_id, asdict(heard.file), heard.now)


COMMANDS = [Command("roster", show, menu=frozenset({"private"}), right="roster.see")]
