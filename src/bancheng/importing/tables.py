"""What a table that people bring looks like: which columns it has, and what its rows hold."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from bancheng.domain.errors import DomainError, InvalidInput


class BadRow(NamedTuple):
    """有误: a row that did not come in: where it stands, what it is called, and why.

    ``place`` is its line, or says in words where in the file it is; ``error`` names the column.
    """

    place: int | str
    name: str
    error: DomainError


# By heading. Texts are trimmed; only a spreadsheet's cell that was formatted as a date is one: a
# ``datetime`` if that shows a clock or has one, else no more than the day.
Cells = Mapping[str, str | date]


class Row(NamedTuple):
    """行: one data row; ``line`` is where it begins in the file, whose first line is 1.

    With an ``error`` it can not be taken, and ``cells`` only tell which row it may be.
    """

    line: int
    cells: Cells
    error: DomainError | None = None

    def text(self, name: str) -> str:
        """What stands under ``name``, empty if nothing does."""
        return str(self.cells.get(name) or "")


class Column(NamedTuple):
    """列: ``name`` is what the importer calls it, ``also`` what else people write above it.

    ``identifies``: its digits are a name, so a number that lost some of them is refused.
    ``is_time``: it may hold a date cell; what became a date in another column lost what it said.
    ``is_read``: else anything may stand in it.
    ``remarks`` are what may stand in brackets behind its heading, such as units; ``None`` where
    any may, since none could change what a cell means. What stands there is told as a cell of the
    column ``remark_in``, if there is one.
    """

    name: str
    also: tuple[str, ...] = ()
    needed: bool = True
    identifies: bool = False
    is_time: bool = False
    is_read: bool = True
    remarks: frozenset[str] | None = None
    remark_in: str | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """Everything that it may be called."""
        return (self.name, *self.also)


# Says nothing about a row, so it may stand in any table.
NUMBERING: Final = Column("序号", needed=False, is_read=False)


class TableForm(NamedTuple):
    """表样: the columns of a table.

    ``verbatim``: a heading is a name that somebody gave, with its brackets, and others than
    ``columns`` are none of the importer's business; else another one is refused.
    """

    columns: tuple[Column, ...]
    verbatim: bool = False


def nothing_in(term: str, field: str, part: str) -> InvalidInput:
    """The rejection of a row in which ``term`` is empty; ``part`` is what to add."""
    return InvalidInput("FIELD_EMPTY", f"{term}不能为空", field=field, remedy=f"请补全{part}")
