"""The law of the house: imports point down and the contracts bite, everything stays small, words live in bot/texts."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "models", "schedules")
LINTER = Path(sys.executable).parent / "lint-imports"
LONGEST_MODULE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 300, 40, 8
CHINESE = re.compile(r"[\u3400-\u9fff]")
OUR_MACHINES = re.compile(r"/(?:work|root)/[a-z.]|(?:pypi|npmjs|mirror|artifactory)\.[a-z.]*(?:org|com|net|internal)/")

DOWN = "Imports point down: bot over the two edges over the organisation"
PURE = "The organisation and the clock's edge know no Telegram, no HTTP, no scheduler, no template"
SPEECH = "What people say reaches no transport but Telegram's own types"
INSIDE = "Inside the organisation, bottom to top"
SANDBOX = "The sandbox is another company's Telegram: it knows nothing of ours"
WRONG = [
    ("models/card.py", "handlers.context", DOWN),
    ("models/clock.py", "bot.throttle", DOWN),
    ("handlers/start.py", "bot.wording", DOWN),
    ("handlers/start.py", "schedules.retention", DOWN),
    ("schedules/retention.py", "handlers.start", DOWN),
    ("models/actions.py", "telegram", PURE),
    ("models/card.py", "jinja2", PURE),
    ("schedules/retention.py", "apscheduler", PURE),
    ("schedules/__init__.py", "aiohttp", PURE),
    ("handlers/start.py", "aiohttp", SPEECH),
    ("handlers/gate.py", "jinja2", SPEECH),
    ("models/card.py", "models.outbox", INSIDE),
    ("models/outbox/owing.py", "models.gathering", INSIDE),
    ("models/member.py", "models.actions", INSIDE),
    ("bot/sandbox/text.py", "models.card", SANDBOX),
    ("bot/sandbox/text.py", "bot.wording", SANDBOX),
]


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINTER, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages somewhere else, free to be spoilt."""
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold(copied: Path) -> None:
    done = lint(copied)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(("module", "wrong", "contract"), WRONG)
def test_a_wrong_import_is_refused_by_its_contract(copied: Path, module: str, wrong: str, contract: str) -> None:
    spoilt = copied / module
    good = spoilt.read_text(encoding="utf-8")
    spoilt.write_text(f"{good}\nimport {wrong}\n", encoding="utf-8")
    try:
        done = lint(copied)
    finally:
        spoilt.write_text(good, encoding="utf-8")
    assert done.returncode == 1
    assert f"{contract} BROKEN" in " ".join(done.stdout.split())


def test_every_contract_is_bitten_once() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert names == {contract for _, _, contract in WRONG}


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_so_are_its_functions(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LONGEST_MODULE
    long = {name: lines for name, lines in lengths(ast.parse(source)) if lines > LONGEST_FUNCTION}
    assert not long


def lengths(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield each.name, (each.end_lineno or each.lineno) - each.lineno + 1


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_mostly_a_few_lines(package: str) -> None:
    found = [lines for path in modules(package) for _, lines in lengths(ast.parse(path.read_text(encoding="utf-8")))]
    assert median(found) <= MEDIAN_FUNCTION


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_chinese_is_said_from_python(path: Path) -> None:
    said = [text for text in spoken(ast.parse(path.read_text(encoding="utf-8"))) if CHINESE.search(text)]
    assert not said


def spoken(tree: ast.Module) -> Iterator[str]:
    """Every string that may be said: neither documentation nor a pattern, which is what people write to us."""
    silent = {id(text) for each in ast.walk(tree) for text in (*documentation(each), *pattern(each))}
    for each in ast.walk(tree):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in silent:
            yield each.value


def documentation(node: ast.AST) -> list[ast.Constant]:
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    return [first.value] if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else []


def pattern(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
        return [part for argument in node.args for part in ast.walk(argument)]
    return []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in modules("tests")}
    assert {str(folder) for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_every_folder_of_tests_mirrors_a_folder_of_the_product() -> None:
    mirrors = {path.parent.relative_to(ROOT / "tests") for path in modules(*(f"tests/{package}" for package in PACKAGES))}
    assert {str(mirror) for mirror in mirrors if not (ROOT / mirror).is_dir()} == set()


def test_no_module_is_called_by_what_it_might_hold() -> None:
    vague = {"utils", "helpers", "common", "misc", "manager", "service", "base", "const"}
    named = {part for path in modules(*PACKAGES, "tests") for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert named & vague == set()


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    texts = [path for folder in (*PACKAGES, "tests", "docs", ".ci") for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts += [path for path in ROOT.iterdir() if path.is_file()]
    kinds = {".py", ".toml", ".md", ".html", ".js", ".css", ".sql", ".lock", ""}
    known = [path for path in texts if path.suffix in kinds and path != Path(__file__)]
    assert [str(path) for path in known if OUR_MACHINES.search(path.read_text(encoding="utf-8"))] == []
