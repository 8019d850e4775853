"""Tables that people bring, row by row with their line numbers, whatever program wrote them.

A row is read as it was meant or refused with its line and column; nothing is guessed.
"""

import csv
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

from bancheng.domain.errors import InvalidInput
from bancheng.importing.tables import Row, TableForm
from bancheng.infra.cell_faults import fault_of, says_nothing
from bancheng.infra.csv_files import SEPARATORS, CsvFile
from bancheng.infra.file_kinds import check_content, unreadable
from bancheng.infra.files import TableError, check_file, trimmed
from bancheng.infra.headings import Heading, best_of, check_seen, heading_in
from bancheng.infra.xlsx_files import COVERED, XlsxCell, XlsxSheet, opened_xlsx
from bancheng.infra.xlsx_layout import Layout

# Above its heading a table may have a title, who made it, and when.
_ABOVE_MAX: Final = 20
TEXTS: Final = (".csv", ".csv.gz", ".tsv", ".txt")
SHEETS: Final = (".xlsx", ".xlsm")
_OTHERS: Final = {
    ".xls": "旧版 XLS", ".et": "WPS 表格", ".ods": "ODS 表格", ".xlsb": "XLSB 表格",
    ".zip": "压缩包", ".rar": "压缩包", ".7z": "压缩包",
}  # fmt: skip
_Line = tuple[int, Sequence[XlsxCell], InvalidInput | None]
# A program that made a CSV of a spreadsheet may have left it so inside a cell.
_ESCAPED_RETURN: Final = "_x000D_"
_MARKED_AS_TEXT: Final = re.compile(r"""="([^"]*)"|'(\d+)""")
_FIGURE: Final = re.compile(r"[\d.,%]*[项件行条个笔]?")
_TOTAL: Final = re.compile(
    rf"(?:本?[页月季年周日]|全部)?\s*(?:合|总|小|共|累)\s*计\s*[::]?\s*{_FIGURE.pattern}"
    r"|共\s*\d+\s*[项件行条个笔](?:记录|数据|留言|事项)?[。.]?"
)


def read_table(path: Path, form: TableForm, *, bytes_max: int) -> Iterator[Row]:
    """The rows of ``path``, with what stands under each column of ``form``.

    Blank rows are passed over, and so is a row of totals at the end. A row that can not be taken
    carries why. Raises ``TableError`` before the first row if the file is missing, too large, of
    another kind, or has another heading than ``form``, and at the place where it can not be read.
    """
    name = path.name.lower()
    try:
        if name.endswith(SHEETS):
            yield from _sheet_rows(path, form, bytes_max)
        elif name.endswith(TEXTS):
            yield from _text_rows(path, form, bytes_max)
        else:
            raise _other_kind(path, bytes_max)
    except (csv.Error, OSError, EOFError, zlib.error) as error:
        remedy = "请重新导出,存为 UTF-8 的 CSV 或 XLSX"
        raise unreadable(path.name, error, remedy) from error


def _other_kind(path: Path, bytes_max: int) -> TableError:
    check_file(path, bytes_max)
    kind = _OTHERS.get(path.suffix.lower(), "这种文件")
    return TableError(
        "FILE_KIND_UNKNOWN",
        f"不认识文件「{path.name}」: 不能读取{kind}",
        remedy="请另存为 CSV、CSV.GZ 或 XLSX",
    )


def _text_rows(path: Path, form: TableForm, bytes_max: int) -> Iterator[Row]:
    check_file(path, bytes_max)
    if not path.name.lower().endswith(".gz"):
        check_content(path)
    file = CsvFile(path, bytes_max)
    try:
        separators = (file.said,) if file.said else SEPARATORS
        samples = ((one, file.sample(one)[:_ABOVE_MAX]) for one in separators)
        # The first of equals: where nothing is recognised, what is missing is said of commas.
        separator = max(samples, key=lambda each: best_of(each[1], form)[:2])[0]
        lines: Iterator[_Line] = (
            (line, [_typed(cell) for cell in cells], error)
            for line, cells, error in file.records(separator)
        )
        yield from _rows(path.name, lines, form, None)
    finally:
        file.close()


def _typed(cell: str) -> str:
    """What somebody typed into the cell of which a program has made ``cell``."""
    text = trimmed(cell.replace(_ESCAPED_RETURN, "\r"))
    # So that a spreadsheet leaves a number as it is, programs write it as a formula or a text.
    found = _MARKED_AS_TEXT.fullmatch(text)
    return text if found is None else found[1] or found[2]


def _sheet_rows(path: Path, form: TableForm, bytes_max: int) -> Iterator[Row]:
    with opened_xlsx(path, bytes_max) as sheets:
        chosen = _chosen(path.name, sheets, form)
        yield from _rows(path.name, chosen.rows(), form, chosen.layout())


