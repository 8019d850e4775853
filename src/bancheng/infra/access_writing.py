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
_BATCH_OF_POSTGRESQL = _insert("access_batch", _BATCH, "%s")
# One statement and one value, however many there are.
_RECORDS_OF_POSTGRESQL = """
    INSERT INTO access_log SELECT * FROM jsonb_populate_recordset(NULL::access_log, %s::jsonb)
"""
_MATTERS_OF_POSTGRESQL = """
    INSERT INTO access_matter (matter_id, position)
    SELECT one ->> 0, (one ->> 1)::bigint FROM jsonb_array_elements(%s::jsonb) AS one
"""
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
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        row = postgresql.driver(connection).execute(_LAST).fetchone()
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
        driver = postgresql.driver(connection)
        driver.execute(_RECORDS_OF_POSTGRESQL, (_encode(records).decode(),))
        if matters:
            driver.execute(_MATTERS_OF_POSTGRESQL, (_encode(matters).decode(),))
        driver.execute(_BATCH_OF_POSTGRESQL, [batch[name] for name in _BATCH])
        return
    cursor = sqlite.driver_in_transaction(connection).cursor()
    kept = [{**one, "accessed_at": as_text(one["accessed_at"])} for one in records]
    cursor.executemany(_SQLITE_RECORD, [[one[name] for name in _RECORD] for one in kept])
    cursor.executemany(_SQLITE_MATTERS, matters)
    told = {**batch, "recorded_at": as_text(batch["recorded_at"])}
    cursor.execute(_SQLITE_BATCH, [told[name] for name in _BATCH])
