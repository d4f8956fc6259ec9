"""政治生日: a branch keeps the day on which each of its members joined the Party.

`rules` are the calendar's, `ways` a node's, `own` a member's wishes. The clock looks once a day (`looking`): it lists the month
to the secretary (`listing`), shows each card a week before (`editing`), calls for the greetings of the day (`greeting`), and
tells whom it missed (`missed`). `medals` is the yearly list of 光荣在党50年. Where a birthday meets a theme day is
`models.ceremony`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from models.birthday import listing, medals, own, views, ways
from models.birthday.editing import hold, say_words, see, words
from models.birthday.forgetting import forget
from models.birthday.greeting import greet
from models.birthday.listing import ask, turn
from models.birthday.looking import look, next_due
from models.birthday.own import oath, show, thanks, wish
from models.birthday.tables import Birthday, BirthdayHabit, BirthdayWish, Medal
from models.birthday.ways import settle, show_ways

# What stands for these facts of a card.
LOOKUPS: dict[str, Callable[[Any, datetime], Awaitable[Any]]] = {
    "birthday": views.describe,
    "birthdays": views.describe_many,
    "birthday_month": listing.describe,
    "birthday_ways": ways.describe,
    "medals": medals.describe,
    "own_birthday": own.describe,
}

__all__ = [
    "LOOKUPS",
    "Birthday",
    "BirthdayHabit",
    "BirthdayWish",
    "Medal",
    "ask",
    "forget",
    "greet",
    "hold",
    "look",
    "next_due",
    "oath",
    "say_words",
    "see",
    "settle",
    "show",
    "show_ways",
    "thanks",
    "turn",
    "wish",
    "words",
]
