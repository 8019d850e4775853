"""What each database is told to load, insert and update the rows of one table, in few statements.

The statements go to the driver as text. Through SQLAlchemy's own, the fifty columns of a ledger
cost more for each row than everything else a projection does (bench/catch_up.py).
"""
# ruff: noqa: S608  the names in the statements are those of our own tables, quoted

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import Any, Protocol

from sqlalchemy import Boolean, Column, Connection, Date, Dialect, Table

from bancheng.projections.columns import STREAM, Coded, Instant, Whole, as_json, as_text, in_utc

Values = Sequence[Any]
Converter = Callable[[Any], Any]
_NUL = "\\u0000"


class Statements(Protocol):
    """What a database is told, for one table. A row to update holds what was changed in it."""

    def load(self, connection: Connection, streams: Sequence[str]) -> Sequence[Values]: ...
    def insert(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None: ...
    def update(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None: ...


def statements_for(table: Table, dialect: Dialect) -> Statements:
    """The statements for ``table`` in the words of ``dialect``."""
    return _DIALECTS[dialect.name](table, dialect)


def reader_of(column: Column[Any], dialect: Dialect) -> Converter | None:
    """What makes a value out of what is stored in ``column``; none if it is one."""
    is_text = dialect.name == "sqlite"
    match column.type:
        case Instant():
            return datetime.fromisoformat if is_text else in_utc
        case Coded(members=members):
            return members.__getitem__
        case Whole(unread=unread, read=read):
            return None if unread else read
        case Date():
            return date.fromisoformat if is_text else None
        case other:
            return other.dialect_impl(dialect).result_processor(dialect, None)


class _Table:
    """Names of a table and its columns, quoted where needed."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        quote = dialect.identifier_preparer.quote
        self.name = quote(table.name)
        self.keys = [column.name for column in table.primary_key]
        self.quoted = {column.name: quote(column.name) for column in table.c}
        self.columns = ", ".join(self.quoted.values())
        self.stream = next(quote(column.name) for column in table.c if column.info.get(STREAM))

    def changed(self, rows: Iterable[Iterable[str]]) -> list[str]:
        """The columns that were changed in any of ``rows``, in the table's order."""
        changed = set[str]().union(*rows)
        return [name for name in self.quoted if name in changed]


class _Sqlite:
    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._table = its = _Table(table, dialect)
        marks = ", ".join("?" * len(its.quoted))
        self._load = (
            f"SELECT {its.columns} FROM {its.name}"
            f" WHERE {its.stream} IN (SELECT value FROM json_each(?))"
        )
        self._insert = f"INSERT INTO {its.name} ({its.columns}) VALUES ({marks})"
        self._here = " AND ".join(f"{its.quoted[name]} = ?" for name in its.keys)
        made = {column.name: _sqlite_writer(column, dialect) for column in table.c}
        self._writers = {name: writer for name, writer in made.items() if writer is not None}

    def load(self, connection: Connection, streams: Sequence[str]) -> Sequence[Values]:
        return connection.exec_driver_sql(self._load, (as_json(streams),)).all()

    def insert(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        _convert(rows, self._writers)
        connection.exec_driver_sql(self._insert, [tuple(row.values()) for row in rows])

    def update(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        # An index is written anew if its column is named, whether or not the value is another.
        alike = defaultdict[frozenset[str], list[dict[str, Any]]](list)
        for row in rows:
            alike[frozenset(row)].append(row)
        for group in alike.values():
            self._update(connection, group, self._table.changed(group))

    def _update(
        self, connection: Connection, rows: Sequence[dict[str, Any]], changed: Sequence[str]
    ) -> None:
        writers = self._writers
        _convert(rows, {name: writers[name] for name in changed if name in writers})
        changes = ", ".join(f"{self._table.quoted[name]} = ?" for name in changed)
        statement = f"UPDATE {self._table.name} SET {changes} WHERE {self._here}"
        values = itemgetter(*changed, *self._table.keys)
        connection.exec_driver_sql(statement, [values(row) for row in rows])


def _sqlite_writer(column: Column[Any], dialect: Dialect) -> Converter | None:
    # Through SQLAlchemy each value would take two calls more.
    match column.type:
        case Instant():
            return as_text
        case Coded():
            return attrgetter("_value_")
        case Whole(unread=unread):
            return None if unread else as_json
        case Date():
            return date.isoformat
        case Boolean():
            return None  # the driver writes it as 0 or 1
        case other:
            return other.dialect_impl(dialect).bind_processor(dialect)


def _convert(rows: Iterable[dict[str, Any]], writers: Mapping[str, Converter]) -> None:
    # Column by column: a loop over the columns within each row takes twice as long.
    for name, written in writers.items():
        for row in rows:
            if (value := row[name]) is not None:
                row[name] = written(value)


class _Postgresql:
    """Rows travel as one JSON text: the server takes it apart faster than we put it together."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._table = its = _Table(table, dialect)
        self._load = f"SELECT {its.columns} FROM {its.name} WHERE {its.stream} = ANY(%s)"
        self._given = f"json_populate_recordset(NULL::{its.name}, %s::json)"
        self._insert = (
            f"INSERT INTO {its.name} ({its.columns}) SELECT {its.columns} FROM {self._given}"
        )
        self._same = " AND ".join(
            f"old.{its.quoted[key]} = new.{its.quoted[key]}" for key in its.keys
        )

    def load(self, connection: Connection, streams: Sequence[str]) -> Sequence[Values]:
        return connection.exec_driver_sql(self._load, (list(streams),)).all()

    def insert(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        connection.exec_driver_sql(self._insert, (_json(rows),))

    def update(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        # One statement for all: another one costs more than a column that stays as it was.
        changed = self._table.changed(rows)
        changes = ", ".join(f"{name} = new.{name}" for name in map(self._table.quoted.get, changed))
        statement = (
            f"UPDATE {self._table.name} AS old SET {changes} FROM {self._given} AS new"
            f" WHERE {self._same}"
        )
        names = (*self._table.keys, *changed)
        values = [{name: row[name] for name in names} for row in rows]
        connection.exec_driver_sql(statement, (_json(values),))


def _json(rows: Sequence[dict[str, Any]]) -> str:
    text = as_json(rows)
    if _NUL in text:
        # No text in PostgreSQL can hold it. A clerk's typing must not stop a ledger.
        cleaned = [{name: _without_nul(value) for name, value in row.items()} for row in rows]
        text = as_json(cleaned)
    return text


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


_DIALECTS: dict[str, Callable[[Table, Dialect], Statements]] = {
    "sqlite": _Sqlite,
    "postgresql": _Postgresql,
}
