"""公布: which calendars and rule books the hall published, and which of them hold."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    select,
)

from bancheng.domain.events import Event, Recorded
from bancheng.domain.office.calendars import CalendarPublished
from bancheng.domain.office.rulebooks import RuleBookPublished
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.projections.ledger.fields import Position, Word, key, prose, stream, unread, unseen
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.columns import Code, Instant, stream_column
from bancheng.projections.machine.columns import Position as PositionColumn
from bancheng.projections.machine.rows import Rows

calendar = Table(
    "calendar_register",
    MetaData(),
    stream_column(),
    Column("version", Code, primary_key=True),
    Column("source", Text, nullable=False),
    Column("announced_through", Date, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("position", PositionColumn, nullable=False),
    Index("calendar_register_position", "position"),
)


class RuleBookRow(msgspec.Struct, frozen=True, kw_only=True):
    """规则库版本: a version of the hall's rules, and from when on it holds."""

    stream_id: Annotated[str, stream, unseen]
    version: Annotated[str, Word("规则库版本"), key]
    title: Annotated[str, Word("规则库名称"), prose]
    place: Annotated[str, Word("施行地域"), prose]
    basis: Annotated[str, Word("制定依据"), prose]
    effective_day: Annotated[date, Word("生效日期")]
    published_at: Annotated[datetime, Word("发布时间")]
    published_by: Annotated[str, Word("发布人"), prose]
    book: Annotated[str, unseen, unread]
    position: Annotated[Position, unseen]


rulebook = table_of(
    RuleBookRow, "rulebook_register", Index("rulebook_register_day", "effective_day", "position")
)


def _rulebook_published(rows: Rows, event: RuleBookPublished, recorded: Recorded) -> None:
    book = event.rulebook
    rows.new(
        rulebook,
        stream_id=recorded.stream_id,
        version=book.version,
        title=book.title,
        place=book.place,
        basis=book.basis,
        effective_day=event.effective_day,
        published_at=recorded.envelope.recorded_at,
        published_by=recorded.envelope.actor.name,
        book=msgspec.json.encode(book).decode(),
        position=recorded.position,
    )


def _calendar_published(rows: Rows, event: CalendarPublished, recorded: Recorded) -> None:
    rows.new(
        calendar,
        stream_id=recorded.stream_id,
        version=event.calendar.version,
        source=event.calendar.source,
        announced_through=event.calendar.announced_through,
        published_at=recorded.envelope.recorded_at,
        calendar=msgspec.json.encode(event.calendar).decode(),
        position=recorded.position,
    )


# Part of the projection `office`: that follows the streams of both.
TABLES: Final = (calendar, rulebook)
HANDLES: Final[Mapping[type[Event], Handler]] = {
    CalendarPublished: _calendar_published,
    RuleBookPublished: _rulebook_published,
}
_CALENDAR_POSITION = select(func.max(calendar.c.position))
_LATEST_CALENDAR = select(calendar.c.calendar).order_by(calendar.c.position.desc()).limit(1)
_CALENDARS = msgspec.json.Decoder(Calendar)
_RULEBOOK_POSITION = select(func.max(rulebook.c.position))
_HISTORY = select(*(c for c in rulebook.c if c.name != "book")).order_by(rulebook.c.position)
# Of two from one day on the later publication holds: it corrects the other.
_ON_A_DAY = (
    select(rulebook.c.book)
    .where(rulebook.c.effective_day <= bindparam("day"))
    .order_by(rulebook.c.effective_day.desc(), rulebook.c.position.desc())
    .limit(1)
)
_BOOKS = select(rulebook.c.book).order_by(rulebook.c.position)
_FIRST_BOOK = _BOOKS.limit(1)
_RULEBOOKS = msgspec.json.Decoder(RuleBook)


def calendar_position(connection: Connection) -> int:
    """The position of the latest published calendar; 0 if none was."""
    return connection.scalar(_CALENDAR_POSITION) or 0


def latest_calendar(connection: Connection) -> Calendar | None:
    """The calendar that was published last."""
    text = connection.scalar(_LATEST_CALENDAR)
    return None if text is None else _CALENDARS.decode(text)


def rulebook_position(connection: Connection) -> int:
    """The position of the latest published rule book; 0 if none was."""
    return connection.scalar(_RULEBOOK_POSITION) or 0


def rulebook_on(connection: Connection, day: date) -> RuleBook | None:
    """The rules in force on ``day``: the first ones before all, none if none was published."""
    text = connection.scalar(_ON_A_DAY, {"day": day}) or connection.scalar(_FIRST_BOOK)
    return None if text is None else _RULEBOOKS.decode(text)


def all_rulebooks(connection: Connection) -> list[RuleBookRow]:
    """Every version that was published, in order."""
    found = connection.execute(_HISTORY)
    return [RuleBookRow(**row._mapping, book="") for row in found]  # noqa: SLF001


def published_books(connection: Connection) -> list[RuleBook]:
    """Every book that was published, in order; also what holds only from a later day on."""
    return [_RULEBOOKS.decode(text) for text in connection.scalars(_BOOKS)]


def rulebook_versions(connection: Connection) -> list[str]:
    """The versions that were published, in order."""
    return [one.version for one in all_rulebooks(connection)]
