"""SQLite as a database for several threads and processes: WAL, one writer, bounded waiting."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import NoneType
from weakref import WeakValueDictionary

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bancheng.infra.turnstile import Turnstile

PATIENCE_SECONDS = 20
_LOG_BUSY_MS = 50
READERS = 10
READERS_OVERFLOW = 30
_BESIDE = "beside"
_WRITER = "bancheng_sqlite_writer"  # the execution option that leads from an engine to its writer

_turnstiles: WeakValueDictionary[str, Turnstile] = WeakValueDictionary()

# The driver takes these as they are, but only after it has asked three times, each time with an
# exception, how to adapt them. A ledger's row has a dozen such values, at a quarter of a µs each.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(NoneType, {}.get)  # type: ignore[arg-type]  # gives None


def connect(url: URL) -> Engine:
    """The engine for the file that ``url`` names."""
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite 数据库须为文件: sqlite:///路径")
    engine = create_engine(
        url,
        hide_parameters=True,  # what people wrote does not belong into a trace
        # The driver shall not begin transactions by itself: `_begin` decides how.
        connect_args={"timeout": PATIENCE_SECONDS, "isolation_level": None, "uri": True},
        pool_size=READERS,
        max_overflow=READERS_OVERFLOW,
        pool_timeout=PATIENCE_SECONDS,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "engine_disposed", _close_writer)
    path = str(Path(url.database).resolve())
    turnstile = _turnstiles.setdefault(path, Turnstile(PATIENCE_SECONDS))
    engine.update_execution_options(**{_WRITER: _Writer(turnstile)})
    return engine


def attach(engine: Engine, file: Path) -> None:
    """Let whatever reads through ``engine`` read the tables of ``file`` as well, and never write.

    Who writes does so without: its transaction would begin one there, too.
    """
    address = f"{file.resolve().as_uri()}?mode=ro"

    def attached(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.execute(f"ATTACH DATABASE ? AS {_BESIDE}", (address,))

    event.listen(engine, "connect", attached)
    engine.dispose()  # the connections it has so far


@contextmanager
def writing(engine: Engine, *, durable: bool) -> Iterator[Connection]:
    """One transaction on the engine's one writing connection; what `database.write` promises."""
    its = _writer_of(engine)
    with its.turnstile:
        connection = its.connection(engine, durable=durable)
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


def empty_log(engine: Engine) -> bool:
    """Bring the write-ahead log into the file and cut it; whether nobody was reading from it."""
    its = _writer_of(engine)
    with its.turnstile:
        driver = its.connection(engine, durable=True).driver
        # Writers wait behind this: who reads for long is not waited for, but tried again later.
        driver.execute(f"PRAGMA busy_timeout={_LOG_BUSY_MS}")
        try:
            (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")
    return not busy


class WritingConnection(Connection):
    """A connection whose transactions may begin in the driver, for statements that are hot.

    Beginning and ending them through SQLAlchemy takes 5 µs, a sixth of an append. Statements that
    go through it join the transaction nevertheless, or begin it, whichever comes first.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        driver = self.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self.driver = driver
        if any(name == _BESIDE for _, name, _ in driver.execute("PRAGMA database_list")):
            driver.execute(f"DETACH DATABASE {_BESIDE}")

    def begin_immediate(self) -> None:
        # A plain BEGIN that writes later fails at once if somebody else wrote in between.
        if not self.driver.in_transaction:
            try:
                self.driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as busy:
                raise OperationalError("BEGIN IMMEDIATE", None, busy) from busy

    def commit(self) -> None:
        super().commit()
        try:
            self.driver.commit()
        except sqlite3.OperationalError as failed:
            raise OperationalError("COMMIT", None, failed) from failed

    def rollback(self) -> None:
        try:
            super().rollback()
            if not self.invalidated:
                self.driver.rollback()
        except BaseException:
            self.invalidate()  # or the next one would join what is left
            raise


class _Writer:
    """The one connection an engine writes through. It is kept: checking out costs 30 µs."""

    def __init__(self, turnstile: Turnstile) -> None:
        self.turnstile = turnstile
        self._kept: WritingConnection | None = None
        self._durable = True

    def connection(self, engine: Engine, *, durable: bool) -> WritingConnection:
        if self._kept is None or self._kept.closed or self._kept.invalidated:
            self._kept = WritingConnection(engine)
            self._durable = True
        if durable != self._durable:
            # With NORMAL a power cut can take the last transactions, never one in the middle.
            level = "FULL" if durable else "NORMAL"
            self._kept.driver.execute(f"PRAGMA synchronous={level}")
            self._durable = durable
        return self._kept

    def close(self) -> None:
        if self._kept is not None:
            if not self._kept.invalidated:
                self._kept.detach()
            self._kept.close()
            self._kept = None


def _writer_of(engine: Engine) -> _Writer:
    writer: _Writer = engine.get_execution_options()[_WRITER]
    return writer


def _close_writer(engine: Engine) -> None:
    its = _writer_of(engine)
    with its.turnstile:
        its.close()


def driver_in_transaction(connection: Connection) -> sqlite3.Connection:
    """The driver's connection behind a writing ``connection``, for statements that are hot."""
    if not isinstance(connection, WritingConnection):
        raise TypeError("an append needs a connection from database.write")
    connection.begin_immediate()
    return connection.driver


def _set_up(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # Whatever is deleted or replaced is overwritten: a person's key, and texts that name them.
    connection.execute("PRAGMA secure_delete=ON")
    # The switch to WAL does not heed busy_timeout: of several starting processes all but one
    # would fail at once with "database is locked".
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    if isinstance(connection, WritingConnection):
        connection.begin_immediate()
    else:
        connection.exec_driver_sql("BEGIN")
