"""How the rows of a batch get out of a table and into it."""

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Any

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bancheng.projections.machine.columns import STREAM
from bancheng.projections.machine.exchange import Exchange, Values
from bancheng.projections.machine.statements import Converter, Statements, reader_of, statements_for

Row = dict[str, Any]
Readers = Mapping[str, tuple[int, Converter | None]]


class Loaded(Row):
    """A row out of the table. As a dict it holds what was changed since, and nothing else.

    Whatever else is asked for is read when it is: most columns of most rows never are.
    """

    __slots__ = ("_readers", "stored")

    def __init__(self, readers: Readers, stored: Values) -> None:
        super().__init__()
        self._readers = readers
        self.stored = stored

    def __missing__(self, name: str) -> Any:
        at, read = self._readers[name]
        value = self.stored[at]
        return value if value is None or read is None else read(value)


class Shelf:
    """One physical table with its statements, made once."""

    def __init__(self, table: Table) -> None:
        # SQLAlchemy's own names are slow keys: they are compared where a plain text is known.
        self.stream = next(intern(str(column.name)) for column in table.c if STREAM in column.info)
        self.keys = tuple(intern(str(column.name)) for column in table.primary_key)
        self.blank = {intern(str(column.name)): _default(column) for column in table.c}
        self._table = table
        self._statements: Statements | None = None
        self._readers: Readers = {}

    def load(self, exchange: Exchange, streams: Sequence[str]) -> list[Loaded]:
        """The rows of ``streams``."""
        found = self._speak(exchange.dialect).load(exchange, streams)
        return [Loaded(self._readers, stored) for stored in found]

    def insert(self, exchange: Exchange, rows: Sequence[Row]) -> None:
        """Insert ``rows``, which have every column in the table's order. They are used up."""
        self._speak(exchange.dialect).insert(exchange, rows)

    def update(self, exchange: Exchange, rows: Sequence[Loaded]) -> None:
        """Write what was changed in ``rows``. They are used up."""
        self._speak(exchange.dialect).update(exchange, [(row.stored, row) for row in rows])

    def _speak(self, dialect: Dialect) -> Statements:
        if self._statements is None:
            readers = [reader_of(column, dialect) for column in self._table.c]
            self._readers = dict(zip(self.blank, enumerate(readers), strict=True))
            self._statements = statements_for(self._table, dialect)
        return self._statements


def _default(column: Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
