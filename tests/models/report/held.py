"""Occasions that were held, as the clock and the people make them; and records as numbers, for tables."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from models.card import Answer, Card
from models.gathering import Gathering, Record, announce, close, end
from models.gathering.plan import Wish, draw_up
from models.gathering.sign_in import By, sign_in
from models.member import OPERATOR
from models.organisation import Node
from tests.cast import NOW, Cast, Person

START = date(2026, 12, 1)
AFTER = datetime.combine(START, time(20), NOW.tzinfo)  # the evening there is past midnight, which nobody minds
numbers = count(1)


async def held(cast: Cast, *present: Person, node: Node | None = None, day: date = START, kind: str = "theme_day") -> Gathering:
    """An occasion of the branch at 15:00 there, which is over; those named signed in by the button."""
    title = "" if kind == "theme_day" else "outing"
    gathering = await draw_up(
        OPERATOR, node or cast.branch, Wish(title, "room 1", day, time(15), kind=kind), NOW, announce_now=True
    )
    await announce(NOW)
    await close(gathering.closes_at)
    for person in present:
        await sign_in(await person.acting(gathering.starts_at), gathering.id, By.BUTTON, gathering.starts_at)
    await end(gathering.ends_at)
    return await Gathering.get(id=gathering.id)


async def recorded(node: Node, month: str, expected: int, present: int, locked: bool = True, **more: Any) -> Record:
    """The numbers of a theme day, without the people."""
    year, number = int(month[:4]), int(month[5:])
    gathering = await draw_up(
        OPERATOR,
        node,
        Wish("", "room 1", date(2027, 1, 1) + timedelta(days=next(numbers) % 300), time(15), kind="theme_day"),
        NOW,
    )
    await Gathering.filter(id=gathering.id).update(local_date=date(year, number, 1), state="recorded")
    kept: dict[str, Any] = {"kind": "theme_day", "on_leave": 0, "absent": expected - present, "observers": 0} | more
    return await Record.create(
        root_id=gathering.root_id,
        node_id=node.id,
        gathering_id=gathering.id,
        month=month,
        expected=expected,
        present=present,
        closed_at=NOW if locked else None,
        **kept,
    )


def screen(answer: Answer) -> Card:
    assert answer.screen is not None
    return answer.screen
