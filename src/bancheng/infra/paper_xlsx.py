"""A paper as a spreadsheet (XLSX, ECMA-376), sent while it is made.

The well-kept writers put the whole together on the disk before the first byte goes out; a ledger of
a hundred thousand rows takes them many seconds. So the parts of the package are written here, one
row after another into a ZIP that nobody has to go back in. Texts stand in their cells, not in a
table of all texts, which would have to be remembered.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any, Final
from xml.sax.saxutils import escape

from bancheng.infra.paper_package import PARTS, Style, content_types, workbook
from bancheng.infra.paper_text import fit
from bancheng.projections.ledger.papers import Cell, PaperColumn

ROWS_MAX: Final = 1_048_576  # of a sheet, its headings among them
LETTERS_MAX: Final = 32_767  # of a cell
_BEHIND: Final = "……(单元格放不下,此处以下略去 {} 字,全文请在系统中查看)"
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  of the hall, as all times in a file
_DAY: Final = 86_400
_ALPHABET: Final = 26
# What a reader would take for a character's code (_x000B_) is told to be none by the code of its
# first letter.
_LIKE_CODES: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_COMPRESSION: Final = 3  # a fifth larger than the usual 6, for half the time


_Filled = str  # a cell behind its place; empty if it holds nothing


class _Outlet:
    """What was written and not taken yet. It can not be gone back in, which the ZIP then knows."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        found, self._pieces = b"".join(self._pieces), []
        return found


class XlsxPaper:
    """电子表格: sheets of rows under the same headings, and a cover that is written last."""

    def __init__(self, title: str, columns: Sequence[PaperColumn]) -> None:
        self._title, self._columns = title, columns
        self._places = [_place(at) for at in range(1, len(columns) + 1)]
        self._outlet = _Outlet()
        outlet: Any = self._outlet
        self._zip = zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION)
        self._sheets = 0
        self._rows = ROWS_MAX
        self._sheet: IO[bytes] | None = None
        self._begin_sheet()

    def add(self, rows: Iterable[object]) -> bytes:
        """The bytes that ``rows`` come to; a sheet that is full is followed by another one."""
        for row in rows:
            if self._rows == ROWS_MAX:
                self._begin_sheet()
            self._put([_cell(column.read(row)) for column in self._columns])
        return self._outlet.taken()

    def end(self, cover: Iterable[tuple[str, str]]) -> bytes:
        """The rest of the file; ``cover`` says what it is, line by line."""
        self._end_sheet()
        lines = (
            _row(at, _PLACES, (_text(name, Style.HEADING), _cell(told)))
            for at, (name, told) in enumerate(cover, 1)
        )
        path = f"xl/worksheets/sheet{self._sheets + 1}.xml"
        self._write(path, _COVER.format("".join(lines)))
        names = [self._name_of(number) for number in range(1, self._sheets + 1)]
        for path, content in PARTS.items():
            self._write(path, content)
        for path, content in workbook(("说明", *names)).items():
            self._write(path, content)
        self._write("[Content_Types].xml", content_types(self._sheets + 1))
        self.leave()
        return self._outlet.taken()

    def leave(self) -> None:
        """Let go of it, also of one that is not made to its end: a ZIP can not be left open."""
        self._end_sheet()
        self._zip.close()

    def _name_of(self, number: int) -> str:
        return self._title if number == 1 else f"{self._title}({number})"

    def _begin_sheet(self) -> None:
        self._end_sheet()
        self._sheets += 1
        self._rows = 0
        self._sheet = self._zip.open(
            f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True
        )
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{one.width}" customWidth="1"/>'
            for at, one in enumerate(self._columns, 1)
        )
        self._sheet.write(_BEFORE.format(widths).encode())
        self._put([_text(one.heading, Style.HEADING) for one in self._columns])

    def _put(self, cells: Sequence[_Filled]) -> None:
        assert self._sheet is not None, "a sheet was begun"
        self._rows += 1
        self._sheet.write(_row(self._rows, self._places, cells).encode())

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.write(_BEHIND_ROWS.encode())
            self._sheet.close()
            self._sheet = None

    def _write(self, path: str, content: str) -> None:
        self._zip.writestr(path, content.encode())


_PLACES: Final = ("A", "B")
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BEFORE: Final = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><cols>{}</cols><sheetData>"
)
_BEHIND_ROWS: Final = "</sheetData></worksheet>"
_COVER: Final = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="36" customWidth="1"/>'
    '<col min="2" max="2" width="80" customWidth="1"/></cols><sheetData>{}</sheetData></worksheet>'
)


def _place(at: int) -> str:
    """The letters of the column ``at``, counted from one."""
    letters = ""
    while at:
        at, rest = divmod(at - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def _row(number: int, places: Sequence[str], cells: Sequence[_Filled]) -> str:
    filled = "".join(
        f'<c r="{place}{number}"{cell}' for place, cell in zip(places, cells, strict=True) if cell
    )
    return f'<row r="{number}">{filled}</row>'


def _cell(cell: Cell) -> _Filled:
    match cell:
        case None:
            return ""
        case str():
            return _text(cell, Style.WRAPPED if "\n" in cell else Style.TEXT)
        case datetime():
            since = cell - _EPOCH
            days = since.days + since.seconds / _DAY
            return f' s="{Style.INSTANT}"><v>{days:.10f}</v></c>'
        case date():
            return f' s="{Style.DAY}"><v>{(cell - _EPOCH.date()).days}</v></c>'
    return f' s="{Style.COUNT}"><v>{cell}</v></c>'


def _text(text: str, style: int) -> _Filled:
    if len(text) > LETTERS_MAX:
        kept = LETTERS_MAX - len(_BEHIND) - 8
        text = text[:kept] + _BEHIND.format(len(text) - kept)
    held = escape(_LIKE_CODES.sub("_x005F_", fit(text)))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{held}</t></is></c>'
