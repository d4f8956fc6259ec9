"""Files of questions: what ships can be read, and every fault is told with its file and line, changing nothing."""

import tomllib
from pathlib import Path

import pytest

from bot.files import packs
from bot.files.packs import Fault, read

GOOD = """\
name = "a pack"

[[item]]
id = "F02-1"
fact = "F02"
kind = "single"
question = "which year?"
options = ["1919", "1921"]
right = [1]
why = "because"
source = "the institution"
pages = ["https://example.org/1"]
checked_on = 2026-11-21
reviewer = ""
enabled = true
tags = ["congress"]
"""
LAST = GOOD.count("\n")
# What is spoilt, the line it is told at, and the sentence it is told by.
SPOILT = [
    ('name = "a pack"', "", 1, "name"),
    ('name = "a pack"', 'name = "a pack"\nmood = "x"', 1, "unknown"),
    ('fact = "F02"', 'fact = "F02"\nhint = "x"', 6, "unknown"),
    ('fact = "F02"', "", 3, "missing"),
    ('kind = "single"', "kind = 1", 6, "shape"),
    ('kind = "single"', 'kind = "poem"', 9, "kind"),
    ('question = "which year?"', 'question = ""', 7, "empty"),
    ("which year?", "y" * 61, 7, "long"),
    ('["1919", "1921"]', '["1919", 1921]', 8, "shape"),
    ('["1919", "1921"]', '["1919", "1919"]', 9, "options"),
    ('["1919", "1921"]', f'["1919", "{"y" * 21}"]', 9, "long"),
    ('["1919", "1921"]', '["1919", "1921", "1923"]\nvalid_until = 2026-11-21', 10, "valid"),
    ("right = [1]", "right = [2]", 9, "right"),
    ("right = [1]", "right = [true]", 9, "shape"),
    ("right = [1]", "right = [0, 1]", 9, "one_right"),
    ('kind = "single"', 'kind = "multiple"', 9, "several_right"),
    ("the institution", "www.example.org", 11, "address"),
    ('"the institution"', '"half', 11, "toml"),
    ('options = ["1919", "1921"]', 'options = ["1919", "1921", "1923"]\nkind2 = 1', 9, "unknown"),
    (GOOD[GOOD.index("[[item]]") :], "", 1, "none"),
]


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_ships_has_no_fault_and_enough_that_may_be_asked() -> None:
    library = read()
    assert library.faults == []
    items = [item for pack in library.packs.values() for item in pack]
    assert sum(item.enabled and bool(item.source) for item in items) >= 80
    assert len(library.days) >= 25


def test_what_a_tap_says_of_any_item_fits_a_toast() -> None:
    texts = [
        "、".join(item.options[place] for place in item.right) + item.why for pack in read().packs.values() for item in pack
    ]
    assert max(map(len, texts)) <= 170


def test_a_good_pack_is_read(tmp_path: Path) -> None:
    library = read(folder(tmp_path, good=GOOD))
    (item,) = library.packs["good.toml"]
    assert (item.code, item.options, item.right, item.valid_until, library.faults) == (
        "F02-1",
        ("1919", "1921"),
        (1,),
        None,
        [],
    )


@pytest.mark.parametrize(("old", "new", "line", "name"), SPOILT)
def test_a_fault_is_told_at_its_line_and_leaves_the_pack_out(tmp_path: Path, old: str, new: str, line: int, name: str) -> None:
    assert GOOD.count(old) == 1
    library = read(folder(tmp_path, spoilt=GOOD.replace(old, new), good=GOOD.replace("F02-1", "F02-2")))
    assert [(fault.file, fault.line, fault.name) for fault in library.faults] == [("spoilt.toml", line, name)]
    assert list(library.packs) == ["good.toml"]
    assert library.unread == {"spoilt.toml"}
    assert f"spoilt.toml 第{line}行" in str(library.faults[0])


def test_an_id_is_used_once_over_all_packs_and_faults_of_two_items_are_both_told(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("[[item]]") :].replace("right = [1]", "right = [7]")
    library = read(folder(tmp_path, a=GOOD, b=GOOD + second.replace("F02-1", "F02-3")))
    assert [(fault.file, fault.line, fault.name) for fault in library.faults] == [
        ("b.toml", 9, "twice"),
        ("b.toml", 23, "right"),
    ]


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b"name = \xff")
    assert [fault.name for fault in read(tmp_path).faults] == ["text"]


def test_every_fault_has_its_sentence_and_every_sentence_its_fault() -> None:
    words = tomllib.loads(packs.TEXTS.read_text(encoding="utf-8"))["faults"]
    told = {name for _, _, _, name in SPOILT} | {"text", "twice", "truth"}
    assert set(words) == told
    for name in words:
        assert "{" not in str(Fault("x.toml", 1, name, {"detail": "y", "most": 3}))


def test_a_statement_has_two_options(tmp_path: Path) -> None:
    spoilt = GOOD.replace('kind = "single"', 'kind = "truth"').replace('["1919", "1921"]', '["1919", "1921", "1923"]')
    assert [fault.name for fault in read(folder(tmp_path, spoilt=spoilt)).faults] == ["truth"]
