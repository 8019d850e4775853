"""Tables that people bring: CSV, CSV.GZ and XLSX, row by row with their line numbers."""

import csv
import gzip
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

# How spreadsheets write a carriage return inside a cell.
_ESCAPED_RETURN = "_x000D_"
_REMARK = re.compile(r"[(（][^)）]*[)）]")
Cell = str | datetime


class Row(NamedTuple):
    """行: one data row; ``line`` is where it begins in the file, the heading being line 1."""

    line: int
    cells: dict[str, Cell]


class TableError(Exception):
    """文件有误: the file as a whole can not be read; the message says why and what to do."""


def read_table(path: Path, columns: tuple[str, ...], *, bytes_max: int) -> Iterator[Row]:
    """The rows of ``path``. Texts are trimmed and have unix line ends; dates stay dates.

    Raises ``TableError`` before the first row if the file is missing, too large, or lacks one of
    ``columns``, and at the place where it can not be read.
    """
    if not path.is_file():
        raise TableError(f"找不到文件「{path}」。请核对路径")
    if path.stat().st_size > bytes_max:
        raise TableError(f"文件「{path.name}」超过上限 {bytes_max} 字节。请拆分后分批导入")
    rows = _xlsx(path) if path.suffix == ".xlsx" else _csv(path, bytes_max)
    try:
        heading = next(rows, None)
        missing = [name for name in columns if heading is None or name not in heading.cells]
        if missing:
            raise TableError(f"文件「{path.name}」缺少列: {'、'.join(missing)}。请核对表头")
        yield from rows
    except (UnicodeDecodeError, csv.Error, OSError, EOFError, CalamineError) as error:
        raise TableError(
            f"文件「{path.name}」无法读取({error})。请存为 UTF-8 的 CSV 或 XLSX"
        ) from error


def _xlsx(path: Path) -> Iterator[Row]:
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    lines = sheet.iter_rows()
    names = [_heading(str(cell)) for cell in next(lines, [])]
    yield Row(1, dict.fromkeys(names, ""))
    for line, cells in enumerate(lines, start=2):
        yield Row(line, {name: _cell(cell) for name, cell in zip(names, cells, strict=False)})


def _csv(path: Path, bytes_max: int) -> Iterator[Row]:
    csv.field_size_limit(bytes_max)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        names = [_heading(name) for name in next(reader, [])]
        yield Row(1, dict.fromkeys(names, ""))
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            yield Row(line, {name: _cell(cell) for name, cell in zip(names, cells, strict=False)})


def _heading(text: str) -> str:
    """The name of a column, without a remark in brackets, such as 承诺时限(工作日)."""
    return _REMARK.sub("", text).strip()


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value
    if isinstance(value, float) and value.is_integer():  # how XLSX stores a whole number
        return str(int(value))
    text = str(value).replace(_ESCAPED_RETURN, "")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
