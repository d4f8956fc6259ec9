"""One gathering in one line: what /plan does with a date."""

import re
from contextlib import suppress
from datetime import date, datetime, time

from handlers.context import Heard
from models import gathering
from models.calendar import local
from models.card import Answer, Refusal
from models.gathering.plan import Wish
from models.organisation import Node, zone_of

ORDER = re.compile(
    r"(?:(?P<year>2\d{3})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?\s*"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})\s+(?P<place>\S+)\s+(?P<title>\S.*)",
    re.DOTALL,
)
THEME_DAY = re.compile(r"主题党日")  # so called, it has the fixed items of one and counts as one


async def plan(heard: Heard) -> Answer:
    """/plan 2026-12-01 15:00 地点 主题 — in the group it is for, or in private by whoever plans for one node."""
    node = heard.node if heard.node is not None else await only_node(heard)
    heard.actor.must("gathering.plan", node.path)
    today = local(heard.now, await zone_of(node))
    return await gathering.plan(heard.actor, node, wish(heard.words, today), heard.now)


async def only_node(heard: Heard) -> Node:
    """The one node somebody plans for; with none or several it has to be said in the group itself."""
    reach = heard.actor.reach("gathering.plan")
    if not reach:
        heard.actor.must("gathering.plan", "nowhere")
    if not heard.private:
        raise Refusal("gathering/unlinked")
    if len(set(reach)) > 1:
        raise Refusal("gathering/which")
    return await Node.get(path=reach[0])


def wish(words: str, today: datetime) -> Wish:
    """Reads a line of /plan; a date without a year is the next such day."""
    found = ORDER.fullmatch(words)
    if found is None:
        raise Refusal("gathering/form")
    try:
        at = time(int(found["hour"]), int(found["minute"]))
        day = meant(found["year"], int(found["month"]), int(found["day"]), today.date())
    except ValueError:
        raise Refusal("gathering/form") from None
    title = " ".join(found["title"].split())
    return Wish(title, found["place"], day, at, "theme_day" if THEME_DAY.search(title) else "gathering")


def meant(year: str | None, month: int, day: int, today: date) -> date:
    """The day, or ValueError where there is none: 29 February may be missing this year and be there in the next."""
    if year:
        return date(int(year), month, day)
    with suppress(ValueError):
        this_year = date(today.year, month, day)
        if this_year >= today:
            return this_year
    return date(today.year + 1, month, day)
