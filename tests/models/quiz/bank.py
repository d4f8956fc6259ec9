"""A small bank to be asked from, and a branch that asks."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from models import quiz
from models.quiz import Day, Item, QuizHabit, Shipped
from tests.cast import NOW, Cast

MORNING = datetime.fromisoformat("2026-11-23T00:30:00+00:00")  # Monday, half past eight in Shanghai: quiet hours are over
EVENING = datetime.fromisoformat("2026-11-23T13:00:00+00:00")  # nine o'clock
DAY = timedelta(days=1)
ONE = Shipped(
    code="F02-1", fact="F02", kind="single", question="which year?", options=("1919", "1921", "1927", "1931"), right=(1,),
    why="because of the source", source="the institution", tags=("congress", "1920s"), valid_until=None, enabled=True,
)  # fmt: skip
TWO = replace(ONE, code="F04-1", fact="F04", question="is it true?", kind="truth", options=("yes", "no"), right=(0,))
SEVERAL = replace(ONE, code="F05-1", fact="F05", question="which two?", kind="multiple", right=(0, 2))


async def shipped(*items: Shipped) -> None:
    await quiz.ship({"pack": items or (ONE,)})


async def wished(cast: Cast, **wishes: bool) -> QuizHabit:
    """The branch asks daily; it opens when the clock next looks."""
    facts = {"root_id": cast.district.id, "node_id": cast.branch.id, "daily": True, "open_due": NOW - 30 * DAY}
    return await QuizHabit.create(**facts | wishes)


async def opened(cast: Cast, *items: Shipped, at: datetime = MORNING) -> Day:
    """The branch's question of the day is open in its group."""
    await shipped(*items)
    if not await QuizHabit.exists(node_id=cast.branch.id):
        await wished(cast)
    await quiz.open_days(at)
    return await Day.get(node_id=cast.branch.id, close_due__isnull=False)


async def item(code: str) -> Item:
    return await Item.get(code=code)


MONDAY = date(2026, 11, 23)
