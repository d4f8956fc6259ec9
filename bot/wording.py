"""Wording: a card's name and facts become words, at the last moment. The only place that opens bot/texts.

A text is a Jinja2 file with blocks: `body` (Telegram HTML, a message) and `toast` (plain, at most 200 characters). Facts that
are ids are looked up here, by their name, so that a message says what is true when it leaves.
"""

import html
import re
import tomllib
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels import Button, Rendered
from bot.files.vocabulary import difference, told, unreadable
from models import binding, gathering, group, member, organisation, outbox, reach, roles, roster
from models.card import Card, Tap

TEXTS = Path(__file__).parent / "texts"
LONGEST_TOAST = 200
LONGEST_NAME = 80  # characters of anything a person typed
LONGEST_LISTED = 20
RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO", "RLI"}

Lookup = Callable[[Any, datetime], Awaitable[Any]]  # an id, or several
LOOKUPS: dict[str, Lookup] = {
    "result": roster.describe,
    "by": member.describe,
    "candidates": binding.candidates,
    "chat": group.describe,
    "held": binding.summary,
    "gathering": gathering.describe,
    "people": gathering.people,
    "member": member.describe,
    "node": organisation.describe,
    "offices": roles.describe,
    "petition": binding.describe,
    "reach": reach.describe,
}


@cache
def labels() -> dict[str, Any]:
    """labels.toml: buttons, the words of dates, the commands of the menu."""
    return tomllib.loads((TEXTS / "labels.toml").read_text(encoding="utf-8"))


def label(name: str) -> str:
    return str(labels()["buttons"][name])


def office(kind: str) -> str:
    return str(labels()["offices"][kind])


def command(name: str) -> str:
    """What a command is for."""
    return str(labels()["commands"][name])


def day(iso: str) -> str:
    """2026年12月1日（周二）"""
    return dated("day", iso)


def moment(iso: str) -> str:
    """2026年12月1日（周二）15:00"""
    return dated("moment", iso)


def short(iso: str) -> str:
    """12月1日15:00"""
    return dated("short", iso)


def dated(shape: str, iso: str) -> str:
    words, there = labels()["dates"], datetime.fromisoformat(iso)
    facts = {"year": there.year, "month": there.month, "day": there.day, "time": there.strftime("%H:%M")}
    return str(words[shape]).format(**facts, weekday=words["weekdays"][there.weekday()])


def clean(text: str, longest: int = LONGEST_NAME) -> str:
    """What a person typed, fit to stand inside our sentence: one line, no control characters, direction isolated, cut."""
    kept = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in unicodedata.normalize("NFC", text))
    kept = " ".join(kept.split())[:longest]
    if any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in kept):
        return f"\u2068{kept}\u2069"
    return kept


def brief(text: str) -> str:
    """A name in a list of many: cut short, so that the list fits into a message."""
    return clean(text, LONGEST_LISTED)


def cleaned(fact: Any) -> Any:
    match fact:
        case str():
            return clean(fact)
        case list():
            return [cleaned(each) for each in fact]
        case dict():
            return {key: cleaned(each) for key, each in fact.items()}
        case date():
            return fact.isoformat()
        case _:
            return fact


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEXTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.filters |= {"brief": brief, "day": day, "moment": moment, "office": office, "short": short}
    env.filters |= {"difference": difference, "fault": told, "unreadable": unreadable}
    env.globals |= {"command": command, "label": label}
    return env


def block(name: str, block_name: str, facts: dict[str, Any]) -> str:
    """One block of a text, worded; KeyError when the text does not have it."""
    template = environment().get_template(f"{name}.html")
    words = "".join(template.blocks[block_name](template.new_context(facts)))
    return re.sub(r"\n{3,}", "\n\n", words).strip()


def toast(card: Card) -> str:
    """The words of a press's answer: no lookups, no markup."""
    words = block(card.name, "toast", cleaned(dict(card.facts)))
    return html.unescape(words)[:LONGEST_TOAST]


async def look_up(card: Card, now: datetime) -> dict[str, Any]:
    """A card's facts with its ids replaced by what they stand for."""
    facts: dict[str, Any] = dict(card.facts)
    for name, lookup in LOOKUPS.items():
        if name in facts:
            facts[name] = await lookup(facts[name], now)
    return {name: cleaned(fact) for name, fact in facts.items()}


async def render(card: Card, delivery_id: int, now: datetime) -> Rendered:
    """A card as a Telegram message; its buttons carry the delivery they stand on."""
    facts = await look_up(card, now)
    text = block(card.name, "body", facts)
    buttons = tuple(tuple(button(tap, delivery_id) for tap in row) for row in card.taps)
    return Rendered(text, buttons, document=await document(card, facts))


async def document(card: Card, facts: dict[str, Any]) -> tuple[str, bytes] | None:
    """The file a card names, or what a text says in its `file` block; one that was forgotten meanwhile is a bug of ours."""
    if card.name in labels()["files"]:
        words = html.unescape(block(card.name, "file", facts))
        return str(labels()["files"][card.name]), words.encode("utf-8-sig")
    number = card.facts.get("enclosure")
    if not isinstance(number, int):
        return None
    found = await outbox.enclosed(number)
    if found is None:
        raise LookupError(f"enclosure {number} is gone")
    return found


def button(tap: Tap, delivery_id: int) -> Button:
    words = label(tap.label)
    if tap.verb == "open":  # our private chat, for whoever presses
        return Button(words, url=f"https://t.me/{tap.shown}")
    return Button(words.format(brief(tap.shown)), data=tap.code(delivery_id))
