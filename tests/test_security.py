"""Static checks: what statements are put together from, and what is handed on.

`ruff` (rules S) does the rest; `make audit` asks for known weaknesses of what is locked.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "handlers", "models", "schedules")
STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b")
CONSTANT = re.compile(r"[A-Z][A-Z_]*")

# What else stands in a statement, and why nobody's words can get there.
REVIEWED = {
    ("models/binding/invite.py", "table"),  # of a tuple in that function
    ("models/birthday/missed.py", """', '.join((f"'{each}'" for each in MEMBERS))"""),  # states of ours
    ("models/birthday/planning.py", "', '.join(COLUMNS)"),
    ("models/birthday/planning.py", "marks(numbers)"),  # question marks
    ("models/birthday/planning.py", "marks(some)"),  # question marks
    ("models/birthday/ways.py", "marks(asked)"),  # question marks
    ("models/due.py", "marks(ids)"),  # question marks
    ("models/due.py", "table"),  # named by the sweep
    ("models/gathering/settling.py", "marks"),  # question marks
    ("models/gathering/settling.py", "names"),  # columns of the model
    ("models/gathering/settling.py", "new"),  # the same columns
    ("models/group/arrival.py", "reached"),  # question marks, as many as paths
    ("models/group/living.py", "table"),  # of a tuple in that function
    ("models/outbox/capping.py", "marks(len(some))"),  # question marks
    ("models/outbox/capping.py", """', '.join((f"'{kind}'" for kind in KINDS))"""),  # kinds of our promises
    ("models/outbox/owing.py", "', '.join('?' * len(COLUMNS))"),
    ("models/outbox/owing.py", "', '.join(COLUMNS)"),
    ("models/pledge/choosing.py", """', '.join((f"'{kind}'" for kind in GROUPS))"""),  # kinds of nodes
    ("models/pledge/due.py", "quoted(UNDER_WAY)"),  # stages
    ("models/pledge/own.py", "marks"),  # question marks
    ("models/pledge/own.py", "sets"),  # columns named in the calls
    ("models/roster/entering.py", "asked"),  # question marks
    ("models/roster/entering.py", "marks"),  # question marks
    ("models/roster/state.py", "', '.join(WISHES)"),
    ("models/roster/state.py", "table"),  # of a tuple in that module
}
# Licences under which a library may be part of what we hand on; the words of each are with its wheel.
LICENCES = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|LGPL|Lesser|HPND|Zlib|Unlicense|OFL|Public", re.I
)


def parts() -> Iterator[tuple[str, str]]:
    """File and expression, for whatever is put into a statement."""
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from ((str(path.relative_to(ROOT)), part) for part in put_in(node))


def put_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        said = "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
        filled = [ast.unparse(each.value) for each in node.values if isinstance(each, ast.FormattedValue)]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        said, filled = str(node.left.value), [ast.unparse(node.right)]
    else:
        return
    if STATEMENT.search(said):
        yield from filled


def test_statements_are_put_together_from_constants_only() -> None:
    assert {(path, part) for path, part in parts() if not CONSTANT.fullmatch(part)} == REVIEWED


def locked(name: str) -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each requirement."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==(\S+) \\\n((?:    --hash=\S+(?: \\)?\n)*)", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\w", text, re.MULTILINE)), "every line of the lock is pinned"
    return {
        str(canonicalize_name(each)): (version, re.findall(r"sha256:[0-9a-f]{64}", hashes)) for each, version, hashes in found
    }


LOCKS = ("requirements.lock", "requirements-test.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    assert [each for each, (_, hashes) in locked(name).items() if not hashes] == []


def test_the_tests_run_what_is_handed_on() -> None:
    ours, tested = (locked(name) for name in LOCKS)
    assert {name: tested.get(name) for name in ours} == ours


def needed(name: str, seen: set[str]) -> set[str]:
    """The requirement and all below it, on this machine."""
    if name not in seen:
        seen.add(name)
        for line in distribution(name).requires or ():
            one = Requirement(line)
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", "asyncio", "crypto")):
                try_needed(str(canonicalize_name(one.name)), seen)
    return seen


def try_needed(name: str, seen: set[str]) -> None:
    if name in locked("requirements-test.lock"):
        needed(name, seen)


def test_nothing_is_locked_that_nobody_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    seen: set[str] = set()
    for line in project["dependencies"]:
        needed(str(canonicalize_name(Requirement(line).name)), seen)
    assert set(locked("requirements.lock")) == seen


def licence(one: Distribution) -> str:
    facts = one.metadata
    classifiers = " ".join(each for each in facts.get_all("Classifier") or () if each.startswith("License"))
    return " ".join([classifiers, *(str(facts[field]) for field in ("License-Expression", "License") if field in facts)])


def test_every_library_we_hand_on_may_be_handed_on() -> None:
    here = {str(canonicalize_name(one.metadata["Name"])): one for one in distributions(path=sys.path)}
    assert {name: licence(here[name]) for name in locked("requirements.lock") if not LICENCES.search(licence(here[name]))} == {}
