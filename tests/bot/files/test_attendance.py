"""The attendance workbook, read back: numbers are numbers, days are days, rates are percentages, words are never formulas."""

import io
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.files.attendance import attendance, words
from models.report import Line, Person, Workbook
from models.report.table import Sums, Table

SUMS = Sums(held=1, should=1, expected=26, present=22, on_leave=2, absent=2, observers=3, unlocked=1)
LINES = [
    Line(1, "梧桐街道党工委", "sum", 0, replace(SUMS, should=2)),
    Line(2, "百花园小区党支部", "branch", 1, SUMS),
    Line(3, "新开的党支部", "branch", 1, Sums(should=1)),
    Line(1, "梧桐街道党工委", "own", 1, SUMS),
]
ONE = Person(date(2026, 12, 1), "百花园小区党支部", "theme_day", "", "周文静", "present", "tap", made_up=False, locked=True)


def read(book: Workbook) -> Any:
    return load_workbook(io.BytesIO(attendance(book)))


def book(*people: Person, lines: list[Line] = LINES, node: str = "梧桐街道党工委") -> Workbook:
    return Workbook(node, 2026, 12, Table("2026-12", "2026-12", lines), list(people))


def test_there_are_sums_people_and_how_to_read_them() -> None:
    found = read(book(ONE))
    assert found.sheetnames == ["汇总", "明细", "说明"]
    assert found["说明"]["A1"].value == "梧桐街道党工委　2026年12月出勤表"
    for sheet in ("汇总", "明细"):
        assert found[sheet].freeze_panes == "A2"
        assert found[sheet].column_dimensions["A"].width >= 10


def test_sums_are_numbers_in_the_order_they_came_and_a_rate_is_a_percentage() -> None:
    page = read(book())["汇总"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == ["梧桐街道党工委", "　百花园小区党支部", "　新开的党支部", "　梧桐街道党工委"]
    assert rows[1][1:] == ["支部", 1, 1, 26, 22, 2, 2, 3, pytest.approx(22 / 26), 1]
    assert rows[2][1:] == ["支部", 0, 1, 0, 0, 0, 0, 0, None, 0]
    assert rows[3][1:4] == ["本级", None, None]
    assert page["J3"].number_format == "0.0%"
    assert {type(cell) for cell in rows[1][2:9]} == {int}


def test_a_person_has_a_day_and_words() -> None:
    other = replace(ONE, title="年终学习会", kind="gathering", standing="absent", via="", made_up=True, locked=False)
    page = read(book(ONE, other))
    first, second = ([cell.value for cell in row] for row in page_rows(page))
    assert first[0].date() == ONE.day
    assert first[1:] == ["百花园小区党支部", "12月主题党日", "主题党日", "周文静", "出席", "本人点", None, "已锁定"]
    assert second[2:] == ["年终学习会", "活动", "周文静", "缺席", None, "已补课", "未锁定"]
    assert page["明细"]["A2"].number_format == "yyyy-mm-dd"


def page_rows(found: Any) -> Any:
    return found["明细"].iter_rows(min_row=2)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝", "'="])
def test_no_text_becomes_a_formula(start: str) -> None:
    hostile = f'{start}HYPERLINK("http://example.invalid","x")'
    lines = [Line(1, hostile, "branch", 0, SUMS)]
    found = read(book(replace(ONE, name=hostile, node=hostile, title=hostile), lines=lines, node=hostile))
    for sheet in found.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f", cell.coordinate
            assert not (isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))), cell.coordinate


def test_what_no_workbook_can_hold_is_left_out() -> None:
    found = read(book(replace(ONE, name="a\0b\ud800c\x1bd")))
    assert next(page_rows(found))[4].value == "a b c d"


def test_ten_thousand_people_take_five_seconds_at_most() -> None:
    crowd = [replace(ONE, name=f"党员{number}") for number in range(10_000)]
    began = time.monotonic()
    assert len(attendance(book(*crowd))) > 100_000
    assert time.monotonic() - began <= 5


def test_every_standing_and_way_has_its_words() -> None:
    for stands in ("present", "on_leave", "absent", "excused"):
        for via in ("tap", "code", "organiser", "late"):
            row = [cell.value for cell in next(page_rows(read(book(replace(ONE, standing=stands, via=via)))))]
            assert not any(str(cell).isascii() for cell in row[5:7])
    assert set(words()["role"]) == {"branch", "sum", "own"}


def test_people_that_are_left_out_are_spoken_of() -> None:
    notes = [[cell.value for cell in read(each)["说明"]["A"]] for each in (book(ONE), replace(book(ONE), cut=True))]
    assert len(notes[1]) == len(notes[0]) + 1
    assert "按月" in notes[1][-1]
