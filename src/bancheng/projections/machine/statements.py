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

import msgspec
from sqlalchemy import Boolean, Column, Date, Dialect, Table

from bancheng.projections.machine.columns import (
    STREAM,
    Coded,
    Instant,
    Whole,
    as_json,
    as_text,
    in_utc,
)
from bancheng.projections.machine.exchange import Exchange, Utf8, Values

Converter = Callable[[Any], Any]
Change = tuple[Values, dict[str, Any]]
_NUL = b"\\u0000"


class Statements(Protocol):
    """What a database is told, for one table. Rows to update: what is stored, what changes."""

    def load(self, exchange: Exchange, streams: Sequence[str]) -> Sequence[Values]: ...
    def insert(self, exchange: Exchange, rows: Sequence[dict[str, Any]]) -> None: ...
    def update(self, exchange: Exchange, rows: Sequence[Change]) -> None: ...


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

    def changed(self, changes: Iterable[Iterable[str]]) -> list[str]:
        """The columns in any of ``changes``, in the table's order."""
        changed = set[str]().union(*changes)
        return [name for name in self.quoted if name in changed]

    def stored(self, names: Iterable[str]) -> Callable[[Values], tuple[Any, ...]]:
        """Gets the columns ``names`` out of a stored row."""
        places = {name: place for place, name in enumerate(self.quoted)}
        return _tuple_of(*(places[name] for name in names))


def _tuple_of(first: Any, *more: Any) -> Callable[[Any], tuple[Any, ...]]:
    return itemgetter(first, *more) if more else lambda held: (held[first],)


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

    def load(self, exchange: Exchange, streams: Sequence[str]) -> Sequence[Values]:
        return exchange.ask(self._load, (as_json(streams),))

    def insert(self, exchange: Exchange, rows: Sequence[dict[str, Any]]) -> None:
        _convert(rows, self._writers)
        exchange.tell(self._insert, [tuple(row.values()) for row in rows])

    def update(self, exchange: Exchange, rows: Sequence[Change]) -> None:
        # An index is written anew if its column is named, whether or not the value is another.
        alike = defaultdict[frozenset[str], list[Change]](list)
        for stored, changed in rows:
            alike[frozenset(changed)].append((stored, changed))
        for names, group in alike.items():
            self._update(exchange, group, self._table.changed([names]))

    def _update(self, exchange: Exchange, rows: Sequence[Change], changed: Sequence[str]) -> None:
        writers = {name: self._writers[name] for name in changed if name in self._writers}
        _convert([row for _, row in rows], writers)
        changes = ", ".join(f"{self._table.quoted[name]} = ?" for name in changed)
        statement = f"UPDATE {self._table.name} SET {changes} WHERE {self._here}"
        values, keys = _tuple_of(*changed), self._table.stored(self._table.keys)
        exchange.tell(statement, [values(row) + keys(stored) for stored, row in rows])


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

    def load(self, exchange: Exchange, streams: Sequence[str]) -> Sequence[Values]:
        return exchange.ask(self._load, (list(streams),))

    def insert(self, exchange: Exchange, rows: Sequence[dict[str, Any]]) -> None:
        exchange.tell(self._insert, (_json(rows),))

    def update(self, exchange: Exchange, rows: Sequence[Change]) -> None:
        # One statement for all: another one costs more than a column that stays as it was.
        changed = self._table.changed(row for _, row in rows)
        changes = ", ".join(f"{name} = new.{name}" for name in map(self._table.quoted.get, changed))
        statement = (
            f"UPDATE {self._table.name} AS old SET {changes} FROM {self._given} AS new"
            f" WHERE {self._same}"
        )
        names = (*self._table.keys, *changed)
        stored = self._table.stored(names)
        values = [dict(zip(names, stored(before), strict=True)) | row for before, row in rows]
        exchange.tell(statement, (_json(values),))


def _json(rows: Sequence[dict[str, Any]]) -> Utf8:
    text = msgspec.json.encode(rows)
    if _NUL in text:
        # No text in PostgreSQL can hold it. A clerk's typing must not stop a ledger.
        cleaned = [{name: _without_nul(value) for name, value in row.items()} for row in rows]
        text = msgspec.json.encode(cleaned)
    return Utf8(text)


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


_DIALECTS: dict[str, Callable[[Table, Dialect], Statements]] = {
    "sqlite": _Sqlite,
    "postgresql": _Postgresql,
}
