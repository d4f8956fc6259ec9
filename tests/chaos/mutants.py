"""The product broken on purpose: `python -m tests.chaos.mutants NAME` is the service with one promise removed.

A row that cannot turn red proves nothing: each mutant is one that some rows must see.
"""

import itertools
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from tortoise.exceptions import OperationalError

from bot import alarm, dispatcher, engines, hearing, holder
from bot.__main__ import main
from bot.destination import Resting
from bot.engines import deeds
from bot.hearing import Hearing
from bot.receiver import Receiver
from bot.throttle import Throttle
from models import deed, outbox
from models.gathering import reminding
from models.gathering.leads import departures
from models.outbox import owing, sending

HEALED = 3000  # statements
FIRST_STUMBLE = 40  # statements until the first I/O error; one more each time, so that every place has its turn
MUTANT: ContextVar[str] = ContextVar("MUTANT", default="")  # which one the scenes of this task play; none: the product


def no_dedupe() -> None:
    """Every update counts as new."""
    deed.CLAIM = deed.CLAIM.replace("DO NOTHING", "DO UPDATE SET at = excluded.at")


def confirms_first() -> None:
    """Telegram is told to forget the updates before they are done."""
    fetch = Receiver.fetch

    async def fetched(self: Receiver, offset: int, seconds: int = 25) -> list[dict[str, Any]]:
        updates = await fetch(self, offset, seconds)
        if updates:
            beyond = max(int(each["update_id"]) for each in updates) + 1
            await self.application.bot.get_updates(offset=beyond, limit=1, timeout=0)
        return updates

    Receiver.fetch = fetched  # type: ignore[method-assign]


def repeats_replies() -> None:
    """What promises to come at most once is sent again when its outcome is unknown."""
    owing.PROMISES["reply"] = replace(owing.PROMISES["reply"], again=True)


def drops_unknown() -> None:
    """What promises to come at least once is given up when its outcome is unknown."""

    async def dropped(one: sending.Parcel, reason: str, *_: object, **__: object) -> None:
        await sending.drop(one, "unknown", reason)

    sending.unsure = outbox.unsure = dropped


def drops_its_hand() -> None:
    """What was in hand at a crash, and had not left, is given up."""
    sending.FREE = sending.FREE.replace("'queued'", "'dead'")


def reminds_late() -> None:
    """Every reminder that was missed is sent, and as long as there is anything to be said."""
    late: Any = reminding  # what it imported itself is not its own to be set, says mypy
    late.newest_lead = lambda leads, due, *_: due
    late.next_lead = lambda leads, done, starts_at, wanted, _: next(
        (each for each in departures(leads, starts_at, wanted) if each[0] < done), None
    )
    late.is_open = lambda *_: True


def stumbles() -> None:
    """No mutant, but a weak ground: at every place in turn a statement of SQLite meets an I/O error, from when the service
    listens until it has healed. What cannot start ends with an error, and is not meant here.
    """
    done, gap = itertools.count(1), itertools.count(FIRST_STUMBLE)
    state = {"next": HEALED + 1}
    sound, poll = deeds.translated, Receiver.poll

    async def polled(self: Receiver, hearing: Hearing) -> None:
        state["next"] = FIRST_STUMBLE
        await poll(self, hearing)

    Receiver.poll = polled  # type: ignore[method-assign]

    def weak(deed: Any, db: sqlite3.Connection) -> Any:
        if state["next"] > HEALED or next(done) < state["next"] or getattr(deed, "func", deed) is deeds.roll_back:
            return sound(deed, db)
        state["next"] += next(gap)
        if deed is deeds.commit:
            deeds.roll_back(db)
        raise OperationalError("disk I/O error") from sqlite3.OperationalError("disk I/O error")

    deeds.translated = weak


def swallows_outage() -> None:
    """What cannot be done because the database is away is confirmed all the same."""
    take = Receiver.take

    async def taken(self: Receiver, updates: list[dict[str, Any]]) -> None:
        with suppress(Exception):
            await take(self, updates)

    Receiver.take = taken  # type: ignore[method-assign]


def ignores_retry_after() -> None:
    """A 429 is tried again at once."""
    Throttle.pause = lambda *_: None  # type: ignore[method-assign]
    Resting.put = lambda *_: None  # type: ignore[method-assign]


def overtakes() -> None:
    """What meets an unknown outcome is sent again later, behind what was owed after it."""
    dispatcher.IN_PLACE = 0


def trusts_its_file() -> None:
    """Nobody looks whether the database is whole."""

    async def unseen() -> None:
        return

    engines.sound = unseen


def never_asks_again() -> None:
    """Nobody is told that presses may be lost."""
    hearing.FORGOTTEN = hearing.WORTH_SAYING


def tells_nobody() -> None:
    """No keeper hears that the database is away."""
    alarm.Alarm.begin = lambda self: None  # type: ignore[method-assign]


def tries_for_ever() -> None:
    """A row nobody can make sense of is looked at again and again."""
    deed.STUMBLES = 1000


def hurries() -> None:
    """No mutant: a minute of the alarm's is two seconds, for rows played in small."""
    alarm.PATIENCE, alarm.LOOK_EVERY, holder.RENEW_EVERY = 2.0, 0.25, 0.5


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        *(no_dedupe, confirms_first, repeats_replies, drops_unknown, drops_its_hand, reminds_late, stumbles, swallows_outage),
        *(ignores_retry_after, overtakes, trusts_its_file, hurries),
        *(never_asks_again, tells_nobody, tries_for_ever),
    )
}
# Which row must see which broken product; the tests play the first two, `make chaos` all.
SEEN = (
    *(("B1", "no_dedupe"), ("B1", "confirms_first")),
    *(("A1", "drops_its_hand"), ("A2", "confirms_first"), ("A2", "repeats_replies"), ("C1", "swallows_outage")),
    *(("D", "swallows_outage"), ("E1", "ignores_retry_after"), ("E2", "drops_unknown"), ("E2", "repeats_replies")),
    *(("E3", "overtakes"), ("G", "reminds_late"), ("I", "no_dedupe"), ("N", "trusts_its_file")),
    *(("B2", "never_asks_again"), ("C1", "tells_nobody"), ("D", "tells_nobody"), ("J", "tries_for_ever")),
)


if __name__ == "__main__":
    for name in sys.argv.pop().split("+"):
        MUTANTS[name]()
    main(["run"])
