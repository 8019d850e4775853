"""Rebuild beside, then switch: readers see the old rows until the new ones are complete.

The build runs the same functions as live and keeps its checkpoint in the same table, so a killed
build goes on where it stood and two processes that build the same version help each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection

from bancheng.log_lines import LogLine
from bancheng.projections.machine import checkpoints, tables
from bancheng.projections.machine.base import Database, Projection
from bancheng.projections.machine.batches import Batches
from bancheng.projections.machine.checkpoints import Checkpoint
from bancheng.projections.machine.collector import resting
from bancheng.projections.machine.exchange import at_once
from bancheng.projections.machine.shelves import Shelf
from bancheng.projections.machine.subscription import Overtaken, Subscription, advance, claim

_log = structlog.get_logger(room="projections")


class RebuildStoppedError(RuntimeError):
    """A build met an event it can not apply; the live rows are as they were."""


class LedgerTooNewError(RuntimeError):
    """台账版本过新: a later version of the program keeps it, and still does so elsewhere, maybe."""


@dataclass(frozen=True)
class Builder:
    """重建: builds read models from the whole log."""

    database: Database
    batches: Batches

    def ensure(self, projections: Sequence[Projection]) -> None:
        """Create what is missing, and build anew what another version of the program left."""
        with self.database.read() as connection:
            missing = tables.is_missing(connection, projections)
        if missing:
            with self.database.write() as connection:
                tables.create_missing(connection, projections)
        with self.database.read() as connection:
            found = checkpoints.find_all(connection)
        later = [one.name for one in projections if found[one.name].version > one.version]
        if later:  # built backwards, they would fail whoever runs the later program
            raise LedgerTooNewError(
                f"台账 {'、'.join(later)} 由更新版本的程序维护,本程序不能改回。请使用该版本的程序"
            )
        for projection in projections:
            if found[projection.name].version != projection.version:
                self._build(projection, joining=True)

    def rebuild(self, projection: Projection) -> None:
        """Build ``projection`` from the first event, whatever others are building."""
        self._build(projection, joining=False)

    def _build(self, projection: Projection, *, joining: bool) -> None:
        with self.database.write() as connection:
            checkpoint = _begin(connection, projection, joining=joining)
        if checkpoint is None:
            return
        built = tables.beside(projection, checkpoint.generation)
        pairs = zip(projection.tables, built, strict=True)
        shelves = {table: Shelf(physical) for table, physical in pairs}
        subscription = Subscription(projection, self.database, shelves, checkpoint)
        try:
            self._follow(subscription)
            self._switch(subscription)
        except (checkpoints.GoneError, Overtaken):
            # Another process has finished this build, or begun a newer one.
            _log.info(LogLine.PROJECTION_BUILD_LEFT, projection=checkpoint.name)

    def _follow(self, subscription: Subscription) -> None:
        while self._go_on(subscription):
            if (poison := subscription.checkpoint.poison) is not None:
                raise RebuildStoppedError(
                    f"重建 {subscription.checkpoint.name} 时无法处理第 {poison.position} 号事件"
                    f"({poison.topic},{poison.event_id}): {poison.error}"
                )

    def _go_on(self, subscription: Subscription) -> bool:
        with resting():
            if batch := self.batches.behind(subscription.checkpoint.position):
                advance([subscription], batch)
        return bool(batch)

    def _switch(self, subscription: Subscription) -> None:
        name = subscription.projection.name
        with self.database.write() as connection:
            live = checkpoints.lock(connection, name)
            # Live has told its waiters that it is here: the new rows may not be behind it.
            while subscription.checkpoint.position < live.position:
                batch = self.batches.behind(subscription.checkpoint.position)
                (reached,) = claim(connection, [subscription], batch.events[-1].position)
                subscription.apply(at_once(connection), batch)
                subscription.checkpoint = reached
            _take_over(connection, subscription, live)
        _log.info(
            LogLine.PROJECTION_REBUILT, projection=name, position=subscription.checkpoint.position
        )


def _begin(connection: Connection, projection: Projection, *, joining: bool) -> Checkpoint | None:
    """The build to work on: a new one, or another process's; none if it is done already."""
    live = checkpoints.lock(connection, projection.name)
    if joining and live.version == projection.version:
        return None
    builds = _builds(connection, projection.name)
    for build in builds:
        if joining and build.version == projection.version and build.poison is None:
            return build
        tables.drop(connection, build.tables)
        checkpoints.remove(connection, build.name)
    generation = 1 + max(checkpoint.generation for checkpoint in (live, *builds))
    built = tables.beside(projection, generation)
    tables.create(connection, built)
    checkpoint = Checkpoint(
        name=f"{projection.name}__g{generation}",
        version=projection.version,
        generation=generation,
        position=0,
        tables=tuple(str(table.name) for table in built),
    )
    checkpoints.enter(connection, checkpoint)
    return checkpoint


def _builds(connection: Connection, name: str) -> list[Checkpoint]:
    found: Iterable[Checkpoint] = checkpoints.find_all(connection).values()
    return [checkpoint for checkpoint in found if checkpoint.name.startswith(f"{name}__g")]


def _take_over(connection: Connection, subscription: Subscription, live: Checkpoint) -> None:
    tables.drop(connection, live.tables)
    plain = tuple(str(table.name) for table in subscription.projection.tables)
    for old, new in zip(subscription.checkpoint.tables, plain, strict=True):
        tables.rename(connection, old, new)
    checkpoints.remove(connection, subscription.checkpoint.name)
    checkpoints.replace(connection, replace(subscription.checkpoint, name=live.name, tables=plain))
