"""/themeday and /attendance: what comes next, and what was; to each what is theirs to see."""

import re
from collections.abc import Callable
from datetime import date

from handlers.context import Command, Heard
from models import report
from models.calendar import local
from models.card import Answer, Refusal
from models.organisation import wishes
from models.report import Question
from models.report.span import YEARS, before, month_number, spanned

DEFAULT_ZONE = "Asia/Shanghai"
NUMERALS = re.compile("一|二|三|四|五|六|七|八|九|十|十一|十二")
OWN = re.compile("我|我的|自己|本人")
# What people write for months, each with how it is read at a day; the first that fits a whole word.
MONTH_OF_YEAR = re.compile(r"(?P<year>2\d{3})(?:年|[-/.])(?P<month>\d{1,2})(?:月份?)?")
MONTH = re.compile(r"(?P<month>\d{1,2})月份?")
SPELT = re.compile(r"(?P<month>[一二三四五六七八九十]{1,2})月份?")
YEAR = re.compile(r"(?P<year>2\d{3})年?")
THIS_MONTH, LAST_MONTH = re.compile("本月|这个?月|当月"), re.compile("上个?月|前个?月")
THIS_YEAR, LAST_YEAR = re.compile("全年|今年|本年|年度"), re.compile("去年|上年")

Reading = Callable[[re.Match[str], date], int]


def of_year(found: re.Match[str], _: date) -> int:
    return int(found["year"]) * 100 + int(found["month"])


def latest(month: int, today: date) -> int:
    """A month without a year: this year's, if it is not farther ahead than the next; else last year's."""
    return (today.year if month <= today.month + 1 else today.year - 1) * 100 + month


def spelt(found: re.Match[str], today: date) -> int:
    named = NUMERALS.pattern.split("|")
    return latest(named.index(found["month"]) + 1 if found["month"] in named else 0, today)


READINGS: tuple[tuple[re.Pattern[str], Reading], ...] = (
    (MONTH_OF_YEAR, of_year),
    (MONTH, lambda found, today: latest(int(found["month"]), today)),
    (SPELT, spelt),
    (THIS_MONTH, lambda _, today: month_number(today)),
    (LAST_MONTH, lambda _, today: before(spanned(month_number(today)))),
    (YEAR, lambda found, _: int(found["year"])),
    (THIS_YEAR, lambda _, today: today.year),
    (LAST_YEAR, lambda _, today: today.year - 1),
)


def question(words: str, today: date) -> Question:
    """[月份] [支部] in either order; what is no month names an organisation."""
    span: int | None = None
    place: list[str] = []
    own = False
    for word in words.split():
        number = months(word, today)
        if OWN.fullmatch(word):
            own = True
        elif number is None or span is not None:
            place.append(word)
        else:
            span = number
    return Question(span, " ".join(place), own)


def months(word: str, today: date) -> int | None:
    """The months a word names, None where it names none; a month there is not is told so."""
    for spelling, read in READINGS:
        if found := spelling.fullmatch(word):
            number = read(found, today)
            if number not in YEARS and not 1 <= number % 100 <= 12:
                raise Refusal("report/form")
            return number
    return None


async def attendance(heard: Heard) -> Answer:
    """/attendance [月份] [支部]: counts in the group, in private what is theirs to see."""
    placed(heard)
    return await report.attendance(heard.actor, heard.node, question(heard.words, await today(heard)), heard.now)


async def themeday(heard: Heard) -> Answer:
    """/themeday: the next one, with the own answer in private."""
    placed(heard)
    return await report.themeday(heard.actor, heard.node, heard.now)


def placed(heard: Heard) -> None:
    if not heard.private and heard.node is None:
        raise Refusal("gathering/unlinked")


async def today(heard: Heard) -> date:
    """The day where the person is at home."""
    zone = (await wishes(heard.actor.root_id)).zone if heard.actor.root_id else DEFAULT_ZONE
    return local(heard.now, zone).date()


COMMANDS = [Command("themeday", themeday), Command("attendance", attendance)]
