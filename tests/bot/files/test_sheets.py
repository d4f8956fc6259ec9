"""Roster files: read in the forms people use, refused with a reason, never a bug."""

import io
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.files import sheets, writing
from bot.files.archive import LARGEST, Unreadable
from bot.files.tables import MOST_ROWS
from bot.files.vocabulary import fault, unreadable
from models.roster import Book, MemberLine, NodeLine
from models.roster.lines import WISHES

TODAY = date(2026, 11, 21)
HEAD = ["姓名", "所在支部", "入党时间"]


def workbook(*rows: list[Any], title: str = "党员", merged: str = "", state: str = "visible") -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    if state != "visible":
        book.create_sheet("秘密").sheet_state = state
    book.save(out)
    return out.getvalue()


def read(content: bytes, name: str = "a.xlsx") -> Book:
    return sheets.read(name, content, TODAY)


def refused(content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(Unreadable) as why:
        read(content, name)
    assert unreadable(why.value.reason, why.value.detail)
    return why.value.reason


@pytest.mark.parametrize(
    "said",
    [
        date(2019, 7, 1),
        43647,
        "2019年7月1日",
        "2019.7.1",
        "2019/07/01",
        "20190701",
        20190701,
        "2019-07-01",
        "２０１９年７月１日",
    ],
)
def test_a_day_is_read_in_every_usual_form(said: Any) -> None:
    assert read(workbook(HEAD, ["钱一", "甲支部", said])).members[0].joined_on == "2019-07-01"


@pytest.mark.parametrize(
    ("said", "reason"),
    [("2019-02-30", "date"), ("去年", "date"), ("2027-01-01", "future"), ("1850-01-01", "date"), ("=TODAY()", "formula")],
)
def test_a_day_that_is_none_is_a_fault_with_its_place(said: str, reason: str) -> None:
    book = read(workbook(HEAD, ["钱一", "甲支部", said]))
    assert [(each.row, each.column, each.reason) for each in book.faults] == [(2, "joined_on", reason)]
    assert fault("members", 2, "joined_on", reason, said).startswith("党员第2行“入党日期”")


def test_headings_may_be_wide_spaced_in_any_order_and_above_them_a_title() -> None:
    book = read(workbook(["名册"], [" 所在 支部", "姓　名"], ["甲支部", "钱一"]))
    assert [(line.row, line.name, line.home) for line in book.members] == [(3, "钱一", "甲支部")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_offices_write(encoding: str) -> None:
    text = "姓名,所在支部,入党日期\r\n钱一,甲支部,2019-07-01\r\n"
    assert read(text.encode(encoding), "a.csv").members == [MemberLine(2, None, "钱一", "甲支部", joined_on="2019-07-01")]


@pytest.mark.parametrize("encoding", ["big5", "utf-16-le", "shift_jis"])
def test_a_csv_in_another_encoding_is_refused(encoding: str) -> None:
    assert refused("姓名,所在支部\r\n李一,支部\r\n".encode(encoding, errors="replace"), "a.csv") == "encoding"


def test_what_we_do_not_keep_or_know_makes_a_file_unreadable() -> None:
    assert refused(workbook([*HEAD, "手机号码"], ["钱一", "甲支部", "", "1"])) == "private"
    assert refused(workbook([*HEAD, "身份证号"], ["钱一", "甲支部", "", "1"])) == "private"
    assert refused(workbook([*HEAD, "备注"], ["钱一", "甲支部", "", "1"])) == "unknown_columns"
    assert refused(workbook([*HEAD, "姓名"], ["钱一", "甲支部", "", "1"])) == "double_columns"
    assert refused(workbook(["姓名"], ["钱一"])) == "header"


def test_merged_cells_formulas_and_hidden_sheets_are_not_guessed_at() -> None:
    merged = read(workbook(HEAD, ["钱一", "甲支部", ""], ["孙二", "", ""], merged="B2:B3"))
    assert {(each.row, each.reason) for each in merged.faults} == {(2, "merged"), (3, "merged")}
    assert read(workbook(HEAD, ['=HYPERLINK("x")', "甲支部", ""])).faults[0].reason == "formula"
    assert refused(workbook(HEAD, ["钱一", "甲支部", ""], state="hidden")) == "hidden"


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xlsx", packed(xl__sheet_xml=b"0" * (30 << 20)), "bomb"),
        ("a.xlsx", packed(xl__workbook_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "broken"),
        ("a.xlsx", packed(xl__vbaProject_bin=b"x"), "macros"),
        ("a.xlsm", b"PK", "macros"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0rest", "locked"),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "kind"),
        ("a.xlsx", b"PK\x03\x04 cut", "broken"),
        ("a.xlsx", b"", "broken"),
        ("a.pdf", b"%PDF", "kind"),
        ("a.csv", b"", "nothing"),
    ],
)
def test_a_file_that_is_an_attack_or_no_roster_is_refused(name: str, content: bytes, reason: str) -> None:
    assert refused(content, name) == reason


def test_a_workbook_that_says_it_may_hold_macros_is_refused_whatever_its_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(HEAD, ["钱一", "甲支部", ""]))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"openxmlformats-officedocument.spreadsheetml.sheet.main", MACROS))
    assert refused(out.getvalue()) == "macros"


MACROS = b"ms-excel.sheet.macroEnabled.main"


