"""题目包: TOML files of questions, judged item by item; each fault is told with its file and line, for whoever writes them."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from models.quiz import Shipped, Told

SHIPPED = Path(__file__).parent.parent / "content" / "quiz"
TEXTS = Path(__file__).parent.parent / "texts" / "quiz.toml"
KINDS = ("single", "multiple", "truth")
LONGEST = {"id": 16, "fact": 8, "question": 60, "why": 80, "statement": 80, "source": 60}  # as far as a fact is worded whole
LONGEST_TEXT, LONGEST_OPTION, MOST_OPTIONS = 200, 20, 8
ADDRESS = re.compile(r"https?://|www\.|[\w-]+\.(?:com|cn|net|org)\b")
KEY = re.compile(r"(\w+)\s*=")
AT = re.compile(r"at line (\d+)")

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where; `name` is a sentence of bot/texts/quiz.toml."""

    file: str
    line: int
    name: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        words = texts()
        why = str(words["faults"][self.name]).format(**self.facts)
        return str(words["told"]["line"]).format(file=self.file, line=self.line, why=why)


@dataclass
class Library:
    """What a folder holds. A pack with a fault is left out whole: half a pack is nobody's intention."""

    packs: dict[str, list[Shipped]] = field(default_factory=dict)
    days: list[Told] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def unread(self) -> set[str]:
        return {fault.file for fault in self.faults}


@cache
def texts() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


ITEM: dict[str, type] = {
    "id": str, "fact": str, "kind": str, "question": str, "options": list, "right": list, "why": str, "source": str,
    "pages": list, "checked_on": date, "reviewer": str, "valid_until": date, "enabled": bool, "tags": list,
}  # fmt: skip
DAY: dict[str, type] = {
    "fact": str, "on": date, "statement": str, "source": str, "pages": list, "checked_on": date, "reviewer": str,
}  # fmt: skip
OPTIONAL = {"valid_until"}
MAY_BE_EMPTY = {"source", "reviewer"}  # without a source an item is kept and never asked
OF_TEXTS, OF_NUMBERS = {"options", "pages", "tags"}, {"right"}


def read(folder: Path = SHIPPED) -> Library:
    """Everything in a folder: packs, and in its folder `days` what is read on a day of the year."""
    library = Library()
    codes: set[str] = set()
    for path in sorted(folder.glob("*.toml")):
        items, faults = tables(path, "item", ITEM)
        for line, item in items:
            faults += [Fault(path.name, line, name, facts) for name, facts in wrong(item, codes)]
        library.faults += faults
        if not faults:
            library.packs[path.name] = [shipped(item) for _, item in items]
    for path in sorted((folder / "days").glob("*.toml")):
        told, faults = tables(path, "day", DAY)
        library.faults += faults
        library.days += [Told(day["fact"], day["on"], day["statement"], day["source"]) for _, day in told if not faults]
    return library


