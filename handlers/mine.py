"""/mydata, /unbind, /forget: what is held about oneself, and how to end it."""

from handlers.context import Command, Heard
from models import binding
from models.card import Answer, Refusal

PRIVATE = frozenset({"private"})


async def mydata(heard: Heard) -> Answer:
    privately(heard)
    return await binding.mine(heard.actor, heard.now)


async def unbind(heard: Heard) -> Answer:
    privately(heard)
    return await binding.leave(heard.actor)


async def forget(heard: Heard) -> Answer:
    privately(heard)
    return await binding.wish(heard.actor, heard.now)


def privately(heard: Heard) -> None:
    if not heard.private:
        raise Refusal("mine/in_private")


COMMANDS = [
    Command("mydata", mydata, menu=PRIVATE),
    Command("unbind", unbind, menu=PRIVATE),
    Command("forget", forget, menu=PRIVATE),
]
