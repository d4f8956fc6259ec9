"""/invite: links for those who are not bound yet: a sheet to hand out, one member's link, or the branch's own."""

import re

from handlers.context import Command, Heard
from models import binding
from models.card import Answer, Refusal

ONE_FOR_ALL = re.compile(r"link|链接|支部链接", re.IGNORECASE)


async def invite(heard: Heard) -> Answer:
    """/invite, /invite 姓名, /invite link — in private: a link is for the person who hands it on."""
    if not heard.private:
        raise Refusal("binding/in_private")
    if not heard.words or ONE_FOR_ALL.fullmatch(heard.words):
        return await binding.ask_where(heard.actor, bool(heard.words), heard.now)
    return await binding.ask_one(heard.actor, heard.words, heard.now)


COMMANDS = [
    Command("invite", invite, menu=frozenset({"private"}), right="binding.invite"),
]