def tables(path: Path, heading: str, keys: Mapping[str, type]) -> tuple[list[tuple[int, Table]], list[Fault]]:
    """The tables of a file that have the form they should, each with the line it begins at, and the faults of all others."""
    try:
        text = path.read_bytes().decode("utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        return [], [Fault(path.name, 1, "text")]
    except tomllib.TOMLDecodeError as error:
        found = AT.search(str(error))
        return [], [Fault(path.name, int(found[1]) if found else 1, "toml", {"detail": error})]
    known = {heading} if heading == "day" else {"name", heading}
    faults = [Fault(path.name, 1, "unknown", {"detail": name}) for name in data.keys() - known]
    if heading != "day" and not (isinstance(data.get("name"), str) and data["name"].strip()):
        faults.append(Fault(path.name, 1, "name"))
    given = data.get(heading)
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        return [], [*faults, Fault(path.name, 1, "none", {"detail": heading})]
    return sorted_out(path.name, given, places(text, heading), keys, faults)


def sorted_out(
    file: str, given: Sequence[Table], lines: Sequence[Mapping[str, int]], keys: Mapping[str, type], faults: list[Fault]
) -> tuple[list[tuple[int, Table]], list[Fault]]:
    good: list[tuple[int, Table]] = []
    for one, at in zip(given, lines, strict=False):
        found = [Fault(file, at.get(key, at[""]), name, facts) for key, name, facts in misshapen(one, keys)]
        faults = [*faults, *found]
        if not found:
            good.append((at.get("right", at[""]), one))
    return good, faults


def places(text: str, heading: str) -> list[dict[str, int]]:
    """For each table of a file the line of each key, from 1; its own line under the empty name."""
    found: list[dict[str, int]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() == f"[[{heading}]]":
            found.append({"": number})
        elif found and (key := KEY.match(line)):
            found[-1].setdefault(key[1], number)
    return found


Wrong = tuple[str, str, dict[str, object]]  # key, name of the fault, its facts


def misshapen(one: Table, keys: Mapping[str, type]) -> Iterator[Wrong]:
    """Keys that are not known, not there, or not what they should be."""
    for key in sorted(one.keys() - keys.keys()):
        yield key, "unknown", {"detail": key}
    for key in keys.keys() - one.keys() - OPTIONAL:
        yield "", "missing", {"detail": key}
    for key, form in keys.items():
        if key in one and (name := ill(key, one[key], form)):
            yield key, name, {"detail": key, "most": LONGEST.get(key, LONGEST_TEXT)}


def ill(key: str, value: Any, form: type) -> str:
    """What is wrong with a value by itself; nothing if it is well."""
    if type(value) is not form or not well_filled(key, value):
        return "shape"
    if value in ("", []) and key not in MAY_BE_EMPTY:
        return "empty"
    if len(str(value)) > LONGEST.get(key, LONGEST_TEXT) and form is str:
        return "long"
    return "address" if key == "source" and ADDRESS.search(str(value)) else ""


def well_filled(key: str, value: object) -> bool:
    if key in OF_TEXTS:
        return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)
    if key in OF_NUMBERS:
        return isinstance(value, list) and all(type(each) is int for each in value)
    return True


def wrong(item: Table, codes: set[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """What is wrong with an item whose keys are all as they should be. `codes`: those used so far."""
    if item["id"] in codes:
        yield "twice", {"detail": item["id"]}
    codes.add(item["id"])
    if any(len(option) > LONGEST_OPTION for option in item["options"]):
        yield "long", {"detail": "options", "most": LONGEST_OPTION}
    if item.get("valid_until", date.max) <= item["checked_on"]:
        yield "valid", {}
    yield from ((name, {}) for name, holds in RULES.items() if not holds(item))


def one_right(item: Table) -> bool:
    return item["kind"] == "multiple" or len(item["right"]) == 1


def several_right(item: Table) -> bool:
    return item["kind"] != "multiple" or 2 <= len(item["right"]) < len(item["options"])


RULES: dict[str, Callable[[Table], bool]] = {
    "kind": lambda item: item["kind"] in KINDS,
    "options": lambda item: 2 <= len(item["options"]) == len(set(item["options"])) <= MOST_OPTIONS,
    "truth": lambda item: item["kind"] != "truth" or len(item["options"]) == 2,
    "right": lambda item: (
        len(set(item["right"])) == len(item["right"]) and set(item["right"]) <= set(range(len(item["options"])))
    ),
    "one_right": one_right,
    "several_right": several_right,
}


def shipped(item: Table) -> Shipped:
    told: dict[str, Any] = {name: item[name] for name in ("fact", "kind", "question", "why", "source", "enabled")}
    lists: dict[str, Any] = {name: tuple(item[name]) for name in ("options", "right", "tags")}
    return Shipped(code=item["id"], valid_until=item.get("valid_until"), **told, **lists)
