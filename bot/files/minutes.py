"""记录页: the record of a gathering as a .docx any office can print and sign, in the order of rules.md §1.5."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from bot.wording import clean, day, item, labels, moment, said, short, titled
from models.gathering.page import Head, RecordPage
from models.gathering.sheet import Line

MARGIN = Cm(2)
FONT = "SimSun"  # any office shows its own Chinese serif where this one is missing
LONGEST_CELL = 120  # characters of what somebody typed


def minutes(page: RecordPage) -> bytes:
    """The whole document. Takes some milliseconds a line: call it in a thread."""
    paper = blank()
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(words()["heading"].format(node=clean(page.head.node), title=named(page.head)))
    run.bold, run.font.size = True, Pt(16)
    table(paper, [list(pair) for pair in facts(page)], widths=(Cm(3.5), Cm(13.5)))
    paper.add_paragraph()
    table(paper, [words()["columns"], *(cells(page, number, line) for number, line in enumerate(page.lines, start=1))])
    paper.add_paragraph("\n" + words()["signatures"])
    kept = BytesIO()
    paper.save(kept)
    return kept.getvalue()


def words() -> dict[str, Any]:
    found: dict[str, Any] = labels()["minutes"]
    return found


def named(head: Head) -> str:
    return clean(titled({"title": head.title, "kind": head.kind, "starts": head.starts}))


def blank() -> Paper:
    """An A4 page with a Chinese font."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    style = paper.styles["Normal"]
    style.font.size = Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    paper.core_properties.author = paper.core_properties.comments = ""
    return paper


def facts(page: RecordPage) -> list[tuple[str, str]]:
    """The head, name and value: type, time, place, chair, recorder, counts, observers, agenda, make-ups."""
    head, counts, told = page.head, page.counts, words()
    numbers = told["counts"].format(
        expected=counts.expected, present=counts.present, on_leave=counts.on_leave, absent=counts.absent
    )
    done = [clean(item(each)) for each in page.agenda if each["done"]]
    made_up = [told["made_up"].format(name=clean(name), day=day(at)) for name, at in page.made_up if at]
    values = {
        "kinds": listed([said(kind, "gathering_kind") for kind in head.kinds]),
        "starts": told["lasting"].format(starts=moment(head.starts), minutes=head.minutes),
        "place": clean(head.place),
        "theme": clean(head.theme, LONGEST_CELL),
        "chair": clean(head.chair),
        "recorder": clean(head.recorder),
        "counts": numbers,
        "observers": listed([clean(name) for name in page.observers]),
        "agenda": listed(done),
        "make_up": listed(made_up),
        "locked": moment(page.locked) if page.locked else told["open"],
    }
    return [(told["facts"][name], value or told["nothing"]) for name, value in values.items()]


def listed(names: list[str]) -> str:
    return str(words()["between"]).join(names)


def cells(page: RecordPage, number: int, line: Line) -> list[str]:
    """Number, name, how they stand, by whose word, when, why."""
    at = short(page.at[line.member_id]) if line.member_id in page.at else ""
    via = said(line.via, "via") if line.via else ""
    return [str(number), clean(line.name), said(line.standing, "standing"), via, at, clean(line.why, LONGEST_CELL)]


def table(paper: Paper, lines: list[list[str]], widths: tuple[int, ...] = ()) -> None:
    """Cells hold text and nothing else: what somebody typed is no field and no link."""
    made = paper.add_table(rows=0, cols=len(lines[0]), style="Table Grid")
    for line in lines:
        for place, (cell, text) in enumerate(zip(made.add_row().cells, line, strict=True)):
            cell.text = text
            if widths:
                cell.width = widths[place]
