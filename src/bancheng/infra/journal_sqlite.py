"""The log on SQLite: one writer at a time, so positions are in the order of commits."""

import sqlite3
from functools import cache

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bancheng.app.ports import Asked
from bancheng.infra import sqlite
from bancheng.infra.journal import Run, Taken

POSITION_MAX = 2**63 - 1
ROWS_A_STATEMENT = 500  # SQLite takes 32,766 values in one

# Through the driver: an expression, even a compiled one, costs more than the insert itself.
_INSERT_ANSWER = """
    INSERT INTO answered (key, fingerprint, stream_id, version, position) VALUES (?, ?, ?, ?, ?)
"""

# Positions rely on it: that of a removed last event would be given to another one. AUTOINCREMENT
# would prevent that too, and writes a page of its own at each append.
_REFUSE = """
    CREATE TRIGGER event_before_{change} BEFORE {change} ON event
    BEGIN SELECT RAISE(ABORT, 'recorded events are neither changed nor removed'); END
"""


def create_triggers(connection: Connection) -> None:
    """The database itself refuses to change or remove a recorded event."""
    for change in ("update", "delete"):
        connection.exec_driver_sql(_REFUSE.format(change=change))


@cache
def _insert_events(number: int) -> str:
    # One statement for many rows is half as fast again as `executemany`, and tells the last row.
    # Shared values are numbered, so that they are bound once.
    columns = "stream_id, version, topic, state, hash_algorithm, hash"
    rows = (
        f"(?1, ?2 + {nth}, ?{4 + nth}, ?{4 + number + nth}, ?3, ?{4 + 2 * number + nth})"
        for nth in range(number)
    )
    return f"INSERT INTO event ({columns}) VALUES {', '.join(rows)}"  # noqa: S608


class SqliteJournal:
    """A `Journal`. Positions of one append follow each other: nobody else writes meanwhile."""

    def append(self, connection: Connection, run: Run, asked: Asked | None) -> list[int]:
        cursor = sqlite.driver_in_transaction(connection).cursor()
        try:
            for part in run.parts(ROWS_A_STATEMENT):
                last = _inserted(cursor, part)
            if asked:
                place = (run.stream_id, run.last_version, last)
                cursor.execute(_INSERT_ANSWER, (asked.key, asked.fingerprint, *place))
        except sqlite3.Error as error:
            raise _meant_by(error) from error
        return list(range(last - len(run.topics) + 1, last + 1))

    def horizon(self, _connection: Connection) -> int:
        return POSITION_MAX  # whatever is visible is settled


def _inserted(cursor: sqlite3.Cursor, run: Run) -> int:
    """The position of the last event of ``run``."""
    shared = (run.stream_id, run.version, run.hash_algorithm)
    values = (*shared, *run.topics, *run.states, *run.hashes)
    return cursor.execute(_insert_events(len(run.topics)), values).lastrowid or 0


def _meant_by(error: sqlite3.Error) -> Exception:
    # SQLite names the columns only: "UNIQUE constraint failed: event.stream_id, event.version".
    _, failed, columns = str(error).partition("UNIQUE constraint failed: ")
    return Taken(columns.partition(".")[0]) if failed else DBAPIError("append", None, error)
