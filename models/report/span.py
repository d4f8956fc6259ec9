"""Which months a question is about, as one number that a button can carry: 202612 is a month, 2026 a year."""

from dataclasses import dataclass
from datetime import date

from models.card import Refusal

YEARS = range(2000, 3000)


@dataclass(frozen=True, slots=True)
class Span:
    """Months from `first` to `last`, both YYYY-MM and meant inclusively."""

    number: int
    first: str
    last: str

    @property
    def whole_year(self) -> bool:
        return self.number in YEARS

    @property
    def year(self) -> int:
        return int(self.first[:4])

    @property
    def days(self) -> tuple[date, date]:
        """The first day, and the one after the last."""
        year, month = int(self.last[:4]), int(self.last[5:])
        after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
        return date.fromisoformat(f"{self.first}-01"), after


def spanned(number: int) -> Span:
    """The months a number means; a Refusal for one that no button of ours carries."""
    year, month = (number, 0) if number in YEARS else divmod(number, 100)
    if year not in YEARS or month not in range(13) or (number not in YEARS and not month):
        raise Refusal("action/unknown")
    if not month:
        return Span(number, f"{year}-01", f"{year}-12")
    return Span(number, f"{year}-{month:02}", f"{year}-{month:02}")


def day_of(column: date | str) -> date:
    """A date as a database gives it in raw rows: SQLite as text."""
    return column if isinstance(column, date) else date.fromisoformat(column)


def month_number(day: date) -> int:
    return day.year * 100 + day.month


def before(span: Span) -> int:
    """The span before this one: the month before a month, the year before a year."""
    if span.whole_year:
        return span.number - 1
    return span.number - 1 if span.number % 100 > 1 else span.number - 89


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to another, YYYY-MM."""
    start, end = (int(each[:4]) * 12 + int(each[5:]) - 1 for each in (first, last))
    return [f"{each // 12}-{each % 12 + 1:02}" for each in range(start, end + 1)]
