"""大厅的库: the database that a configuration names, opened with its keys or only looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy

from bancheng.config import Config
from bancheng.domain.errors import NotFound
from bancheng.infra import access_tables, database
from bancheng.infra.ciphers import ALGORITHMS
from bancheng.infra.master_key import MasterKeys
from bancheng.infra.ownership import check_owner, claim, take
from bancheng.infra.recorder import Recorder
from bancheng.infra.schema import create_schema, store_schema


def opened(config: Config, masters: MasterKeys) -> sqlalchemy.Engine:
    """The database of ``config``, its tables in place, for whoever has its keys.

    ``WrongOwner`` if it belongs to another hall, or is sealed under another key.
    """
    engine = database.connect(config.database_url)
    try:
        database.check_reachable(engine, config.database)
        create_schema(engine, lambda connection: take(connection, config.hall, masters))
        claim(engine, config.hall, masters)
    except Exception:
        engine.dispose()
        raise
    return engine


def masters_of(config: Config) -> MasterKeys:
    """The master keys that ``config`` gives this process."""
    algorithm = ALGORITHMS[config.cipher]
    return MasterKeys.of(config.master_key, config.master_key_next, algorithm)


@contextmanager
def keys_of(config: Config) -> Iterator[tuple[sqlalchemy.Engine, MasterKeys]]:
    """The database of the hall and its master keys, for whoever looks after the keys.

    Raises as `require_hall` does, and ``WrongOwner``.
    """
    require_hall(config)
    masters = masters_of(config)
    engine = opened(config, masters)
    try:
        yield engine, masters
    finally:
        engine.dispose()


def log_beside(data: sqlalchemy.Engine, config: Config) -> sqlalchemy.Engine:
    """The access log beside the database ``data`` of ``config``; if it fails, ``data`` is closed.

    ``WrongOwner`` if it is another hall's.
    """
    try:
        return access_tables.beside(data, config.hall)
    except Exception:
        data.dispose()
        raise


@contextmanager
def log_of(config: Config) -> Iterator[Recorder]:
    """The log of ``config`` alone, to be looked at: sealed values stay sealed, no key is needed.

    Raises as `require_hall` does.
    """
    with _found(config) as engine:
        _bring_up_to_date(config, engine)
        yield Recorder(engine)


def _bring_up_to_date(config: Config, engine: sqlalchemy.Engine) -> None:
    """The tables that are there, for whoever has no key; refuses those of another hall."""

    def check(connection: sqlalchemy.Connection) -> None:
        check_owner(connection, config.hall)

    create_schema(engine, check)
    with database.read(engine) as connection:
        check(connection)


@contextmanager
def access_log_of(config: Config) -> Iterator[sqlalchemy.Engine | None]:
    """Where the access log of ``config`` lies, to be looked at; none if there is none.

    Raises as `require_hall` does.
    """
    with _found(config), access_tables.found(config.database_url) as engine:
        yield engine


def require_hall(config: Config) -> None:
    """``NotFound`` if no hall was ever opened there; a hall is not made by looking for it."""
    with _found(config):
        pass


@contextmanager
def _found(config: Config) -> Iterator[sqlalchemy.Engine]:
    if not database.may_be_there(config.database_url):
        raise _no_hall(config)
    engine = database.connect(config.database_url)
    try:
        database.check_reachable(engine, config.database)
        with database.read(engine) as connection:
            if not database.has_table(connection, store_schema.name):
                raise _no_hall(config)
        yield engine
    finally:
        engine.dispose()


def _no_hall(config: Config) -> NotFound:
    return NotFound(
        "HALL_NOT_FOUND",
        f"{config.database} 中没有大厅的数据",
        remedy="请核对 BANCHENG_DATABASE_URL",
    )
