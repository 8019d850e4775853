"""Files that people bring: opened within bounds; tables row by row with their line numbers."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

# How spreadsheets write a carriage return inside a cell.
_ESCAPED_RETURN = "_x000D_"
_REMARK = re.compile(r"[(（][^)）]*[)）]")
Cell = str | datetime
_Line = tuple[int, list[Cell]]


class Row(NamedTuple):
    """行: one data row; ``line`` is where it begins in the file, the heading being line 1."""

    line: int
    cells: dict[str, Cell]


class TableError(Exception):
    """文件有误: the file as a whole can not be read; the message says why and what to do."""


def read_table(
    path: Path, columns: tuple[str, ...], *, bytes_max: int, verbatim: bool = False
) -> Iterator[Row]:
    """The rows of ``path``. Texts are trimmed and have unix line ends; dates stay dates.

    Columns are called without remarks in brackets, as in 承诺时限(工作日), unless ``verbatim``.
    Raises ``TableError`` before the first row if the file is missing, too large, or has not each
    of ``columns`` once, and at the place where it can not be read.
    """
    lines = _xlsx(path, bytes_max) if path.suffix == ".xlsx" else _csv(path, bytes_max)
    try:
        _, heading = next(lines, (1, []))
        names = [str(name) if verbatim else _without_remark(str(name)) for name in heading]
        _check_heading(path, names, columns)
        for line, cells in lines:
            yield Row(line, dict(zip(names, cells, strict=False)))
    except (UnicodeDecodeError, csv.Error, OSError, EOFError, zlib.error, CalamineError) as error:
        raise TableError(
            f"文件「{path.name}」无法读取({error})。请存为 UTF-8 的 CSV 或 XLSX"
        ) from error


def open_bounded(path: Path, *, bytes_max: int) -> IO[bytes]:
    """``path``, unpacked if it ends in .gz. Reading beyond ``bytes_max`` raises ``TableError``."""
    _check_file(path, bytes_max)
    opened = gzip.GzipFile(path) if path.suffix == ".gz" else io.FileIO(path)
    return io.BufferedReader(_Bounded(opened, path.name, bytes_max))


def read_text(path: Path, *, bytes_max: int) -> str:
    """The text of ``path``; ``TableError`` if it is missing, too large or not UTF-8."""
    with open_bounded(path, bytes_max=bytes_max) as file:
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TableError(f"文件「{path.name}」不是 UTF-8 文本。请转换编码") from error


def trimmed(text: str) -> str:
    """``text`` with unix line ends and without blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class _Bounded(io.RawIOBase):
    """A small packed file may unpack to any size, so what comes out of it is counted."""

    def __init__(self, opened: gzip.GzipFile | io.FileIO, name: str, bytes_max: int) -> None:
        self._opened, self._name, self._bytes_max = opened, name, bytes_max
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._opened.read(len(buffer))
        self._bytes += len(data)
        if self._bytes > self._bytes_max:
            raise _too_large(self._name, self._bytes_max)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._opened.close()
        super().close()


def _check_file(path: Path, bytes_max: int) -> None:
    if not path.is_file():
        raise TableError(f"找不到文件「{path}」。请核对路径")
    if path.stat().st_size > bytes_max:
        raise _too_large(path.name, bytes_max)


def _too_large(name: str, bytes_max: int) -> TableError:
    return TableError(f"文件「{name}」(解压后)超过上限 {bytes_max} 字节。请拆分后分批导入")


def _check_heading(path: Path, names: list[str], columns: tuple[str, ...]) -> None:
    if missing := [name for name in columns if name not in names]:
        raise TableError(f"文件「{path.name}」缺少列: {'、'.join(missing)}。请核对表头")
    if twice := [name for name in columns if names.count(name) > 1]:
        raise TableError(f"文件「{path.name}」有多列同名: {'、'.join(twice)}。请核对表头")


def _without_remark(name: str) -> str:
    return _REMARK.sub("", name).strip()


def _xlsx(path: Path, bytes_max: int) -> Iterator[_Line]:
    _check_file(path, bytes_max)  # the packed size: the library unpacks by itself
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        yield line, [_cell(cell) for cell in cells]


def _csv(path: Path, bytes_max: int) -> Iterator[_Line]:
    # Else 131,072 characters a cell, and for the whole process.
    csv.field_size_limit(bytes_max)
    with (
        open_bounded(path, bytes_max=bytes_max) as opened,
        io.TextIOWrapper(opened, encoding="utf-8-sig", newline="") as file,
    ):
        reader = csv.reader(file)
        before = 0
        for cells in reader:
            line, before = before + 1, reader.line_num
            yield line, [_cell(cell) for cell in cells]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value
    if isinstance(value, float) and value.is_integer():  # how XLSX stores a whole number
        return str(int(value))
    return trimmed(str(value).replace(_ESCAPED_RETURN, ""))
