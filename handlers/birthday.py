"""/birthday: one's own political birthday and wishes, for those responsible the month of their node; typed 寄语."""

import re

from handlers.context import Command, Heard
from models import birthday
from models.birthday import editing
from models.birthday.ways import RIGHT
from models.card import Answer, Refusal
from models.draft import Question

OWN = re.compile(r"我|我的|自己|本人")


async def ask(heard: Heard) -> Answer:
    """/birthday, /birthday 我的, /birthday 百花园"""
    if not heard.private:
        raise Refusal("birthday/in_private")
    words = heard.words.strip()
    if OWN.fullmatch(words) or not heard.actor.reach(RIGHT):
        return await birthday.show(heard.actor)
    return await birthday.ask(heard.actor, words, heard.now)


async def words(heard: Heard, question: Question) -> Answer:
    return await birthday.say_words(heard.actor, heard.bot_id, question, heard.words, heard.now)


TYPED = {editing.QUESTION: words}
COMMANDS = [Command("birthday", ask, menu=frozenset({"private"}))]
