"""A paper as CSV (RFC 4180), for programs; a spreadsheet should be given XLSX, which keeps types.

A spreadsheet takes a text for a formula that begins like one, and what people wrote may: such a
text gets an apostrophe before it. Numbers and days are none, and stay as they are.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.papers import Cell, PaperColumn

_LIKE_FORMULAS: Final = tuple("=+-@\t\r\n＝＋－＠")


class CsvEncoding(Labelled):
    """CSV 编码: which programs read it."""

    UTF_8 = "utf-8-sig", "UTF-8(带 BOM)"
    GB18030 = "gb18030", "GB18030"


class CsvPaper:
    """CSV 文件: made piece by piece; nothing of it is kept."""

    def __init__(self, columns: Sequence[PaperColumn], encoding: CsvEncoding) -> None:
        self._columns, self._encoding = columns, encoding
        self._text = io.StringIO()
        self._writer = csv.writer(self._text)
        self._writer.writerow(one.heading for one in columns)
        self._is_begun = False

    def add(self, rows: Iterable[object]) -> bytes:
        """The bytes that ``rows`` come to, with the headings if they are the first."""
        for row in rows:
            self._writer.writerow(_told(column.read(row)) for column in self._columns)
        return self._taken()

    def end(self, _: object) -> bytes:
        """What is left: the headings, if there was no row. There is no place for a cover."""
        return self._taken()

    def leave(self) -> None:
        """Nothing has to be let go of."""

    def _taken(self) -> bytes:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        # The mark that says UTF-8 stands once, before everything.
        encoding = "utf-8" if self._is_begun and self._encoding is CsvEncoding.UTF_8 else None
        self._is_begun = self._is_begun or bool(text)
        return text.encode(encoding or self._encoding.value) if text else b""


def _told(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case str():
            return f"'{cell}" if cell.startswith(_LIKE_FORMULAS) else cell
    return cell
