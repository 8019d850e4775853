"""Connections, and one write or read transaction. What the dialects do is in their own files."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url
from sqlalchemy.exc import DBAPIError

from bancheng.infra import postgresql, sqlite
from bancheng.projections.machine.exchange import Exchange, at_once


class DatabaseUnreachable(Exception):
    """数据库打不开: says which, why, and what to look at. Never a password."""


def connect(url: str) -> Engine:
    """The engine for ``sqlite:///file`` or ``postgresql+psycopg://...``."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return sqlite.connect(parsed)
        case "postgresql":
            return postgresql.connect(parsed)
        case other:
            raise ValueError(f"不支持的数据库类型: {other};请使用 SQLite 或 PostgreSQL")


def check_reachable(engine: Engine, shown: str) -> None:
    """Raise ``DatabaseUnreachable`` if nothing can be read; ``shown`` is its address as told."""
    try:
        with read(engine) as connection:
            has_table(connection, "store_schema")
    except DBAPIError as error:
        said = str(error.orig).partition("\n")[0]
        raise DatabaseUnreachable(f"打不开数据库 {shown}({said})。{_remedy(engine)}") from error


def _remedy(engine: Engine) -> str:
    if is_postgresql(engine):
        return "请核对地址、用户、密码与库名,以及数据库是否在运行"
    folder = Path(engine.url.database or "").parent
    if not folder.is_dir():
        return f"请先建立文件夹「{folder}」,或更改 BANCHENG_DATABASE_URL"
    return "请核对文件的权限、磁盘空间,以及它是否为本程序的数据库"


def may_be_there(url: str) -> bool:
    """Whether connecting would not make a new SQLite file."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def is_postgresql(database: Engine | Connection) -> bool:
    return database.dialect.name == "postgresql"


def has_table(connection: Connection, name: str) -> bool:
    """Whether the database's own schema has that table; others on the search path do not count."""
    schema = connection.dialect.default_schema_name
    return inspect(connection).has_table(name, schema=schema)


def write(engine: Engine, *, durable: bool = True) -> AbstractContextManager[Connection]:
    """One write transaction: committed when the block ends, rolled back if it raises.

    ``durable=False`` does not wait for the disk. It is meant for what can be computed again from
    the log, like the rows and the position of a projection, which are lost together or not at all.
    It must not be nested in another one: on SQLite there is one writer.
    """
    if is_postgresql(engine):
        return postgresql.writing(engine, durable=durable)
    return sqlite.writing(engine, durable=durable)


def exchange(engine: Engine, connection: Connection) -> AbstractContextManager[Exchange]:
    """How a projection fills its rows in the write transaction of ``connection``."""
    if is_postgresql(engine):
        return postgresql.pipelined(engine, connection)
    return nullcontext(at_once(connection))


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One read transaction that sees one moment throughout, on both databases."""
    with engine.connect() as connection:
        if is_postgresql(engine):
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """One read transaction. SQLite: one snapshot throughout; PostgreSQL: one a statement."""
    with engine.connect() as connection:
        yield connection
