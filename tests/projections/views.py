"""Read models under test: real tables on a real database, a log in memory, no vault."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, select

from bancheng.domain.events import Recorded
from bancheng.domain.people import Personal
from bancheng.infra import database
from bancheng.projections.machine.base import Database, Projection, TimeBasis
from bancheng.projections.machine.batches import BESIDE_OTHERS, Batches
from bancheng.projections.machine.moments import moment_of
from bancheng.projections.machine.past import past
from bancheng.projections.machine.rebuild import Builder
from bancheng.projections.machine.runner import Runner
from bancheng.projections.registry import PROJECTIONS


class MemoryLog:
    """A log that ends where it is told to."""

    def __init__(self, events: Iterable[Recorded] = ()) -> None:
        self.events = list(events)

    def read(self, after: int, limit: int) -> list[Recorded]:
        return [one for one in self.events if one.position > after][:limit]

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        return [one for one in self.events if one.position in positions]

    def of(self, streams, topics, until=None) -> list[Recorded]:
        found = [
            one
            for one in self.events
            if one.stream_id in streams
            and (not topics or one.event.topic in topics)
            and (until is None or one.position <= until)
        ]
        return sorted(found, key=lambda one: (one.stream_id, one.version))

    def head(self) -> int:
        return self.events[-1].position if self.events else 0


class PlainOpener:
    """Opens what was never sealed."""

    def masked(self, value: Personal | None) -> str | None:
        return None if value is None else value.mask(value.plain or "")


class Views:
    """Read models over ``log`` in the database of ``engine``."""

    def __init__(
        self,
        engine: Engine,
        log,
        *,
        batch: int = BESIDE_OTHERS,
        projections: Sequence[Projection] = PROJECTIONS,
        opener=None,
        long_batch: int = 100,
    ) -> None:
        self.engine = engine
        self.log = log
        self.projections = projections
        self.database = Database(
            write=partial(database.write, engine, durable=False),
            read=partial(database.read, engine),
            exchange=partial(database.exchange, engine),
            long_batch=long_batch,
        )
        self.batches = Batches(log, opener or PlainOpener(), batch)
        self.builder = Builder(self.database, self.batches)
        self.builder.ensure(projections)

    def runner(self) -> Runner:
        return Runner(self.database, self.batches, self.projections)

    def caught_up(self) -> "Views":
        self.runner().catch_up()
        return self

    def rows(self) -> dict[str, list[tuple]]:
        """Every row of every table, in the order of its key."""
        with self.database.read() as connection:
            return self._rows(connection)

    def rows_at(self, at: datetime, by: TimeBasis = TimeBasis.RECORDED) -> dict[str, list[tuple]]:
        """Every row of every table as it was at a moment."""
        with self.past(at, by) as connection:
            return self._rows(connection)

    def past(self, at: datetime, by: TimeBasis = TimeBasis.RECORDED, **more):
        """A connection on which the read models are those of a moment."""
        moment = moment_of(self.log, at, by)
        return past(self.engine, self.batches, moment, self.projections, **more)

    def _rows(self, connection: Connection) -> dict[str, list[tuple]]:
        return {
            table.name: _rows(connection, table)
            for projection in self.projections
            for table in projection.tables
        }


def _rows(connection: Connection, table) -> list[tuple]:
    found = connection.execute(select(table).order_by(*table.primary_key.columns))
    return [tuple(row) for row in found]


class Anew:
    """Read models of one history after another, each as if there had been no other."""

    def __init__(self, engine: Engine, *projections: Projection) -> None:
        self._engine = engine
        self._projections = projections
        self._end = 0

    def of(self, history: Iterable[Recorded]) -> Views:
        """The read models of ``history`` alone."""
        # Behind the history before, where the checkpoints of the projections stand.
        events = [replace(one, position=self._end + n) for n, one in enumerate(history, 1)]
        self._end += len(events)
        views = Views(self._engine, MemoryLog(events), projections=self._projections)
        with views.database.write() as connection:
            for projection in self._projections:
                for table in projection.tables:
                    connection.execute(table.delete())
        return views.caught_up()
