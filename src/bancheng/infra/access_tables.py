"""Where the access log lies: beside the hall's file on SQLite, in the same database on PostgreSQL.

A look must not wait for the hall's one writer, nor the other way round.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    make_url,
    select,
)

from bancheng.infra import database, sqlite
from bancheng.infra.ownership import check_hall
from bancheng.infra.schema import SchemaTooNew, alone
from bancheng.projections.accesses import access_log, access_matter
from bancheng.projections.machine.columns import Instant, Position

VERSION = 1
SUFFIX = ".accesses"

metadata = MetaData()
# One row each commit: the digests of its records, one after the other, and the chain over them.
access_batch = Table(
    "access_batch",
    metadata,
    Column("number", Position, primary_key=True, autoincrement=False),
    Column("first_position", Position, nullable=False),
    Column("last_position", Position, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("digests", LargeBinary, nullable=False),
    Column("hash_algorithm", String(16), nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
access_schema = Table(
    "access_schema",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("hall", String(64), nullable=False),
)


def beside(engine: Engine, hall: str) -> Engine:
    """The engine of the access log that belongs to the hall's ``engine``, its tables in place.

    What reads through ``engine`` reads the access log as well. ``WrongOwner`` if the file beside
    that of the hall is another hall's.
    """
    if database.is_postgresql(engine):
        _ensure(engine, hall)
        return engine
    file = file_beside(engine.url.database or "")
    own = database.connect(f"sqlite:///{file}")
    try:
        _ensure(own, hall)
        check_hall(_owner(own), hall)
    except Exception:
        own.dispose()
        raise
    sqlite.attach(engine, file)
    return own


def file_beside(file: str) -> Path:
    """Where the access log of the hall in ``file`` lies."""
    return Path(f"{file}{SUFFIX}")


@contextmanager
def found(url: str) -> Iterator[Engine | None]:
    """The engine of the access log of the hall at ``url``; none if there is none, and none is made.

    ``SchemaTooNew`` if it is that of a later version.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        url = f"sqlite:///{file_beside(parsed.database or '')}"
    engine = database.connect(url) if database.may_be_there(url) else None
    try:
        is_there = False
        if engine is not None:
            with database.read(engine) as connection:
                is_there = _is_there(connection)
        yield engine if is_there else None
    finally:
        if engine is not None:
            engine.dispose()


def _ensure(engine: Engine, hall: str) -> None:
    with database.read(engine) as connection:
        if _is_there(connection):
            return
    with database.write(engine) as connection:
        alone(connection)
        if not _is_there(connection):
            for one in (access_log, access_matter, *metadata.sorted_tables):
                one.create(connection)
            connection.execute(insert(access_schema).values(version=VERSION, hall=hall))


def _is_there(connection: Connection) -> bool:
    if not database.has_table(connection, access_schema.name):
        return False
    found: int = connection.scalars(select(access_schema.c.version)).one()
    if found > VERSION:
        raise SchemaTooNew(
            f"访问日志的结构版本为 {found},本程序只支持到 {VERSION};请升级程序后再启动"
        )
    return True


def _owner(engine: Engine) -> str:
    with database.read(engine) as connection:
        hall: str = connection.scalars(select(access_schema.c.hall)).one()
    return hall
