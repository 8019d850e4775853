"""The store: what one command does to the log, in one transaction.

Expected version, official number, idempotency key, new keys of people, hash chain and events are
committed together or not at all.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, Protocol

import psycopg
from eventsourcing.persistence import Notification
from sqlalchemy import Connection, Engine, Row, bindparam, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bancheng.app.ports import Answer, Asked, Proof, Register
from bancheng.domain.errors import Conflict
from bancheng.domain.events import Envelope, Event, Recorded
from bancheng.infra import database, proofs, registers
from bancheng.infra.chain import Head
from bancheng.infra.journal import Taken
from bancheng.infra.recorder import Recorder
from bancheng.infra.schema import answered

EVENTS_MAX = 1000
PAGE_MAX = 10_000
POSITION_MAX = 2**63 - 1

_ANSWER = select(answered).where(answered.c.key == bindparam("key"))
# What is known to be on the disk. A commit only waits for the disk if it has changed something.
_ON_DISK = text("""
    INSERT INTO bookmark (name, position) VALUES ('disk', :position)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position
""")


class Codec(Protocol):
    """What the store needs of the codec. Sealing may make keys, which belong to the append."""

    def encode(self, envelope: Envelope, event: Event) -> tuple[str, bytes]:
        """Topic and state."""

    def decode(self, topic: str, state: bytes) -> tuple[Envelope, Event]: ...

    def flush(self, connection: Connection) -> None:
        """Write pending keys; ``IntegrityError`` if somebody else made one of them first."""

    def end_keys(self, connection: Connection, events: Sequence[Event]) -> None:
        """Destroy, and hide, the keys that ``events`` say, in the append's transaction."""

    def published(self) -> None:
        """The transaction is committed."""

    def forget_pending(self) -> None:
        """The transaction was rolled back."""


class Index(Protocol):
    """What the store tells of each event, for matters to be found by the people in them."""

    def write(self, connection: Connection, told: Sequence[Recorded]) -> None:
        """Let matters be found by what ``told`` tells, in the append's transaction."""


