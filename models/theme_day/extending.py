"""Extending: every 1 November the days of the following year are drawn up, and the organisers are told."""

from datetime import date, datetime

from models.calendar import instant, local
from models.card import Card
from models.database import atomic, from_ms, retryable, rows, run
from models.deed import stumbled
from models.holidays import known
from models.member import Actor
from models.organisation import Node, wishes
from models.responsible import tell
from models.theme_day.drawing import draw_up_year
from models.theme_day.tables import Series

CLOCK = Actor(label="clock")
AT_ONCE = 20  # branches of one beat: a thousand of them are done within minutes and nobody waits for them
DUE = "SELECT id FROM series WHERE ended_at IS NULL AND extend_due <= ? ORDER BY extend_due, id LIMIT ?"
TAKEN = "UPDATE series SET extend_due = NULL WHERE id = ? AND ended_at IS NULL AND extend_due <= ?"
LATER = "UPDATE series SET extend_due = ? WHERE id = ?"


async def extend(now: datetime) -> int:
    """Draws up the following year wherever it is due; one that fails stops none behind it and is looked at in an hour, three
    times in all.
    """
    failures: list[Exception] = []
    due = await rows(DUE, now, AT_ONCE)
    for row in due:
        try:
            async with atomic():
                if await run(TAKEN, row["id"], now):
                    await extended(await Series.get(id=row["id"]), now)
        except Exception as error:
            if retryable(error):
                raise
            async with atomic():
                await run(LATER, await stumbled(f"series.extend_due:{row['id']}", error, now), row["id"])
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"the year of {len(failures)} series", failures)
    return len(due)


async def extended(series: Series, now: datetime) -> None:
    node = await Node.get(id=series.node_id)
    if node.closed_at is not None:
        return
    there = await wishes(node.id)
    today = local(now, there.zone).date()
    year, holidays = today.year + (today.month >= 11), await known(node)
    if year > today.year:  # the clock may come a year late: what is left of the year that was missed
        await draw_up_year(CLOCK, node, series, today.year, holidays, now)
    drawn = await draw_up_year(CLOCK, node, series, year, holidays, now)
    series.extend_due = instant(date(year, 11, 1), there.quiet_until, there.zone)
    await series.save(update_fields=["extend_due"])
    if drawn:
        card = Card("theme_day/extended", {"node": node.id, "year": year, "count": drawn})
        await tell("gathering.plan", node.path, card, f"extend:{series.id}:{year}", now, kind="duty")


NEXT = """
SELECT MIN(at) AS at FROM (
  SELECT MIN(ask_due) AS at FROM gathering UNION ALL SELECT MIN(extend_due) FROM series WHERE ended_at IS NULL
) due
"""


async def next_due() -> datetime | None:
    """When the next year is to be drawn up, or somebody to be asked."""
    found = (await rows(NEXT))[0]["at"]
    return None if found is None else from_ms(found)
