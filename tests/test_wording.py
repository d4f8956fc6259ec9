"""Every text that is named is written, and the reverse; each is given the facts it needs, and says them briefly."""

import ast
import html
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot import console, wording
from bot.sandbox.html import Html
from handlers import commands

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "bot" / "texts"
NAME = re.compile(r"[a-z_]+(?:/[a-z_]+)?")
WORDLESS = {"erase"}  # a delivery that takes a message away
LONGEST_MESSAGE, LONGEST_BUTTON = 4096, 6

GATHERING = {"title": "12月主题党日", "place": "社区党群服务中心二楼", "node": "百花园小区党支部", "starts": "2026-12-01T15:00",
             "reply_by": "2026-12-01T14:50:00+08:00", "open": True, "groups": 1,
             "expected": 26, "joining": 15, "leaving": 3}  # fmt: skip
PEOPLE = {"joining": ["周文静"], "leaving": [], "silent": ["王建军", "李秀兰"], "unbound": ["何桂芳"]}
REACH = {"nodes": ["百花园小区党支部"], "total": 26, "ok": 24, "unbound": ["何桂芳"], "blocked": ["王建军"],
         "never_started": [], "chat_gone": []}  # fmt: skip
ONE = {"id": 3, "name": "李秀兰", "node": "3号楼党小组", "joined_on": "1999-07-01"}
OFFICES = [{"place": "百花园小区党支部", "held": [{"kind": "secretary", "name": "周文静", "since": date(2026, 3, 1)}] * 2}]
SINCE = "2026-11-21T12:00:00+08:00"
HELD = {
    "member": {"name": "周文静", "code": None, "status": "full", "category": "direct"}
    | {"joined_on": None, "full_member_on": None},
    "membership": [{"node": "百花园小区党支部", "kind": "home", "from_at": SINCE, "until_at": None}] * 3,
    "role": [{"node": "百花园小区党支部", "kind": "secretary", "from_at": SINCE, "until_at": SINCE}] * 3,
    "account": {"telegram_id": 700000001, "bound_at": SINCE, "consent": "2026-11"},
    "reachability": [{"state": "ok", "since": SINCE}],
    "rsvp": [{"title": "12月主题党日", "starts_at": SINCE, "choice": 1, "at": SINCE}],
    "invite": [{"expires_at": SINCE, "used_at": SINCE, "voided_at": None}],
    "petition": [{"name": "周文静", "at": SINCE}],
    "draft": [{"kind": "binding.name", "expires_at": SINCE}],
    "errand": [{"at": SINCE, "kind": "handout", "state": "done"}],
    "delivery": [{"created_at": SINCE, "card": "mine/held", "state": "sent"}],
    "erasure": [{"at": SINCE}],
    "note": [{"at": SINCE, "actor": "member:1", "verb": "bind", "target": "member:1", "before": None, "after": "{}"}],
}
RESULT = {"faults": [["members", 3, "joined_on", "date", "昨天"]] * 10, "more": 5, "differences": [], "missing": ["何桂芳"],
          "missing_count": 1}  # fmt: skip
CHANGED = {"sheet": "members", "row": 2, "name": "李秀兰", "column": "category", "old": "direct", "new": "retired"}
PLAUSIBLE: dict[str, list[Any]] = {
    "result": [RESULT, RESULT | {"faults": [], "differences": [CHANGED] * 10}],
    "by": [{"name": "周文静"}],
    "candidates": [[ONE, ONE | {"node": None, "joined_on": None}], [ONE] * 8, []],
    "enclosure": [1],
    "held": [HELD, {name: [] for name in HELD} | {"member": HELD["member"], "account": None}],
    "bound": [True, False],
    "dated": [False, True],
    "office": ["org_member", "admin"],
    "offices": [OFFICES],
    "place": ["百花园小区党支部"],
    "rest": [0, 4],
    "link": ["https://t.me/branchlife_demo_bot?start=" + "x" * 22],
    "matching": [2, 0, 0],
    "name": ["李秀兰"],
    "node": [{"name": "百花园小区党支部"}],
    "person": ["李秀兰"],
    "petition": [{"name": "李秀兰", "node": "百花园小区党支部"}],
    "slips": [26],
    "until": ["2026-12-01T15:00+08:00"],
    "gathering": [GATHERING, GATHERING | {"open": False, "groups": 0, "expected": 0, "joining": 0}],
    "people": [PEOPLE, {name: [] for name in PEOPLE}],
    "member": [{"name": "周文静"}],
    "choice": [1, 2],
    "starts": ["2026-12-01T15:00"],
    "minutes": [15],
    "most": [60],
    "chat": [{"title": "百花园小区党支部", "node": "百花园小区党支部"}],
    "duties": ["plan attendance reach", ""],
    "own": ["help", ""],
    "more": [True, False],
    "reach": [REACH, REACH | {"ok": 0, "total": 0, "blocked": [], "unbound": []}],
    "reason": ["kicked", "chat_gone", "no_rights"],
    "title": ["新群"],
    "speaks_for": ["百花园小区党支部"],
    "rows": [0, 4500],
    "new": [3, 0],
    "changed": [0, 10],
    "same": [26],
    "bad": [10, 0],
    "detail": ["备注"],
    "count": [3],
    "unreadable": ["unknown_columns"],
}


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
            assert len(words.splitlines()) <= 12


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
