"""eventsourcing's ApplicationRecorder on SQLAlchemy Core: one for SQLite and PostgreSQL.

It stores events, chains their hashes and gives them back, by stream or in the order of the log.
It knows neither what an event means nor what else belongs into the transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from sqlalchemy import Connection, Engine, bindparam, func, select

from bancheng.app.ports import Asked
from bancheng.infra import chain, database
from bancheng.infra.chain import Content, Head, Heads, Row
from bancheng.infra.journal import Journal, Run, Taken
from bancheng.infra.journal_postgresql import PostgresqlJournal
from bancheng.infra.journal_sqlite import SqliteJournal
from bancheng.infra.postgresql import IN_BINARY
from bancheng.infra.schema import event

PAGE = 1000

_HASH = select(event.c.hash).where(
    event.c.stream_id == bindparam("stream_id"), event.c.version == bindparam("version")
)
_LAST = select(func.max(event.c.position))
_EVENT = select(
    event.c.stream_id, event.c.version, event.c.topic, event.c.state, event.c.position
).execution_options(**IN_BINARY)
_AT = _EVENT.where(event.c.position.in_(bindparam("at", expanding=True))).order_by(event.c.position)
_OF = _EVENT.where(
    event.c.stream_id.in_(bindparam("streams", expanding=True)),
    event.c.position <= bindparam("until"),
).order_by(event.c.stream_id, event.c.version)
_OF_WITH = _OF.where(event.c.topic.in_(bindparam("topics", expanding=True)))
_STREAM = (
    _EVENT.add_columns(event.c.hash)
    .where(event.c.stream_id == bindparam("stream_id"))
    .order_by(event.c.version)
)
_CHAIN = (
    select(*(event.c[name] for name in Row._fields))
    .where(event.c.stream_id == bindparam("stream_id"), event.c.version > bindparam("after"))
    .order_by(event.c.version)
    .limit(PAGE)
)


class Recorder(ApplicationRecorder):
    """入库: the log of events. ``algorithm`` hashes what is appended from now on."""

    def __init__(self, engine: Engine, *, algorithm: str = "sha256") -> None:
        if algorithm not in chain.ALGORITHMS:
            raise ValueError(f"不支持的摘要算法: {algorithm};请使用 sha256 或 sm3")
        self.engine = engine
        self.heads = Heads()
        self._algorithm = algorithm
        self._journal: Journal = (
            PostgresqlJournal() if database.is_postgresql(engine) else SqliteJournal()
        )

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        connection: Connection | None = None,
        **_: Any,
    ) -> list[int]:
        """Append in a transaction of its own, or in the one that ``connection`` is in."""
        heads: dict[str, Head] = {}
        try:
            if connection is not None:
                return self._append_all(connection, stored_events, heads)
            with database.write(self.engine) as own:
                positions = self._append_all(own, stored_events, heads)
        except Taken as taken:
            raise IntegrityError(str(taken)) from taken
        self.heads.publish(heads)
        return positions

    def _append_all(
        self, connection: Connection, events: Sequence[StoredEvent], heads: dict[str, Head]
    ) -> list[int]:
        positions: list[int] = []
        for stream_id, version, contents in _runs(events):
            positions += self.append(connection, stream_id, version, contents, heads=heads)
        return positions

    def append(
        self,
        connection: Connection,
        stream_id: str,
        version: int,
        contents: Sequence[Content],
        *,
        heads: dict[str, Head],
        asked: Asked | None = None,
    ) -> list[int]:
        """Append to the transaction of ``connection``; the positions, or ``Taken``.

        ``version`` is that of the first event. ``heads`` are those that the transaction itself has
        made so far; the new one is added. They are to be published when it has been committed.
        """
        previous = self._hash_before(connection, stream_id, version, heads)
        hashes = chain.extended(self._algorithm, previous, stream_id, version, contents)
        topics, states = [topic for topic, _ in contents], [state for _, state in contents]
        run = Run(stream_id, version, self._algorithm, topics, states, hashes)
        heads[stream_id] = Head(run.last_version, hashes[-1])
        return self._journal.append(connection, run, asked)

    def _hash_before(
        self, connection: Connection, stream_id: str, version: int, heads: Mapping[str, Head]
    ) -> bytes:
        if version <= chain.FIRST_VERSION:
            return chain.GENESIS
        head = heads.get(stream_id) or self.heads.get(stream_id)
        if head and head.version == version - 1:
            return head.hash
        return self._hash_at(connection, stream_id, version - 1)

    def _hash_at(self, connection: Connection, stream_id: str, version: int) -> bytes:
        place = {"stream_id": stream_id, "version": version}
        found: bytes | None = connection.execute(_HASH, place).scalar()
        if found is None:
            raise Taken("event")  # the caller's idea of the stream is not that of the log
        return found

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        version = event.c.version
        query = select(event.c.stream_id, version, event.c.topic, event.c.state)
        query = query.where(event.c.stream_id == str(originator_id))
        query = query if gt is None else query.where(version > gt)
        query = query if lte is None else query.where(version <= lte)
        query = query.order_by(version.desc() if desc else version).limit(limit)
        with database.read(self.engine) as connection:
            return [StoredEvent(*row) for row in connection.execute(query)]

    def select_stream(self, stream_id: str) -> list[Notification]:
        """The events of a stream with their positions. The stream's head is remembered."""
        with database.read(self.engine) as connection:
            rows = connection.execute(_STREAM, {"stream_id": stream_id}).all()
        if rows:
            self.heads.publish({stream_id: Head(rows[-1].version, rows[-1].hash)})
        return [Notification(*row[:5]) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        position = event.c.position
        query = _EVENT
        if start is not None:
            query = query.where(position >= start if inclusive_of_start else position > start)
        query = query if stop is None else query.where(position <= stop)
        query = query.where(event.c.topic.in_(topics)) if topics else query
        with database.read(self.engine) as connection:
            horizon = self._journal.horizon(connection)
            found = connection.execute(query.order_by(position).limit(limit)).all()
        # Not in the query: of a log without statistics PostgreSQL takes a range to be short, and
        # sorts all that is left of it for each page.
        return [Notification(*row) for row in found if row.position <= horizon]

    def select_at(self, positions: Sequence[int]) -> list[Notification]:
        """The events at ``positions``, in their order; without those that are not there."""
        with database.read(self.engine) as connection:
            return [Notification(*row) for row in connection.execute(_AT, {"at": positions})]

    def select_of(
        self, streams: Sequence[str], topics: Sequence[str], until: int
    ) -> list[Notification]:
        """The events of ``streams`` up to ``until``, each in order; of any topic if none."""
        query = _OF_WITH if topics else _OF
        asked = {"streams": streams, "until": until} | ({"topics": topics} if topics else {})
        with database.read(self.engine) as connection:
            return [Notification(*row) for row in connection.execute(query, asked)]

    def max_notification_id(self) -> int | None:
        """The last position that a reader may see: everything up to it is settled."""
        with database.read(self.engine) as connection:
            settled = event.c.position <= self._journal.horizon(connection)
            last: int | None = connection.scalar(_LAST.where(settled))
            return last

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Not offered: projections pull, and are woken by the store (ADR 0003)."""
        raise NotImplementedError

    def verify_chain(self, stream_id: str) -> list[int]:
        """核验: the versions whose hash does not fit, the first broken one first."""
        return chain.broken_links(self._pages(stream_id))

    def _pages(self, stream_id: str) -> Iterator[Row]:
        with database.read(self.engine) as connection:
            place = {"stream_id": stream_id, "after": -1}
            while rows := connection.execute(_CHAIN, place).all():
                yield from (Row(*row) for row in rows)
                place["after"] = rows[-1].version


def _runs(events: Sequence[StoredEvent]) -> list[tuple[str, int, list[Content]]]:
    """``events`` in pieces of consecutive versions of one stream; usually it is one piece."""
    runs = []
    contents: list[Content] = []
    stream_id: UUID | str | None = None
    version = 0
    for one in events:
        if one.originator_version != version or one.originator_id != stream_id:
            stream_id, version, contents = one.originator_id, one.originator_version, []
            runs.append((str(stream_id), version, contents))
        contents.append((one.topic, one.state))
        version += 1
    return runs
