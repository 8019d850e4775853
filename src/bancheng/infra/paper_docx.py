"""A periodical report as DOCX, which a clerk goes on editing: titles, sentences, tables.

Fonts are those that offices write with (仿宋 for what is read, 黑体 for titles); a program that has
not got them takes its own. The heading of a table stands on each of its pages.
"""

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from bancheng.infra.paper_text import fit
from bancheng.projections.periodicals.composing import Periodical, told
from bancheng.projections.periodicals.pages import SMALL, Grid, Section
from bancheng.projections.reports.figures import SMALL_BELOW

_TEXT, _TITLE = "仿宋", "黑体"
_PAGE: Final = (Cm(29.7), Cm(21.0))  # A4, lying: the tables are wide
_BLACK: Final = RGBColor(0, 0, 0)
_MARGIN: Final = Cm(2.0)
_TEXT_SIZE, _CELL_SIZE, _TITLE_SIZE, _SECTION_SIZE = Pt(12), Pt(9), Pt(20), Pt(14)


def docx_of(report: Periodical) -> bytes:
    """The bytes of the file."""
    paper = Document()
    _lay_out(paper)
    properties = paper.core_properties
    properties.title, properties.author = fit(report.title), fit(report.hall)
    properties.created = properties.modified = report.made.astimezone(UTC).replace(tzinfo=None)
    _line(paper, report.title, _TITLE, _TITLE_SIZE).alignment = WD_ALIGN_PARAGRAPH.CENTER
    days = _line(paper, f"({told(report.days, report.made)})", _TEXT, _TEXT_SIZE)
    days.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(paper, f"带 {SMALL} 的比率依据不足 {SMALL_BELOW} 件,不宜据以比较。", _TEXT, _CELL_SIZE)
    for section in report.sections:
        _section(paper, section)
    made = f"编制单位:{report.hall}    编制时间:{report.made:%Y-%m-%d %H:%M}"
    _line(paper, made, _TEXT, _TEXT_SIZE)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _lay_out(paper: Paper) -> None:
    page = paper.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = _PAGE
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN
    _fonts(paper.styles["Normal"], _TEXT)
    _fonts(paper.styles["Heading 1"], _TITLE)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)  # noqa: SLF001  it has no way of its own for a page number


def _section(paper: Paper, section: Section) -> None:
    heading = paper.add_heading(level=1)
    _run(heading, section.title, _TITLE, _SECTION_SIZE)
    heading.runs[0].font.color.rgb = _BLACK
    for sentence in section.sentences:
        _line(paper, sentence, _TEXT, _TEXT_SIZE)
    for grid in section.grids:
        if grid.rows:
            _table(paper, grid)
        else:
            _line(paper, "本期无。", _TEXT, _TEXT_SIZE)
        _line(paper, grid.note, _TEXT, _CELL_SIZE)


def _table(paper: Paper, grid: Grid) -> None:
    table = paper.add_table(rows=1, cols=len(grid.headings), style="Table Grid")
    _row(table.rows[0], grid.headings, _TITLE)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001  likewise
    for cells in grid.rows:
        _row(table.add_row(), cells, _TEXT)


def _row(row: Any, texts: Sequence[str], font: str) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        _run(cell.paragraphs[0], text, font, _CELL_SIZE)


def _line(paper: Paper, text: str, font: str, size: Pt) -> Any:
    line = paper.add_paragraph()
    _run(line, text, font, size)
    return line


def _run(paragraph: Any, text: str, font: str, size: Pt) -> None:
    run = paragraph.add_run(fit(text))
    run.font.size = size
    _fonts(run, font)


def _fonts(styled: Any, font: str) -> None:
    styled.font.name = font
    # What is Chinese has a font of its own, which the name alone does not set.
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
