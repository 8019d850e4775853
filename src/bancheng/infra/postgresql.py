"""PostgreSQL through psycopg 3: read committed, UTC, bounded waiting."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from struct import pack
from typing import Any, TypeVar

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

PATIENCE_SECONDS = 20
# A writer that stands still in its transaction holds back the feed and its number register.
IDLE_IN_TRANSACTION_SECONDS = 60
CONNECTIONS = 10
CONNECTIONS_OVERFLOW = 10  # a process and its vault then stay below 50 of the usual 100
_IDLE_BEFORE_PING_SECONDS = 30

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


class _ByteaArrayDumper(_TextArrayDumper):
    oid = psycopg.postgres.types["bytea"].array_oid


def _set_up(connection: Driver, _entry: ConnectionPoolEntry) -> None:
    connection.execute(
        f"SET TIME ZONE 'UTC'; SET lock_timeout = '{PATIENCE_SECONDS}s';"
        f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_SECONDS}s'"
    )
    connection.commit()
    connection.adapters.register_dumper(TextArray, _TextArrayDumper)
    connection.adapters.register_dumper(ByteaArray, _ByteaArrayDumper)


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
