"""The nouns that cross every border: Card, Action, Answer, Refusal. They hold names, ids and numbers; never words.

The fourth of the house, Delivery, is a table and lives in `models.outbox`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
CODE = re.compile(r"1\.([a-z_]{1,16})((?:\.(?:0|[1-9a-z][0-9a-z]{0,12})){3})")  # one way to write each action
LONGEST_CODE = 64  # bytes; Telegram's limit on callback_data
LARGEST = 2**63 - 1  # a database's integer

Fact = int | str | bool | None | list[int]


class BadCode(ValueError):
    """A button's data that this product never wrote."""


def base36(number: int) -> str:
    if number < 0:
        raise ValueError("a code holds no negative number")
    digits = ""
    while number >= 36:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return DIGITS[number] + digits


@dataclass(frozen=True, slots=True)
class Action:
    """One tap. It carries no rights: every press is judged from the state on the server."""

    verb: str
    target: int
    choice: int = 0
    delivery: int = 0

    @property
    def code(self) -> str:
        """`1.<verb>.<target>.<choice>.<delivery>`, numbers in base 36, at most 64 bytes."""
        return f"1.{self.verb}.{base36(self.target)}.{base36(self.choice)}.{base36(self.delivery)}"

    @classmethod
    def parse(cls, code: str) -> "Action":
        found = CODE.fullmatch(code) if len(code) <= LONGEST_CODE else None
        if found is None:
            raise BadCode
        numbers = [int(digits, 36) for digits in found[2].split(".")[1:]]
        if max(numbers) > LARGEST:
            raise BadCode
        return cls(found[1], *numbers)


@dataclass(frozen=True, slots=True)
class Tap:
    """A button on a card: the name of its label, and what a press of it does.

    `shown` is what the label `named` stands for: the name of whatever is chosen.
    """

    label: str
    verb: str
    target: int
    choice: int = 0
    shown: str = ""

    def code(self, delivery: int) -> str:
        return Action(self.verb, self.target, self.choice, delivery).code


@dataclass(frozen=True, slots=True)
class Card:
    """A screen somebody is shown: the name of a text, the facts that fill it, the taps it offers row by row.

    Facts are ids, dates (ISO), numbers and what people typed; names are looked up when the card is worded.
    """

    name: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    taps: tuple[tuple[Tap, ...], ...] = ()

    def to_json(self) -> str:
        taps = [[[tap.label, tap.verb, tap.target, tap.choice, *filter(None, [tap.shown])] for tap in row] for row in self.taps]
        return json.dumps([self.name, dict(self.facts), taps], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Card":
        name, facts, taps = json.loads(text)
        return cls(name, facts, tuple(tuple(Tap(*tap) for tap in row) for row in taps))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a deed says back. `toast` is worded by that card's toast block: plain, at most 200 characters."""

    toast: Card | None = None
    alert: bool = False
    screen: Card | None = None
    open: str | None = None  # the payload of a deep link


class Refusal(Exception):
    """The organisation says no, politely. It rolls back what the verb did, and nothing else."""

    def __init__(self, name: str, /, **facts: Any) -> None:
        super().__init__(name)
        self.card = Card(name, facts)

    @property
    def answer(self) -> Answer:
        return Answer(toast=self.card, alert=True, screen=None)
