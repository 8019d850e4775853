"""A ledger as a paper: its columns in the eyes of whoever takes it away, and what stands in them.

A cell holds what it is, for a spreadsheet to sort and count by: a day, an instant in the time of
the hall, a count; everything else is a text, also what is made of digits and no number.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum, auto
from functools import partial
from typing import Any, Final, NamedTuple

from bancheng.domain.people import Actor
from bancheng.projections.ledger.cells import Reading, text_of
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import Field, Mark
from bancheng.projections.machine.columns import MASKED

Cell = str | int | date | datetime | None


class CellKind(Enum):
    """单元格种类: what the cells of a column hold, where they hold anything."""

    TEXT = auto()
    COUNT = auto()
    DAY = auto()
    INSTANT = auto()


class PaperColumn(NamedTuple):
    """栏: its heading, what its cells hold, their width in letters, how one is read of a row."""

    heading: str
    kind: CellKind
    width: int
    read: Callable[[Any], Cell]


_WIDTHS: Final = {CellKind.COUNT: 8, CellKind.DAY: 12, CellKind.INSTANT: 17, CellKind.TEXT: 14}
_PROSE_WIDTH: Final = 40
_A_LETTER: Final = 2  # a Chinese one is as wide as two others


def columns_of(ledger: Ledger[Any], actor: Actor | None, reading: Reading) -> Sequence[PaperColumn]:
    """The columns that ``actor`` may see of ``ledger``; without an actor, for the operator, all."""
    return [
        _column(ledger, field, actor, reading)
        for field in ledger.fields
        if _is_on_paper(field) and _may_be_seen(field, actor)
    ]


def _is_on_paper(field: Field) -> bool:
    """What the API shows with the row, or of a person beside it to whom may see that."""
    word = field.word
    return word is not None and (field.is_shown or word.seen_by is not None)


def _may_be_seen(field: Field, actor: Actor | None) -> bool:
    view = None if field.word is None else field.word.seen_by
    return actor is None or view is None or view.shows(actor) or view.also is not None


def _column(
    ledger: Ledger[Any], field: Field, actor: Actor | None, reading: Reading
) -> PaperColumn:
    heading, kind = ledger.heading(field.name), _kind(field)
    is_prose = Mark.PROSE in field.marks or field.name.endswith(MASKED)
    width = _PROSE_WIDTH if is_prose else _WIDTHS[kind]
    read = partial(_cell, field, kind, reading)
    view = None if field.word is None else field.word.seen_by
    if actor is not None and view is not None and not view.shows(actor):
        seen = partial(view.shows, actor)
        return PaperColumn(heading, kind, width, lambda row: read(row) if seen(row) else None)
    return PaperColumn(heading, kind, max(width, _A_LETTER * len(heading) + 2), read)


def _kind(field: Field) -> CellKind:
    if field.is_several or field.book is not None or Mark.POSITION in field.marks:
        return CellKind.TEXT
    kinds = {int: CellKind.COUNT, datetime: CellKind.INSTANT, date: CellKind.DAY}
    return kinds.get(field.kind, CellKind.TEXT)


def _cell(field: Field, kind: CellKind, reading: Reading, row: Any) -> Cell:
    value = getattr(row, field.name)
    if value is None:
        return None
    match kind:
        case CellKind.TEXT:
            return text_of(field, value, reading) or None
        case CellKind.INSTANT:
            return reading.local(value).replace(tzinfo=None)
    found: Cell = value
    return found
