"""党史每日学: a node asks its people one question a day, with a source they can trust; nobody is ranked.

`bank` holds the items as they ship, `choosing` takes the next, `daily` opens and closes a day's question, `answering` is the
tap, `native` the messenger's own poll, `seeing` what cards show; `own`, `practising`, `mistakes` and `spacing` are a member's
own study, `sitting` a way through items, `paper` a test; `desk` the settings, `weekly` the counts, `volunteering` the names,
`faults` what is wrong with an item.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from models.quiz.answering import answer
from models.quiz.bank import Shipped, Told, ship, tell
from models.quiz.daily import close_days, next_due, open_days
from models.quiz.desk import describe as describe_desk
from models.quiz.desk import settle
from models.quiz.desk import show as desk
from models.quiz.faults import ask_words, decide, report_day, report_sitting
from models.quiz.faults import describe as describe_fault
from models.quiz.forgetting import forget
from models.quiz.native import by_buttons, put_up, tally
from models.quiz.own import describe as describe_own
from models.quiz.paper import describe as describe_paper
from models.quiz.paper import open_paper, papers, sit
from models.quiz.practising import go
from models.quiz.reading import describe_many
from models.quiz.seeing import describe, describe_poll
from models.quiz.sitting import describe as describe_sitting
from models.quiz.sitting import end_sittings, pick
from models.quiz.tables import (
    Day,
    DayAnswer,
    Fault,
    Item,
    Mistake,
    Paper,
    Pause,
    Poll,
    QuizHabit,
    Reading,
    Reply,
    Sitting,
    Volunteer,
)
from models.quiz.volunteering import volunteer
from models.quiz.weekly import describe as describe_week
from models.quiz.weekly import sum_up

# What the ids among the facts of the quiz's cards stand for.
LOOKUPS: dict[str, Callable[[Any, datetime], Awaitable[Any]]] = {
    "quiz_day": describe,
    "quiz_desk": describe_desk,
    "quiz_fault": describe_fault,
    "quiz_own": describe_own,
    "quiz_paper": describe_paper,
    "quiz_poll": describe_poll,
    "quiz_sitting": describe_sitting,
    "quiz_week": describe_week,
    "readings": describe_many,
}

__all__ = [
    "LOOKUPS", "Day", "DayAnswer", "Fault", "Item", "Mistake", "Paper", "Pause", "Poll", "QuizHabit", "Reading", "Reply",
    "Shipped", "Sitting", "Told", "Volunteer", "answer", "ask_words", "by_buttons", "close_days", "decide", "describe",
    "describe_desk", "describe_fault", "describe_many", "describe_own", "describe_paper", "describe_poll", "describe_sitting",
    "describe_week", "desk", "end_sittings", "forget", "go", "next_due", "open_days", "open_paper", "papers", "pick", "put_up",
    "report_day", "report_sitting", "settle", "ship", "sit", "sum_up", "tally", "tell", "volunteer",
]  # fmt: skip
