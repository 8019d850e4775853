"""Who competes in `append.py`: each is given a database and returns how it writes one batch."""

from collections.abc import Callable
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from sqlalchemy import URL, insert, make_url

from bancheng.app.ports import Asked
from bancheng.infra.database import connect
from bancheng.infra.recorder import Recorder
from bancheng.infra.schema import create_schema, event
from bancheng.infra.store import Store

try:
    from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
except ModuleNotFoundError:  # it needs psycopg-pool, which nothing else here does
    PostgresDatastore = None

TOPIC = "complaint.work-order-dispatched"
STATE = b"x" * 328
DIGEST = bytes(32)

Make = Callable[[int], object]
Write = Callable[[object], object]


class BytesCodec:
    """Encoding is not what is measured here."""

    def encode(self, _envelope, state):
        return TOPIC, state

    def flush(self, connection):
        pass

    def published(self):
        pass

    def forget_pending(self):
        pass


def rows(size):
    stream = str(uuid4())
    fixed = {"topic": TOPIC, "state": STATE, "hash_algorithm": "sha256", "hash": DIGEST}
    return [{"stream_id": stream, "version": n, **fixed} for n in range(1, size + 1)]


def events(size):
    stream = str(uuid4())
    return [StoredEvent(stream, version, TOPIC, STATE) for version in range(1, size + 1)]


def plain(url: str) -> tuple[Make, Write]:
    """A SQLAlchemy Core insert of the same rows; no order, no chain, no key."""
    engine, statement = connect(url), insert(event)

    def write(batch):
        with engine.begin() as connection:
            connection.execute(statement, batch)

    return rows, write


def recorder(url: str) -> tuple[Make, Write]:
    """Our recorder: ordered, chained."""
    return events, Recorder(connect(url)).insert_events


def unit(url: str) -> tuple[Make, Write]:
    """Our store's unit, as a command uses it: expected version and idempotency key as well."""
    store = Store(connect(url), BytesCodec())

    def write(batch):
        stream, stamped = batch
        with store.unit() as open_unit:
            open_unit.append(stream, 0, stamped, Asked(key=stream, fingerprint=stream))

    return (lambda size: (str(uuid4()), [(None, STATE)] * size)), write


def library(url: str) -> tuple[Make, Write]:
    """eventsourcing's own recorder for the database."""
    return events, _library_recorder(make_url(url)).insert_events


def _library_recorder(url: URL):
    if url.get_backend_name() == "sqlite":
        store = SQLiteDatastore(url.database, lock_timeout=20, originator_id_type="text")
        return SQLiteApplicationRecorder(store)
    store = PostgresDatastore(
        dbname=url.database,
        host=url.query["host"],
        port=5432,
        user="postgres",
        password="",
        originator_id_type="text",
    )
    return PostgresApplicationRecorder(store, events_table_name="stored_events")


CONTESTANTS = {"plain": plain, "recorder": recorder, "unit": unit, "library": library}


def competing(backend: str) -> list[str]:
    is_left_out = backend == "postgresql" and PostgresDatastore is None
    return [name for name in CONTESTANTS if not (is_left_out and name == "library")]


def create_tables(name: str, url: str) -> None:
    if name == "library":
        _library_recorder(make_url(url)).create_table()
        return
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
