"""/pledge: one's own pledges, in private; with a period and a title a campaign is drawn up; and what is typed about them."""

import re
from datetime import date

from handlers.context import Command, Heard
from models import pledge
from models.card import Answer, Refusal
from models.draft import Question
from models.organisation import Node
from models.pledge import Call, campaign, choosing, reporting, reviewing

PERIOD = re.compile(
    r"从?(?P<year>2\d{3})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?\s*(?:至|到|[-~—－])+\s*"
    r"(?:(?P<until>2\d{3})[-/.年])?(?P<month_until>\d{1,2})[-/.月](?P<day_until>\d{1,2})日?\s+(?P<title>\S.*)",
    re.DOTALL,
)
WHOLE = re.compile(r"(?P<year>2\d{3})年度?\s+(?P<title>\S.*)", re.DOTALL)


async def own(heard: Heard) -> Answer:
    """/pledge, /pledge 2027年1月1日至12月31日 标题, /pledge 2027年 标题"""
    if heard.words:
        node = await where(heard)
        heard.actor.must("pledge.plan", node.path)
        return await pledge.plan(heard.actor, node, call(heard.words), heard.now)
    if not heard.private:
        raise Refusal("pledge/private")
    return await pledge.mine(heard.actor, heard.now)


async def where(heard: Heard) -> Node:
    """The group's node; in private the one somebody has an office at."""
    if heard.node is not None:
        return heard.node
    reach = set(heard.actor.must_somewhere("pledge.plan"))
    if not heard.private:
        raise Refusal("gathering/unlinked")
    if len(reach) > 1:
        raise Refusal("pledge/which")
    return await Node.get(path=reach.pop())


def call(words: str) -> Call:
    """A period and a title, or a whole year and a title."""
    try:
        if found := WHOLE.fullmatch(words):
            year = int(found["year"])
            return Call(found["title"], date(year, 1, 1), date(year, 12, 31))
        if found := PERIOD.fullmatch(words):
            begins = date(int(found["year"]), int(found["month"]), int(found["day"]))
            until = int(found["until"] or found["year"])
            return Call(found["title"], begins, date(until, int(found["month_until"]), int(found["day_until"])))
    except ValueError:
        raise Refusal("pledge/period") from None
    raise Refusal("pledge/form")


async def item(heard: Heard, question: Question) -> Answer:
    return await campaign.say_item(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def words(heard: Heard, question: Question) -> Answer:
    return await choosing.say_own(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def back(heard: Heard, question: Question) -> Answer:
    return await reviewing.say_back(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def why(heard: Heard, question: Question) -> Answer:
    return await reporting.say_why(heard.actor, heard.bot_id, question, heard.words, heard.now)


TYPED = {
    campaign.QUESTION: item,
    choosing.QUESTION: words,
    reviewing.QUESTION: back,
    reporting.QUESTION: why,
}
COMMANDS = [Command("pledge", own, menu=frozenset({"private"}))]
