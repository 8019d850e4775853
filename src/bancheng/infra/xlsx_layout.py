"""版面: what the file of a sheet says of its look, which the library drops when it streams rows.

Below a merged cell people see its text in every row, and the file has nothing there. What a filter
hides they do not see at all, and the file has it.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple
from xml.parsers import expat

_CHUNK_BYTES: Final = 1 << 16
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)")
_TRUE: Final = frozenset({"1", "true"})


class Merged(NamedTuple):
    """合并单元格: the rows and columns, from 1, over which one cell reaches, ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Layout(NamedTuple):
    """版面: the merged cells of a sheet, those further up first, and what is hidden of it.

    ``columns`` are from the first to the last one, ends included: all that are not used may be.
    """

    merged: tuple[Merged, ...]
    hidden: frozenset[int]
    columns: tuple[range, ...] = ()

    def hides(self, column: int) -> bool:
        """Whether people do not see that column, counted from 1."""
        return any(column in one for one in self.columns)

    def covered(self) -> Iterator[tuple[Merged, ...]]:
        """For row 1, 2 and so on, without an end, the merged cells that reach into it."""
        coming = 0
        reaching: tuple[Merged, ...] = ()
        for row in count(1):
            begun = coming
            while coming < len(self.merged) and self.merged[coming].top <= row:
                coming += 1
            if begun != coming or reaching:
                reaching = tuple(
                    one for one in (*reaching, *self.merged[begun:coming]) if one.bottom >= row
                )
            yield reaching


def layout_of(path: Path, sheet: str) -> Layout:
    """The layout of the sheet that lies at ``sheet`` in ``path``.

    Raises ``ValueError`` if it is no XML, and what ``zipfile`` raises if it is not there.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.begin
    try:
        with zipfile.ZipFile(path) as archive, archive.open(sheet) as file:
            while chunk := file.read(_CHUNK_BYTES):
                parser.Parse(chunk, False)  # noqa: FBT003 - takes it by place alone
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return Layout(
        tuple(sorted(reader.merged)), frozenset(reader.hidden), tuple(reader.hidden_columns)
    )


class _Reader:
    """Takes what begins in the XML of a sheet, element by element."""

    def __init__(self) -> None:
        self.merged: set[Merged] = set()
        self.hidden: set[int] = set()
        self.hidden_columns: list[range] = []
        self._row = 0

    def begin(self, element: str, attributes: Mapping[str, str]) -> None:
        name = element.rpartition(" ")[2]
        if name == "row":
            # Its number may be left out: then it is the next one.
            self._row = int(attributes.get("r") or self._row + 1)
            if _is_hidden(attributes, "ht"):
                self.hidden.add(self._row)
        elif name == "col" and _is_hidden(attributes, "width"):
            first, last = (int(attributes.get(end) or 0) for end in ("min", "max"))
            self.hidden_columns.append(range(first, last + 1))
        elif name == "mergeCell" and (found := _RANGE.fullmatch(attributes.get("ref", ""))):
            left, top, right, bottom = found.groups()
            self.merged.add(Merged(int(top), _column(left), int(bottom), _column(right)))


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    return attributes.get("hidden") in _TRUE or float(attributes.get(size) or 1) == 0


def _column(letters: str) -> int:
    """AB is the 28th."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place
