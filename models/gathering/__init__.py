"""活动: any occasion a node's people are asked to. A theme day is one with an agenda, and so are the meetings of 三会一课.

`plan` makes one, the clock announces, reminds, opens and ends it (`due`, `reminding`, `opening`), people answer and organisers
ask (`answers`), `views` says what a card of it shows. The tables are in `tables`, how a node does it in `habits`.
"""

from models.gathering.announcing import announce
from models.gathering.answers import rsvp
from models.gathering.choice import Choice
from models.gathering.due import next_due
from models.gathering.habits import Habit, Habits, habits
from models.gathering.missed import press_again
from models.gathering.opening import close, end
from models.gathering.plan import plan
from models.gathering.reminding import remind
from models.gathering.tables import (
    AgendaItem,
    Expected,
    Gathering,
    MakeUp,
    Presence,
    Proposal,
    Record,
    Rsvp,
    Speaker,
)
from models.gathering.views import describe, people

__all__ = [
    "AgendaItem",
    "Choice",
    "Expected",
    "Gathering",
    "Habit",
    "Habits",
    "MakeUp",
    "Presence",
    "Proposal",
    "Record",
    "Rsvp",
    "Speaker",
    "announce",
    "close",
    "describe",
    "end",
    "habits",
    "next_due",
    "people",
    "plan",
    "press_again",
    "remind",
    "rsvp",
]
