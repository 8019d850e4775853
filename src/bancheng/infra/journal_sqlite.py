"""The log on SQLite: one writer at a time, so positions are in the order of commits."""

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bancheng.app.ports import Asked
from bancheng.infra.journal import Row, Taken

# SQL for the driver: building and compiling an expression would cost more than the insert.
_INSERT_EVENT = """
    INSERT INTO event (stream_id, version, topic, state, hash_algorithm, hash)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_INSERT_ANSWER = (
    "INSERT INTO answered (key, fingerprint, stream_id, version, position) VALUES (?, ?, ?, ?, ?)"
)


class SqliteJournal:
    """A `Journal`. Positions of one append follow each other: nobody else writes meanwhile."""

    def append(
        self, connection: Connection, rows: Sequence[Row], asked: Asked | None
    ) -> Sequence[int]:
        try:
            if rows[:-1]:
                connection.exec_driver_sql(_INSERT_EVENT, rows[:-1])
            # The last one by itself: `executemany` does not tell the row's number.
            last = connection.exec_driver_sql(_INSERT_EVENT, rows[-1]).lastrowid
            if asked:
                place = (rows[-1].stream_id, rows[-1].version, last)
                connection.exec_driver_sql(_INSERT_ANSWER, (asked.key, asked.fingerprint, *place))
        except IntegrityError as error:
            # SQLite names the columns: "UNIQUE constraint failed: answered.key".
            raise Taken("answered" if "answered." in str(error.orig) else "event") from error
        return list(range(last - len(rows) + 1, last + 1))

    def horizon(self, _connection: Connection) -> int | None:
        return None
