"""/desk, /habits and /propose, and what organisers and members type when a button of theirs asked for it; in private."""

import re
from datetime import date, time

from handlers.context import Command, Heard
from handlers.gathering import meant
from models.calendar import local
from models.card import Answer, Refusal
from models.draft import Question
from models.gathering import agenda, leave, moving, proposals, settling, waiting
from models.gathering import desk as organising

PRIVATE = frozenset({"private"})
DAY = re.compile(
    r"(?:(?P<year>2\d{3})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})"
)
INHERIT = re.compile(r"默认")
PLACE = re.compile(r"(?:地点|地址)[:\s]*(?P<place>\S.*)", re.DOTALL)


def in_private(heard: Heard) -> None:
    if not heard.private:
        raise Refusal("gathering/private")


async def desk(heard: Heard) -> Answer:
    """/desk: what can be done about the next gathering."""
    in_private(heard)
    return await organising.choose(heard.actor, heard.now)


async def habits(heard: Heard) -> Answer:
    """/habits: how one's node holds its gatherings."""
    in_private(heard)
    return await settling.show(heard.actor, heard.now)


async def propose(heard: Heard) -> Answer:
    """/propose [议题]"""
    in_private(heard)
    return await proposals.propose_next(heard.actor, heard.words, heard.now)


async def reason(heard: Heard, question: Question) -> Answer:
    return await leave.say_reason(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def seats(heard: Heard, question: Question) -> Answer:
    return await waiting.say_seats(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def item(heard: Heard, question: Question) -> Answer:
    return await agenda.say_item(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def items(heard: Heard, question: Question) -> Answer:
    """The fixed items of a branch, or 默认."""
    inherit = INHERIT.fullmatch(heard.words.strip()) is not None
    return await settling.say_items(heard.actor, heard.bot_id, question, heard.words, inherit, heard.now)


async def topic(heard: Heard, question: Question) -> Answer:
    return await proposals.say_topic(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def day(heard: Heard, question: Question) -> Answer:
    """A new day and time, or after 地点 a new place."""
    number = question.facts["gathering"]
    if found := PLACE.fullmatch(heard.words):
        place = " ".join(found["place"].split())
        return await moving.say_place(heard.actor, heard.bot_id, number, place, heard.now)
    there, at = read(heard.words, local(heard.now, await organising.zone_at(number)).date())
    return await moving.say_day(heard.actor, heard.bot_id, number, there, at, heard.now)


def read(words: str, today: date) -> tuple[date, time]:
    """12月8日 15:00, with or without a year."""
    found = DAY.fullmatch(words.strip())
    if found is None:
        raise Refusal("gathering/no_day")
    try:
        at = time(int(found["hour"]), int(found["minute"]))
        return meant(found["year"], int(found["month"]), int(found["day"]), today), at
    except ValueError:
        raise Refusal("gathering/no_day") from None


TYPED = {
    leave.QUESTION: reason,
    waiting.QUESTION: seats,
    agenda.QUESTION: item,
    settling.QUESTION: items,
    proposals.QUESTION: topic,
    moving.QUESTION: day,
}
COMMANDS = [
    Command("desk", desk, menu=PRIVATE, right="gathering.plan"),
    Command("habits", habits, menu=PRIVATE, right="gathering.plan"),
    Command("propose", propose, menu=PRIVATE),
]