class Store:
    """事件库 on a database. See `bancheng.app.ports.Store` for what each method promises.

    Without an ``index`` no matter is found by the people in it.
    """

    def __init__(
        self, engine: Engine, codec: Codec, index: Index | None = None, *, algorithm: str = "sha256"
    ) -> None:
        self.recorder = Recorder(engine, algorithm=algorithm)
        self._engine = engine
        self._codec = codec
        self._index = index
        self._wakers: list[Callable[[], None]] = []
        self._durable = True

    def on_append(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` after each commit that appended something. It must be quick."""
        self._wakers.append(wake)

    def load(self, stream_id: str) -> list[Recorded]:
        return [self._recorded(one) for one in self.recorder.select_stream(stream_id)]

    def read(self, after: int, limit: int) -> list[Recorded]:
        page = self.recorder.select_notifications(
            after, min(limit, PAGE_MAX), inclusive_of_start=False
        )
        return [self._recorded(one) for one in page]

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        return [self._recorded(one) for one in self.recorder.select_at(positions)]

    def of(
        self, streams: Sequence[str], topics: Sequence[str], until: int | None = None
    ) -> list[Recorded]:
        found = self.recorder.select_of(streams, topics, POSITION_MAX if until is None else until)
        return [self._recorded(one) for one in found]

    def head(self) -> int:
        return self.recorder.max_notification_id() or 0

    def stream_under(self, key: str) -> str | None:
        found = self._under(key)
        return None if found is None else found.stream_id

    def answered(self, asked: Asked) -> Answer | None:
        found = self._under(asked.key)
        if found is None:
            return None
        if found.fingerprint != asked.fingerprint:
            raise _key_reused()
        return Answer(stream_id=found.stream_id, version=found.version, position=found.position)

    def _under(self, key: str) -> Row[Any] | None:
        with database.read(self._engine) as connection:
            return connection.execute(_ANSWER, {"key": key}).one_or_none()

    @contextmanager
    def in_bulk(self) -> Iterator["Store"]:
        """The store for many units: the end of the block waits for the disk, once for them all.

        Whatever one of them has committed outlives this process. Only a power cut before the end
        may take the last ones, each whole and with its answer, so nobody may rely on them earlier.
        """
        bulk = copy(self)
        bulk._durable = False  # noqa: SLF001  of a copy
        yield bulk
        position = self.head()
        with database.write(self._engine) as connection:
            connection.execute(_ON_DISK, {"position": position})

    @contextmanager
    def unit(self) -> Iterator["Unit"]:
        try:
            with (
                _deadlocks_are_conflicts(),
                database.write(self._engine, durable=self._durable) as connection,
            ):
                unit = Unit(connection, self.recorder, self._codec, self._index)
                yield unit
                unit.require_intact()
        except BaseException:
            self._codec.forget_pending()
            raise
        self._codec.published()
        if unit.heads:
            self.recorder.heads.publish(unit.heads)
            for wake in self._wakers:
                wake()

    def _recorded(self, stored: Notification) -> Recorded:
        envelope, event = self._codec.decode(stored.topic, stored.state)
        return Recorded(
            stream_id=str(stored.originator_id),
            version=stored.originator_version,
            position=stored.id,
            envelope=envelope,
            event=event,
        )


class Unit:
    """事务 on an open connection. See `bancheng.app.ports.Unit`."""

    def __init__(
        self, connection: Connection, recorder: Recorder, codec: Codec, index: Index | None
    ) -> None:
        self.heads: dict[str, Head] = {}
        self._connection = connection
        self._recorder = recorder
        self._codec = codec
        self._index = index
        self._conflict: Conflict | None = None

    def next_number(self, register: Register) -> int:
        self.require_intact()
        return registers.next_number(self._connection, register)

    def append(
        self,
        stream_id: str,
        expected_version: int,
        events: Sequence[tuple[Envelope, Event]],
        asked: Asked,
    ) -> Answer:
        self.require_intact()
        if not 0 < len(events) <= EVENTS_MAX:
            raise ValueError(f"一次须写入 1 至 {EVENTS_MAX} 个事件,而不是 {len(events)} 个")
        contents = [self._codec.encode(envelope, event) for envelope, event in events]
        first = expected_version + 1
        try:
            self._codec.flush(self._connection)
            positions = self._recorder.append(
                self._connection, stream_id, first, contents, heads=self.heads, asked=asked
            )
            self._tell_index(stream_id, first, events, positions)
            self._codec.end_keys(self._connection, [event for _, event in events])
        except (Taken, IntegrityError) as error:
            self._conflict = self._lost(asked)
            raise self._conflict from error
        return Answer(
            stream_id=stream_id, version=expected_version + len(events), position=positions[-1]
        )

    def _tell_index(
        self,
        stream_id: str,
        first: int,
        events: Sequence[tuple[Envelope, Event]],
        positions: Sequence[int],
    ) -> None:
        if self._index is None:
            return
        told = [
            Recorded(
                stream_id=stream_id,
                version=first + n,
                position=positions[n],
                envelope=envelope,
                event=event,
            )
            for n, (envelope, event) in enumerate(events)
        ]
        self._index.write(self._connection, told)

    def keep(self, proof: Proof) -> None:
        self.require_intact()
        proofs.keep(self._connection, proof)

    def require_intact(self) -> None:
        """Raise the conflict that ended this unit, also if the caller has passed over it."""
        if self._conflict is not None:
            raise self._conflict

    def _lost(self, asked: Asked) -> Conflict:
        # Two calls with one key usually meet at the stream's version. The key says more.
        self._connection.rollback()
        if self._connection.execute(_ANSWER, {"key": asked.key}).first() is not None:
            return _key_reused()
        return _version_conflict()


@contextmanager
def _deadlocks_are_conflicts() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.DeadlockDetected):
            raise _version_conflict() from error
        raise


def _version_conflict() -> Conflict:
    return Conflict("VERSION_CONFLICT", "本件刚被他人更新", remedy="请刷新后重新办理")


def _key_reused() -> Conflict:
    return Conflict(
        "KEY_REUSED", "该请求标识已用于另一项操作", field="key", remedy="请换用新的请求标识"
    )
