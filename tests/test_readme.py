"""The documentation tells the truth: what it names exists, and what exists it names."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import PREFIX, Settings
from handlers import commands

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "models", "schedules")
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LONGEST = 250  # lines of the README

QUOTED = re.compile(r"`([^`\n]+)`")
PLACE = re.compile(r"([\w./]+\.py):([\w.]+)")
LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:src|href)="([^"]+)\"""")
VARIABLE = re.compile(rf"{PREFIX}[A-Z_]+")
# Read by tests and benches, not by the product; each has to be read somewhere in tests/.
OF_THE_TESTS = {f"{PREFIX}{name}" for name in ("TEST_POSTGRES_URL", "BENCH_DATABASE", "KEEP_SCREENSHOTS")}
# Written in pieces, or this file would be the first it finds.
MACHINES = re.compile("|".join(("/wo" + "rk/[a-z.]", "/ro" + "ot/[a-z.]", "--(?:extra-)?index" + "-url", "py" + r"pi\.")))


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def pages() -> list[object]:
    return [pytest.param(page, id=page.name) for page in PAGES]


def tracked() -> list[Path]:
    """Every file that is or will be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def section(title: str) -> str:
    return text(README).partition(f"## {title}\n")[2].partition("\n## ")[0]


def rows(part: str) -> list[list[str]]:
    """The cells of every row of every table, without the headings."""
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    heads = {before for before, line in zip(part.splitlines(), part.splitlines()[1:], strict=False) if line.startswith("| ---")}
    return [cells(line) for line in lines if not line.startswith("| ---") and line not in heads]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip()[1:-1].split("|")]


def defined(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    """Names of functions, classes, methods and constants, methods with their class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name
        elif isinstance(node, ast.ClassDef):
            yield prefix + node.name
            yield from defined(node, f"{node.name}.")
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def paths(page: Path) -> set[str]:
    """What a page quotes that looks like a path of this tree; `<…>` and `…` stand for something."""
    tops = {path.name for path in ROOT.iterdir()}
    quoted = {quote.partition(":")[0] for quote in QUOTED.findall(text(page))}
    named = {quote for quote in quoted if "/" in quote and quote.split("/")[0] in tops}
    return {quote for quote in named if not set(quote) & set("<*… ") and not quote.startswith(".venv") and "000N" not in quote}


@pytest.mark.parametrize("page", pages())
def test_every_path_a_page_names_exists(page: Path) -> None:
    # `var/` exists on machines where something ran.
    assert {path for path in paths(page) if not (ROOT / path).exists() and not path.startswith("var/")} == set()


@pytest.mark.parametrize("page", pages())
def test_every_function_a_page_names_exists_in_its_file(page: Path) -> None:
    named = PLACE.findall(text(page))
    wrong = [f"{file}:{name}" for file, name in named if name not in set(defined(ast.parse(text(ROOT / file))))]
    assert wrong == []


def test_the_tap_is_followed_by_name_through_every_layer() -> None:
    followed = {file for file, _ in PLACE.findall(section("Follow one tap"))}
    assert {file.split("/")[0] for file in followed} == {"bot", "handlers", "models"}
    assert len(followed) > 10


@pytest.mark.parametrize("page", pages())
def test_every_relative_link_resolves(page: Path) -> None:
    links = [first or second for first, second in LINK.findall(text(page))]
    assert [link for link in links if not resolves(page, link)] == []


def resolves(page: Path, link: str) -> bool:
    if link.startswith(("http://", "https://", "mailto:")):
        return True
    file, _, anchor = link.partition("#")
    target = page.parent / file if file else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_folder_at_the_top_and_every_package_of_the_product_is_on_the_map() -> None:
    shown = {cell.strip("`/") for row in rows(section("The map")) for cell in row[:1]}
    tops = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    inside = {path.relative_to(ROOT).parts[:2] for path in tracked() if path.relative_to(ROOT).parts[0] in PACKAGES}
    folders = {"/".join(parts) for parts in inside if (ROOT / Path(*parts)).is_dir()}
    assert shown == {top for top in tops if not top.startswith(".")} | folders


def test_the_table_of_settings_is_the_settings() -> None:
    told = [(row[0], row[1].strip("`")) for row in rows(section("Run it for real")) if PREFIX in row[0]]
    form = "`{}` (or `_FILE`)"
    assert told == [(form.format(each.name) if each.secret else f"`{each.name}`", each.default) for each in Settings.describe()]


@pytest.mark.parametrize("page", pages())
def test_every_variable_a_page_names_is_read(page: Path) -> None:
    known = {each.name for each in Settings.describe()} | {f"{each.name}_FILE" for each in Settings.describe() if each.secret}
    named = set(VARIABLE.findall(text(page))) - {PREFIX}
    assert named <= known | OF_THE_TESTS


def test_the_variables_of_the_tests_are_read_by_them() -> None:
    sources = " ".join(text(path) for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
    assert {name for name in OF_THE_TESTS if name not in sources} == set()


@pytest.mark.parametrize("page", pages())
def test_every_command_of_the_command_line_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"python -m bot ([a-z]\w*)", text(page)))
    assert named <= set(main.commands)


def test_every_command_of_the_command_line_has_its_row() -> None:
    told = {row[0].removeprefix("`python -m bot ").strip("`") for row in rows(section("Run it for real")) if "-m bot" in row[0]}
    assert told == set(main.commands)


@pytest.mark.parametrize("page", pages())
def test_every_make_target_a_page_names_exists(page: Path) -> None:
    assert set(re.findall(r"`(?:[A-Z_]+=\S+ )?make ([\w-]+)", text(page))) <= targets()


def test_every_make_target_is_in_the_readme() -> None:
    assert targets() == set(re.findall(r"`make ([\w-]+)", text(README)))


def targets() -> set[str]:
    declared = re.search(r"^\.PHONY: (.+)$", text(ROOT / "Makefile"), re.MULTILINE)
    assert declared is not None
    return set(declared[1].split())


def test_every_command_of_the_chat_is_in_the_secretarys_guide_and_no_other() -> None:
    named = set(re.findall(r"(?<![\w/.])/([a-z]+)(?![\w/.])", text(ROOT / "docs" / "secretary.md")))
    assert named == {command.name for command in commands()}


def test_every_identifier_of_the_glossary_is_in_the_code() -> None:
    files = [path for folder in PACKAGES for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".toml", ".sql"}]
    source = "\n".join(text(path) for path in files)
    spelled = [word for row in rows(section("Glossary")) for word in QUOTED.findall(row[2])]
    assert len(spelled) > 20
    assert [word for word in spelled if not re.search(rf"\b{word}\b", source)] == []


def test_the_readme_stays_short() -> None:
    assert len(text(README).splitlines()) < LONGEST


def test_no_file_names_a_registry_or_the_machine_it_was_written_on() -> None:
    readable = [path for path in tracked() if path.suffix != ".png"]
    assert [str(path.relative_to(ROOT)) for path in readable if MACHINES.search(text(path))] == []
