"""PostgreSQL through psycopg 3: read committed, UTC, bounded waiting."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from struct import pack
from typing import Any, TypeVar

import psycopg
from psycopg.adapt import Dumper
from psycopg.generators import send
from psycopg.pq import Format
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from bancheng.projections.machine.exchange import Exchange, Utf8, at_once

PATIENCE_SECONDS = 20
# A writer that stands still in its transaction holds back the feed and its number register.
IDLE_IN_TRANSACTION_SECONDS = 60
CONNECTIONS = 10
CONNECTIONS_OVERFLOW = 10  # a process and its vault then stay below 50 of the usual 100
_IDLE_BEFORE_PING_SECONDS = 30

_IN_BINARY = "bancheng_in_binary"
IN_BINARY = {_IN_BINARY: True}
"""Options of a query with many instants or bytes, which cost a multiple as text."""

Driver = psycopg.Connection[tuple[Any, ...]]


def connect(url: URL) -> Engine:
    """The engine for the server and database that ``url`` names."""
    engine = create_engine(
        # Parameters are hidden: what people wrote does not belong into a trace.
        url.set(drivername="postgresql+psycopg"),
        # The safe horizon needs a new snapshot for each statement (ADR 0004).
        isolation_level="READ COMMITTED",
        use_native_hstore=False,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS_OVERFLOW,
        pool_timeout=PATIENCE_SECONDS,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "before_cursor_execute", _ask_for_binary)
    event.listen(engine, "checkin", _note_idle)
    event.listen(engine, "checkout", _ping_after_idle)
    return engine


@contextmanager
def writing(engine: Engine, *, durable: bool) -> Iterator[Connection]:
    """One transaction on a connection from the pool; what `database.write` promises."""
    with engine.connect() as connection:
        if not durable:
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        yield connection
        connection.commit()


def vacuum(engine: Engine, *tables: str) -> None:
    """Free the places of deleted rows of ``tables``, so that others are written over them."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables:
            connection.exec_driver_sql(f"VACUUM {table}")


@contextmanager
def pipelined(engine: Engine, connection: Connection) -> Iterator[Exchange]:
    """The server carries out what it was told while we make up what to tell it next.

    What it is asked goes through another connection, or each answer would wait for all that.
    """
    told = driver(connection)

    def tell(statement: str, given: Any) -> None:
        told.execute(statement, given)
        # What the socket does not take at once would otherwise lie here until the next statement.
        told.wait(send(told.pgconn))

    with _as_sqlalchemy_has_them(), engine.connect() as asked, told.pipeline():
        asked.execution_options(isolation_level="AUTOCOMMIT", **IN_BINARY)
        yield replace(at_once(asked), tell=tell)


@contextmanager
def _as_sqlalchemy_has_them() -> Iterator[None]:
    """The driver's errors, as everybody else gets them."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error, hide_parameters=True) from error


def driver(connection: Connection) -> Driver:
    """The driver's connection behind ``connection``, for statements that are hot."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


class TextArray(bytes):
    """A ``text[]`` parameter."""


class ByteaArray(bytes):
    """A ``bytea[]`` parameter."""


_Array = TypeVar("_Array", TextArray, ByteaArray)
_ELEMENTS = {TextArray: "text", ByteaArray: "bytea"}


def array(kind: type[_Array], items: Sequence[bytes]) -> _Array:
    """``items`` as PostgreSQL's binary array: psycopg's own way costs 20 µs an item."""
    of = psycopg.postgres.types[_ELEMENTS[kind]].oid
    head = pack(">iiIii", 1, 0, of, len(items), 1)
    return kind(head + b"".join([pack(">i", len(item)) + item for item in items]))


class _TextArrayDumper(Dumper):
    format = Format.BINARY
    oid = psycopg.postgres.types["text"].array_oid

    def dump(self, obj: bytes) -> bytes:
        return obj


class _Utf8Dumper(_TextArrayDumper):
    format = Format.TEXT
    oid = psycopg.postgres.types["text"].oid


class _ByteaArrayDumper(_TextArrayDumper):
    oid = psycopg.postgres.types["bytea"].array_oid


def _set_up(connection: Driver, _entry: ConnectionPoolEntry) -> None:
    connection.execute(
        f"SET TIME ZONE 'UTC'; SET lock_timeout = '{PATIENCE_SECONDS}s';"
        f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_SECONDS}s'"
    )
    connection.commit()
    connection.adapters.register_dumper(TextArray, _TextArrayDumper)
    connection.adapters.register_dumper(Utf8, _Utf8Dumper)
    connection.adapters.register_dumper(ByteaArray, _ByteaArrayDumper)


def _ask_for_binary(
    _connection: Connection,
    cursor: psycopg.Cursor[Any],
    _statement: str,
    _given: object,
    context: ExecutionContext | None,
    _many: bool,  # noqa: FBT001  so an event is heard
) -> None:
    if context is not None and context.execution_options.get(_IN_BINARY):
        cursor.format = Format.BINARY


def _note_idle(_connection: Driver, entry: ConnectionPoolEntry) -> None:
    entry.info["idle_since"] = time.monotonic()


def _ping_after_idle(connection: Driver, entry: ConnectionPoolEntry, _proxy: object) -> None:
    # SQLAlchemy's pre-ping costs every transaction a round trip; only an idle one can be stale.
    now = time.monotonic()
    if now - entry.info.get("idle_since", now) < _IDLE_BEFORE_PING_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as gone:
        raise DisconnectionError from gone
