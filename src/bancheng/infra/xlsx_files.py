"""XLSX, row by row: what its cells say, or why what they say is not what somebody typed.

A spreadsheet keeps a number in 53 bits and shows it as the cell is formatted. Where the two differ
(…790528, 00123, 4 that reads 4个工作小时) nobody can tell which one was meant.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, NamedTuple

from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.styles.numbers import is_datetime  # type: ignore[import-untyped]
from openpyxl.utils.datetime import from_excel  # type: ignore[import-untyped]
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]

from bancheng.domain.errors import InvalidInput
from bancheng.infra.file_kinds import SPREADSHEET, kind_of
from bancheng.infra.files import TableError, check_file, too_large, trimmed
from bancheng.infra.xlsx_layout import Layout, Merged, layout_of

_CHUNK_BYTES: Final = 1 << 16
_DIGITS_MAX: Final = 15
# What East Asian programs call 2026年1月31日 and the like without writing it down.
_EAST_ASIAN_DATES: Final = frozenset({*range(27, 32), 36, *range(50, 55), 57, 58})
# Colours, conditions, and the blanks that align a number: none of them is read as part of it.
_UNREAD: Final = re.compile(r"\[[^\]]*\]|_.|\*.|\\? ")
_PLAIN: Final = re.compile(r"General|@|[-+#0?.,()/]*(?:E\+0+)?", re.IGNORECASE)
_CONDITION: Final = re.compile(r"\[[<>=]")
_PADDED: Final = re.compile(r"0{2,}")
# A comma behind the last digit shows thousands only: 4,000 as 4.
_IN_THOUSANDS: Final = re.compile(r",(?![#0?])")

# What the library raises where a part is missing or is no XML.
_BROKEN: Final = (
    AttributeError, KeyError, IndexError, OSError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
# Another dialect of the same format, in which the library finds no rows.
_STRICT: Final = b"http://purl.oclc.org/ooxml/"

XlsxCell = str | date | InvalidInput
# A row by its number, and why it can not be taken as a whole.
XlsxRow = tuple[int, list[XlsxCell], InvalidInput | None]

# Stands in a cell that lies under a merged one.
COVERED: Final = InvalidInput(
    "CELL_MERGED",
    "单元格与别的格合并,本行没有自己的内容",
    remedy="请取消合并,在每行写出内容",
)
_HIDDEN: Final = InvalidInput(
    "ROW_HIDDEN",
    "本行被隐藏(筛选、折叠或行高为零)",
    remedy="请取消筛选或隐藏后保存;不导入的行请删去",
)


class XlsxSheet(NamedTuple):
    """工作表: a sheet that people see, by its file, its name and as the library opened it."""

    path: Path
    name: str
    opened: Any

    def layout(self) -> Layout:
        """What its file says of its look."""
        try:
            return layout_of(self.path, self.opened._worksheet_path)  # noqa: SLF001 - no other way
        except _BROKEN as error:
            raise _no_xlsx(self.path) from error

    def rows(self) -> Iterator[XlsxRow]:
        """Its rows from the first, one that is not stored being empty.

        In place of what can not be taken stands why not.
        """
        # What a file says of its size may be wrong by millions of rows.
        self.opened.reset_dimensions()
        width, layout = 0, self.layout()
        try:
            for (row, cells), reaching in zip(
                enumerate(self.opened.iter_rows(), start=1), layout.covered(), strict=False
            ):
                width = max(width, len(cells))
                said = _with_covered([_said(cell) for cell in cells], row, width, reaching)
                yield row, said, _HIDDEN if row in layout.hidden and any(said) else None
        except _BROKEN as error:
            raise _no_xlsx(self.path) from error


def _with_covered(
    said: list[XlsxCell], row: int, width: int, reaching: Sequence[Merged]
) -> list[XlsxCell]:
    for one in reaching:
        said += [""] * (min(one.right, width) - len(said))
        begins = one.left + 1 if one.top == row else one.left
        for column in range(begins, min(one.right, width) + 1):
            said[column - 1] = COVERED
    return said


@contextmanager
def opened_xlsx(path: Path, bytes_max: int) -> Iterator[list[XlsxSheet]]:
    """The visible sheets of ``path``.

    Raises ``TableError`` if it is missing, no XLSX, or unpacks to more than ``bytes_max``.
    """
    check_file(path, bytes_max)
    _check_unpacked(path, bytes_max)
    with path.open("rb") as file, warnings.catch_warnings():
        # The library warns of styles and extensions that it drops. They are none of our business.
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = load_workbook(file, read_only=True)
        except _BROKEN as error:
            raise _no_xlsx(path) from error
        sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
        yield [XlsxSheet(path, one.title, one) for one in sheets]


def _check_unpacked(path: Path, bytes_max: int) -> None:
    """Unpack everything once: what an archive says of its own size may be wrong."""
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as file:
                    while chunk := file.read(_CHUNK_BYTES):
                        unpacked += len(chunk)
                        if unpacked > bytes_max:
                            raise too_large(path.name, bytes_max)
                        if member.filename == "xl/workbook.xml" and _STRICT in chunk:
                            raise _strict(path.name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _no_xlsx(path) from error


def _strict(name: str) -> TableError:
    return TableError(
        "FILE_KIND_UNKNOWN",
        f"文件「{name}」是「严格 Open XML」格式的表格,不能读取",
        remedy="请另存为普通的 XLSX",
    )


def _no_xlsx(path: Path) -> TableError:
    kind = kind_of(path)
    why = "可能已损坏或没有传完" if kind == SPREADSHEET else f"而是{kind or '文本或别的文件'}"
    return TableError(
        "FILE_UNREADABLE",
        f"文件「{path.name}」的内容不是完好的 XLSX({why})",
        remedy="请用表格软件打开,另存为不加密码的 XLSX",
    )


def _said(cell: Any) -> XlsxCell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return _no_content(cell.data_type, str(value))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(cell, value)
    if isinstance(value, str):
        return trimmed(unescape(value))
    return _dated(value, shows_clock=is_datetime(cell.number_format) != "date")


def _no_content(kind: str, text: str) -> InvalidInput:
    if kind == "f":
        return InvalidInput(
            "CELL_IS_FORMULA", "单元格是公式,不是内容", remedy="请复制后选择性粘贴为数值"
        )
    return InvalidInput(
        "CELL_ERROR_VALUE",
        f"单元格是表格软件的错误值 {text[:20]},没有内容",
        remedy="请改正公式或填写内容",
    )


def _number(cell: Any, value: float) -> XlsxCell:
    if cell.style_array.numFmtId in _EAST_ASIAN_DATES:
        return _serial(value, cell.parent.parent.epoch)
    shown = _shown_by(cell.number_format, value)
    if not _shows(value, shown):
        return InvalidInput(
            "NUMBER_SHOWN_OTHERWISE",
            f"单元格存为数字 {value:.15g},而按格式「{cell.number_format[:40]}」显示成别的样子",
            remedy="请把本列设为文本后写出全部文字",
        )
    return _digits(str(int(value)) if float(value).is_integer() else repr(value), shown)


def _shown_by(number_format: str, value: float) -> str:
    """The part of a format by which ``value`` is shown, its sign with it; empty if by none."""
    if _CONDITION.search(number_format):
        return ""
    parts = [_UNREAD.sub("", part).replace('"', "") for part in number_format.split(";")]
    if value < 0 and len(parts) > 1:  # it has a part of its own, which says how the sign is shown
        return parts[1] if parts[1][:1] in ("-", "(") else ""
    return parts[2] if value == 0 and len(parts) > 2 else parts[0]  # noqa: PLR2004


def _shows(value: float, shown: str) -> bool:
    """Whether ``shown``, its format, shows ``value`` itself: neither rounded nor hidden."""
    if not shown or not _PLAIN.fullmatch(shown) or _IN_THOUSANDS.search(shown):
        return False
    if value == 0 and shown.lower() not in ("general", "@") and "0" not in shown:
        return False
    if shown[0] not in "-+#0?.(" or "/" in shown or "e" in shown.lower():
        return True
    # To the digits that a spreadsheet has of a number at all: what is behind them it made up.
    told = f"{value:.{_DIGITS_MAX}g}"
    places = sum(shown.partition(".")[2].count(sign) for sign in "0#?")
    return "e" in told or len(told.partition(".")[2]) <= places


def _digits(text: str, shown: str) -> XlsxCell:
    whole = text.lstrip("-").partition(".")[0]
    if len(whole) > _DIGITS_MAX or "e" in text:
        return InvalidInput(
            "NUMBER_TOO_LONG",
            f"单元格存为数字,超过 {_DIGITS_MAX} 位,末几位已被表格软件改动",
            remedy="请把本列设为文本,从原处重新录入",
        )
    if _PADDED.match(shown) and len(whole) < len(shown.partition(".")[0]):
        return InvalidInput(
            "NUMBER_LOST_ZEROS",
            f"单元格存为数字 {text},开头的 0 只是显示出来的",
            remedy="请把本列设为文本后录入全部数字",
        )
    return text


def _serial(value: float, epoch: datetime) -> XlsxCell:
    try:
        return _dated(from_excel(value, epoch), shows_clock=False)
    except (OverflowError, ValueError):
        return _dated(value, shows_clock=False)


def _dated(value: Any, *, shows_clock: bool) -> XlsxCell:
    if isinstance(value, datetime):
        return value if shows_clock or value.time() != time() else value.date()
    if isinstance(value, date):
        return value
    return InvalidInput(
        "CELL_WITHOUT_DAY", f"单元格是钟点或时长({value}),没有日期", remedy="请写明年月日"
    )
