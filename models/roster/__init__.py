"""名册: the tree and its people as two sheets. What a sheet would change is told first, and entered by a tap.

`lines` are the rows of a sheet, `state` what the database holds, `branches` and `people` compare the two, `entering` writes,
`checking` is the errand from file to tap.
"""

from models.roster.checking import ALL, CANCEL, GOOD, MENU, RECHECK, decide, describe, fetch, offer, take
from models.roster.compare import Verdict, compare, differences
from models.roster.entering import Stale, enter
from models.roster.lines import Book, Fault, MemberLine, NodeLine
from models.roster.state import extract, number

__all__ = [
    "ALL",
    "CANCEL",
    "GOOD",
    "MENU",
    "RECHECK",
    "Book",
    "Fault",
    "MemberLine",
    "NodeLine",
    "Stale",
    "Verdict",
    "compare",
    "decide",
    "describe",
    "differences",
    "enter",
    "extract",
    "fetch",
    "number",
    "offer",
    "take",
]
