"""How the rows of a batch get out of a table and into it, in few and fast statements.

The statements go to the driver as text. Through SQLAlchemy's own, the fifty columns of a ledger
cost more for each row than everything else a projection does (bench/catch_up.py).
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from operator import attrgetter, itemgetter
from string import Template
from sys import intern
from typing import Any, Protocol

import msgspec
from sqlalchemy import Column, Connection, Date, Dialect, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bancheng.projections.columns import STREAM, Coded, Instant, Whole, as_json, as_text, in_utc

_NUL = "\\u0000"

Row = dict[str, Any]
Values = Sequence[Any]
Converter = Callable[[Any], Any]
Converters = list[tuple[str, Converter]]
_ConverterOf = Callable[[Column[Any], Dialect], Converter | None]


class _Statements(Protocol):
    """What a database is told, for one table."""

    def load(self, connection: Connection, streams: Sequence[str]) -> list[Values]: ...
    def insert(self, connection: Connection, rows: Sequence[Row]) -> None: ...
    def update(self, connection: Connection, rows: Sequence[Row]) -> None: ...


class Shelf:
    """One physical table with its statements, made once."""

    def __init__(self, table: Table) -> None:
        # SQLAlchemy's own names are slow keys: they are compared where a plain text is known.
        self.stream = next(intern(str(column.name)) for column in table.c if STREAM in column.info)
        self.keys = tuple(intern(str(column.name)) for column in table.primary_key)
        self.blank = {intern(str(column.name)): _default(column) for column in table.c}
        self._table = table
        self._statements: _Statements | None = None
        self._readers: Converters = []

    def load(self, connection: Connection, streams: Sequence[str]) -> list[Row]:
        """The rows of ``streams``."""
        found = self._speak(connection).load(connection, streams)
        rows = [dict(zip(self.blank, values, strict=True)) for values in found]
        _convert(rows, self._readers)
        return rows

    def insert(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert ``rows``, which have every column in the table's order. They are used up."""
        self._speak(connection).insert(connection, rows)

    def update(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Overwrite the rows with the same keys. ``rows`` are used up."""
        self._speak(connection).update(connection, rows)

    def _speak(self, connection: Connection) -> _Statements:
        if self._statements is None:
            dialect = connection.dialect
            self._readers = _converters(self._table, dialect, _reader)
            self._statements = _DIALECTS[dialect.name](self._table, dialect)
        return self._statements


def _converters(table: Table, dialect: Dialect, of: _ConverterOf) -> Converters:
    """The columns of ``table`` whose values must be converted, with what converts them."""
    made = [(intern(str(column.name)), of(column, dialect)) for column in table.c]
    return [(name, converter) for name, converter in made if converter is not None]


def _convert(rows: Sequence[Row], converters: Converters) -> None:
    # Column by column: a loop over the columns within each row takes twice as long.
    for name, converter in converters:
        for row in rows:
            if (value := row[name]) is not None:
                row[name] = converter(value)


def _names(table: Table, dialect: Dialect) -> dict[str, str]:
    """What the statements are filled in with; quoted where needed."""
    quote = dialect.identifier_preparer.quote
    keys = [quote(column.name) for column in table.primary_key]
    columns = [quote(column.name) for column in table.c]
    others = [name for name in columns if name not in keys]
    return {
        "table": quote(table.name),
        "columns": ", ".join(columns),
        "stream": next(quote(column.name) for column in table.c if column.info.get(STREAM)),
        "marks": ", ".join("?" * len(columns)),
        "changes": ", ".join(f"{name} = ?" for name in others),
        "here": " AND ".join(f"{name} = ?" for name in keys),
        "new_values": ", ".join(f"{name} = new.{name}" for name in others),
        "same_keys": " AND ".join(f"old.{name} = new.{name}" for name in keys),
    }


class _Sqlite:
    _LOAD = Template(
        "SELECT $columns FROM $table WHERE $stream IN (SELECT value FROM json_each(?))"
    )
    _INSERT = Template("INSERT INTO $table ($columns) VALUES ($marks)")
    _UPDATE = Template("UPDATE $table SET $changes WHERE $here")

    def __init__(self, table: Table, dialect: Dialect) -> None:
        names = _names(table, dialect)
        self._load = self._LOAD.substitute(names)
        self._insert = self._INSERT.substitute(names)
        self._update = self._UPDATE.substitute(names)
        keys = [column.name for column in table.primary_key]
        at = {column.name: at for at, column in enumerate(table.c)}
        others = [name for name in at if name not in keys]
        self._others_then_keys = itemgetter(*(at[name] for name in (*others, *keys)))
        self._writers = _converters(table, dialect, _sqlite_writer)

    def load(self, connection: Connection, streams: Sequence[str]) -> list[Values]:
        parameters = (msgspec.json.encode(streams).decode(),)
        return list(connection.exec_driver_sql(self._load, parameters).all())

    def insert(self, connection: Connection, rows: Sequence[Row]) -> None:
        connection.exec_driver_sql(self._insert, self._written(rows))

    def update(self, connection: Connection, rows: Sequence[Row]) -> None:
        values = [self._others_then_keys(row) for row in self._written(rows)]
        connection.exec_driver_sql(self._update, values)

    def _written(self, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        _convert(rows, self._writers)
        return [tuple(row.values()) for row in rows]


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
        case other:
            return other.dialect_impl(dialect).bind_processor(dialect)


class _Postgresql:
    """Rows travel as one JSON text: the server takes it apart faster than we put it together."""

    _LOAD = Template("SELECT $columns FROM $table WHERE $stream = ANY(%s)")
    _INSERT = Template(
        "INSERT INTO $table ($columns) SELECT $columns"
        " FROM json_populate_recordset(NULL::$table, %s::json)"
    )
    _UPDATE = Template(
        "UPDATE $table AS old SET $new_values"
        " FROM json_populate_recordset(NULL::$table, %s::json) AS new WHERE $same_keys"
    )

    def __init__(self, table: Table, dialect: Dialect) -> None:
        names = _names(table, dialect)
        self._load = self._LOAD.substitute(names)
        self._insert = self._INSERT.substitute(names)
        self._update = self._UPDATE.substitute(names)

    def load(self, connection: Connection, streams: Sequence[str]) -> list[Values]:
        return list(connection.exec_driver_sql(self._load, (list(streams),)).all())

    def insert(self, connection: Connection, rows: Sequence[Row]) -> None:
        connection.exec_driver_sql(self._insert, (_json(rows),))

    def update(self, connection: Connection, rows: Sequence[Row]) -> None:
        connection.exec_driver_sql(self._update, (_json(rows),))


def _json(rows: Sequence[Row]) -> str:
    text = msgspec.json.encode(rows).decode()
    if _NUL in text:
        # No text in PostgreSQL can hold it. A clerk's typing must not stop a ledger.
        cleaned = [{name: _without_nul(value) for name, value in row.items()} for row in rows]
        text = msgspec.json.encode(cleaned).decode()
    return text


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


_DIALECTS: dict[str, Callable[[Table, Dialect], _Statements]] = {
    "sqlite": _Sqlite,
    "postgresql": _Postgresql,
}


def _reader(column: Column[Any], dialect: Dialect) -> Converter | None:
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


def _default(column: Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
