"""How a batch of records gets into the tables: past SQLAlchemy, through the driver.

Every look waits for it, and a statement of SQLAlchemy costs more than what it has the database do.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from bancheng.infra import database, postgresql, sqlite
from bancheng.infra.access_tables import access_batch
from bancheng.projections.accesses import access_log
from bancheng.projections.machine.columns import as_text

_LOCK: Final = 0x616363657373  # any number, as long as every version of the program uses it
_LAST: Final = "SELECT number, last_position, hash FROM access_batch ORDER BY number DESC LIMIT 1"
_RECORD: Final = tuple(str(one.name) for one in access_log.columns)
_BATCH: Final = tuple(str(one.name) for one in access_batch.columns)


def _insert(table: str, columns: Sequence[str], mark: str) -> str:
    names, marks = ", ".join(f'"{one}"' for one in columns), ", ".join([mark] * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  names of our own


_SQLITE_RECORD, _SQLITE_BATCH = (
    _insert("access_log", _RECORD, "?"),
    _insert("access_batch", _BATCH, "?"),
)
_SQLITE_MATTERS = "INSERT INTO access_matter (matter_id, position) VALUES (?, ?)"
# One statement, however many there are: each that the server is told costs the process as much as
# a record does, and the answers wait for it.
_ALL_OF_POSTGRESQL = f"""
    WITH records AS (
        INSERT INTO access_log SELECT * FROM jsonb_populate_recordset(NULL::access_log, %s::jsonb)
    ), matters AS (
        INSERT INTO access_matter (matter_id, position)
        SELECT one ->> 0, (one ->> 1)::bigint FROM jsonb_array_elements(%s::jsonb) AS one
    )
    {_insert("access_batch", _BATCH, "%s")}
"""  # noqa: S608  names of our own
# Two statements in one text: what is read has to be as it is once the others have ended.
_ALONE_THEN_LAST = f"SELECT pg_advisory_xact_lock({_LOCK}); {_LAST}"
_encode = msgspec.json.Encoder().encode


class Last(NamedTuple):
    """The batch that was written last."""

    number: int
    position: int
    hash: bytes


def last_batch(connection: Connection) -> Last | None:
    """What comes next is chained to it; nobody else writes until the transaction ends."""
    if database.is_postgresql(connection):
        # Not through the driver: SQLAlchemy has to know that a transaction has begun.
        cursor: Any = connection.exec_driver_sql(_ALONE_THEN_LAST).cursor
        cursor.nextset()
        row = cursor.fetchone()
    else:
        row = sqlite.driver_in_transaction(connection).execute(_LAST).fetchone()
    return None if row is None else Last(row[0], row[1], bytes(row[2]))


def write(
    connection: Connection,
    records: Sequence[Mapping[str, Any]],
    matters: Sequence[tuple[str, int]],
    batch: Mapping[str, Any],
) -> None:
    """Write ``records``, whose ``matters`` have their positions, and the ``batch`` they are."""
    if database.is_postgresql(connection):
        lists = [_encode(one).decode() for one in (records, matters)]
        values = [*lists, *(batch[name] for name in _BATCH)]
        postgresql.driver(connection).execute(_ALL_OF_POSTGRESQL, values)
        return
    cursor = sqlite.driver_in_transaction(connection).cursor()
    kept = [{**one, "accessed_at": as_text(one["accessed_at"])} for one in records]
    cursor.executemany(_SQLITE_RECORD, [[one[name] for name in _RECORD] for one in kept])
    cursor.executemany(_SQLITE_MATTERS, matters)
    told = {**batch, "recorded_at": as_text(batch["recorded_at"])}
    cursor.execute(_SQLITE_BATCH, [told[name] for name in _BATCH])
