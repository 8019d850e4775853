"""The log on PostgreSQL: one call appends, and the in-flight watermark says how far to read.

A transaction draws its positions long before it commits, so positions become visible out of
order. A reader that saw 8 before 7 would never go back for 7. Instead of making appends wait for
each other, each says from where on it draws positions, and readers stay below (ADR 0004).
"""

from string import Template

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bancheng.app.ports import Asked
from bancheng.infra import postgresql
from bancheng.infra.journal import Run, Taken
from bancheng.infra.postgresql import ByteaArray, TextArray, array

# A lock's key: 15 bits say whose log it is, so that another schema's appends or another program's
# locks do not hold our readers back; 48 bits carry the position. (The top bit stays the sign.)
_FUNCTIONS = Template("""
CREATE FUNCTION $schema.append_events(
    _stream_id text, _version int, _topics text[], _states bytea[],
    _hash_algorithm text, _hashes bytea[], _key text, _fingerprint text
) RETURNS bigint[] LANGUAGE plpgsql AS $$$$
DECLARE
    _last int := cardinality(_topics);
    _positions bigint[];
    _locked text;
BEGIN
    -- Before the first position is drawn: all of ours will be above this one. (Assigning, and
    -- this function instead of a query on the sequence, spares starting the executor.)
    _locked := pg_advisory_xact_lock_shared(
        ($log::bigint << 48) + coalesce(pg_sequence_last_value('$sequence'), 0)
    );
    IF _last = 1 THEN -- the usual case, and a fifth faster like this
        INSERT INTO $schema.event (stream_id, version, topic, state, hash_algorithm, hash)
        VALUES (_stream_id, _version, _topics[1], _states[1], _hash_algorithm, _hashes[1])
        RETURNING ARRAY[position] INTO _positions;
    ELSE
        WITH inserted AS (
            INSERT INTO $schema.event (stream_id, version, topic, state, hash_algorithm, hash)
            SELECT _stream_id, _version + nth::int - 1, topic, state, _hash_algorithm, hash
            FROM unnest(_topics, _states, _hashes) WITH ORDINALITY AS e (topic, state, hash, nth)
            ORDER BY nth
            RETURNING position
        )
        SELECT array_agg(position ORDER BY position) INTO _positions FROM inserted;
    END IF;
    IF _key IS NOT NULL THEN
        INSERT INTO $schema.answered (key, fingerprint, stream_id, version, position)
        VALUES (_key, _fingerprint, _stream_id, _version + _last - 1, _positions[_last]);
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
    _last := coalesce(pg_sequence_last_value('$sequence'), 0);

    SELECT min((classid::bigint << 32 | objid::bigint) - ($log::bigint << 48)) INTO _in_flight
    FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = $log
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
    RETURN least(_last, _in_flight);
END $$$$;

CREATE FUNCTION $schema.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    RAISE 'recorded events are neither changed nor removed' USING ERRCODE = '23000';
END $$$$;

CREATE TRIGGER event_before_change BEFORE UPDATE OR DELETE OR TRUNCATE ON $schema.event
FOR EACH STATEMENT EXECUTE FUNCTION $schema.refuse_change();
""")

_WHO = text("""
    SELECT quote_ident(current_schema()) AS schema,
        pg_get_serial_sequence(quote_ident(current_schema()) || '.event', 'position') AS sequence,
        1 + mod((quote_ident(current_schema()) || '.event')::regclass::oid::bigint, 32767) AS log
""")


def create_functions(connection: Connection) -> None:
    """Functions and trigger, in the schema of the tables and bound to it.

    Functions that find their tables by search path would append to another application's log as
    soon as two share a path.
    """
    who = connection.execute(_WHO).one()._asdict()
    connection.exec_driver_sql(_FUNCTIONS.substitute(who))


class PostgresqlJournal:
    """A `Journal`. Appends go on at the same time; each is one call, however many events."""

    def append(self, connection: Connection, run: Run, asked: Asked | None) -> list[int]:
        if not connection.in_transaction():
            connection.begin()
        arguments = (
            run.stream_id,
            run.version,
            array(TextArray, [topic.encode() for topic in run.topics]),
            array(ByteaArray, run.states),
            run.hash_algorithm,
            array(ByteaArray, run.hashes),
            asked and asked.key,
            asked and asked.fingerprint,
        )
        call = (
            f"SELECT {_own_schema(connection)}.append_events(%s, %s::int, %s, %s, %s, %s, %s, %s)"
        )
        try:
            # Through the driver: SQLAlchemy's way to the same call takes 70 µs more.
            found = postgresql.driver(connection).execute(call, arguments).fetchone()
        except psycopg.errors.UniqueViolation as error:
            raise Taken(error.diag.table_name or "") from error
        except psycopg.Error as error:
            raise DBAPIError("append_events", None, error) from error
        positions: list[int] = found[0] if found else []
        return positions

    def horizon(self, connection: Connection) -> int:
        call = f"SELECT {_own_schema(connection)}.event_horizon()"
        horizon: int = connection.exec_driver_sql(call).scalar_one()
        return horizon


def _own_schema(connection: Connection) -> str:
    dialect = connection.dialect
    return dialect.identifier_preparer.quote(dialect.default_schema_name or "public")
