"""The sheet of slips to hand out, as a .docx any office can print: one slip a member, with a QR code, to be cut out."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell

from bot.files.qr import png
from bot.wording import clean, labels, moment
from models.binding import Sheet, Slip

MARGIN, QR_WIDTH = Cm(1.5), Cm(3.2)
COLUMNS = 2
FONT = "SimSun"  # any office shows its own Chinese serif where this one is missing


def handout(sheet: Sheet) -> bytes:
    """The whole document. Takes some 10 ms a slip: call it in a thread."""
    paper = blank()
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.add_run(words("title").format(branch=clean(sheet.branch))).bold = True
    heading.add_run("\n" + words("how_to_cut"))
    table = paper.add_table(rows=0, cols=COLUMNS, style="Table Grid")
    for start in range(0, len(sheet.slips), COLUMNS):
        row = table.add_row()
        unbroken(row._tr)
        for cell, slip in zip(row.cells, sheet.slips[start : start + COLUMNS], strict=False):
            fill(cell, slip, sheet)
    kept = BytesIO()
    paper.save(kept)
    return kept.getvalue()


def words(name: str) -> str:
    return str(labels()["handout"][name])


def blank() -> Paper:
    """An A4 page with narrow margins and a Chinese font."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    style = paper.styles["Normal"]
    style.font.size = Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    paper.core_properties.author = paper.core_properties.comments = ""
    return paper


def unbroken(row: Any) -> None:
    """A slip is not torn by the end of a page."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def fill(cell: _Cell, slip: Slip, sheet: Sheet) -> None:
    """Branch, name, code, link, three plain lines, and until when."""
    first = cell.paragraphs[0]
    first.add_run(clean(sheet.branch) + "\n")
    name = first.add_run(clean(slip.name))
    name.bold, name.font.size = True, Pt(16)
    picture = cell.add_paragraph()
    picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture.add_run().add_picture(png(slip.link), width=QR_WIDTH)
    link = cell.add_paragraph().add_run(slip.link)
    link.font.size = Pt(9)
    for line in labels()["handout"]["steps"]:
        cell.add_paragraph(line).paragraph_format.space_after = Pt(0)
    cell.add_paragraph(words("until").format(until=moment(sheet.until)))
