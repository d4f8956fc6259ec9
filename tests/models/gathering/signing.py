"""A gathering on its day: sign-in open, over, recorded; and what its cards are worded with."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from models.actions import perform
from models.card import Action, Answer, Refusal
from models.draft import Question
from models.gathering import Choice, Gathering, Record, announce, close, end
from models.gathering.correcting import reasoned
from models.gathering.entering import HERE, observed
from models.gathering.record import LOCK
from models.gathering.sheet import observers
from tests.cast import NOW, Cast, answers, planned
from tests.dump import changed, dump

TODAY, AT = NOW.date(), time(12, 10)  # ten minutes from now: sign-in opens at once
STARTS = NOW + timedelta(minutes=10)
ENDS = STARTS + timedelta(minutes=30)


async def opened(cast: Cast, **answered: Choice) -> Gathering:
    """Sign-in of the branch is open; `answered`: who of the cast said what before."""
    gathering = await planned(cast, TODAY, AT)
    await announce(NOW)
    await open_until(gathering, STARTS)
    for who, choice in answered.items():
        await answers(getattr(cast, who), gathering, choice)
    await open_until(gathering, NOW)
    await close(NOW)
    return await Gathering.get(id=gathering.id)


async def open_until(gathering: Gathering, at: datetime) -> None:
    """Answers are taken until then."""
    await Gathering.filter(id=gathering.id).update(closes_at=at, close_due=at, leave_until=at)


async def over(cast: Cast, **answered: Choice) -> Gathering:
    """Sign-in is over, nobody came."""
    gathering = await opened(cast, **answered)
    await end(ENDS)
    return await Gathering.get(id=gathering.id)


async def press(cast: Cast, who: str, verb: str, target: int, choice: int = 1, now: datetime = NOW) -> Answer:
    return await perform(await getattr(cast, who).acting(now), Action(verb, target, choice), now)


async def locked(cast: Cast, **answered: Choice) -> Gathering:
    gathering = await over(cast, **answered)
    await press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)
    return await Gathering.get(id=gathering.id)


async def guest(cast: Cast, gathering: Gathering, name: str = "a guest", now: datetime = NOW) -> int:
    """Somebody who sits in; the number of the line."""
    asked = Question("sign_in.observers", {"gathering": gathering.id})
    await observed(await cast.secretary.acting(now), cast.bot.id, asked, name, now)
    return int((await observers(gathering.id))[-1]["id"])


def here(cast: Cast, who: str, code: int = HERE) -> int:
    return int(getattr(cast, who).id) * 16 + code


async def why(cast: Cast, by: str, gathering: Gathering, who: str, stands: str, words: str = "phone was empty") -> Answer:
    """The typed reason that follows a press."""
    asked = Question("record.reason", {"gathering": gathering.id, "member": getattr(cast, who).id, "standing": stands})
    return await reasoned(await getattr(cast, by).acting(ENDS), cast.bot.id, asked, words, ENDS)


async def counts(gathering: Gathering) -> tuple[int, int, int, int, int]:
    one = await Record.filter(gathering_id=gathering.id).order_by("id").first()
    assert one is not None
    return one.expected, one.present, one.on_leave, one.absent, one.observers


async def refusal(press_: Any) -> str:
    """The name of the refusal; fails if anything was written."""
    before = await dump()
    with pytest.raises(Refusal) as no:
        await press_
    assert changed(before, await dump()) == set()
    return no.value.card.name


SHEET: dict[str, Any] = {
    "expected": 8, "present": ["周文静"] * 5, "on_leave": ["李秀兰"], "absent": ["王建军", "郑志强"], "excused": ["何桂芳"],
    "observers": ["刘明"], "kinds": ["theme_day", "general_meeting", "party_lecture"], "chair": "周文静", "recorder": "陈国栋",
    "offered": 0, "made_up": 0, "locked": False,
}  # fmt: skip
LOCKED = SHEET | {"locked": True, "offered": 2, "made_up": 1, "present": [], "excused": [], "observers": []}
BARE = SHEET | {"expected": 0, "on_leave": [], "absent": [], "kinds": ["gathering"], "chair": "", "recorder": ""}
SIGNED: dict[str, Any] = {"expected": 8, "present": 3, "until": "2026-12-01T15:30:00+08:00", "by_code": False}
AT_ISO = "2026-12-01T14:50:00+08:00"
# What test_wording tries each text with.
SIGNING: dict[str, list[Any]] = {
    "asking": [True, False],
    "at": [AT_ISO],
    "count": [3, 0],
    "covered": [[{"name": "study", "title": ""}] * 9, []],
    "ended": [AT_ISO],
    "left": [3, 0],
    "opens": [AT_ISO],
    "sheet": [SHEET, LOCKED, BARE],
    "signed": [SIGNED, SIGNED | {"by_code": True, "present": 0}],
    "standing": ["present", "on_leave", "absent", "excused"],
    "venue": [{"code": "042817", "link": "https://t.me/x_bot?start=s_1_042817"}, {"code": "", "link": "https://t.me/x_bot"}],
    "who": [1, 2],
}
