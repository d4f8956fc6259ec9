"""政治生日 by the calendar: which day is celebrated, how many years are complete, since when 党龄 counts (rules.md §2).

Neither date of a member is ever computed from the other, with one exception that is the Party's own: who joined between
1 April 1969 and 11 August 1977 had no probation.
"""

from datetime import date

FEB28, MAR1 = "feb28", "mar1"
NO_PROBATION = (date(1969, 4, 1), date(1977, 8, 11))
MEDAL_YEARS = 50  # 光荣在党50年
MILESTONES = (MEDAL_YEARS, 60, 70, 80)
MEDAL_DAY = (7, 1)


def anniversary(since: date, year: int, leap: str = FEB28) -> date:
    """The day of a year; 29 February in a common year by the branch's wish: the day before, or the day after."""
    if (since.month, since.day) != (2, 29) or is_leap(year):
        return since.replace(year=year)
    return date(year, 2, 28) if leap == FEB28 else date(year, 3, 1)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def completed(since: date, day: date, leap: str = FEB28) -> int:
    """Whole years from a date to a day; 0 before the first anniversary."""
    years = day.year - since.year
    return max(years - (day < anniversary(since, day.year, leap)), 0)


def celebrated(since: date, first: date, leap: str = FEB28) -> date:
    """The first anniversary that is `first` or later; the day itself is none."""
    year = max(first.year, since.year + 1)
    day = anniversary(since, year, leap)
    return day if day >= first else anniversary(since, year + 1, leap)


def counts_from(joined_on: date | None, full_member_on: date | None) -> date | None:
    """Since when 党龄 counts: full membership. None: nobody knows, and nobody guesses."""
    if full_member_on is not None or joined_on is None:
        return full_member_on
    return joined_on if NO_PROBATION[0] <= joined_on <= NO_PROBATION[1] else None


def earns_medal(counted_from: date, year: int) -> bool:
    """Whether fifty years are complete by 1 July of a year, that day included."""
    return completed(counted_from, date(year, *MEDAL_DAY)) >= MEDAL_YEARS


def milestones(counted_from: date, year: int) -> tuple[int, ...]:
    """Which complete years are honoured on 1 July of a year: fifty then and later, until somebody was listed; each further ten
    in the year that completes them.
    """
    now, before = (completed(counted_from, date(each, *MEDAL_DAY)) for each in (year, year - 1))
    return tuple(each for each in MILESTONES if now >= each and (each == MEDAL_YEARS or before < each))
