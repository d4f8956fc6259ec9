"""The sheet to hand out opens in an office, has a slip for each member, and its codes say what is printed beneath them."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document

from bot.files.handout import handout, words
from bot.files.qr import png
from models.binding import Sheet, Slip

LINK = "https://t.me/branchlife_demo_bot?start="
HOSTILE = ["<b>张三</b>", "\u202e三张", "张\0三", "😀" * 100, "x" * 500, "a\u0301" * 60, "=1+1", "\ud800张"]


def sheet(*names: str) -> Sheet:
    slips = tuple(Slip(name, f"{LINK}{place:022d}") for place, name in enumerate(names))
    return Sheet("百花园小区党支部", "2026-12-01T15:00+08:00", slips)


def cells(content: bytes) -> list[str]:
    table = Document(BytesIO(content)).tables[0]
    return [cell.text for row in table.rows for cell in row.cells if cell.text]


def test_each_member_has_a_slip_with_all_it_takes() -> None:
    found = cells(handout(sheet("何桂芳", "孙大伟", "李秀兰")))
    assert len(found) == 3
    for place, (name, text) in enumerate(zip(["何桂芳", "孙大伟", "李秀兰"], found, strict=True)):
        assert name in text
        assert f"{LINK}{place:022d}" in text
        assert "百花园小区党支部" in text
        assert "2026年12月1日（周二）15:00前有效" in text
        assert [line[:2] for line in text.splitlines() if line[1:2] == " "] == ["1 ", "2 ", "3 "]


def test_the_pictures_are_the_codes_of_the_printed_links() -> None:
    made = sheet("何桂芳", "孙大伟")
    with ZipFile(BytesIO(handout(made))) as parts:
        pictures = {parts.read(name) for name in parts.namelist() if name.startswith("word/media/")}
    assert pictures == {png(slip.link).getvalue() for slip in made.slips}
    assert len(pictures) == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_spoils_neither_the_document_nor_the_slip(name: str) -> None:
    (text,) = cells(handout(sheet(name)))
    assert LINK in text
    assert len(text) < 500


def test_a_slip_is_not_torn_by_the_end_of_a_page_and_nobody_is_named_as_author() -> None:
    with ZipFile(BytesIO(handout(sheet(*("何桂芳" for _ in range(40)))))) as parts:
        body, about = parts.read("word/document.xml").decode(), parts.read("docProps/core.xml").decode()
    assert body.count("<w:cantSplit/>") == 20
    assert "python-docx" not in about
    assert words("title").partition("{branch}")[2].strip() in body
