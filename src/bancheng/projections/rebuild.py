"""Rebuild beside, then switch: readers see the old rows until the new ones are complete.

The build runs the same functions as live and keeps its place in the same table, so a killed build
goes on where it stood and two processes that build the same version help each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection

from bancheng.log_lines import LogLine
from bancheng.projections import places, tables
from bancheng.projections.base import Database, Projection
from bancheng.projections.collector import resting
from bancheng.projections.exchange import at_once
from bancheng.projections.feed import Feed, Overtaken, advance, claim
from bancheng.projections.pages import Pages
from bancheng.projections.places import Place
from bancheng.projections.shelves import Shelf

_log = structlog.get_logger(room="projections")


class RebuildStoppedError(RuntimeError):
    """A build met an event it can not apply; the live rows are as they were."""


@dataclass(frozen=True)
class Builder:
    """重建: builds read models from the whole log."""

    database: Database
    pages: Pages

    def ensure(self, projections: Sequence[Projection]) -> None:
        """Create what is missing, and build anew what another version of the program left."""
        with self.database.read() as connection:
            missing = tables.is_missing(connection, projections)
        if missing:
            with self.database.write() as connection:
                tables.create_missing(connection, projections)
        with self.database.read() as connection:
            found = places.find_all(connection)
        for projection in projections:
            if found[projection.name].version != projection.version:
                self._build(projection, joining=True)

    def rebuild(self, projection: Projection) -> None:
        """Build ``projection`` from the first event, whatever others are building."""
        self._build(projection, joining=False)

    def _build(self, projection: Projection, *, joining: bool) -> None:
        with self.database.write() as connection:
            place = _begin(connection, projection, joining=joining)
        if place is None:
            return
        built = tables.beside(projection, place.generation)
        pairs = zip(projection.tables, built, strict=True)
        shelves = {table: Shelf(physical) for table, physical in pairs}
        feed = Feed(projection, self.database, shelves, place)
        try:
            self._follow(feed)
            self._switch(feed)
        except (places.GoneError, Overtaken):
            # Another process has finished this build, or begun a newer one.
            _log.info(LogLine.PROJECTION_BUILD_LEFT, projection=place.name)

    def _follow(self, feed: Feed) -> None:
        while self._go_on(feed):
            if (poison := feed.place.poison) is not None:
                raise RebuildStoppedError(
                    f"重建 {feed.place.name} 时无法处理第 {poison.position} 号事件"
                    f"({poison.topic},{poison.event_id}): {poison.error}"
                )

    def _go_on(self, feed: Feed) -> bool:
        with resting():
            if page := self.pages.behind(feed.place.position):
                advance([feed], page)
        return bool(page)

    def _switch(self, feed: Feed) -> None:
        name = feed.projection.name
        with self.database.write() as connection:
            live = places.lock(connection, name)
            # Live has told its waiters that it is here: the new rows may not be behind it.
            while feed.place.position < live.position:
                page = self.pages.behind(feed.place.position)
                (reached,) = claim(connection, [feed], page.events[-1].position)
                feed.apply(at_once(connection), page)
                feed.place = reached
            _take_over(connection, feed, live)
        _log.info(LogLine.PROJECTION_REBUILT, projection=name, position=feed.place.position)


def _begin(connection: Connection, projection: Projection, *, joining: bool) -> Place | None:
    """The build to work on: a new one, or another process's; none if it is done already."""
    live = places.lock(connection, projection.name)
    if joining and live.version == projection.version:
        return None
    builds = _builds(connection, projection.name)
    for build in builds:
        if joining and build.version == projection.version and build.poison is None:
            return build
        tables.drop(connection, build.tables)
        places.remove(connection, build.name)
    generation = 1 + max(place.generation for place in (live, *builds))
    built = tables.beside(projection, generation)
    tables.create(connection, built)
    place = Place(
        name=f"{projection.name}__g{generation}",
        version=projection.version,
        generation=generation,
        position=0,
        tables=tuple(str(table.name) for table in built),
    )
    places.enter(connection, place)
    return place


def _builds(connection: Connection, name: str) -> list[Place]:
    found: Iterable[Place] = places.find_all(connection).values()
    return [place for place in found if place.name.startswith(f"{name}__g")]


def _take_over(connection: Connection, feed: Feed, live: Place) -> None:
    tables.drop(connection, live.tables)
    plain = tuple(str(table.name) for table in feed.projection.tables)
    for old, new in zip(feed.place.tables, plain, strict=True):
        tables.rename(connection, old, new)
    places.remove(connection, feed.place.name)
    places.replace(connection, replace(feed.place, name=live.name, tables=plain))
