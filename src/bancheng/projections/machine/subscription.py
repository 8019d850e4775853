"""One projection, running live or being built, following the log batch by batch."""

import traceback
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from bancheng.domain.events import Recorded
from bancheng.log_lines import LogLine
from bancheng.projections.machine import checkpoints
from bancheng.projections.machine.base import Database, Projection
from bancheng.projections.machine.batches import Batch
from bancheng.projections.machine.checkpoints import Checkpoint, Poison
from bancheng.projections.machine.exchange import Exchange, at_once
from bancheng.projections.machine.passing import PASSING
from bancheng.projections.machine.rows import Rows
from bancheng.projections.machine.shelves import Shelf

_log = structlog.get_logger(room="projections")
_PACKAGE: Final = Path(__file__).parents[2]


class Overtaken(Exception):
    """Somebody else moved this checkpoint; nothing was changed."""


class Subscription:
    """A projection with its shelves and its checkpoint as last seen."""

    def __init__(
        self,
        projection: Projection,
        database: Database,
        shelves: Mapping[Table, Shelf],
        checkpoint: Checkpoint,
    ) -> None:
        self.projection = projection
        self.database = database
        self.checkpoint = checkpoint
        self._shelves = shelves

    @property
    def name(self) -> str:
        """What its checkpoint is stored under."""
        return self.checkpoint.name

    @property
    def position(self) -> int:
        """The position up to which every event is applied."""
        return self.checkpoint.position

    @property
    def runs(self) -> bool:
        """Whether events may be applied: neither stopped nor of another program's version."""
        return self.checkpoint.poison is None and self.checkpoint.version == self.projection.version

    def reload(self) -> None:
        """Look up where the projection stands."""
        with self.database.read() as connection:
            self.checkpoint = checkpoints.get(connection, self.checkpoint.name)

    def apply(self, exchange: Exchange, batch: Batch) -> None:
        """Let the events of ``batch`` change the rows."""
        applied(self.projection, self._shelves, exchange, batch)

    def work_in(self, batch: Batch) -> int:
        """How many events of ``batch`` may change rows."""
        return batch.matters_to(self.projection.handler_of)

    def stop_at_the_poison(self, batch: Batch) -> None:
        """Apply ``batch`` event by event, up to the one that can not be applied."""
        for one in batch.one_by_one():
            try:
                _apply([self], one)
            except Overtaken:
                return self.reload()
            except PASSING:
                raise
            except Exception as error:  # noqa: BLE001  see `advance`
                return self._stop(one.events[0], error)
        return None

    def _stop(self, recorded: Recorded, error: Exception) -> None:
        found = Poison(
            position=recorded.position,
            event_id=recorded.envelope.event_id,
            stream_id=recorded.stream_id,
            topic=recorded.event.topic,
            error=fault_of(error),
        )
        with self.database.write() as connection:
            if checkpoints.poison(connection, self.checkpoint, found):
                _log.error(
                    LogLine.PROJECTION_STOPPED,
                    projection=self.checkpoint.name,
                    position=found.position,
                    event_id=found.event_id,
                    stream_id=found.stream_id,
                    topic=found.topic,
                    error=found.error,
                )
        self.reload()


def applied(
    projection: Projection, shelves: Mapping[Table, Shelf], exchange: Exchange, batch: Batch
) -> None:
    """Let the events of ``batch`` change the rows of ``projection``, which lie on ``shelves``."""
    handled = batch.handled(projection.handler_of)
    if projection.of:
        handled = [one for one in handled if projection.follows_stream(one[1].stream_id)]
    if handled:
        streams = batch.older_streams(recorded for _, recorded in handled)
        rows = Rows(exchange, shelves, list(streams), batch.masked)
        for handler, recorded in handled:
            handler(rows, recorded.event, recorded)
        rows.flush()


def advance(subscriptions: Sequence[Subscription], batch: Batch) -> None:
    """Apply ``batch`` to ``subscriptions``, which stand together before it, in one transaction.

    If that fails each goes by itself: one that was overtaken looks where it stands, one that can
    not apply an event stops there. Raises one of `PASSING` if the database is at fault.
    """
    try:
        _apply(subscriptions, batch)
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, it stops one projection and no other
        if len(subscriptions) > 1:
            for subscription in subscriptions:
                advance([subscription], batch)
        elif isinstance(error, Overtaken):
            subscriptions[0].reload()
        else:
            subscriptions[0].stop_at_the_poison(batch)


def claim(
    connection: Connection, subscriptions: Sequence[Subscription], position: int
) -> list[Checkpoint]:
    """Their checkpoints once at ``position``; ``Overtaken`` if others were faster."""
    here = [one.checkpoint for one in subscriptions]
    if not checkpoints.move(connection, here, position):
        raise Overtaken
    return [replace(checkpoint, position=position) for checkpoint in here]


def _apply(subscriptions: Sequence[Subscription], batch: Batch) -> None:
    database = subscriptions[0].database
    with database.write() as connection:
        reached = claim(connection, subscriptions, batch.events[-1].position)
        with _exchange(database, connection, batch) as exchange:
            # The one with the most to do begins, so that the database is not left to do it last.
            for one in sorted(subscriptions, key=lambda one: one.work_in(batch), reverse=True):
                one.apply(exchange, batch)
    for one, checkpoint in zip(subscriptions, reached, strict=True):
        one.checkpoint = checkpoint


def _exchange(
    database: Database, connection: Connection, batch: Batch
) -> AbstractContextManager[Exchange]:
    # For a few rows a second connection costs more than waiting for each answer.
    is_long = len(batch.events) >= database.long_batch
    return database.exchange(connection) if is_long else nullcontext(at_once(connection))


def fault_of(error: BaseException) -> str:
    """What went wrong and where. Never the message: it may quote a value about a person."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    frames = traceback.extract_tb(error.__traceback__)
    # By the package, not by its name: a hall may stand in a folder that is called like it.
    own = [one for one in frames if Path(one.filename).is_relative_to(_PACKAGE)] or list(frames)
    where = f" at {Path(own[-1].filename).name}:{own[-1].lineno} in {own[-1].name}" if own else ""
    return f"{type(cause).__name__}{where}"
