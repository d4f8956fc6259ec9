"""The words of roster sheets (bot/texts/roster.toml): column names, kinds, what is said about a row."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent.parent / "texts" / "roster.toml"
PRIVATE = re.compile(
    "手机|电话|联系方式|身份证|证件号|公民身份|住址|地址|微信号?$|银行|邮箱|phone|mobile|address|e-?mail", re.IGNORECASE
)
MOST_DETAIL = 60  # characters of a file that are repeated


@cache
def words() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def tidy(text: str) -> str:
    """Full width becomes half, all white space goes: how headings and choices are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@cache
def columns(sheet: str) -> dict[str, str]:
    """Heading → field, of `nodes` or `members`; the template's names and others people use."""
    named = {heading: name for name, heading in words()["columns"][sheet].items()}
    also = {other: named[meant] for other, meant in words()["also"].items() if meant in named}
    return also | named


@cache
def choices(name: str) -> dict[str, str]:
    """What a cell of `kinds`, `category`, `status` may say → our word."""
    own = {label: word for word, label in words()[name].items()}
    other = words()["kinds_also"] if name == "kinds" else words()["also_said"]
    return own | {said: word for said, word in other.items() if word in words()[name]} | {word: word for word in words()[name]}


def label(name: str, word: str | None) -> str:
    """Our word as people read it; a word of before this vocabulary stays as it is."""
    return "" if word is None else str(words()[name].get(word, word))


def heading(sheet: str, column: str) -> str:
    return str(words()["columns"][sheet].get(column, column))


def sheet_name(sheet: str) -> str:
    return str(words()["sheets"][sheet])


def reason(name: str, detail: str = "") -> str:
    """Why a row cannot be entered, in a sentence."""
    return str(words()["reasons"][name]).format(detail=detail[:MOST_DETAIL])


def unreadable(name: str, detail: str = "") -> str:
    """Why a file cannot be read, in a sentence."""
    return str(words()["unreadable"][name]).format(detail=detail[:MOST_DETAIL])


def fault(sheet: str, row: int, column: str, name: str, detail: str) -> str:
    """党员第3行“入党日期”：…"""
    facts = {"sheet": sheet_name(sheet), "row": row, "column": heading(sheet, column), "reason": reason(name, detail)}
    return str(words()["line"]["fault"]).format(**facts)


def told(one: list[Any]) -> str:
    """A fault as a result keeps it."""
    return fault(*one)


def value(column: str, known: Any) -> str:
    """One field as people read it."""
    match column, known:
        case _, None | "":
            return str(words()["line"]["nothing"])
        case "kind", _:
            return label("kinds", known)
        case "category" | "status", _:
            return label(column, known)
        case "closed", _:
            return label("state", "closed" if known else "open")
        case _, bool():
            return label("answer", "yes" if known else "no")
        case _:
            return str(known)


def difference(one: dict[str, Any]) -> str:
    """周文静“类别”：直管 → 在职"""
    old, new = value(one["column"], one["old"]), value(one["column"], one["new"])
    column = heading(one["sheet"], one["column"])
    return str(words()["line"]["difference"]).format(name=one["name"], column=column, old=old, new=new)
