"""Settling the rule: what somebody wishes is shown as the days of the year, and one tap says what holidays do to it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from models import errand
from models.audit import note
from models.calendar import instant, local
from models.card import Answer, Card, Refusal, Tap
from models.database import run
from models.errand import Errand, Task
from models.gathering import Gathering
from models.gathering.plan import LONGEST_TEXT
from models.holidays import known
from models.member import Actor
from models.organisation import Node, wishes
from models.recurrence import ASK, NEXT_WEEK, NEXT_WORKING_DAY, NONE, Holidays, Rule, read
from models.theme_day.drawing import columns, day_of, draw_up_year, redate, wish_of
from models.theme_day.seeing import year_card
from models.theme_day.tables import Series

ERRAND = "theme_day.rule"
# What a button says of a day that collides; 3 is left out so that a code cannot be guessed by counting.
POLICIES = {1: NEXT_WORKING_DAY, 2: NEXT_WEEK, 4: NONE, 5: ASK}
EXTENDED_FROM = 11  # the month from which the following year is drawn up


@dataclass(frozen=True, slots=True)
class Wanted:
    """A theme day every month: by which rule, at what time, where, how long; whether a weekend that is worked is a day to move
    to.
    """

    rule: Rule
    at: time
    place: str
    minutes: int = 60
    adjusted: bool = False


async def ask_rule(by: Actor, bot_id: int, node: Node, wanted: Wanted, now: datetime) -> Answer:
    """Shows what a rule would mean; nothing holds before the tap."""
    by.must("gathering.plan", node.path)
    assert by.root_id is not None and by.member_id is not None, "an office is held by a member of a tree"  # noqa: PT018
    if not wanted.place or len(wanted.place) > LONGEST_TEXT:
        raise Refusal("gathering/wordy", most=LONGEST_TEXT)
    facts = {"node": node.id, "rule": wanted.rule.wire, "at": f"{wanted.at:%H:%M}", "place": wanted.place}
    facts |= {"minutes": wanted.minutes, "adjusted": wanted.adjusted}
    number = await errand.hold(by.root_id, bot_id, by.member_id, ERRAND, facts, now)
    return Answer(screen=Card("theme_day/preview", {"preview": number}, buttons(number)))


def buttons(number: int) -> tuple[tuple[Tap, ...], ...]:
    """One for each policy, the likely ones first."""
    likely = Tap("shift.next", "year_rule", number, 1), Tap("shift.week", "year_rule", number, 2)
    return likely, (Tap("shift.none", "year_rule", number, 4), Tap("shift.ask", "year_rule", number, 5))


async def decide(by: Actor, errand_id: int, choice: int, now: datetime) -> Answer:
    """The tap below a preview: only who asked for it, and only with the right still held."""
    if choice not in POLICIES:
        raise Refusal("action/unknown")
    by.must_somewhere("gathering.plan")
    one = await errand.task(errand_id, "waiting")
    if one is None or one.kind != ERRAND or one.member_id != by.member_id:
        mine = await Errand.exists(id=errand_id, kind=ERRAND, member_id=by.member_id or 0)
        raise Refusal("theme_day/lapsed" if mine else "rights/refused")
    if not await errand.end(one.id, "done", now, before="waiting"):
        raise Refusal("theme_day/lapsed")
    node = await Node.get(id=one.facts["node"])
    return await settle_rule(by, node, wanted_of(one), POLICIES[choice], now)


def wanted_of(one: Task) -> Wanted:
    facts = one.facts
    return Wanted(read(facts["rule"]), time.fromisoformat(facts["at"]), facts["place"], facts["minutes"], facts["adjusted"])


async def settle_rule(by: Actor, node: Node, wanted: Wanted, shift: str, now: datetime) -> Answer:
    """The rule holds from now on: what of the old one is still only planned follows it, the rest of the year is drawn up."""
    by.must("gathering.plan", node.path)
    await run("UPDATE node SET kind = kind WHERE id = ?", node.id)  # one rule of a node at a time
    there = await wishes(node.id)
    today = local(now, there.zone).date()
    old = await Series.get_or_none(node_id=node.id, ended_at=None)
    await Series.filter(node_id=node.id, ended_at=None).update(ended_at=now)
    series = await Series.create(
        root_id=node.root_id,
        node_id=node.id,
        rule=wanted.rule.wire,
        shift=shift,
        adjusted=wanted.adjusted,
        local_time=f"{wanted.at:%H:%M}",
        place=wanted.place,
        minutes=wanted.minutes,
        since=today,
        extend_due=instant(extended_on(today), there.quiet_until, there.zone),
    )
    await noted(by, node, old, series, now)
    holidays = await known(node)
    if old is not None:
        await adopt(by, node, old, series, today, holidays, now)
    years = [today.year, today.year + 1] if today.month >= EXTENDED_FROM else [today.year]
    for year in years:
        await draw_up_year(by, node, series, year, holidays, now)
    return await settled(by, node, series, today, now)


def extended_on(today: date) -> date:
    """The next 1 November."""
    return date(today.year + (today.month >= EXTENDED_FROM), EXTENDED_FROM, 1)


async def noted(by: Actor, node: Node, old: Series | None, new: Series, now: datetime) -> None:
    assert node.root_id is not None, "a node belongs to a tree"
    before, after = told(old) if old else None, told(new)
    await note(node.root_id, by.label, "settle_rule", f"node:{node.id}", now, before, after)


def told(series: Series) -> dict[str, Any]:
    return {name: getattr(series, name) for name in ("rule", "shift", "adjusted", "local_time", "place", "minutes")}


ADOPT = """
UPDATE gathering SET series_id = ? WHERE series_id = ? AND month >= ? AND state <> 'cancelled'
"""


async def adopt(by: Actor, node: Node, old: Series, new: Series, today: date, holidays: Holidays, now: datetime) -> None:
    """From this month on the days of the old rule are the new one's; those only planned follow it, with all that hangs on
    them. One whose new day is over already stays where it is.
    """
    await run(ADOPT, new.id, old.id, f"{today:%Y-%m}")
    for one in await Gathering.filter(series_id=new.id, state="planned", starts_at__gt=now).order_by("id"):
        assert one.month is not None, "a series owes it for a month"
        day = day_of(new, int(one.month[:4]), int(one.month[5:]), holidays)
        await redate(by, node, one, wish_of(new, day.day), now, **await columns(node, new, day, now))


async def settled(by: Actor, node: Node, series: Series, today: date, now: datetime) -> Answer:
    coming = await Gathering.filter(series_id=series.id, starts_at__gt=now).exclude(state="cancelled").order_by("starts_at")
    first = coming[0]
    screen = await year_card(by, node, first.local_date.year, now)
    starts = f"{first.local_date}T{first.local_time}"
    return Answer(toast=Card("theme_day/settled", {"starts": starts, "count": len(coming)}), screen=screen)
