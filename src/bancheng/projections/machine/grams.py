"""字对: the column of pairs of signs by which texts are found, and its index in each database.

The index belongs to its table: it is created, renamed and dropped with it. On PostgreSQL it is a
GIN index of the column; on SQLite a contentless table of FTS5 that triggers keep. Neither knows
Chinese: the pairs are made by us, as numbers, so both find the same rows (ADR 35).
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Table,
    Text,
    bindparam,
    column,
    inspect,
    literal_column,
    select,
    table,
)

from bancheng.projections.machine.columns import Several

PLACE: Final = "place"  # the column whose whole number tells the rows of such a table apart
_INDEX: Final = "{}__grams"
# What is put in between: whoever reads waits for what has not been sorted into the index yet.
_PENDING_KB: Final = 1024


class Grams(Several):
    """字对集: whole numbers, each once, in order."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(Integer)


def has_all(of: Table, name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Which rows of ``of`` have every one of the grams given as ``name`` (see `asked`)."""
    grams = _grams_of(of)
    assert grams is not None, f"{of.name} has no grams"
    if dialect.name == "postgresql":
        # Of no type of its own: in our hands it is a list, and in the database numbers.
        return grams.op("@>")(bindparam(name, type_=ARRAY(Integer)))
    index = _INDEX.format(of.name)
    rows = table(index, column("rowid"))
    asked_for = literal_column(_quoted(index)).op("MATCH")(bindparam(name, type_=Text()))
    found: ColumnElement[bool] = of.c[PLACE].in_(select(rows.c.rowid).where(asked_for))
    return found


def asked(grams: Sequence[int], dialect: Dialect) -> Any:
    """``grams`` as `has_all` compares them; there is at least one."""
    if dialect.name == "postgresql":
        return list(grams)
    return " AND ".join(f'"{one}"' for one in grams)


def create_index(connection: Connection, of: Table) -> None:
    """Create the index of the grams of ``of``, which was just created, if it has any."""
    if _grams_of(of) is None or of.schema is not None:  # what is temporary is read as a whole
        return
    name = _INDEX.format(of.name)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE INDEX {_quoted(name)} ON {_quoted(str(of.name))} USING gin (grams)"
            f" WITH (gin_pending_list_limit = {_PENDING_KB})"
        )
        return
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {_quoted(name)} USING fts5"
        "(grams, content='', columnsize=0, detail=none, tokenize='ascii')"
    )
    _create_triggers(connection, str(of.name))


def rename_index(connection: Connection, old: str, new: str) -> None:
    """Let the index of the table that was called ``old`` serve it as ``new``."""
    if not _is_apart(connection, old):
        return
    for what in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER {_quoted(_trigger(old, what))}")
    was, becomes = (_quoted(_INDEX.format(name)) for name in (old, new))
    connection.exec_driver_sql(f"ALTER TABLE {was} RENAME TO {becomes}")
    _create_triggers(connection, new)


def drop_index(connection: Connection, of: str) -> None:
    """Drop the index of the table called ``of``, which was dropped, if it had one apart."""
    if _is_apart(connection, of):
        connection.exec_driver_sql(f"DROP TABLE {_quoted(_INDEX.format(of))}")


def _is_apart(connection: Connection, of: str) -> bool:
    apart = connection.dialect.name == "sqlite"
    return apart and inspect(connection).has_table(_INDEX.format(of))


# What is told last to a contentless index is what it has to forget, word for word. Whoever is
# erased leaves no trace in its segments either: they are merged, and SQLite overwrites the old.
_FORGET: Final = (
    "INSERT INTO {index}({index}, rowid, grams) VALUES ('delete', old.place, old.grams)"
)
_KEEP: Final = "INSERT INTO {index}(rowid, grams) VALUES (new.place, new.grams)"
_MERGE: Final = "INSERT INTO {index}({index}) VALUES ('optimize')"
_TRIGGERS: Final = {
    "kept": ("AFTER INSERT ON {table}", (_KEEP,)),
    "changed": ("AFTER UPDATE OF grams ON {table} WHEN NOT new.erased", (_FORGET, _KEEP)),
    "erased": ("AFTER UPDATE OF grams ON {table} WHEN new.erased", (_FORGET, _KEEP, _MERGE)),
}


def _create_triggers(connection: Connection, of: str) -> None:
    names = {"table": _quoted(of), "index": _quoted(_INDEX.format(of))}
    for what, (when, told) in _TRIGGERS.items():
        body = " ".join(f"{one};" for one in told)
        text = f"CREATE TRIGGER {_quoted(_trigger(of, what))} {when} BEGIN {body} END"
        connection.exec_driver_sql(text.format(**names))


def _trigger(of: str, what: str) -> str:
    return f"{_INDEX.format(of)}_{what}"


def _grams_of(of: Table) -> Column[Any] | None:
    return next((one for one in of.c if isinstance(one.type, Grams)), None)


def _quoted(name: str) -> str:
    return f'"{name}"'
