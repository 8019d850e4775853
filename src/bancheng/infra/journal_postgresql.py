"""The log on PostgreSQL: one call appends, and the in-flight watermark says how far to read.

A transaction draws its positions long before it commits, so positions become visible out of
order. A reader that saw 8 before 7 would never go back for 7. Instead of making appends wait for
each other, each says from where on it draws positions, and readers stay below (ADR 0004).
"""

from collections.abc import Sequence
from string import Template

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from bancheng.app.ports import Asked
from bancheng.infra.journal import Row, Taken

# A lock's key: 15 bits say whose log it is, so that another schema's appends or another program's
# locks do not hold our readers back; the other 48 carry the position.
_FUNCTIONS = Template("""
CREATE FUNCTION $schema.append_events(
    _streams text[], _versions int[], _topics text[], _states bytea[],
    _algorithms text[], _hashes bytea[], _key text, _fingerprint text
) RETURNS bigint[] LANGUAGE plpgsql AS $$$$
DECLARE
    _positions bigint[];
BEGIN
    -- Before the first position is drawn: all of ours will be above this one.
    PERFORM pg_advisory_xact_lock_shared(
        ($log::bigint << 48) + last_value - CASE WHEN is_called THEN 0 ELSE 1 END
    ) FROM $sequence;

    WITH inserted AS (
        INSERT INTO $schema.event (stream_id, version, topic, state, hash_algorithm, hash)
        SELECT e.stream_id, e.version, e.topic, e.state, e.hash_algorithm, e.hash
        FROM unnest(_streams, _versions, _topics, _states, _algorithms, _hashes) WITH ORDINALITY
            AS e (stream_id, version, topic, state, hash_algorithm, hash, nth)
        ORDER BY e.nth
        RETURNING position
    )
    SELECT array_agg(position ORDER BY position) INTO _positions FROM inserted;

    IF _key IS NOT NULL THEN
        INSERT INTO $schema.answered (key, fingerprint, stream_id, version, position)
        SELECT _key, _fingerprint, _streams[n], _versions[n], _positions[n]
        FROM cardinality(_streams) AS n;
    END IF;
    RETURN _positions;
END $$$$;

CREATE FUNCTION $schema.event_horizon() RETURNS bigint LANGUAGE plpgsql AS $$$$
DECLARE
    _last bigint;
    _in_flight bigint;
BEGIN
    IF pg_is_in_recovery() OR current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE 'the log must be read on the primary, in a read committed transaction';
    END IF;
    -- First this, then the locks: whoever drew a position up to here has had its lock by now.
    SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END INTO _last FROM $sequence;

    SELECT min((classid::bigint << 32 | objid::bigint) - ($log::bigint << 48)) INTO _in_flight
    FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = $log
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
    RETURN least(_last, _in_flight);
END $$$$;
""")

_WHO = text("""
    SELECT quote_ident(current_schema()) AS schema,
        pg_get_serial_sequence(quote_ident(current_schema()) || '.event', 'position') AS sequence,
        1 + mod((quote_ident(current_schema()) || '.event')::regclass::oid::bigint, 32767) AS log
""")


def create_functions(connection: Connection) -> None:
    """Both functions, in the schema of the tables and bound to it.

    Functions that find their tables by search path would append to another application's log as
    soon as two share a path (pitfalls.md, row 32).
    """
    who = connection.execute(_WHO).one()._asdict()
    connection.exec_driver_sql(_FUNCTIONS.substitute(who))


class PostgresqlJournal:
    """A `Journal`. Appends go on at the same time; each is one call, however many events."""

    def append(
        self, connection: Connection, rows: Sequence[Row], asked: Asked | None
    ) -> Sequence[int]:
        columns = [list(column) for column in zip(*rows, strict=True)]
        answer = (asked.key, asked.fingerprint) if asked else (None, None)
        try:
            found = connection.exec_driver_sql(_append_call(connection), (*columns, *answer))
        except IntegrityError as error:
            raise Taken(_table_of(error)) from error
        positions: list[int] = found.scalar_one()
        return positions

    def horizon(self, connection: Connection) -> int | None:
        horizon: int = connection.exec_driver_sql(
            f"SELECT {_own_schema(connection)}.event_horizon()"
        ).scalar_one()
        return horizon


def _table_of(error: IntegrityError) -> str:
    return isinstance(error.orig, psycopg.Error) and error.orig.diag.table_name or ""


def _append_call(connection: Connection) -> str:
    types = ("text[]", "int[]", "text[]", "bytea[]", "text[]", "bytea[]", "text", "text")
    arguments = ", ".join(f"%s::{name}" for name in types)
    return f"SELECT {_own_schema(connection)}.append_events({arguments})"


def _own_schema(connection: Connection) -> str:
    dialect = connection.dialect
    return dialect.identifier_preparer.quote(dialect.default_schema_name or "public")
