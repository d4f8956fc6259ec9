"""Chinese on pictures: lines that fit, signs the face does not have, the face itself."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.lettering import MISSING, NOT_FIRST, REGULAR, advance, face, fitted, has, settable, wrapped

SIZE = 40
LETTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF) | st.sampled_from("，。、！？ aZ9")
CHINESE = st.text(LETTERS, min_size=12, max_size=90)


def width(line: str) -> float:
    return sum(advance(letter, face(SIZE)) for letter in line)


@given(CHINESE, st.integers(100, 800))
def test_every_line_fits_and_nothing_is_lost(text: str, most: int) -> None:
    lines = wrapped(text, face(SIZE), most)
    assert all(width(line) <= most + width("，") for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(CHINESE)
def test_no_line_begins_with_a_closing_mark(text: str) -> None:
    lines = wrapped(text.lstrip(NOT_FIRST), face(SIZE), 400)
    first = [(line[:1], before) for before, line in pairwise(lines) if line]
    assert all(mark not in NOT_FIRST or before[-1:] in NOT_FIRST for mark, before in first)


def test_a_latin_word_stays_whole() -> None:
    assert wrapped("Alexander Wang Jianguo", face(SIZE), 300) == ["Alexander", "Wang Jianguo"]


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("周文静", "周文静"),
        ("𠮷田龘䶮", "𠮷田龘䶮"),
        ("王😀建👨‍👩‍👧军🏳️‍🌈", "王建军"),
        ("王\u202e\x00 军", "王 军"),
        ("𪚥龙", f"{MISSING}龙"),
        ("😀", MISSING),
        ("", MISSING),
        ("é", "é"),
    ],
)
def test_what_the_face_does_not_have_is_left_out_or_marked(text: str, set_as: str) -> None:
    assert settable(text) == set_as


def test_the_face_has_what_names_are_made_of() -> None:
    assert all(has(letter) for letter in "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹·〇昇喆垚堃赟翀頔鋆")


def test_a_text_takes_the_largest_size_that_fits_and_is_cut_at_the_smallest() -> None:
    assert fitted("短", (60, 40), REGULAR, 400, 1)[1].size == 60
    assert fitted("长" * 9, (60, 40), REGULAR, 400, 1)[1].size == 40
    lines, font = fitted("长" * 90, (60, 40), REGULAR, 400, 2)
    assert font.size == 40
    assert len(lines) == 2
    assert lines[1].endswith("…")


def test_lines_are_evenly_filled() -> None:
    assert [len(line) for line in fitted("字" * 11, (40,), REGULAR, 400, 2)[0]] == [6, 5]
