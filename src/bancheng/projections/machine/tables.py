"""The tables of read models, live under their plain names and being built beside them.

While it is built, a table carries its generation: ``ticket_ledger__g8``. Its indexes always do:
SQLite can not rename an index.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, func, inspect, select
from sqlalchemy.sql import quoted_name

from bancheng.projections.machine import checkpoints, grams
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.checkpoints import Checkpoint

# Any number below 2**48 will do: the log's own locks are above (infra/journal_postgresql.py).
_SCHEMA_LOCK = 0x70726F6A6563
_COPIES_KEPT: Final = 200  # a hall has some fifty tables; each copy costs milliseconds


def beside(projection: Projection, generation: int) -> tuple[Table, ...]:
    """The tables of ``projection`` as they are called while they are built."""
    return tuple(
        _named(table, f"{table.name}__g{generation}", generation) for table in projection.tables
    )


@lru_cache(_COPIES_KEPT)
def in_schema(table: Table, schema: str | None, name: str | None = None) -> Table:
    """``table`` as it is called in ``schema`` (none: in that of the connection), or by ``name``."""
    into: Any = schema  # it takes none as well, but does not say so
    return table.to_metadata(MetaData(), schema=into, name=name or str(table.name))


def create(connection: Connection, tables: Iterable[Table]) -> None:
    """Create ``tables`` with their indexes."""
    for table in tables:
        table.create(connection)
        grams.create_index(connection, table)


def drop(connection: Connection, names: Iterable[str]) -> None:
    """Drop the tables called ``names``."""
    for name in names:
        Table(name, MetaData()).drop(connection)
        grams.drop_index(connection, name)


def rename(connection: Connection, old: str, new: str) -> None:
    """Call the table ``old`` by the name ``new``."""
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"ALTER TABLE {quote(old)} RENAME TO {quote(new)}")
    grams.rename_index(connection, old, new)


def is_missing(connection: Connection, projections: Iterable[Projection]) -> bool:
    """Whether a projection has no tables yet."""
    # Of the own schema only: further schemas on the search path belong to other applications.
    schema = connection.dialect.default_schema_name
    if not inspect(connection).has_table(checkpoints.projection.name, schema=schema):
        return True
    known = checkpoints.find_all(connection).keys()
    return not {projection.name for projection in projections} <= known


def create_missing(connection: Connection, projections: Iterable[Projection]) -> None:
    """Create the tables of projections that are new. Safe if several processes start at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
    schema = connection.dialect.default_schema_name
    if not inspect(connection).has_table(checkpoints.projection.name, schema=schema):
        checkpoints.metadata.create_all(connection, checkfirst=False)
    known = checkpoints.find_all(connection)
    for projection in projections:
        if projection.name not in known:
            create(connection, (_named(table, table.name, 1) for table in projection.tables))
            checkpoints.enter(connection, _first_checkpoint(projection))


def _first_checkpoint(projection: Projection) -> Checkpoint:
    return Checkpoint(
        name=projection.name,
        version=projection.version,
        generation=1,
        position=0,
        tables=tuple(str(table.name) for table in projection.tables),
    )


def _named(table: Table, name: str, generation: int) -> Table:
    copy = table.to_metadata(MetaData(), name=name)
    for index in copy.indexes:
        index.name = quoted_name(f"{index.name}__g{generation}", quote=None)
    return copy
