"""/signin: the code of the day, or what is open; and what is typed about who was there and what the record says."""

from handlers.context import Command, Heard
from models.card import Answer, Refusal
from models.draft import Question
from models.gathering import correcting, entering, filling, sign_in


async def signin(heard: Heard) -> Answer:
    """/signin 123456, /signin — in private: a code said in the group would be everybody's."""
    if not heard.private:
        raise Refusal("sign_in/in_group")
    if heard.words:
        return await sign_in.by_code(heard.actor, heard.words, heard.now)
    return await sign_in.ask_where(heard.actor, heard.now)


async def code(heard: Heard, question: Question) -> Answer:
    return await sign_in.typed_code(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def guests(heard: Heard, question: Question) -> Answer:
    return await entering.observed(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def why(heard: Heard, question: Question) -> Answer:
    return await correcting.reasoned(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def who(heard: Heard, question: Question) -> Answer:
    return await filling.named(heard.actor, heard.bot_id, question, heard.words, heard.now)


TYPED = {
    sign_in.QUESTION: code,
    entering.GUESTS: guests,
    entering.WHY: why,
    filling.WHO: who,
}
COMMANDS = [Command("signin", signin, menu=frozenset({"private"}))]