def _chosen(file: str, sheets: Sequence[XlsxSheet], form: TableForm) -> XlsxSheet:
    """The one visible sheet with the columns of ``form``; the first, if none has them all."""
    if not sheets:
        raise TableError(
            "SHEET_MISSING", f"文件「{file}」没有可见的工作表", remedy="请取消隐藏后保存"
        )
    likest = [best_of(_above(one.rows()), form) for one in sheets]
    found = [one for one, (whole, _, _) in zip(sheets, likest, strict=True) if whole]
    if len(found) > 1:
        raise TableError(
            "SHEET_AMBIGUOUS",
            f"文件「{file}」有几张这样的工作表: {_names(found)}",
            remedy="请每张另存为一个文件,或删去、隐藏不导入的",
        )
    if not found:
        return sheets[0]
    needed = sum(column.needed for column in form.columns)
    left = [
        one
        for one, (whole, count, _) in zip(sheets, likest, strict=True)
        if not whole and 2 * count >= needed
    ]
    if left:
        raise TableError(
            "SHEET_INCOMPLETE",
            f"文件「{file}」的工作表{_names(left)}像是同样的表,而缺少列",
            remedy="请补全其表头;不导入的请删去或隐藏",
        )
    return found[0]


def _names(sheets: Iterable[XlsxSheet]) -> str:
    return "、".join(one.name for one in sheets)


def _above(lines: Iterator[_Line]) -> list[Sequence[XlsxCell]]:
    """The first rows as they may be a heading: nothing stands in what is covered or hidden."""
    return [_seen(cells) if error is None else [] for _, cells, error in islice(lines, _ABOVE_MAX)]


def _seen(cells: Sequence[XlsxCell]) -> list[XlsxCell]:
    return ["" if cell is COVERED else cell for cell in cells]


def _rows(
    file: str, lines: Iterator[_Line], form: TableForm, layout: Layout | None
) -> Iterator[Row]:
    """The rows below the heading; of a sheet, which has a ``layout``, a row may be shorter."""
    first = list(islice(lines, _ABOVE_MAX))
    above = _above(iter(first))
    at = best_of(above, form)[2]
    heading = heading_in(file, first[at][0] if first else 1, above[at] if above else [], form)
    if layout is not None:
        check_seen(file, heading, layout.hides)
    for (line, _, _), cells in zip(first[:at], above, strict=False):
        _check_no_other(file, line, heading, cells)
    totals: list[_Line] = []
    for one in chain(first[at + 1 :], lines):
        cells = _seen(one[1])
        if heading.is_repeated(cells) or (one[2] is None and not any(cells)):
            continue
        if _is_total(one[1]):
            totals.append(one)
            continue
        _check_no_other(file, one[0], heading, cells)
        # Below it there is something else, so it is no end.
        yield from (_row(each, heading, padded=layout is not None) for each in (*totals, one))
        totals = []


def _check_no_other(file: str, line: int, heading: Heading, cells: Sequence[XlsxCell]) -> None:
    """Under another heading the rows would be read by the wrong one, or not at all."""
    if heading.is_followed_by(cells):
        raise TableError(
            "HEADING_AMBIGUOUS",
            f"文件「{file}」第 {line} 行又是一个表头: 一张工作表里有几个表",
            remedy="请每个表另存为一个文件",
        )


def _is_total(cells: Sequence[XlsxCell]) -> bool:
    """合计: whether nothing but figures follows a word for totals."""
    first, *others = [cell for cell in cells if cell] or [""]
    return _TOTAL.fullmatch(str(first)) is not None and all(
        isinstance(cell, InvalidInput) or _FIGURE.fullmatch(str(cell)) for cell in others
    )


def _row(one: _Line, heading: Heading, *, padded: bool) -> Row:
    line, cells, error = one
    found = [(column, cell) for column, cell in heading.under(cells)]
    told = {column.name: cell for column, cell in found if not isinstance(cell, InvalidInput)}
    error = error or _misfit(cells, heading, padded=padded)
    # In a log the words of its source are kept.
    looks = (fault_of,) if heading.form.verbatim else (fault_of, says_nothing)
    faults = [fault for column, cell in found for look in looks if (fault := look(column, cell))]
    if error is None and faults:
        error = faults[0].with_others(faults[1:])
    return Row(line, {**heading.told, **told}, error)


def _misfit(cells: Sequence[XlsxCell], heading: Heading, *, padded: bool) -> InvalidInput | None:
    cells = _seen(cells)
    if any(cells[heading.width :]) if padded else len(cells) != heading.width:
        return InvalidInput(
            "ROW_CELLS_MISCOUNTED",
            f"本行有 {len(cells)} 格,表头有 {heading.width} 格",
            remedy="文字中有逗号等分隔符的,整格须放在英文双引号内;缺的格须留空位",
        )
    if any(heading.nameless(cells)):
        return InvalidInput(
            "CELL_WITHOUT_HEADING",
            "本行有内容写在没有表头的列中",
            remedy="请给该列写上表头,或删去其内容",
        )
    return None
