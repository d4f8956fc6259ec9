"""节假日: days off and working weekends, year by year, as the State Council announces them.

A node may know a year better than those above it: the nearest ancestor's year decides; node 0 is what everybody is told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.audit import note
from models.card import Refusal
from models.database import InstantField, rows, run
from models.organisation import Node
from models.recurrence import SATURDAY, Holidays
from models.rights import Actor

EVERYBODY = 0
EARLIEST, LATEST = 2020, 2100
MOST_OFF, MOST_WORK = 80, 40  # days; 2026 has 33 and 6
LONGEST_NAME, LONGEST_SOURCE = 20, 180
SHIPPED = "shipped "  # how the source of a year that came with the product begins


class HolidayYear(Model):
    """One year as a node (0: everybody) knows it. `days`: JSON {"off": {"2026-01-01": "元旦"}, "work": ["2026-01-04"]}."""

    id = fields.BigIntField(primary_key=True)
    root_id: int | None = fields.BigIntField(null=True)
    node_id = fields.BigIntField()
    year = fields.IntField()
    source = fields.CharField(200)
    days = fields.TextField()
    at = InstantField()

    class Meta:
        table = "holiday_year"
        unique_together = (("node_id", "year"),)


@dataclass(frozen=True, slots=True)
class Year:
    """One year: days off with what is celebrated, weekend days that are worked, where it was read."""

    year: int
    off: Mapping[date, str]
    work: frozenset[date]
    source: str = ""

    @classmethod
    def judged(cls, data: object) -> "Year":
        """A year from anything a file may hold ({"year", "off", "work", "source"}); Refusal says what is wrong with it."""
        if not isinstance(data, dict) or not isinstance(year := data.get("year"), int) or not EARLIEST <= year <= LATEST:
            raise wrong("year")
        off, work = data.get("off"), data.get("work", [])
        if not isinstance(off, dict) or not isinstance(work, list) or not off:
            raise wrong("shape")
        if len(off) > MOST_OFF or len(work) > MOST_WORK:
            raise wrong("many")
        named = {day_of(year, day): name_of(name) for day, name in off.items()}
        worked = frozenset(day_of(year, day) for day in work)
        for day in sorted(worked):
            if day in named or day.weekday() < SATURDAY:
                raise wrong("both" if day in named else "weekday", day.isoformat())
        source = data.get("source", "")
        return cls(year, named, worked, printable(source)[:LONGEST_SOURCE] if isinstance(source, str) else "")

    @property
    def written(self) -> str:
        off = {day.isoformat(): self.off[day] for day in sorted(self.off)}
        return json.dumps({"off": off, "work": sorted(map(date.isoformat, self.work))}, ensure_ascii=False)


def wrong(why: str, detail: str = "") -> Refusal:
    return Refusal("theme_day/bad_year", why=why, detail=printable(detail)[:LONGEST_NAME])


def printable(text: str) -> str:
    """What of a text both databases keep: a file may hold half characters."""
    return "".join(letter for letter in text if letter.isprintable())


def day_of(year: int, said: object) -> date:
    try:
        day = date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        day = None
    if day is None or day.year != year or day.isoformat() != said:  # not 20270101, not 2027-W01-5
        raise wrong("day", str(said))
    return day


def name_of(said: object) -> str:
    if not isinstance(said, str) or not said.isprintable() or len(said) > LONGEST_NAME:
        raise wrong("name", str(said))
    return said


WRITE = """
INSERT INTO holiday_year (root_id, node_id, year, source, days, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (node_id, year) DO UPDATE SET source = excluded.source, days = excluded.days, at = excluded.at
"""


async def load(by: Actor, node: Node | None, year: Year, now: datetime) -> None:
    """A node, or everybody, learns a year; what it knew of that year is replaced."""
    if node is None:
        await run(WRITE, None, EVERYBODY, year.year, year.source, year.written, now)
        return
    by.must("holiday.load", node.path)
    assert node.root_id is not None, "a node belongs to a tree"
    await run(WRITE, node.root_id, node.id, year.year, year.source, year.written, now)
    after = {"year": year.year, "off": len(year.off), "work": len(year.work), "source": year.source}
    await note(node.root_id, by.label, "holidays", f"node:{node.id}", now, None, after)


async def ships(year: Year) -> Year | None:
    """The year as it comes with the product, or None if it is kept already or somebody loaded a better one."""
    kept = await HolidayYear.get_or_none(node_id=EVERYBODY, year=year.year)
    if kept and (not kept.source.startswith(SHIPPED) or kept.days == year.written):
        return None
    return Year(year.year, year.off, year.work, SHIPPED + year.source)


KNOWN = """
SELECT h.year, h.days FROM holiday_year h LEFT JOIN node a ON a.id = h.node_id
WHERE h.node_id = 0 OR (a.root_id = ? AND CAST(? AS VARCHAR(255)) LIKE a.path || '%')
ORDER BY LENGTH(COALESCE(a.path, ''))
"""


async def known(node: Node) -> Holidays:
    """What holds for a node now."""
    years: dict[int, Any] = {row["year"]: json.loads(row["days"]) for row in await rows(KNOWN, node.root_id, node.path)}
    off = {date.fromisoformat(day): name for each in years.values() for day, name in each["off"].items()}
    return Holidays(
        frozenset(years), off, frozenset(date.fromisoformat(day) for each in years.values() for day in each["work"])
    )
