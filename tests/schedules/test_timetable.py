"""The timetable: whatever is due is done once, however often, however late, and by however many one looks."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from models import binding, deed, draft, outbox, theme_day
from models.birthday import Birthday
from models.card import Answer, Card
from models.gathering import Gathering
from models.member import Actor
from models.outbox import Delivery, Recipient, debt, owe_many
from models.pledge import Campaign, Pledge
from models.quiz import QuizHabit, Sitting
from models.recurrence import DayOfMonth
from models.theme_day import Wanted
from schedules import TIMETABLE, next_due
from tests.cast import NOW, OUTSIDER, Cast, answers, planned
from tests.dump import Dump, changed, dump
from tests.models.binding.petitions import petitioned
from tests.models.pledge.given import made, under_way
from tests.models.pledge.given import opened as campaign
from tests.models.quiz.bank import MORNING as QUIZ_MORNING
from tests.models.quiz.bank import opened

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def sweep_all(now: datetime) -> None:
    for entry in TIMETABLE:
        await entry.sweep(now)


async def deliver(cast: Cast, now: datetime) -> list[str]:
    """Sends everything that is due; the keys."""
    left = []
    for one in await outbox.claim(cast.bot.id, 1, now, (0, 4), 1000):
        on_wire = await outbox.wire(one)
        assert on_wire is not None
        await outbox.sent(on_wire, one.message_id or one.id, now, now)
        left.append((await Delivery.get(id=one.id)).key)
    return left


async def owed(cast: Cast, due_at: datetime) -> None:
    to = Recipient(cast.bot.id, cast.district.id, member_id=cast.member.id)
    await owe_many([debt("reminder", Card("x"), to, f"reminder:{due_at}", NOW, due_at=due_at)])


async def past(cast: Cast) -> Dump:
    """Something of everything the sweeps look at, long due."""
    gathering = await planned(cast)
    await planned(cast, date(2026, 11, 24))
    await answers(cast.member, gathering)
    await begun(cast)
    await owed(cast, NOW + HOUR)
    await binding.invite(cast.offline.member, NOW, HOUR)
    await deed.deed("tg:1:1", nothing, NOW, deed.Tries("guess", 1, HOUR))
    await deed.bury("tg:1:2", "{}", "why", NOW)
    await petitioned(cast, by=Actor(telegram_id=OUTSIDER + 1))
    await draft.ask(cast.bot.id, OUTSIDER + 2, "binding.name", {}, NOW)
    await quizzed(cast)
    await celebrated(cast)
    await promised(cast)
    await outbox.owe("reply", Card("start/stranger"), Recipient(cast.bot.id, address=OUTSIDER), "reply:1:1", NOW)
    return await dump()


async def begun(cast: Cast) -> None:
    """A rule whose December day, the 5th, is a Saturday; the next year is due to be drawn up once more."""
    by, wanted = await cast.secretary.acting(), Wanted(DayOfMonth(5), time(15), "room 1")
    await theme_day.settle_rule(by, cast.branch, wanted, "ask", NOW)
    await theme_day.Series.filter(node_id=cast.branch.id).update(extend_due=NOW)


async def quizzed(cast: Cast) -> None:
    """A question to open, one to close, a week to sum up, a test whose time is up."""
    day = await opened(cast, at=QUIZ_MORNING - 7 * DAY)
    await QuizHabit.all().update(open_due=NOW, week_due=NOW)
    items: dict[str, Any] = {"items": f"[{day.item_id}]", "at": NOW, "ends_at": NOW, "end_due": NOW}
    await Sitting.create(root_id=cast.district.id, member_id=cast.member.id, **items)


async def promised(cast: Cast) -> None:
    """A pledge to be asked about and one to be reviewed, in a campaign a group is yet to hear of."""
    one = await campaign(cast)
    await under_way(cast, one, cast.member)
    await made(one, cast.probationary)
    await Pledge.filter(member_id=cast.probationary.id).update(review_due=NOW)
    await Delivery.filter(about__startswith="pledge:").delete()
    await Campaign.filter(id=one.id).update(step_due=NOW, announce_due=NOW)


async def celebrated(cast: Cast) -> None:
    """A greeting whose hour has come."""
    facts = {"root_id": cast.district.id, "node_id": cast.branch.id, "member_id": cast.member.id, "year": 2026}
    day = NOW.date()
    await Birthday.create(day=day, since=day, basis="joined", greet_due=NOW, greet_until=NOW + HOUR, **facts)


async def nothing() -> Answer:
    return Answer()


async def test_nothing_is_due_where_nothing_was_planned_or_owed(cast: Cast) -> None:
    assert await next_due() is None


async def test_the_next_instant_is_the_first_of_all(cast: Cast) -> None:
    gathering = await planned(cast)
    await sweep_all(NOW)
    await deliver(cast, NOW)
    remind_at = gathering.starts_at - 3 * DAY
    assert await next_due() == remind_at
    await owed(cast, remind_at + HOUR)
    assert await next_due() == remind_at
    await owed(cast, remind_at - HOUR)
    assert await next_due() == remind_at - HOUR


async def test_what_is_overdue_is_the_next_to_do(cast: Cast) -> None:
    await planned(cast)
    assert await next_due() == NOW


async def test_travelling_from_instant_to_instant_meets_everything_once_and_arrives(cast: Cast) -> None:
    gathering = await planned(cast)
    stops: list[datetime] = []
    left: list[str] = []
    while (due := await next_due()) is not None:
        assert len(stops) < 20, "the journey does not end"
        stops.append(due)
        await sweep_all(due)
        left += await deliver(cast, due)
    start = gathering.starts_at
    assert stops == [NOW, start - 3 * DAY, start - DAY, start - HOUR, gathering.closes_at, gathering.ends_at]
    kinds = [key.split(":")[0] for key in left]
    # Those responsible get who to phone, the code, the record; card and code are edited when sign-in opens or ends.
    assert kinds[:15] == ["card", *["reminder"] * 4, "duty", *["reminder"] * 8, "notice"]
    assert sorted(kinds[15:]) == ["card", "card", "duty", "notice"]
    assert len(set(left)) == len(left) - 3


@pytest.mark.parametrize("late", [timedelta(0), HOUR, 9 * DAY, 9 * DAY + 23 * HOUR, 40 * DAY])
async def test_a_second_sweep_changes_nothing_however_late_the_first_was(cast: Cast, late: timedelta) -> None:
    before = await past(cast)
    await sweep_all(NOW + late)
    after = await dump()
    assert changed(before, after)
    await sweep_all(NOW + late)
    assert changed(after, await dump()) == set()


@pytest.mark.parametrize("entry", TIMETABLE, ids=[entry.name for entry in TIMETABLE])
async def test_each_sweep_has_something_to_do_and_does_it_once_on_three_machines(cast: Cast, entry: object) -> None:
    (found,) = [each for each in TIMETABLE if each is entry]
    before = await past(cast)
    moment = NOW + 10 * DAY - HOUR
    await asyncio.gather(*(found.sweep(moment) for _ in range(3)))
    after = await dump()
    assert changed(before, after)
    await found.sweep(moment)
    assert changed(after, await dump()) == set()


async def test_the_order_of_the_sweeps_does_not_matter_to_who_is_written_to(cast: Cast) -> None:
    """The machine may begin with any of them after a long sleep; here the answers have closed meanwhile."""
    await past(cast)
    gathering = await Gathering.all().order_by("-starts_at").first()
    assert gathering is not None
    for entry in reversed(TIMETABLE):
        await entry.sweep(gathering.closes_at)
    about = [f"gathering:{gathering.id}", f"venue:{gathering.id}"]
    kinds = [each.kind for each in await Delivery.filter(about__in=about).order_by("kind")]
    assert kinds == ["card", "notice"]


async def test_retention_forgets_each_kind_at_its_own_time_and_nothing_of_the_organisation(cast: Cast) -> None:
    before = await past(cast)
    retention = next(entry for entry in TIMETABLE if entry.name == "retention.forget")
    gone = {}
    for late in (HOUR, 25 * HOUR, 48 * HOUR):
        await retention.sweep(NOW + late)
        after = await dump()
        gone[late] = changed(before, after)
        before = after
    assert gone == {HOUR: {"attempt", "delivery"}, 25 * HOUR: {"invite"}, 48 * HOUR: {"deed", "dead_letter"}}
    assert str(OUTSIDER) not in str(before)


def test_sweeps_have_names_of_their_own_and_look_often_enough() -> None:
    assert len({entry.name for entry in TIMETABLE}) == len(TIMETABLE)
    assert all(0 < entry.every <= 3600 for entry in TIMETABLE)
    assert all(entry.every <= 5 for entry in TIMETABLE if entry.name != "retention.forget")
