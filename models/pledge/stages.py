"""提诺 → 审诺 → 亮诺 → 践诺 → 评诺: the stages of a pledge as one table, and the days on which a campaign asks how it goes.

choosing ─make► made ─approve► approved ─publish► shown ⇄ hidden ─rate► rated
    ▲────give_back──┘  │            └────keep────► quiet ────rate────────┘
    └──begin── withdrawn ◄──── withdraw: out of made, approved, quiet; what was published stays given

Whoever does not say whether it may be published has not agreed to it: `approved` is kept and asked about like `quiet`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

FEWEST, MOST = 2, 5  # promises of a pledge (rules.md §7)
LONGEST_OWN = 40  # characters of one's own words: five of them fit onto a card
LONGEST_WHY = 100
VANGUARD = ("devotion", "excellence", "courage", "service", "example")  # the five of “我是党员”; their words are in labels.toml
MOST_ITEMS = 9  # a campaign offers
OWN = 10  # the first place of one's own words among the promises


@dataclass(frozen=True, slots=True)
class Move:
    """What an act makes of a pledge, and out of which stages it is possible."""

    out_of: tuple[str, ...]
    to: str


MOVES: dict[str, Move] = {
    "begin": Move(("withdrawn",), "choosing"),
    "make": Move(("choosing",), "made"),
    "give_back": Move(("made",), "choosing"),
    "approve": Move(("made",), "approved"),
    "withdraw": Move(("made", "approved", "quiet"), "withdrawn"),
    "publish": Move(("approved", "quiet", "hidden"), "shown"),
    "keep": Move(("approved",), "quiet"),
    "hide": Move(("shown",), "hidden"),
    "take_down": Move(("rated",), "rated"),  # the same once it has a grade
    "rate": Move(("approved", "shown", "quiet", "hidden", "rated"), "rated"),
}
COUNTED = ("made", "approved", "shown", "quiet", "hidden", "rated")  # given, and not taken back
UNGRADED = ("approved", "shown", "quiet", "hidden")
UNDER_WAY = (*UNGRADED, "rated")  # what reports are asked about


def after(stage: str, act: str) -> str | None:
    """The stage an act leads to; None where it is not possible."""
    move = MOVES[act]
    return move.to if stage in move.out_of else None


class Kept(IntEnum):
    """What a report says of a promise."""

    DONE = 1
    ON_THE_WAY = 2
    NOT = 3


class Grade(IntEnum):
    """评诺, by oneself and by the branch."""

    FULFILLED = 1
    MOSTLY = 2
    UNFULFILLED = 3


HALF, END = 1, 2  # rounds of reports
LONG_ENOUGH = timedelta(days=120)  # a shorter period has no half-year report
SHORTEST, LONGEST = timedelta(days=14), timedelta(days=370)  # of a period: pledges are given for a year
WEEK = timedelta(days=7)
STAYS_OPEN = timedelta(days=30)  # after the last day: for late reports and the branch's evaluation

# ask: who has pledged; urge: who has not reported; tell: those responsible, who has not.
Step = tuple[str, date]


def round_of(step: str) -> int:
    return int(step[-1]) if step[-1:].isdigit() else END


def steps(begins: date, ends: date) -> list[Step]:
    """What the clock does in a campaign, in order."""
    half = begins + (ends - begins) / 2
    first = [("ask1", half), ("urge1", half + WEEK), ("tell1", half + 2 * WEEK)] if ends - begins >= LONG_ENOUGH else []
    over = ends + timedelta(days=1)
    last = [("ask2", ends - WEEK), ("urge2", over), ("tell2", over + WEEK), ("close", ends + STAYS_OPEN)]
    return [*first, *last]


def first_step(begins: date, ends: date, today: date) -> Step:
    """What comes first for a campaign that opens today: a half that is over is not asked about."""
    asking = [each for each in steps(begins, ends) if each[0] in ("ask1", "ask2")]
    return next((each for each in asking if each[1] > today), asking[-1])


def next_step(done: str, today: date, begins: date, ends: date) -> Step | None:
    """What follows what was done today. However late the clock comes, nobody is urged or told of before a week has passed, and
    a half that would be asked about beyond the end is left out.
    """
    every = steps(begins, ends)
    place = [name for name, _ in every].index(done) + 1
    if place == len(every):
        return None
    name, day = every[place]
    day = max(day, today + WEEK)
    end = dict(every)["ask2"]
    if round_of(name) == HALF and day >= end:
        return "ask2", end
    return (name, end) if name == "ask2" else (name, day)
