"""活动: any occasion a node's people are asked to. A theme day is one with an agenda, and so are the meetings of 三会一课.

`plan` makes one, the clock announces, reminds and closes it (`due`), people answer and organisers ask (`answers`),
`views` says what a card of it shows.
"""

from models.gathering.answers import Choice, attendance, rsvp
from models.gathering.due import announce, close, next_due, remind
from models.gathering.plan import Gathering, Rsvp, plan
from models.gathering.views import describe, people

__all__ = [
    "Choice",
    "Gathering",
    "Rsvp",
    "announce",
    "attendance",
    "close",
    "describe",
    "next_due",
    "people",
    "plan",
    "remind",
    "rsvp",
]
