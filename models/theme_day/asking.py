"""Asking: a day that collides, by a rule that lets people decide, is put to the organisers three weeks before."""

from datetime import date, datetime
from typing import Any

from models.card import Answer, Card, Refusal, Tap
from models.database import to_ms
from models.gathering import Gathering
from models.gathering.due import Row, sweep
from models.gathering.plan import Wish
from models.holidays import known
from models.member import Actor
from models.organisation import Node
from models.outbox import restate
from models.recurrence import NEXT_WEEK, NEXT_WORKING_DAY, NONE, Holidays, collides, read, shifted
from models.responsible import tell
from models.theme_day.drawing import on, redate
from models.theme_day.tables import Series

# 3 is left out so that a code cannot be guessed by counting.
CHOICES = {1: NEXT_WORKING_DAY, 2: NEXT_WEEK, 4: NONE}


async def ask(now: datetime) -> int:
    """Organisers are asked where a colliding day goes."""
    return await sweep("ask_due", now, asked)


async def asked(row: Row, now: datetime) -> None:
    if row["state"] != "planned" or row["starts_at"] <= to_ms(now):
        return
    one, node = await Gathering.get(id=row["id"]), await Node.get(id=row["node_id"])
    series, holidays = await Series.get(id=row["series_id"]), await known(node)
    if one.local_date != by_rule(series, one, holidays) or not collides(one.local_date, read(series.rule), holidays):
        return  # it was moved by hand, or the year was learnt meanwhile
    days = offered(series, one, holidays)
    moved = [days[choice].toordinal() for choice in (1, 2) if choice in days]
    taps = tuple((tap,) for choice, tap in buttons(one.id).items() if choice in days)
    card = Card("theme_day/ask", {"gathering": one.id, "dates": [one.local_date.toordinal(), *moved]}, taps)
    occasion = f"shift:{one.id}:{one.revision}"
    await tell("gathering.plan", node.path, card, occasion, now, about=about(one), live=True, kind="duty")


def buttons(gathering_id: int) -> dict[int, Tap]:
    return {
        1: Tap("shift.next", "shift_day", gathering_id, 1),
        2: Tap("shift.week", "shift_day", gathering_id, 2),
        4: Tap("shift.none", "shift_day", gathering_id, 4),
    }


def about(one: Gathering) -> str:
    return f"shift:{one.id}"


def offered(series: Series, one: Gathering, holidays: Holidays) -> dict[int, date]:
    """Where each choice would put it; two that mean the same are offered once."""
    found: dict[int, date] = {}
    for choice in CHOICES:
        day = chosen(series, one.local_date, choice, holidays)
        if choice == 4 or day not in (one.local_date, *found.values()):
            found[choice] = day
    return found


async def shift_day(by: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The tap: the day is moved or stays, for all who were asked."""
    one = await Gathering.get_or_none(id=gathering_id)
    node = await Node.get(id=one.node_id) if one else None
    by.must("gathering.plan", node.path if node else "nowhere")
    assert one is not None and node is not None, "nobody may plan what is not there"  # noqa: PT018
    series = await Series.get_or_none(id=one.series_id or 0)
    if series is None or choice not in CHOICES:
        raise Refusal("action/unknown")
    holidays = await known(node)
    nominal = by_rule(series, one, holidays)
    if not collides(nominal, read(series.rule), holidays):  # there is nothing to decide
        raise Refusal("action/unknown")
    judged(one, {nominal, *(chosen(series, nominal, each, holidays) for each in CHOICES)})
    await moved(by, node, one, on(one, chosen(series, nominal, choice, holidays)), now)
    return Answer(toast=Card("theme_day/shifted", {"starts": starts(await Gathering.get(id=one.id))}))


def judged(one: Gathering, offered: set[date]) -> None:
    """Decided is what is planned, and where a button may have put it: what somebody moved elsewhere by hand stays there."""
    if one.state == "announced":
        raise Refusal("theme_day/announced")
    if one.state != "planned":
        raise Refusal("gathering/too_late", state=one.state)
    if one.local_date not in offered:
        raise Refusal("gathering/changed_meanwhile")


def chosen(series: Series, nominal: date, choice: int, holidays: Holidays) -> date:
    return shifted(nominal, read(series.rule), CHOICES[choice], series.adjusted, holidays).day


async def moved(by: Actor, node: Node, one: Gathering, wish: Wish, now: datetime) -> None:
    if wish.day != one.local_date and not await redate(by, node, one, wish, now, ask_due=None):
        raise Refusal("theme_day/announced")
    await Gathering.filter(id=one.id).update(ask_due=None)
    await restate(about(one), Card("theme_day/shift_told", {"gathering": one.id, "by": by.member_id}), now)


def by_rule(series: Series, one: Gathering, holidays: Holidays) -> date:
    assert one.month is not None, "a series owes it for a month"
    return read(series.rule).nominal(int(one.month[:4]), int(one.month[5:]), series.adjusted, holidays)


def starts(one: Gathering) -> str:
    return f"{one.local_date}T{one.local_time}"


async def dates(numbers: list[int], _: datetime) -> list[str]:
    """Days a card holds as numbers (`date.toordinal`), ISO."""
    return [date.fromordinal(number).isoformat() for number in numbers]


async def moves(numbers: list[int], now: datetime) -> list[dict[str, Any]]:
    """Old and new days in turn."""
    days = await dates(numbers, now)
    return [{"old": old, "new": new} for old, new in zip(days[::2], days[1::2], strict=True)]
