"""How far each projection has come, and what it stopped at. Kept with its rows, in one transaction.

A build stands in the same table under a name of its own, so live running and building are guarded
alike: whoever finds the row moved, or of another generation, was overtaken and has changed nothing.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from bancheng.projections.machine.columns import Code, Codes, Position

metadata = MetaData()

projection = Table(
    "projection",
    metadata,
    Column("name", Code, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("position", Position, nullable=False),
    Column("tables", Codes, nullable=False),
    Column("poison_position", Position),
    Column("poison_event_id", Text),
    Column("poison_stream_id", Text),
    Column("poison_topic", Text),
    Column("poison_error", Text),
)


class Poison(msgspec.Struct, frozen=True, kw_only=True):
    """毒事件: the event a projection could not apply, and why. Free of personal data."""

    position: int
    event_id: str
    stream_id: str
    topic: str
    error: str


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """进度: where a projection, or a build of it, stands, and in which tables its rows are."""

    name: str
    version: int
    generation: int
    position: int
    tables: tuple[str, ...]
    poison: Poison | None = None


class GoneError(LookupError):
    """There is no such projection, or its build was finished or given up by another process."""


_NAMED = projection.c.name == bindparam("the_name")
_HERE = (
    _NAMED
    & (projection.c.generation == bindparam("the_generation"))
    & (projection.c.position == bindparam("old_position"))
    & projection.c.poison_position.is_(None)
)
_ALL_HERE = (
    tuple_(projection.c.name, projection.c.generation).in_(bindparam("who", expanding=True))
    & (projection.c.position == bindparam("old_position"))
    & projection.c.poison_position.is_(None)
)
_MOVE = update(projection).where(_ALL_HERE).values(position=bindparam("new_position"))
_LOCK = update(projection).where(_NAMED).values(version=projection.c.version)
_POISON = {column.name for column in projection.c if column.name.startswith("poison_")}
_SET_POISON = update(projection).where(_HERE)
_CLEAR_POISON = update(projection).where(_NAMED).values(dict.fromkeys(_POISON))
_ONE = select(projection).where(_NAMED)
_ALL = select(projection).order_by(projection.c.name)
_INSERT = insert(projection)
_REPLACE = update(projection).where(_NAMED)
_DELETE = delete(projection).where(_NAMED)


def get(connection: Connection, name: str) -> Checkpoint:
    """The checkpoint called ``name``; ``GoneError`` if there is none (any more)."""
    row = connection.execute(_ONE, {"the_name": name}).one_or_none()
    if row is None:
        raise GoneError(name)
    return _checkpoint(row)


def find_all(connection: Connection) -> dict[str, Checkpoint]:
    """Every checkpoint by its name."""
    return {row.name: _checkpoint(row) for row in connection.execute(_ALL)}


def move(connection: Connection, checkpoints: Sequence[Checkpoint], position: int) -> bool:
    """Move all from the one position they share; ``False`` if one is not there any more.

    Done before anything else is touched: whoever comes second waits here, holding nothing.
    """
    here = {
        "who": [(checkpoint.name, checkpoint.generation) for checkpoint in checkpoints],
        "old_position": checkpoints[0].position,
        "new_position": position,
    }
    return connection.execute(_MOVE, here).rowcount == len(checkpoints)


def poison(connection: Connection, checkpoint: Checkpoint, found: Poison) -> bool:
    """Note what ``checkpoint`` stopped at; ``False`` if it is not where it stood any more."""
    values = {f"poison_{name}": value for name, value in msgspec.structs.asdict(found).items()}
    return connection.execute(_SET_POISON, _guard(checkpoint) | values).rowcount == 1


def clear_poison(connection: Connection, name: str) -> bool:
    """Let ``name`` try again; ``False`` if there is no such checkpoint."""
    return connection.execute(_CLEAR_POISON, {"the_name": name}).rowcount == 1


def lock(connection: Connection, name: str) -> Checkpoint:
    """The checkpoint, held until the transaction ends."""
    connection.execute(_LOCK, {"the_name": name})
    return get(connection, name)


def enter(connection: Connection, checkpoint: Checkpoint) -> None:
    """Write a new checkpoint."""
    connection.execute(_INSERT, _values(checkpoint))


def replace(connection: Connection, checkpoint: Checkpoint) -> None:
    """Overwrite the checkpoint of that name; it is not poisoned any more."""
    values = _values(checkpoint) | dict.fromkeys(_POISON)
    connection.execute(_REPLACE, values | {"the_name": checkpoint.name})


def remove(connection: Connection, name: str) -> None:
    """Forget the checkpoint."""
    connection.execute(_DELETE, {"the_name": name})


def _guard(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "the_name": checkpoint.name,
        "the_generation": checkpoint.generation,
        "old_position": checkpoint.position,
    }


def _values(checkpoint: Checkpoint) -> dict[str, Any]:
    names = ("name", "version", "generation", "position", "tables")
    return {name: getattr(checkpoint, name) for name in names}


def _checkpoint(row: Any) -> Checkpoint:
    stopped = row.poison_position is not None
    return Checkpoint(
        name=row.name,
        version=row.version,
        generation=row.generation,
        position=row.position,
        tables=row.tables,
        poison=_poison(row) if stopped else None,
    )


def _poison(row: Any) -> Poison:
    return Poison(
        position=row.poison_position,
        event_id=row.poison_event_id,
        stream_id=row.poison_stream_id,
        topic=row.poison_topic,
        error=row.poison_error,
    )
