"""台账文件: a ledger of the hall as a file, made piece by piece out of one moment."""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection

from bancheng.app.accesses import matters_among
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.infra.paper_csv import CsvEncoding, CsvPaper
from bancheng.infra.paper_xlsx import XlsxPaper
from bancheng.projections import office
from bancheng.projections.ledger.cells import Reading
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.papers import CellKind, PaperColumn, columns_of
from bancheng.projections.ledger.windows import Filter
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.sight import bound_unit
from bancheng.projections.story import told
from bancheng.projections.trail import TRAIL
from bancheng.projections.wording.marks import Names
from bancheng.projections.wording.naming import names_of

ROWS_A_PIECE: Final = 1_000
Cover = Sequence[tuple[str, str]]


class PaperForm(Labelled):
    """文件格式: what a ledger is taken away as."""

    XLSX = "xlsx", "电子表格(XLSX)"
    CSV = "csv", "CSV"


class Paper(Protocol):
    """表: takes rows, and gives the bytes that they come to."""

    def add(self, rows: Iterable[object]) -> bytes: ...
    def end(self, cover: Cover) -> bytes: ...
    def leave(self) -> None: ...


class Piece(NamedTuple):
    """一段: some bytes of a file, how many rows they hold, and of which matters."""

    content: bytes
    rows: int = 0
    matters: Sequence[str] = ()
    is_last: bool = False


class Reader(NamedTuple):
    """读者: who takes a ledger away, and by which calendar and words it reads.

    Without an actor it is the operator, who sees every row and column.
    """

    actor: Actor | None
    calendar: Calendar
    book: RuleBook

    def names(self, connection: Connection) -> Names:
        """How the hall reads codes and instants."""
        units = {one.code: one.name for one in office.all_units(connection)}
        bound = self.actor is not None and bound_unit(self.actor) is not None
        return names_of(units, self.book, self.calendar.local, bound=bound)


@dataclass(kw_only=True)
class LedgerFile:
    """台账文件: ``ledger`` on ``connection``, the rows that ``chosen`` lets through, in an order.

    ``rows`` and ``digest`` (SHA-256) are those of what was made so far; ``cover`` is what a
    spreadsheet says of itself when all its rows are known.
    """

    connection: Connection
    ledger: Ledger[Any]
    chosen: Filter
    sort: Labelled
    descending: bool
    reader: Reader
    form: PaperForm
    encoding: CsvEncoding
    cover: Callable[["LedgerFile"], Cover]
    rows: int = 0
    size: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """校验值: SHA-256, as hexadecimal digits."""
        return str(self._digest.hexdigest())

    @property
    def whole(self) -> str:
        """What the access log has of a file that is made: its digest and size, as JSON."""
        return msgspec.json.encode({"sha256": self.digest, "bytes": self.size}).decode()

    def pieces(self) -> Generator[Piece, None, None]:
        """The file: a small piece first, so that whoever waits sees that it comes."""
        with self._paper() as paper:
            for rows in self._groups():
                self.rows += len(rows)
                matters = matters_among(self.ledger.streams_in(rows))
                yield self._counted(Piece(paper.add(rows), len(rows), matters))
            yield self._counted(Piece(paper.end(self.cover(self)), is_last=True))

    def _counted(self, piece: Piece) -> Piece:
        self.size += len(piece.content)
        self._digest.update(piece.content)
        return piece

    def _groups(self) -> Iterator[Sequence[Any]]:
        pages = self.ledger.pages(
            self.connection, self.chosen, self.sort, descending=self.descending
        )
        yield next(pages)
        group: list[Any] = []
        for rows in pages:
            group += rows
            if len(group) >= ROWS_A_PIECE:
                yield group
                group = []
        if group:
            yield group

    @contextmanager
    def _paper(self) -> Iterator[Paper]:
        names = self.reader.names(self.connection)
        reading = Reading(names.local, names.unit, names.term)
        columns = [
            *columns_of(self.ledger, self.reader.actor, reading),
            *_BESIDE.get(self.ledger.name, _nothing)(names),
        ]
        is_csv = self.form is PaperForm.CSV
        paper: Paper = (
            CsvPaper(columns, self.encoding) if is_csv else XlsxPaper(self.ledger.term, columns)
        )
        try:
            yield paper
        finally:
            paper.leave()


def _nothing(_: Names) -> Sequence[PaperColumn]:
    return ()


def _sentence(names: Names) -> Sequence[PaperColumn]:
    return (PaperColumn("经过", CellKind.TEXT, 80, lambda row: told(row, names)),)


# What no row can say by itself.
_BESIDE: Final[Mapping[str, Callable[[Names], Sequence[PaperColumn]]]] = {TRAIL.name: _sentence}


def cover_of(
    file: LedgerFile,
    hall: str,
    conditions: Iterable[tuple[str, str]],
    *,
    at: datetime | None,
    by: TimeBasis,
    made: datetime,
) -> Cover:
    """封面: what a spreadsheet says of itself: of which hall, what, for whom, when, how many rows.

    ``at`` is the moment as of which it is, by one of its two times; without one it is ``made``.
    """
    local, actor = file.reader.calendar.local, file.reader.actor
    as_of = f"{local(at or made):%Y-%m-%d %H:%M}" + ("" if at is None else f"({by.label})")
    who = "运维人员" if actor is None else f"{actor.name}({actor.post},{actor.id})"
    way = "倒序" if file.descending else "顺序"
    return [
        ("大厅", hall),
        ("台账", file.ledger.term),
        ("截至", as_of),
        *((f"筛选: {word}", text) for word, text in conditions),
        ("排序", f"{file.sort.label},{way}"),
        ("条数", str(file.rows)),
        ("导出人", who),
        ("导出时间", f"{local(made):%Y-%m-%d %H:%M}"),
        ("说明", "个人信息已按导出人的权限脱敏;本次导出记入访问日志"),
    ]
