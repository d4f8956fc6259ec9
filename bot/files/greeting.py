"""贺卡: the picture of a political birthday, 900×1200. Drawn once for what it says; the name is the largest thing on it.

Only typography on paper: no emblem and no flag, whose use is regulated.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from bot.files.lettering import (
    ACCENT,
    BOLD,
    INK,
    LINE,
    MEDIUM,
    MUTED,
    REGULAR,
    Sheet,
    face,
    fitted,
    settable,
    wrapped,
)

WIDTH, HEIGHT, MARGIN = 900, 1200, 90
INSIDE, RIGHT = WIDTH - 2 * MARGIN, WIDTH - MARGIN
NAME_SIZES, LONG_SIZES = (168, 140, 120), (88, 72, 60)  # of a name on one line, on up to two
WORDS_SIZES = (44, 40, 36)
ONE_LINE = 5  # characters of a name that stands on one line
YEARS_AT, WORDS_AT, FOOT_AT = 548, 712, 1010  # where these stand at least, whatever the length of the name
KEPT = 128  # pictures in memory, some 30 kB each


TEXTS = Path(__file__).parent.parent / "texts" / "birthday.toml"


@dataclass(frozen=True, slots=True)
class Saying:
    """All that stands on a card, in words; equal sayings are one picture."""

    kind: str
    name: str
    comrade: str
    years: str
    since: str
    words: str
    node: str
    day: str


@cache
def texts() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def shipped_words() -> str:
    """The 寄语 of who was given none of their own."""
    return str(texts()["words"])


def greeting(facts: dict[str, Any]) -> bytes:
    """PNG of `facts["birthday"]` (`models.birthday.views.describe`)."""
    return drawn(saying(facts["birthday"]))


def saying(one: dict[str, Any]) -> Saying:
    words, basis, years = texts(), one["basis"], one["years"]
    return Saying(
        kind=words["kind"],
        name=one["name"],
        comrade=words["comrade"],
        years=words["years"][basis].format(years=years) if years else words["hidden"][basis],
        since=dated(words["since"][basis], one["since"]) if years else "",
        words=one["words"] or words["words"],
        node=one["node"],
        day=dated(words["day"], one["day"]),
    )


def dated(shape: str, iso: str) -> str:
    day = date.fromisoformat(iso)
    return shape.format(year=day.year, month=day.month, day=day.day)


@lru_cache(maxsize=KEPT)
def drawn(saying: Saying) -> bytes:
    """PNG."""
    sheet, name = Sheet(WIDTH, HEIGHT), settable(saying.name)
    sheet.bar((MARGIN, 96, MARGIN + 96, 106), ACCENT)
    sheet.line(saying.kind, face(44, MEDIUM), (MARGIN, 128), ACCENT)
    short = len(name) <= ONE_LINE
    lines, large = fitted(name, NAME_SIZES if short else LONG_SIZES, BOLD, INSIDE, 1 if short else 2)
    at = sheet.lines(lines, large, (MARGIN, 226), INK, 1.2)
    at = sheet.lines([saying.comrade], face(52), (MARGIN, at + 14), INK)
    at = sheet.lines([saying.years], face(76, BOLD), (MARGIN, max(at + 30, YEARS_AT)), ACCENT, 1.3)
    at = sheet.lines([saying.since], face(38), (MARGIN, at), MUTED)
    words, small = fitted(settable(saying.words), WORDS_SIZES, REGULAR, INSIDE, 4)
    sheet.lines(words, small, (MARGIN, max(at + 24, WORDS_AT)), INK, 1.45)
    signed(sheet, saying)
    return sheet.png()


def signed(sheet: Sheet, saying: Saying) -> None:
    """Whom it is from, and when: at the foot, to the right."""
    sheet.bar((MARGIN, FOOT_AT, RIGHT, FOOT_AT + 1), LINE)
    lines = wrapped(settable(saying.node), face(34, MEDIUM), INSIDE)[:2]
    for number, line in enumerate(lines):
        sheet.line(line, face(34, MEDIUM), (RIGHT, FOOT_AT + 20 + number * 46), INK, "ra")
    sheet.line(saying.day, face(30), (RIGHT, FOOT_AT + 24 + len(lines) * 46), MUTED, "ra")
