"""Every text that is named is written, and the reverse; each is given the facts it needs, and says them briefly."""

import ast
import html
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot import console, wording
from bot.sandbox.html import Html
from handlers import commands
from tests.plausible import PLAUSIBLE, RICH

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "bot" / "texts"
NAME = re.compile(r"[a-z_]+(?:/[a-z_]+)?")
WORDLESS = {"erase"}  # a delivery that takes a message away
LONGEST_MESSAGE, LONGEST_BUTTON = 4096, 6
WHOLE = {"gathering/detail": 24, "theme_day/year": 16}  # lines of what stands behind 详情; all else fits a phone's screen


class Named(NamedTuple):
    """A text somebody names in the source: where it is said (`toast`, `body`, or both for a refusal), with which facts."""

    name: str
    blocks: frozenset[str]
    facts: frozenset[str]


def sources() -> list[Path]:
    found = [path for folder in ("models", "handlers", "schedules", "bot") for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "sandbox" not in path.parts]


def named() -> Iterator[Named]:
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        toasts = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.keyword) and each.arg == "toast"}
        for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call) and each.args):
            kind = ast.unparse(call.func)
            if kind == "Refusal":
                facts = frozenset(each.arg or "" for each in call.keywords)
                yield from (Named(name, frozenset({"toast", "body"}), facts) for name in strings(call.args[0]))
            elif kind == "Card":
                block = "toast" if id(call) in toasts else "body"
                facts = frozenset(keys(call.args[1]) if len(call.args) > 1 else ())
                yield from (Named(name, frozenset({block}), facts) for name in strings(call.args[0]))


def calls(paths: list[Path], name: str) -> Iterator[ast.Call]:
    for path in paths:
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Call) and ast.unparse(each.func) == name:
                yield each


def constants(node: ast.AST) -> Iterator[str]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def strings(node: ast.AST) -> Iterator[str]:
    return (text for text in constants(node) if NAME.fullmatch(text))


def keys(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Dict):
        yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant))


NAMED = sorted({each for each in named() if each.name not in WORDLESS}, key=str)
WRITTEN = {str(path.relative_to(TEXTS).with_suffix("")) for path in TEXTS.rglob("*.html")}


def worlds(facts: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Plausible values of these facts: each value of each fact occurs once."""
    for turn in range(max((len(PLAUSIBLE[name]) for name in facts), default=1)):
        yield {name: PLAUSIBLE[name][min(turn, len(PLAUSIBLE[name]) - 1)] for name in facts}


def plain(text: str) -> str:
    return str(Html(text).read()[0])


def test_every_text_that_is_named_is_written_and_the_reverse() -> None:
    assert {each.name for each in NAMED} == WRITTEN


def test_every_text_has_the_blocks_it_is_asked_for_and_no_other() -> None:
    wanted: dict[str, set[str]] = defaultdict(set)
    for each in NAMED:
        wanted[each.name] |= each.blocks
    for name in WRITTEN:
        has = set(wording.environment().get_template(f"{name}.html").blocks)
        assert wanted[name] <= has, name
        assert has - {"toast", "body"} == ({"file"} if name in wording.labels()["files"] else set()), name


def test_what_does_not_fit_into_a_message_is_a_file_in_plain_text() -> None:
    for name, shown in wording.labels()["files"].items():
        for facts in worlds(frozenset({"held"})):
            words = html.unescape(wording.block(name, "file", wording.cleaned(facts)))
            assert shown.endswith(".txt")
            assert "<" not in words
            assert "None" not in words


@pytest.mark.parametrize("one", NAMED, ids=lambda one: f"{one.name}:{'+'.join(sorted(one.blocks))}")
def test_every_card_renders_with_the_facts_it_is_given(one: Named) -> None:
    for facts in worlds(one.facts):
        for block in one.blocks:
            words = plain(wording.block(one.name, block, wording.cleaned(facts)))
            assert 4 <= len(words) <= LONGEST_MESSAGE
            assert "{" not in words
            assert "None" not in words
            assert len(words.splitlines()) <= WHOLE.get(one.name, 12)


@pytest.mark.parametrize("one", [each for each in NAMED if "toast" in each.blocks], ids=lambda one: str(one.name))
def test_every_toast_is_short_and_plain(one: Named) -> None:
    for facts in worlds(one.facts):
        source = wording.block(one.name, "toast", wording.cleaned(facts))
        assert len(source) <= wording.LONGEST_TOAST
        assert not re.search(r"[<>]|&(?!#34;|amp;)", source)
        assert "\n" not in source


def test_every_label_that_is_named_is_written_and_the_reverse() -> None:
    said = {label for call in calls(sources(), "Tap") for label in constants(call.args[0])}
    texts = "".join(path.read_text(encoding="utf-8") for path in TEXTS.rglob("*.html"))
    assert said == set(wording.labels()["buttons"])
    assert set(re.findall(r'label\("([^"]+)"\)', texts)) <= said


def test_a_button_is_at_most_six_characters() -> None:
    assert {text for text in wording.labels()["buttons"].values() if not 1 <= len(text) <= LONGEST_BUTTON} == set()


def test_every_command_of_a_menu_has_its_words_and_the_reverse() -> None:
    assert set(wording.labels()["commands"]) == {command.name for command in commands() if command.menu}
    for command in commands():
        assert command.menu <= {"private", "group", "admins"}


def test_every_sentence_of_the_console_is_said_somewhere_and_the_reverse() -> None:
    written = {(section, name) for section, names in console.texts().items() for name in names}
    asking = [call for call in calls(list((ROOT / "bot").glob("*.py")), "words") if len(call.args) == 2]
    said = {(section, name) for call in asking for section in strings(call.args[0]) for name in strings(call.args[1])}
    dynamic = {("doctor", state) for state in ("dead", "unknown")}  # the states the doctor asks the database for
    assert {pair for pair in said | dynamic if pair[0] in console.texts() and pair[1] != "state"} == written


def test_the_whole_notice_keeps_the_order_of_one() -> None:
    """Of rules.md: title, whom it is to, opening, theme, time, place, who takes part, items, demands, who signs, date."""
    words = wording.block("gathering/detail", "body", wording.cleaned({"gathering": RICH}))
    order = ["通知", "全体党员", "通知如下", "主题", "时间", "地点", "参加对象", "内容", "要求"]
    order += ["\n百花园小区党支部\n", "\n2026年11月24日"]
    assert [words.index(each) for each in order] == sorted(words.index(each) for each in order)