def test_more_rows_or_bytes_than_a_roster_has_are_refused() -> None:
    rows = ["姓名,所在支部", *(f"新{number},甲支部" for number in range(MOST_ROWS + 1))]
    assert refused("\n".join(rows).encode(), "a.csv") == "rows"
    assert len(read("\n".join(rows[:-1]).encode(), "a.csv").members) == MOST_ROWS
    assert refused(b"x" * (LARGEST + 1), "a.csv") == "bomb"


def test_names_too_long_and_codes_with_spaces_are_faults() -> None:
    book = read(
        workbook(["编号", *HEAD], ["", "钱" * 81, "甲支部", ""], ["A 1", "钱一", "甲支部", ""], ["", "钱" * 80, "甲支部", ""])
    )
    assert [(each.row, each.column, each.reason) for each in book.faults] == [(2, "name", "long"), (3, "code", "code")]
    assert [line.row for line in book.members] == [4]


def test_a_zone_there_is_not_is_a_fault() -> None:
    head = ["组织名称", "类型", "上级组织", "时区"]
    rows = (["甲", "党支部", "乙", "Asia/Nowhere"], ["甲", "党支部", "乙", "Asia/Shanghai"])
    book = read(workbook(head, *rows, title="组织"))
    assert [(each.row, each.column, each.reason) for each in book.faults] == [(2, "zone", "zone")]
    assert [line.wishes for line in book.nodes] == [{"zone": "Asia/Shanghai"}]


def test_cells_that_say_nothing_usable_are_faults_in_their_places() -> None:
    head = ["组织名称", "类型", "上级组织", "免打扰开始"]
    rows = (
        ["甲\u202e", "党支部", "乙", ""],
        ["甲", "党支部", "乙", "25:00"],
        ["甲", "党支部", "乙", "21:60"],
        ["甲", "党支部", "乙", "", "x"],
    )
    book = read(workbook(head, *rows, title="组织"))
    assert [(each.row, each.column, each.reason) for each in book.faults] == [
        (2, "name", "unprintable"),
        (3, "quiet_from", "time"),
        (4, "quiet_from", "time"),
        (5, "name", "wide"),
    ]


def test_a_formula_in_a_csv_is_one_and_a_text_with_nul_is_none() -> None:
    book = read("姓名,所在支部\n=1+1,甲支部\n".encode(), "a.csv")
    assert [(each.row, each.reason) for each in book.faults] == [(2, "formula")]
    assert refused("姓名,所在支部\n钱\0一,甲支部\n".encode(), "a.csv") == "encoding"


def test_a_workbook_of_parts_behind_a_password_is_told_so() -> None:
    content = bytearray(packed(xl__workbook_xml=b"<x/>"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(content)) == "locked"


def test_the_template_is_understood_and_its_examples_are_nobody() -> None:
    assert refused(writing.template()) == "nothing"


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20).map(
    partial(unicodedata.normalize, "NFC")
)
risky = st.sampled_from(["=1+1", "+1", "-1", "@x", "'=1", "''+1", "＝1", "0123"])
days = st.none() | st.dates(date(1921, 7, 1), TODAY).map(date.isoformat)
members = st.builds(
    MemberLine,
    row=st.just(0),
    code=st.none(),
    name=names | risky,
    home=names | risky,
    reporting=st.just("") | names,
    group=st.just(""),
    category=st.sampled_from(["direct", "serving", "mobile", "retired"]),
    status=st.sampled_from(["full", "probationary", "suspended", "transferred", "deceased", "lost_contact"]),
    joined_on=days,
    full_member_on=days,
)
wishes = st.fixed_dictionaries({name: st.just(None) for name in WISHES} | {"greets": st.sampled_from([None, True, False])})
nodes = st.builds(NodeLine, row=st.just(0), code=st.none(), name=names, kind=st.just("branch"), above=names, wishes=wishes)


@settings(max_examples=40, deadline=None)
@given(st.lists(members, min_size=1, max_size=8), st.lists(nodes, max_size=4))
def test_what_is_exported_is_read_back_as_it_was(people: list[MemberLine], tree: list[NodeLine]) -> None:
    known = [replace(line, row=row) for row, line in enumerate(people, start=2)]
    placed = [replace(line, row=row) for row, line in enumerate(tree, start=2)]
    book = read(writing.export(Book(placed, known)))
    assert book.faults == []
    assert (book.members, book.nodes) == (known, placed)


REAL = workbook(HEAD, ["钱一", "甲支部", "2019-07-01"], ["孙二", "甲支部", 43647])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["a.xlsx", "a.csv", "a"]),
    st.binary(max_size=300) | st.tuples(st.integers(0, len(REAL) - 1), st.binary(min_size=1, max_size=9)),
)
def test_no_bytes_are_more_than_a_sentence(name: str, given_: Any) -> None:
    content = given_ if isinstance(given_, bytes) else REAL[: given_[0]] + given_[1] + REAL[given_[0] + len(given_[1]) :]
    assert all(sentences(name, content))


def sentences(name: str, content: bytes) -> list[str]:
    """What a person would be told of a file that is not simply good."""
    try:
        book = read(content, name)
    except Unreadable as why:
        return [unreadable(why.reason, why.detail)]
    return [fault(each.sheet, each.row, each.column, each.reason, each.detail) for each in book.faults]
