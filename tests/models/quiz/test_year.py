"""A simulated year: which days ask, at which hour there, what is told beside; leap years, clock changes, holidays, mourning."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.files import packs, years
from models import quiz
from models.holidays import known
from models.organisation import Node
from models.outbox import Delivery
from models.quiz import Day, Item, QuizHabit
from models.theme_day import ship
from tests.cast import NOW, Cast

# Counted by hand.
STORY_DAYS = 26  # of 30 stories three are of a 25 October, two of a 15 September, two of an 18 December
WORKDAYS_2026 = 248  # as the State Council's notice leaves them


async def sweeps(until: datetime) -> AsyncIterator[datetime]:
    """From instant to instant, as the clock comes by."""
    while (now := await quiz.next_due()) is not None and now < until:
        for sweep in (quiz.open_days, quiz.close_days, quiz.sum_up):
            await sweep(now)
        yield now


async def lived(cast: Cast, first: date, zone: str, **wishes: bool) -> None:
    """The branch asks from a New Year's day to the next."""
    library = packs.read()
    await quiz.ship(library.packs)
    await quiz.tell(library.days)
    await ship(years.shipped(), NOW)
    await Node.filter(id=cast.branch.id).update(zone=zone)
    begins = datetime.combine(first, time(0), ZoneInfo(zone)).astimezone(UTC)
    facts = {"root_id": cast.district.id, "node_id": cast.branch.id, "daily": True}
    await QuizHabit.create(open_due=begins, week_due=begins, **facts | wishes)
    async for _ in sweeps(datetime.combine(first.replace(year=first.year + 1), time(0), ZoneInfo(zone))):
        pass


async def asked() -> list[tuple[Day, Item]]:
    items = {item.id: item for item in await Item.all()}
    return [(day, items[day.item_id]) for day in await Day.all().order_by("day")]


async def test_every_day_of_a_leap_year_asks_once_at_the_branchs_hour_whatever_its_clocks_do(cast: Cast) -> None:
    await lived(cast, date(2028, 1, 1), "Europe/Berlin")
    year_of = [day for day, _ in await asked()]
    assert [day.day for day in year_of] == [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]
    there = ZoneInfo("Europe/Berlin")
    assert {day.opens_at.astimezone(there).time() for day in year_of} == {time(8, 30)}
    assert {day.closes_at.astimezone(there).time() for day in year_of} == {time(21)}
    assert all(day.close_due is None for day in year_of)


async def test_a_year_is_varied_sober_gives_no_answer_away_and_is_summed_up_on_mondays(cast: Cast) -> None:
    await lived(cast, date(2027, 1, 1), "Asia/Shanghai")
    year_of = await asked()
    assert len(year_of) == 365
    told = {(day, fact) for day, fact in ((each.day.strftime("%m-%d"), each.fact) for each in packs.read().days)}
    for day, item in year_of:
        assert item.enabled
        assert item.source
        assert item.kind != "multiple"
        assert (day.day.strftime("%m-%d"), item.fact) not in told
    assert next(item.fact for day, item in year_of if day.day == date(2027, 12, 13)) == "F68"  # F28 is told that day
    codes = [item.code for _, item in year_of]
    assert all(len(set(codes[start : start + 90])) >= 88 for start in range(len(codes) - 90))
    assert await Delivery.filter(about=f"reading:{cast.branch.id}").count() == len({day for day, _ in told}) == STORY_DAYS
    weeks = [each.key.split(":")[3] for each in await Delivery.filter(about=f"quiz_week:{cast.branch.id}").order_by("id")]
    assert weeks == [(date(2027, 1, 4) + timedelta(weeks=number)).isoformat() for number in range(52)]


async def test_a_branch_that_asks_on_workdays_follows_the_holidays_and_worked_weekends(cast: Cast) -> None:
    await lived(cast, date(2026, 1, 1), "Asia/Shanghai", workdays=True)
    days = [day.day for day, _ in await asked()]
    assert len(days) == WORKDAYS_2026
    holidays = await known(await Node.get(id=cast.branch.id))
    assert all(holidays.works(day) for day in days)
    assert date(2026, 9, 20) in days  # a Sunday that is worked
    assert date(2026, 10, 1) not in days
    assert date(2026, 12, 13) not in days  # a Sunday
