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
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels import Button, Rendered
from bot.files.ballots import BALLOTS
from bot.files.greeting import shipped_words
from bot.files.pictures import PICTURES
from bot.files.vocabulary import difference, told, unreadable
from models import (
    binding,
    birthday,
    ceremony,
    gathering,
    group,
    member,
    organisation,
    outbox,
    pledge,
    quiz,
    reach,
    recurrence,
    roles,
    roster,
    theme_day,
)
from models.card import Card, Tap
from models.gathering import agenda, desk, leave, make_up, proposals, record, reminding, settling, sign_in, unreached
from models.report import asking, coming, occasions, own, trend

TEXTS = Path(__file__).parent / "texts"
LONGEST_TOAST = 200
LONGEST_NAME = 80  # characters of anything a person typed
LONGEST_LISTED = 20
RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO", "RLI"}

Lookup = Callable[[Any, datetime], Awaitable[Any]]  # an id, or several
LOOKUPS: dict[str, Lookup] = {
    "agenda": proposals.describe_agenda,
    "offered": agenda.describe_offered,
    "gatherings": desk.describe_many,
    "habits": settling.describe,
    "leave": leave.describe,
    "topic": proposals.describe,
    "topics": proposals.describe_many,
    "result": roster.describe,
    "ceremony": ceremony.describe,
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
    "occasion": reminding.occasion,
    "unreached": unreached.describe,
    "covered": make_up.covered,
    "sheet": record.sheet,
    "signed": sign_in.signed,
    "venue": sign_in.venue,
    "branch_month": occasions.month,
    "branch_totals": occasions.totals,
    "my_answer": coming.my_answer,
    "other_days": desk.describe_many,
    "own_record": own.describe,
    "subtree": asking.describe,
    "trend": trend.describe,
    "dates": theme_day.dates,
    "clashes": theme_day.dates,
    "moves": theme_day.moves,
    "preview": theme_day.preview,
    "rule_of": theme_day.describe_rule,
    "year_of": theme_day.describe,
    **birthday.LOOKUPS,
    **pledge.LOOKUPS,
    **quiz.LOOKUPS,
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


def plain(iso: str) -> str:
    """12月1日"""
    return dated("plain", iso)


def bare_day(iso: str) -> str:
    """2026年12月1日, as the ends of a period are said"""
    return dated("bare_day", iso)


def weekday(iso: str) -> str:
    """12月1日（周二）"""
    return dated("weekday", iso)


def rule(wire: str) -> str:
    """每月第一个周二"""
    words = labels()["rule"]
    match recurrence.read(wire):
        case recurrence.Nth(nth, weekday):
            names = {"nth": words["numerals"][nth], "weekday": labels()["dates"]["weekdays"][weekday]}
            return str(words["nth"]).format(**names)
        case recurrence.Window(first, last):
            return str(words["working_day" if (first, last) == (1, 31) else "window"]).format(first=first, last=last)
        case recurrence.DayOfMonth(day):
            return str(words["last_day" if day == 31 else "day"]).format(day=day)
        case _:
            raise ValueError(wire)


def dated(shape: str, iso: str) -> str:
    words, there = labels()["dates"], datetime.fromisoformat(iso)
    facts = {"year": there.year, "month": there.month, "day": there.day, "time": there.strftime("%H:%M")}
    return str(words[shape]).format(**facts, weekday=words["weekdays"][there.weekday()])


def said(word: str, section: str) -> str:
    """A word of ours as labels.toml has it in that section; one that has none there yet stays as it is."""
    return str(labels()[section].get(word, word))


def titled(gathering: dict[str, Any]) -> str:
    """What a gathering is called; one without a title of its own by its month and kind: 12月主题党日"""
    words, month = labels()["titles"], datetime.fromisoformat(gathering["starts"]).month
    return str(gathering["title"] or words["monthly"].format(month=month, kind=said(gathering["kind"], "gathering_kind")))


def item(one: dict[str, Any], section: str = "agenda") -> str:
    """An item of an agenda, or of another section of labels.toml: a shipped one in our words, or as somebody typed it."""
    return said(one["name"], section) if one["name"] else str(one["title"])


def lasting(minutes: int) -> str:
    """1小时, 90分钟, 3天"""
    words, whole = labels()["lasting"], {"days": 24 * 60, "hours": 60, "minutes": 1}
    unit = next(name for name, size in whole.items() if minutes % size == 0)
    return str(words[unit]).format(minutes // whole[unit])


def rate(part: int, whole: int) -> str:
    """84.6%（22／26）; without a whole there is no rate."""
    return f"{part / whole:.1%}（{part}／{whole}）" if whole else "0／0"


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
        loader=FileSystemLoader(TEXTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {"brief": brief, "day": day, "moment": moment, "office": office, "short": short}
    env.filters |= {"bare_day": bare_day, "plain": plain, "rule": rule, "weekday": weekday}
    env.filters |= {"rate": rate, "said": said, "title": titled, "item": item, "lasting": lasting}
    env.filters |= {"difference": difference, "fault": told, "unreadable": unreadable}
    env.globals |= {"command": command, "label": label, "shipped_words": shipped_words}
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
    """A card as a Telegram message; its buttons carry the delivery they stand on. A picture is left to be drawn."""
    facts = await look_up(card, now)
    text = block(card.name, "body", facts)
    buttons = tuple(tuple(button(tap, delivery_id) for tap in row) for row in card.taps)
    if card.name in BALLOTS:
        return Rendered(text, buttons, ballot=BALLOTS[card.name](facts, text))
    if card.name in PICTURES:
        return Rendered(text, buttons, draw=partial(PICTURES[card.name], facts))
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
