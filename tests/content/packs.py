"""The packs as they lie in bot/content/quiz, and the facts they are made of: nothing here belongs to the product."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "bot" / "content" / "quiz"
DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?")

Moment = tuple[int | None, int | None, int | None]  # year, month, day, each as far as it was told


@dataclass(frozen=True)
class Fact:
    """One line of facts.tsv; `names` are the words by which items mention it, the date is YYYY-MM-DD or YYYY-MM."""

    id: str
    date: str
    grade: str
    statement: str
    sources: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def year(self) -> int:
        return int(self.date[:4])

    @property
    def opened(self) -> Moment:
        year, month, day = [*map(int, self.date.split("-")), None][:3]
        return year, month, day

    @property
    def moments(self) -> list[Moment]:
        """Its own date and those its statement adds: closing days, days of remembrance."""
        return [self.opened, *moments(self.statement, self.opened)]


@dataclass(frozen=True)
class Item:
    """One `[[item]]`; an unknown or a missing key fails here."""

    pack: str
    id: str
    fact: str
    kind: str
    question: str
    options: list[str]
    right: list[int]
    why: str
    source: str
    pages: list[str]
    checked_on: date
    reviewer: str
    enabled: bool
    tags: list[str]
    valid_until: date | None = None

    @property
    def rights(self) -> list[str]:
        return [self.options[n] for n in self.right]

    @property
    def wrongs(self) -> list[str]:
        return [option for n, option in enumerate(self.options) if n not in self.right]

    @property
    def true(self) -> bool:
        return self.rights == ["对"]

    @property
    def text(self) -> str:
        return "｜".join([self.question, *self.options, self.why])

    @property
    def about(self) -> Fact:
        return facts()[self.fact]

    @property
    def mentions(self) -> list[Fact]:
        """Every fact the item leans on, its own first."""
        return list(dict.fromkeys([self.about, *mentioned(self.text)]))


@cache
def facts() -> dict[str, Fact]:
    lines = (HERE / "facts.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return {row[0]: Fact(row[0], row[1], row[2], row[3], tuple(row[4].split()), tuple(row[5].split("、"))) for row in rows}


@cache
def packs() -> dict[str, str]:
    """The name of each pack, by its file."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["name"] for path in sorted(FOLDER.glob("*.toml"))}


@cache
def items() -> list[Item]:
    return [
        Item(pack, **raw) for pack in packs() for raw in tomllib.loads((FOLDER / f"{pack}.toml").read_text("utf-8"))["item"]
    ]


@cache
def known() -> dict[str, Fact]:
    """Facts by the names items use for them, the longest first, so that a name inside another is not heard twice."""
    pairs = [(name, fact) for fact in facts().values() for name in fact.names]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def mentioned(text: str) -> list[Fact]:
    """The facts named in a text, in the order of the text."""
    found: dict[int, Fact] = {}
    for name, fact in known().items():
        while (at := text.find(name)) >= 0:
            found[at] = fact
            text = text.replace(name, "｜" * len(name), 1)
    return [found[at] for at in sorted(found)]


def moments(text: str, since: Moment = (None, None, None)) -> Iterator[Moment]:
    """The dates of a text; what a later one leaves out (至23日) it takes from the one before."""
    year, month, _ = since
    for match in DAY.finditer(text):
        told = [int(part) if part else None for part in match.groups()]
        if told == [None, None, None]:
            continue
        if told[0]:
            year, month = told[0], None
        month = told[1] or (month if told[2] else None)
        yield year, month, told[2]


def fits(told: Moment, fact: Fact) -> bool:
    """Whether what was told is the fact's date, or one of its statement, as far as it was told."""
    return any(all(said in (None, is_) for said, is_ in zip(told, moment, strict=True)) for moment in fact.moments)
