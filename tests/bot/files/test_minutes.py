"""The record as a document: the order of the field, each line with who says so, and nothing a person typed does harm."""

from io import BytesIO

import pytest
from docx import Document

from bot.files.minutes import minutes
from bot.files.qr import venue
from models.gathering.page import Head, RecordPage
from models.gathering.sheet import Line, counted

HOSTILE = ["<b>张三</b>", "\u202e三张", "😀" * 100, "x" * 500, "=1+1", "a\nb", "张\x01三", "{starts}"]
HEAD = Head(
    node="百花园小区党支部",
    title="",
    kind="theme_day",
    kinds=("theme_day", "party_lecture"),
    theme="学习",
    starts="2026-12-01T15:00",
    minutes=60,
    place="二楼",
    chair="周文静",
    recorder="陈国栋",
)
LINES = (
    Line(1, "周文静", "present", "tap", 1),
    Line(2, "陈国栋", "present", "code", 1),
    Line(3, "李秀兰", "on_leave", why="出差"),
    Line(4, "王建军", "present", "late", 1, "手机没电"),
    Line(5, "何桂芳", "excused", why="长期卧床"),
    Line(6, "郑志强", "absent"),
)


def page(*lines: Line, head: Head = HEAD, observers: tuple[str, ...] = ("刘明",)) -> RecordPage:
    return RecordPage(
        head=head,
        counts=counted(line.standing for line in lines),
        lines=lines,
        at={line.member_id: "2026-12-01T14:50:00+08:00" for line in lines if line.at},
        observers=observers,
        agenda=({"name": "study", "title": "", "done": True}, {"name": "", "title": "停车", "done": False}),
        made_up=(("郑志强", "2026-12-05T10:00:00+08:00"), ("某人", "")),
        locked="",
    )


def tables(made: RecordPage) -> list[list[list[str]]]:
    paper = Document(BytesIO(minutes(made)))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]


def test_the_head_is_in_the_order_of_the_field() -> None:
    head, _ = tables(page(*LINES))
    named = dict(head)
    assert list(named) == ["类型", "时间", "地点", "主题", "主持人", "记录人", "人数", "列席", "内容", "已补课", "锁定时间"]
    assert named["类型"] == "主题党日、党课"
    assert named["时间"] == "2026年12月1日（周二）15:00，约60分钟"
    assert named["人数"] == "应到 5，实到 3，请假 1，缺席 1"
    assert (named["列席"], named["已补课"]) == ("刘明", "郑志强（2026年12月5日（周六））")
    assert "停车" not in named["内容"]


def test_each_line_says_by_whose_word_it_is_there_and_why() -> None:
    _, lines = tables(page(*LINES))
    assert lines[0] == ["序号", "姓名", "出勤", "怎样记下", "时间", "理由"]
    assert [row[3] for row in lines[1:]] == ["本人点", "签到码", "", "补录", "", ""]
    assert lines[4] == ["4", "王建军", "出席", "补录", "12月1日14:50", "手机没电"]
    assert lines[5][2:] == ["不计应到", "", "", "长期卧床"]


def test_nobody_there_is_a_page_all_the_same() -> None:
    head, lines = tables(page(observers=()))
    assert dict(head)["列席"] == "无"
    assert len(lines) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_typed_is_text_in_a_cell_and_nothing_else(text: str) -> None:
    head = Head(text, text, "gathering", ("gathering",), text, HEAD.starts, 60, text, text, text)
    content = minutes(page(Line(1, text, "absent", why=text), head=head, observers=(text,)))
    xml = Document(BytesIO(content)).element.xml
    assert not any(tag in xml for tag in ("w:hyperlink", "w:fldSimple", "w:instrText", "\u202e"))


def test_the_picture_at_the_venue_is_empty_when_the_code_is_spent() -> None:
    link = "https://t.me/x_bot?start=s_1_042817"
    shown = venue({"venue": {"code": "042817", "link": link}})
    spent = venue({"venue": {"code": "", "link": link}})
    assert shown.startswith(b"\x89PNG")
    assert len(spent) < len(shown) / 2
    assert shown == venue({"venue": {"code": "042817", "link": link}})
