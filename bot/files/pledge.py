"""承诺卡: the picture of a pledge, 900×1200. The name is the largest thing on it; the promises, by when, who sees to it.

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
    Font,
    Sheet,
    cut,
    face,
    fitted,
    settable,
    wrapped,
)

WIDTH, HEIGHT, MARGIN = 900, 1200, 90
INSIDE, RIGHT = WIDTH - 2 * MARGIN, WIDTH - MARGIN
NAME_SIZES, LONG_NAME_SIZES = (140, 120, 104, 88), (88, 72, 60)
ONE_LINE = 5  # characters of a name that stands on one line; a longer one leaves room for what is promised
PROMISE_SIZES = (46, 42, 38, 34, 30)  # all promises at one size: the largest at which they fit
NUMBER = 64  # before a promise
BODY_AT, FOOT_AT = 430, 1010
LEADING, BETWEEN = 1.35, 0.45  # of the size
KEPT = 128  # pictures in memory, some 30 kB each
TEXTS = Path(__file__).parent.parent / "texts" / "pledge.toml"


@dataclass(frozen=True, slots=True)
class Sheetful:
    """All that stands on a card, in words; equal ones are one picture."""

    title: str
    name: str
    comrade: str
    promises: tuple[str, ...]
    until: str
    seen_to: str


@cache
def texts() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def pledged(facts: dict[str, Any]) -> bytes:
    """PNG of `facts["pledge"]` (`models.pledge.views.describe`)."""
    one, words = facts["pledge"], texts()
    return drawn(
        Sheetful(
            title=one["title"],
            name=one["name"],
            comrade=words["comrade"],
            promises=tuple(words["items"].get(each["name"]) or each["title"] for each in one["promises"]),
            until=words["until"].format(begins=dated(one["begins"]), ends=dated(one["ends"])),
            seen_to=words["seen_to"].format(node=one["home"]),
        )
    )


def dated(iso: str) -> str:
    day = date.fromisoformat(iso)
    return str(texts()["day"]).format(year=day.year, month=day.month, day=day.day)


@lru_cache(maxsize=KEPT)
def drawn(card: Sheetful) -> bytes:
    """PNG."""
    sheet, name = Sheet(WIDTH, HEIGHT), settable(card.name)
    sheet.bar((MARGIN, 96, MARGIN + 96, 106), ACCENT)
    title, small = fitted(settable(card.title), (44, 38, 32), MEDIUM, INSIDE, 1)
    sheet.lines(title, small, (MARGIN, 128), ACCENT)
    short = len(name) <= ONE_LINE
    lines, large = fitted(name, NAME_SIZES if short else LONG_NAME_SIZES, BOLD, INSIDE, 1 if short else 2)
    at = sheet.lines(lines, large, (MARGIN, 206), INK, 1.2)
    at = sheet.lines([card.comrade], face(44), (MARGIN, at + 6), MUTED)
    promised(sheet, card.promises, max(at + 34, BODY_AT))
    signed(sheet, card)
    return sheet.png()


def promised(sheet: Sheet, promises: tuple[str, ...], at: int) -> None:
    """By number, all at the largest size at which the last still stands above the foot."""
    font, blocks = sized(tuple(settable(each) for each in promises), FOOT_AT - at)
    for number, lines in enumerate(blocks, 1):
        sheet.line(str(number), face(int(font.size), BOLD), (MARGIN, at), ACCENT)
        at = sheet.lines(lines, font, (MARGIN + NUMBER, at), INK, LEADING) + between(font)


def sized(promises: tuple[str, ...], room: int) -> tuple[Font, list[list[str]]]:
    """At the smallest size the last words of what is longer are cut."""
    for size in PROMISE_SIZES:
        font = face(size, REGULAR)
        blocks = [wrapped(each, font, INSIDE - NUMBER) for each in promises]
        if height(font, blocks) <= room:
            return font, blocks
    return font, [lines if len(lines) <= 2 else [lines[0], cut(lines[1], font, INSIDE - NUMBER)] for lines in blocks]


def height(font: Font, blocks: list[list[str]]) -> int:
    return sum(len(lines) * round(font.size * LEADING) + between(font) for lines in blocks)


def between(font: Font) -> int:
    return round(font.size * BETWEEN)


def signed(sheet: Sheet, card: Sheetful) -> None:
    """Until when, and who sees to it: at the foot, to the right."""
    sheet.bar((MARGIN, FOOT_AT, RIGHT, FOOT_AT + 1), LINE)
    sheet.line(card.until, face(30), (RIGHT, FOOT_AT + 20), MUTED, "ra")
    for number, line in enumerate(wrapped(settable(card.seen_to), face(34, MEDIUM), INSIDE)[:2]):
        sheet.line(line, face(34, MEDIUM), (RIGHT, FOOT_AT + 66 + number * 46), INK, "ra")
