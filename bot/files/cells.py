"""What single cells say: names, codes, days, times, choices. A cell that says nothing usable raises Wrong."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from bot.files.tables import Formula
from bot.files.vocabulary import choices, tidy, words

LONGEST_NAME, LONGEST_CODE = 80, 40
# What a spreadsheet would take for a formula, also in full width. Written with an apostrophe before it, and read without.
RISKY = re.compile("'*[=+\\-@\t\r＝＋－＠]")
FIRST_DAY = date(1900, 1, 1)
EXCEL_ZERO = date(1899, 12, 30)  # day 0 of a spreadsheet's numbers, after February 1900
EXCEL_DAYS = range(61, 80_000)
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?|(\d{2})(\d{2}))(?:T?00:00(?::00)?)?")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")


class Wrong(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def text(cell: Any) -> str:
    """A cell as words: outer white space gone, our own apostrophe taken off, numbers without a needless fraction."""
    if isinstance(cell, Formula):
        raise Wrong("formula")
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    said = unicodedata.normalize("NFC", str(cell)).strip()
    return said[1:] if said.startswith("'") and RISKY.match(said) else said


def named(cell: Any, needed: bool = True) -> str:
    """The name of somebody or something."""
    said = text(cell)
    if needed and not said:
        raise Wrong("empty")
    if len(said) > LONGEST_NAME:
        raise Wrong("long", str(LONGEST_NAME))
    if not said.isprintable():
        raise Wrong("unprintable")
    return said


def coded(cell: Any) -> str | None:
    said = unicodedata.normalize("NFKC", text(cell)).strip()
    if len(said) > LONGEST_CODE or not said.isprintable() or " " in said:
        raise Wrong("code")
    return said or None


def chosen(cell: Any, name: str) -> str | None:
    """One of the words of `kinds`, `category`, `status`; None for an empty cell."""
    said = tidy(text(cell))
    if not said:
        return None
    word = choices(name).get(said)
    if word is None:
        raise Wrong("choice", said)
    return word


def day(cell: Any, today: date) -> str | None:
    """A date in any usual form as ISO; it lies neither before 1900 nor ahead."""
    if cell is None or (not isinstance(cell, Formula) and tidy(str(cell)) == ""):
        return None
    found = meant(cell)
    if found is None or found < FIRST_DAY:
        raise Wrong("date", text(cell))
    if found > today:
        raise Wrong("future", text(cell))
    return found.isoformat()


def meant(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell in EXCEL_DAYS:
        return EXCEL_ZERO + timedelta(days=int(cell))
    return written(tidy(text(cell)))


def written(said: str) -> date | None:
    """2019年7月1日, 2019.7.1, 2019/07/01, 2019-07-01, 20190701, or a spreadsheet's number as text."""
    if said.isdecimal() and len(said) == 5:
        return EXCEL_ZERO + timedelta(days=int(said))
    found = DAY.fullmatch(said)
    if found is None:
        return None
    parts = [int(part) for part in found.groups() if part]
    try:
        return date(parts[0], parts[1], parts[2])
    except ValueError:
        return None


def clock(cell: Any) -> str | None:
    """A local time as HH:MM; None for an empty cell."""
    if isinstance(cell, datetime | time):
        return cell.strftime("%H:%M")
    said = tidy(text(cell))
    if not said:
        return None
    found = CLOCK.fullmatch(said)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Wrong("time", said)
    return f"{int(found[1]):02}:{int(found[2]):02}"  # the digits of any script


def zone(cell: Any) -> str | None:
    said = text(cell)
    if said and said not in available_timezones():
        raise Wrong("zone", said)
    return said or None


def yes(cell: Any) -> bool | None:
    """是 or 否; None for an empty cell."""
    return either(cell, "answer", "yes", "no")


def shut(cell: Any) -> bool:
    return either(cell, "state", "closed", "open") or False


def either(cell: Any, name: str, true: str, false: str) -> bool | None:
    said, known = tidy(text(cell)), words()[name]
    if said in ("", tidy(known[true]), tidy(known[false])):
        return None if not said else said == tidy(known[true])
    raise Wrong("choice", said)
