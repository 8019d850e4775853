"""CSV, record by record, as strictly as RFC 4180 has it: a stray quotation mark swallows nothing.

The library's reader takes everything up to the next quotation mark for one cell, be it a hundred
rows. So a record is put together here, line by line, and read when its marks are in pairs.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from bancheng.domain.errors import InvalidInput
from bancheng.infra.encodings import encoding_of
from bancheng.infra.files import open_bounded

SEPARATORS: Final = (",", ";", "\t")
# What begins a file that says by which sign its cells are divided.
_SAYS_SEPARATOR: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
# No text that an act takes is longer.
_RECORD_LINES_MAX: Final = 1_000
_SAYS_DAY: Final = re.compile(r"\s*\d{4}[-/.年]\d{1,2}")
_SAMPLE_LINES: Final = 40


class Record(NamedTuple):
    """记录: the cells of one record and the line it begins at, or why it is none."""

    line: int
    cells: list[str]
    error: InvalidInput | None = None


class CsvFile:
    """A CSV file that was opened: its first lines, by which it is seen how its cells are divided.

    ``said`` is the separator that the file names itself.
    """

    def __init__(self, path: Path, bytes_max: int) -> None:
        csv.field_size_limit(bytes_max)  # else 131,072 characters a cell
        encoding = encoding_of(path, bytes_max=bytes_max)
        opened = open_bounded(path, bytes_max=bytes_max)
        self._file = io.TextIOWrapper(opened, encoding=encoding, newline="")
        self._lines = enumerate(self._file, start=1)
        self._ahead = deque(islice(self._lines, _SAMPLE_LINES))
        self.said: str | None = None
        if self._ahead and (found := _SAYS_SEPARATOR.fullmatch(self._ahead[0][1])):
            self.said = found[1]
            self._ahead.popleft()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def sample(self, separator: str) -> list[list[str]]:
        """The first records, as they would be if ``separator`` divided their cells."""
        text = [line for _, line in self._ahead]
        return list(csv.reader(text, delimiter=separator))

    def records(self, separator: str) -> Iterator[Record]:
        """All records, once."""
        while (first := self._next()) is not None:
            yield self._record(*first, separator)

    def _record(self, number: int, first: str, separator: str) -> Record:
        taken, marks = [(number, first)], first.count('"')
        while marks % 2 and len(taken) < _RECORD_LINES_MAX and (more := self._next()) is not None:
            taken.append(more)
            marks += more[1].count('"')
        texts = [text for _, text in taken]
        cells = None if marks % 2 else _cells(texts, separator)
        if cells is not None and not _swallows(texts, separator):
            return Record(number, cells)
        # Only the line with the mark is lost: what follows it is read for itself.
        self._ahead.extendleft(reversed(taken[1:]))
        return Record(number, _divided(first, separator), _stray())

    def _next(self) -> tuple[int, str] | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)


def _cells(lines: list[str], separator: str) -> list[str] | None:
    """The cells of the one record that ``lines`` are; ``None`` if they are not one."""
    try:
        records = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _swallows(lines: list[str], separator: str) -> bool:
    """Whether a cell that reaches over ``lines`` holds whole rows, as two stray marks make it.

    A line of a row has as many cells as its others, and its first day stands where theirs does.
    The other days need not be there: what is not yet answered has no day of its answer.
    """
    if len(lines) == 1:
        return False
    first, *others = (_shape(_divided(line, separator)) for line in lines)
    return first[1] is not None and first in others


def _shape(cells: list[str]) -> tuple[int, int | None]:
    day = next((place for place, cell in enumerate(cells) if _SAYS_DAY.match(cell)), None)
    return len(cells), day


def _divided(line: str, separator: str) -> list[str]:
    return line.replace('"', "").rstrip("\r\n").split(separator)


def _stray() -> InvalidInput:
    return InvalidInput(
        "QUOTE_STRAY",
        "本行的英文双引号不成对,无法分清各格",
        remedy='请删去多余的引号;文字中的引号须写成两个("")并把整格放在引号内',
    )
