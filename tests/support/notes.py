"""A store of notes: the smallest events there are, for tests of the store and not of the codec."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import ClassVar

from sqlalchemy import Connection, select

from bancheng.app.ports import Asked, Register
from bancheng.domain.events import Channel, Envelope, Event
from bancheng.domain.people import Actor
from bancheng.infra.database import connect, read
from bancheng.infra.schema import create_schema, store_schema
from bancheng.infra.store import Store

REGISTER = Register(hall="XC", ledger="BBCS", year=2026)
_AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
_serial = count(1)

ENVELOPE = Envelope(
    event_id="event-1",
    occurred_at=_AT,
    recorded_at=_AT,
    actor=Actor(id="h-1", name="处理员", post="处理岗", unit="XC"),
    channel=Channel.WINDOW,
    act="write_note",
    request_id="request-1",
    key="key-1",
    basis="",
)


class Note(Event, frozen=True):
    """笔记: not registered, so that it needs no golden file."""

    topic: ClassVar[str] = "test.note"
    text: str


class NoteCodec:
    """A codec that counts what the store tells it about its transactions."""

    def __init__(self) -> None:
        self.published_count = 0
        self.forgotten_count = 0

    def encode(self, _envelope: Envelope, event: Event) -> tuple[str, bytes]:
        assert isinstance(event, Note)
        return event.topic, event.text.encode()

    def decode(self, _topic: str, state: bytes) -> tuple[Envelope, Event]:
        return ENVELOPE, Note(text=state.decode())

    def flush(self, connection: Connection) -> None:
        """Nothing is sealed here."""

    def end_keys(self, connection: Connection, events: Sequence[Event]) -> None:
        """There are none."""

    def published(self) -> None:
        self.published_count += 1

    def forget_pending(self) -> None:
        self.forgotten_count += 1


def notes(*texts: str) -> list[tuple[Envelope, Event]]:
    return [(ENVELOPE, Note(text=text)) for text in texts]


def asked(key: str | None = None) -> Asked:
    """A request; under a key of its own unless one is given."""
    return Asked(key=key or f"key-{next(_serial)}", fingerprint=f"fingerprint-{key}")


def set_up(url: str) -> list[int]:
    """Create the tables at ``url`` as a starting process does; the versions noted there."""
    engine = connect(url)
    create_schema(engine)
    with read(engine) as connection:
        versions = list(connection.scalars(select(store_schema.c.version)))
    engine.dispose()
    return versions


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """A store of notes on the database at ``url``, its tables created."""
    engine = connect(url)
    create_schema(engine)
    try:
        yield Store(engine, NoteCodec())
    finally:
        engine.dispose()
