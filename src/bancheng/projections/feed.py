"""One projection, running live or being built, following the log page by page."""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bancheng.domain.events import Recorded
from bancheng.projections import places
from bancheng.projections.base import Database, Projection
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
        self, projection: Projection, database: Database, shelves: Mapping[str, Shelf], place: Place
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

    def apply(self, connection: Connection, page: Page, events: Sequence[Recorded]) -> None:
        """Let ``events`` of ``page`` change the rows."""
        classes = {type(recorded.event) for recorded in events}
        handlers = {cls: self.projection.handler_of(cls) for cls in classes}
        matter = [
            (handler, recorded)
            for recorded in events
            if (handler := handlers[type(recorded.event)]) is not None
            and self.projection.follows(recorded.stream_id)
        ]
        if matter:
            streams = _older_streams(recorded for _, recorded in matter)
            rows = Rows(connection, self._shelves, streams, page.masked)
            for handler, recorded in matter:
                handler(rows, recorded.event, recorded)
            rows.flush()

    def stop_at_the_poison(self, page: Page) -> None:
        """Apply ``page`` event by event, up to the one that can not be applied."""
        for recorded in page.events:
            try:
                _apply([self], page, [recorded])
            except Overtaken:
                return self.reload()
            except PASSING:
                raise
            except Exception as error:  # noqa: BLE001  see `advance`
                return self._stop(recorded, error)
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
                    "projection_stopped",
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
        _apply(feeds, page, page.events)
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


def _apply(feeds: Sequence[Feed], page: Page, events: Sequence[Recorded]) -> None:
    with feeds[0].database.write() as connection:
        reached = claim(connection, feeds, events[-1].position)
        for feed in feeds:
            feed.apply(connection, page, events)
    for feed, place in zip(feeds, reached, strict=True):
        feed.place = place


def _older_streams(events: Iterable[Recorded]) -> list[str]:
    """The streams that may have rows already: not those that begin within ``events``."""
    first: dict[str, int] = {}
    for recorded in events:
        first.setdefault(recorded.stream_id, recorded.version)
    return [stream for stream, version in first.items() if version > 1]


def place_of(error: BaseException) -> str:
    """What went wrong and where. Never the message: it may quote a value about a person."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "bancheng" in frame.filename] or list(frames)
    where = f" at {Path(own[-1].filename).name}:{own[-1].lineno} in {own[-1].name}" if own else ""
    return f"{type(cause).__name__}{where}"
