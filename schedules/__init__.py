"""What happens because the clock says so: the timetable of sweeps, read top to bottom.

A sweep asks the database what is due at `now` and is idempotent; `due` tells when it will next have something to do, so that
the sandbox can travel from instant to instant. Retention has no instant of its own.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from models import binding, birthday, ceremony, draft, gathering, outbox, pledge, quiz, theme_day
from schedules import retention

Sweep = Callable[[datetime], Awaitable[object]]


async def never() -> datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class Entry:
    """One sweep, how often it looks (seconds), and when it is next needed."""

    name: str
    sweep: Sweep
    every: int
    due: Callable[[], Awaitable[datetime | None]] = never


TIMETABLE: list[Entry] = [
    Entry("gathering.announce", gathering.announce, every=1, due=gathering.next_due),
    Entry("gathering.remind", gathering.remind, every=5),
    Entry("gathering.close", gathering.close, every=5),
    Entry("gathering.end", gathering.end, every=5),
    Entry("theme_day.extend", theme_day.extend, every=5, due=theme_day.next_due),
    Entry("theme_day.ask", theme_day.ask, every=5),
    Entry("quiz.open", quiz.open_days, every=5, due=quiz.next_due),
    Entry("quiz.close", quiz.close_days, every=5),
    Entry("quiz.sum_up", quiz.sum_up, every=5),
    Entry("quiz.end", quiz.end_sittings, every=5),
    Entry("birthday.look", birthday.look, every=5, due=birthday.next_due),
    Entry("birthday.greet", birthday.greet, every=5),
    Entry("ceremony.prepare", ceremony.prepare, every=5, due=ceremony.next_due),
    Entry("pledge.announce", pledge.announce, every=5, due=pledge.next_due),
    Entry("pledge.request", pledge.request, every=5),
    Entry("pledge.remind", pledge.remind, every=5),
    Entry("binding.expire", binding.expire, every=5, due=binding.next_due),
    Entry("draft.expire", draft.expire, every=5, due=draft.next_due),
    Entry("outbox.release", outbox.release, every=5, due=outbox.next_due),
    Entry("retention.forget", retention.forget, every=600),
]


async def next_due() -> datetime | None:
    """The first instant at which anything has to happen; it may lie in the past."""
    instants = [await entry.due() for entry in TIMETABLE]
    return min((instant for instant in instants if instant is not None), default=None)
