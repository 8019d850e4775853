"""One projection, running live or being built, following the log page by page."""

import traceback
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from bancheng.domain.events import Recorded
from bancheng.log_lines import LogLine
from bancheng.projections import places
from bancheng.projections.base import Database, Projection
from bancheng.projections.exchange import Exchange, at_once
from bancheng.projections.pages import Page
from bancheng.projections.passing import PASSING
from bancheng.projections.places import Place, Poison
from bancheng.projections.rows import Rows
from bancheng.projections.shelves import Shelf

_log = structlog.get_logger(room="projections")


class Overtaken(Exception):
    """Somebody else moved this place; nothing was changed."""


class Feed:
    """A projection with its shelves and its place as last seen."""

    def __init__(
        self,
        projection: Projection,
        database: Database,
        shelves: Mapping[Table, Shelf],
        place: Place,
    ) -> None:
        self.projection = projection
        self.database = database
        self.place = place
        self._shelves = shelves

    @property
    def runs(self) -> bool:
        """Whether events may be applied: neither stopped nor of another program's version."""
        return self.place.poison is None and self.place.version == self.projection.version

    def reload(self) -> None:
        """Look up where the projection stands."""
        with self.database.read() as connection:
            self.place = places.get(connection, self.place.name)

    def apply(self, exchange: Exchange, page: Page) -> None:
        """Let the events of ``page`` change the rows."""
        handled = page.handled(self.projection.handler_of)
        if of := self.projection.of:
            handled = [one for one in handled if one[1].stream_id.startswith(of)]
        if handled:
            streams = page.older_streams(recorded for _, recorded in handled)
            rows = Rows(exchange, self._shelves, list(streams), page.masked)
            for handler, recorded in handled:
                handler(rows, recorded.event, recorded)
            rows.flush()

    def work_in(self, page: Page) -> int:
        """How many events of ``page`` may change rows."""
        return page.matters_to(self.projection.handler_of)

    def stop_at_the_poison(self, page: Page) -> None:
        """Apply ``page`` event by event, up to the one that can not be applied."""
        for one in page.one_by_one():
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
            error=place_of(error),
        )
        with self.database.write() as connection:
            if places.poison(connection, self.place, found):
                _log.error(
                    LogLine.PROJECTION_STOPPED,
                    projection=self.place.name,
                    position=found.position,
                    event_id=found.event_id,
                    stream_id=found.stream_id,
                    topic=found.topic,
                    error=found.error,
                )
        self.reload()


def advance(feeds: Sequence[Feed], page: Page) -> None:
    """Apply ``page`` to ``feeds``, which stand together before it, in one transaction.

    If that fails each goes by itself: one that was overtaken looks where it stands, one that can
    not apply an event stops there. Raises one of `PASSING` if the database is at fault.
    """
    try:
        _apply(feeds, page)
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, it stops one projection and no other
        if len(feeds) > 1:
            for feed in feeds:
                advance([feed], page)
        elif isinstance(error, Overtaken):
            feeds[0].reload()
        else:
            feeds[0].stop_at_the_poison(page)


def claim(connection: Connection, feeds: Sequence[Feed], position: int) -> list[Place]:
    """The places of ``feeds`` once at ``position``; ``Overtaken`` if others were faster."""
    here = [feed.place for feed in feeds]
    if not places.move(connection, here, position):
        raise Overtaken
    return [replace(place, position=position) for place in here]


def _apply(feeds: Sequence[Feed], page: Page) -> None:
    database = feeds[0].database
    with database.write() as connection:
        reached = claim(connection, feeds, page.events[-1].position)
        with _exchange(database, connection, page) as exchange:
            # The one with the most to do begins, so that the database is not left to do it last.
            for feed in sorted(feeds, key=lambda feed: feed.work_in(page), reverse=True):
                feed.apply(exchange, page)
    for feed, place in zip(feeds, reached, strict=True):
        feed.place = place


def _exchange(
    database: Database, connection: Connection, page: Page
) -> AbstractContextManager[Exchange]:
    # For a few rows a second connection costs more than waiting for each answer.
    is_long = len(page.events) >= database.long_page
    return database.exchange(connection) if is_long else nullcontext(at_once(connection))


def place_of(error: BaseException) -> str:
    """What went wrong and where. Never the message: it may quote a value about a person."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "bancheng" in frame.filename] or list(frames)
    where = f" at {Path(own[-1].filename).name}:{own[-1].lineno} in {own[-1].name}" if own else ""
    return f"{type(cause).__name__}{where}"
