"""主题党日: a branch meets once a month on a fairly fixed day. A theme day is a gathering; this is the rule of its year.

`settling` takes a rule after a preview, `drawing` makes gatherings of its days, `seeing` shows the year, `asking` lets people
decide where a colliding day goes, `extending` draws up the next year, `learning` follows a new year of holidays.
"""

from models.theme_day.asking import ask, dates, moves, shift_day
from models.theme_day.extending import extend, next_due
from models.theme_day.learning import LARGEST, learn, offer, ship, tops
from models.theme_day.seeing import (
    describe,
    describe_rule,
    fetch,
    gatherings,
    preview,
    rule,
    turn,
    where,
    year_list,
)
from models.theme_day.settling import Wanted, ask_rule, decide, settle_rule
from models.theme_day.tables import Series

__all__ = [
    "LARGEST",
    "Series",
    "Wanted",
    "ask",
    "ask_rule",
    "dates",
    "decide",
    "describe",
    "describe_rule",
    "extend",
    "fetch",
    "gatherings",
    "learn",
    "moves",
    "next_due",
    "offer",
    "preview",
    "rule",
    "settle_rule",
    "shift_day",
    "ship",
    "tops",
    "turn",
    "where",
    "year_list",
]
