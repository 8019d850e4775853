"""名册: units and staff as they stand now, and the calendars that were published."""

import msgspec
from sqlalchemy import Boolean, Column, Date, Index, MetaData, Table, Text

from bancheng.domain.events import Recorded
from bancheng.domain.office.calendars import CalendarPublished
from bancheng.domain.office.item import ItemPublished, ItemWithdrawn
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.office.unit import UnitClosed, UnitRegistered
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Code, Codes, Instant, Position, stream_column
from bancheng.projections.machine.rows import Rows

metadata = MetaData()

unit = Table(
    "unit_register",
    metadata,
    stream_column(primary_key=True),
    Column("code", Code, nullable=False),
    Column("name", Text, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("position", Position, nullable=False),
    Index("unit_register_code", "code"),
)

staff = Table(
    "staff_register",
    metadata,
    stream_column(primary_key=True),
    Column("staff_id", Code, nullable=False),
    Column("name", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("unit", Code, nullable=False),
    Column("roles", Codes, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("position", Position, nullable=False),
    Index("staff_register_staff_id", "staff_id"),
    Index("staff_register_unit", "unit", "staff_id"),
)


calendar = Table(
    "calendar_register",
    metadata,
    stream_column(),
    Column("version", Code, primary_key=True),
    Column("source", Text, nullable=False),
    Column("announced_through", Date, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("position", Position, nullable=False),
    Index("calendar_register_position", "position"),
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


def _unit_registered(rows: Rows, event: UnitRegistered, recorded: Recorded) -> None:
    _put(rows, unit, recorded, code=event.code, name=event.name, closed=False)


def _unit_closed(rows: Rows, _: UnitClosed, recorded: Recorded) -> None:
    _put(rows, unit, recorded, closed=True)


def _staff_registered(rows: Rows, event: StaffRegistered, recorded: Recorded) -> None:
    _put(
        rows,
        staff,
        recorded,
        staff_id=event.staff_id,
        name=event.name,
        post=event.post,
        unit=event.unit,
        roles=tuple(role.value for role in event.roles),
        active=True,
    )


def _staff_dismissed(rows: Rows, _: StaffDismissed, recorded: Recorded) -> None:
    _put(rows, staff, recorded, active=False)


def _put(rows: Rows, table: Table, recorded: Recorded, **values: object) -> None:
    values |= {"updated_at": recorded.envelope.recorded_at, "position": recorded.position}
    if found := rows.all_of(table, recorded.stream_id):
        found[0] |= values
    else:
        rows.new(table, stream_id=recorded.stream_id, **values)


PROJECTION = Projection(
    name="office",
    version=1,
    tables=(unit, staff, calendar),
    handles={
        UnitRegistered: _unit_registered,
        UnitClosed: _unit_closed,
        StaffRegistered: _staff_registered,
        StaffDismissed: _staff_dismissed,
        CalendarPublished: _calendar_published,
    },
    ignores=frozenset({ItemPublished, ItemWithdrawn}),
    foreign=("complaint.", "case.", "warning.", "deadline."),
)
