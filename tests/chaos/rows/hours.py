"""F, G: time itself: clocks that jump, days that have no such hour, and being off when something was due."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.calendar import instant
from models.database import rows
from models.gathering import Gathering
from tests.chaos.ground import Ground
from tests.chaos.outcome import Measured, Row
from tests.chaos.people import plan_meeting, settle
from tests.chaos.scene import scene
from tests.chaos.telling import tally
from tests.stories.crowd import Branch, crowd

MEMBERS = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """Off from so long before the start, for so long; how many reminders each member is to get of that gathering in all."""

    before: timedelta
    lasts: timedelta
    reminders: int


# Reminders leave three days, a day and an hour before the start.
ABSENCES = (
    Absence(timedelta(days=3, minutes=2), timedelta(minutes=5), 3),  # late by three minutes
    Absence(timedelta(days=3, hours=1), timedelta(days=2, hours=2), 2),  # two have become one
    Absence(timedelta(minutes=70), timedelta(hours=3), 2),  # the last is of no use any more
)


async def meetings(branches: list[Branch]) -> list[datetime]:
    """One gathering for each absence, ten days apart; their starts."""
    (node,) = await settle(branches)
    numbers = [await plan_meeting(branches[0], node, f"第{each}次活动", days=10 * (each + 1)) for each in range(len(ABSENCES))]
    return [(await Gathering.get(id=number)).starts_at for number in numbers]


async def g(seed: int, size: str, ground: Ground) -> Measured:
    """Switched off across the hours at which something was due."""
    async with scene(ground, crowd(1, MEMBERS), meetings, 20) as stage:
        await stage.subject.up()
        await stage.quiet()
        for starts, absence in zip(stage.told, ABSENCES, strict=True):
            await stage.world.travel(to=starts - absence.before)
            await stage.world.power(False)
            await stage.world.travel(seconds=absence.lasts.total_seconds())
            await stage.world.power(True)
            await stage.world.travel(seconds=1)  # every sweep looks once
        await stage.world.travel(seconds=timedelta(days=1).total_seconds())
        verdict = await stage.judged()
        wanted = Counter({number + 1: MEMBERS * each.reminders for number, each in enumerate(ABSENCES)})
        got = Counter(int(debt.key.split(":")[2]) for debt in stage.debts if debt.kind == "reminder" and debt.message_id)
        findings = [*verdict.findings]
        findings += [f"reminders {dict(got)}, not {dict(wanted)}"] if got != wanted else []
        return Measured(f"off for 5 min, 2 days, 3 h: reminders {dict(got)}; {tally(verdict)}", tuple(findings))


ZONES = ("Europe/Berlin", "America/Santiago", "Australia/Lord_Howe")
YEARS = {"small": range(2026, 2028), "full": range(2025, 2038)}
HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
MINUTE, AROUND = timedelta(minutes=1), 6 * 60  # minutes looked at before and after


async def f2(seed: int, size: str, ground: Ground) -> Measured:
    """Every half hour of the days around each change of the clocks, and of 29 February and the ends of months."""
    checked, wrong = 0, []
    for zone, day in ((name, each) for name in ZONES for each in odd_days(name, YEARS[size])):
        for at in HALF_HOURS:
            checked += 1
            if instant(day, at, zone) != by_the_clock(day, at, ZoneInfo(zone)):
                wrong.append(f"{day} {at} in {zone} is {instant(day, at, zone)}")
    return Measured(
        f"{checked} local times of {len(ZONES)} zones, {min(YEARS[size])}–{max(YEARS[size])}: wrong {len(wrong)}", tuple(wrong)
    )


def odd_days(zone: str, years: range) -> Iterator[date]:
    """Days on which the offset changes, and those a calendar stumbles over."""
    there = ZoneInfo(zone)
    for number in range(date(years[0], 1, 1).toordinal(), date(years[-1], 12, 31).toordinal()):
        day = date.fromordinal(number)
        noons = [datetime.combine(each, time(12), there).utcoffset() for each in (day - DAY, day)]
        if noons[0] != noons[1] or (day.month, day.day) == (2, 29):
            yield day


def by_the_clock(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant at which a clock there, looked at every minute, shows that time or a later one."""
    wanted = datetime.combine(day, at)
    guess = wanted.replace(tzinfo=zone).astimezone(UTC)
    looks = (guess + MINUTE * each for each in range(-AROUND, AROUND))
    return next(look for look in looks if look.astimezone(zone).replace(tzinfo=None) >= wanted)


JUMPS = (timedelta(hours=1), DAY, timedelta(days=8), timedelta(days=8))


async def f1(seed: int, size: str, ground: Ground) -> Measured:
    """The clock jumps ahead, and by a restart all the way back, while reminders fall due."""
    async with scene(ground, crowd(1, MEMBERS), meetings, 20) as stage:
        for jump in JUMPS:
            await stage.subject.up()
            await stage.world.travel(seconds=jump.total_seconds())
            told = await stage.world.says(stage.branches[0].members[1], "/help")
            await stage.world.until(stage.confirmed, 30)
            await stage.quiet()
            await stage.subject.stop()
        await stage.subject.up()
        await stage.world.says(stage.branches[0].members[2], "/help")
        await stage.world.until(stage.confirmed, 30)
        await stage.quiet()
        verdict = await stage.judged([f"reply:1:{told['update_id']}"])
        (lease,) = await stage.in_database(lambda: rows("SELECT epoch FROM lease"))
    got = Counter(debt.key.rsplit(":member", 1)[0] for debt in stage.debts if debt.kind == "reminder")
    findings = [*verdict.lost, *verdict.wrong, *verdict.over, *(copy for some in verdict.double.values() for copy in some)]
    findings += (
        [f"lease taken {lease['epoch']} times in {len(stage.subject.started)} lives"]
        if lease["epoch"] != len(stage.subject.started)
        else []
    )
    findings += [f"{each} reminded {count} times" for each, count in got.items() if count != MEMBERS]
    told_of = (
        f"{len(stage.subject.started)} lives, lease taken {lease['epoch']} times; reminders by occasion {sorted(got.values())}"
    )
    return Measured(f"{told_of}; {tally(verdict)}", tuple(findings))


ROWS = [
    Row(
        "F1",
        "the civil clock jumps an hour, a day, eight days and eight days again ahead, and back each time",
        "leases unaffected; each occasion reminded once; who asks is answered",
        f1,
        "the sandbox's civil clock; a restart puts it back",
    ),
    Row(
        "F2",
        "changes of the clocks in Berlin, Santiago and on Lord Howe, and 29 February",
        "a skipped time is the first valid instant, a doubled one the first",
        f2,
        "the calendar alone, against a clock looked at every minute",
    ),
    Row(
        "G",
        "off for 5 minutes, 2 days and 3 hours, across the hours of reminders",
        "late by minutes: sent; two missed: one message; of no use any more: none; nothing after its hour",
        g,
        "the sandbox's civil clock and its switch",
    ),
]
