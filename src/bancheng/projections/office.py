"""名册: units, windows and staff as they stand now, calendars and rule books as published."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import Column, Connection, Index, MetaData, Table, bindparam, select

from bancheng.domain.events import Recorded
from bancheng.domain.office.credential_events import (
    CredentialsRevoked,
    PasswordChanged,
    PasswordIssued,
    SecondFactorEnrolled,
    SecondFactorRemoved,
)
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.office.streams import CALENDAR, CREDENTIALS, RULEBOOK, STAFF, UNIT, WINDOW
from bancheng.domain.office.unit import UnitClosed, UnitRegistered
from bancheng.domain.office.window import WindowClosed, WindowRegistered
from bancheng.domain.office.window_terms import WindowArranged
from bancheng.domain.people import Actor, Role
from bancheng.domain.windows import WindowAuthority, WindowKind, WindowTerms
from bancheng.projections import credentials, publications
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    key,
    prose,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.listing import equals
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Code, Instant, stream_column
from bancheng.projections.machine.columns import Position as PositionColumn
from bancheng.projections.machine.rows import Rows


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """单位: a unit of the hall."""

    stream_id: Annotated[str, key, stream, unseen]
    code: Annotated[str, Word("单位编码")]
    name: Annotated[str, Word("单位名称"), prose]
    closed: Annotated[bool, Word("是否已停用")]
    successor: Annotated[str | None, Word("停用后由哪个单位承接"), unit_code]
    updated_at: Annotated[datetime, unseen]
    position: Annotated[Position, unseen]


class WindowRow(msgspec.Struct, frozen=True, kw_only=True):
    """窗口: a window of the hall, and the unit that it belongs to."""

    stream_id: Annotated[str, key, stream, unseen]
    code: Annotated[str, Word("窗口编号")]
    name: Annotated[str, Word("窗口名称"), prose]
    unit: Annotated[str, Word("所属单位编码"), unit_code]
    kind: Annotated[WindowKind | None, Word("窗口类型,空为未作窗口设置")]
    open_from: Annotated[date | None, Word("启用首日")]
    open_until: Annotated[date | None, Word("启用末日")]
    authorities: Annotated[tuple[WindowAuthority, ...], Word("窗口权限")]
    closed: Annotated[bool, Word("是否已停用")]
    updated_at: Annotated[datetime, unseen]
    position: Annotated[Position, unseen]


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """工作人员: a member of staff as they stand now; one who was dismissed is not ``active``.

    What was issued to them up to the position ``since`` lets them be known no more. ``password_id``
    names the proof of their password; up to ``initial_until`` it only serves to choose another one.
    ``second_factor_id`` names what their 动态口令 is made of, if they have one.
    """

    stream_id: Annotated[str, key, stream, unseen]
    staff_id: Annotated[str, Word("工号")]
    name: Annotated[str, Word("姓名"), prose]
    post: Annotated[str, Word("岗位"), prose]
    unit: Annotated[str, Word("所在单位编码"), unit_code]
    roles: Annotated[tuple[Role, ...], Word("角色")]
    active: Annotated[bool, Word("是否在用")]
    since: Annotated[Position, unseen]
    password_id: Annotated[str | None, unseen]
    initial_until: Annotated[datetime | None, unseen]
    second_factor_id: Annotated[str | None, unseen]
    updated_at: Annotated[datetime, unseen]
    position: Annotated[Position, unseen]


unit = table_of(UnitRow, "unit_register", Index("unit_register_code", "code"))
window = table_of(WindowRow, "window_register", Index("window_register_unit", "unit", "code"))
staff = table_of(
    MemberRow,
    "staff_register",
    Index("staff_register_staff_id", "staff_id"),
    Index("staff_register_unit", "unit", "staff_id"),
)

_NOT_ARRANGED: Final = {"kind": None, "open_from": None, "open_until": None, "authorities": ()}

# Which unit somebody was of before, and until when: they still know its people.
left = Table(
    "staff_left_unit",
    MetaData(),
    stream_column("stream_id", primary_key=True),
    Column("position", PositionColumn, primary_key=True),
    Column("staff_id", Code, nullable=False),
    Column("unit", Code, nullable=False),
    Column("until", Instant, nullable=False),
    Index("staff_left_unit_staff_id", "staff_id", "unit"),
    Index("staff_left_unit_unit", "unit", "staff_id"),
)


def _unit_registered(rows: Rows, event: UnitRegistered, recorded: Recorded) -> None:
    _put(rows, unit, recorded, code=event.code, name=event.name, closed=False, successor=None)


def _unit_closed(rows: Rows, event: UnitClosed, recorded: Recorded) -> None:
    _put(rows, unit, recorded, closed=True, successor=event.successor)


def _window_registered(rows: Rows, event: WindowRegistered, recorded: Recorded) -> None:
    said: dict[str, object] = {"code": event.code, "name": event.name, "unit": event.unit}
    if all(one["closed"] for one in rows.all_of(window, recorded.stream_id)):
        said |= _NOT_ARRANGED
    _put(rows, window, recorded, **said, closed=False)


def _window_arranged(rows: Rows, event: WindowArranged, recorded: Recorded) -> None:
    _put(rows, window, recorded, **msgspec.structs.asdict(event))


def _window_closed(rows: Rows, _: WindowClosed, recorded: Recorded) -> None:
    _put(rows, window, recorded, closed=True, **_NOT_ARRANGED)


def _staff_registered(rows: Rows, event: StaffRegistered, recorded: Recorded) -> None:
    known = rows.all_of(staff, recorded.stream_id)
    before = [row for row in known if row["active"]]
    for row in known:
        if row["unit"] != event.unit:
            _left(rows, row["unit"], event.staff_id, recorded)
    goes_on = [row for row in before if set(row["roles"]) == set(event.roles)]
    _put(
        rows,
        staff,
        recorded,
        staff_id=event.staff_id,
        name=event.name,
        post=event.post,
        unit=event.unit,
        roles=event.roles,
        active=True,
        since=goes_on[0]["since"] if goes_on else recorded.position,
    )


def _left(rows: Rows, unit: str, staff_id: str, recorded: Recorded) -> None:
    rows.new(
        left,
        stream_id=recorded.stream_id,
        position=recorded.position,
        staff_id=staff_id,
        unit=unit,
        until=recorded.envelope.recorded_at,
    )


def _staff_dismissed(rows: Rows, _: StaffDismissed, recorded: Recorded) -> None:
    ended = {
        "since": recorded.position, "password_id": None, "initial_until": None,
        "second_factor_id": None,
    }  # fmt: skip
    _put(rows, staff, recorded, active=False, **ended)


def _password_issued(rows: Rows, event: PasswordIssued, recorded: Recorded) -> None:
    _password(rows, recorded, event.valid_until)


def _password_changed(rows: Rows, _: PasswordChanged, recorded: Recorded) -> None:
    _password(rows, recorded, None)


def _password(rows: Rows, recorded: Recorded, initial_until: datetime | None) -> None:
    id_ = recorded.envelope.event_id
    since = recorded.position
    _put(rows, staff, recorded, since=since, password_id=id_, initial_until=initial_until)


def _second_factor_enrolled(rows: Rows, _: SecondFactorEnrolled, recorded: Recorded) -> None:
    id_ = recorded.envelope.event_id
    _put(rows, staff, recorded, since=recorded.position, second_factor_id=id_)


def _second_factor_removed(rows: Rows, _: SecondFactorRemoved, recorded: Recorded) -> None:
    _put(rows, staff, recorded, since=recorded.position, second_factor_id=None)


def _credentials_revoked(rows: Rows, _: CredentialsRevoked, recorded: Recorded) -> None:
    _put(rows, staff, recorded, since=recorded.position)


def _put(rows: Rows, table: Table, recorded: Recorded, **values: object) -> None:
    values |= {"updated_at": recorded.envelope.recorded_at, "position": recorded.position}
    if found := rows.all_of(table, recorded.stream_id):
        found[0] |= values
    else:
        rows.new(table, stream_id=recorded.stream_id, **values)


PROJECTION = Projection(
    name="office",
    version=10,
    tables=(unit, window, staff, left, *publications.TABLES, *credentials.TABLES),
    handles={
        UnitRegistered: _unit_registered,
        UnitClosed: _unit_closed,
        WindowRegistered: _window_registered,
        WindowArranged: _window_arranged,
        WindowClosed: _window_closed,
        StaffRegistered: _staff_registered,
        StaffDismissed: _staff_dismissed,
        PasswordIssued: _password_issued,
        PasswordChanged: _password_changed,
        SecondFactorEnrolled: _second_factor_enrolled,
        SecondFactorRemoved: _second_factor_removed,
        CredentialsRevoked: _credentials_revoked,
        **publications.HANDLES,
        **credentials.HANDLES,
    },
    follows=("office",),
    of=(UNIT, WINDOW, STAFF, CREDENTIALS, CALENDAR, RULEBOOK),
)

_UNITS = select(unit).order_by(unit.c.code)
_OPEN_UNITS = select(unit.c.code).where(unit.c.closed.is_(False))
_CLOSED_UNITS = select(unit.c.code, unit.c.successor).where(unit.c.closed.is_(True))
_WINDOWS = select(window).order_by(window.c.code)
_UNIT_OF_WINDOW = select(window.c.unit).where(equals(window.c.code))
_ARRANGED = _WINDOWS.where(equals(window.c.code))
_STAFF = select(staff).order_by(staff.c.staff_id)
_UNITS_LEFT = select(left.c.unit).where(
    equals(left.c.staff_id), left.c.until >= bindparam("since", type_=Instant)
)
_ONE = _STAFF.where(equals(staff.c.staff_id))


def open_units(connection: Connection) -> frozenset[str]:
    """The codes of the units that take work."""
    return frozenset(connection.scalars(_OPEN_UNITS))


def successors(connection: Connection) -> dict[str, str]:
    """Which unit takes work now in the place of each closed one; of some nobody does."""
    closed = {row.code: row.successor for row in connection.execute(_CLOSED_UNITS)}
    ends = {code: _end_of(code, closed) for code in closed}
    return {code: end for code, end in ends.items() if end is not None and end not in closed}


def _end_of(code: str, closed: Mapping[str, str | None]) -> str | None:
    # A successor may be closed itself before everything has gone to it, and nobody take over from
    # it. Two that name each other, one of them opened again in between, lead nowhere: then somebody
    # closes with a third.
    end: str | None = code
    for _ in range(len(closed)):
        end = end if end is None else closed.get(end, end)
    return end


def all_units(connection: Connection) -> list[UnitRow]:
    """Every unit, closed ones too, by code."""
    return [UnitRow(**row._mapping) for row in connection.execute(_UNITS)]  # noqa: SLF001


def open_windows(connection: Connection) -> frozenset[str] | None:
    """The codes of the windows at which something may be done; None if none was ever registered."""
    found = all_windows(connection)
    return frozenset(one.code for one in found if not one.closed) if found else None


def all_windows(connection: Connection) -> list[WindowRow]:
    """Every window, closed ones too, by code."""
    return [WindowRow(**row._mapping) for row in connection.execute(_WINDOWS)]  # noqa: SLF001


def terms_of_window(connection: Connection, code: str) -> WindowTerms | None:
    """What was said that the window is for, if anything was."""
    found = connection.execute(_ARRANGED, {"code": code}).first()
    if found is None or found.kind is None:
        return None
    names = WindowTerms.__struct_fields__
    return WindowTerms(**{name: getattr(found, name) for name in names})


def unit_of_window(connection: Connection, code: str) -> str | None:
    """The unit to which the window belongs, also a closed one; none if it was never registered."""
    return connection.scalar(_UNIT_OF_WINDOW, {"code": code})


def all_staff(connection: Connection) -> list[MemberRow]:
    """Everybody, those dismissed too, by staff id."""
    return [_member(row) for row in connection.execute(_STAFF)]


def staff_member(connection: Connection, staff_id: str) -> MemberRow | None:
    """The member of staff with that id."""
    found = connection.execute(_ONE, {"staff_id": staff_id}).first()
    return None if found is None else _member(found)


def units_left(connection: Connection, staff_id: str, since: datetime) -> frozenset[str]:
    """The units that somebody was of at ``since`` or later, and went away from."""
    asked = {"staff_id": staff_id, "since": since}
    return frozenset(connection.scalars(_UNITS_LEFT, asked))


def actor_of(row: Any) -> Actor:
    """Who stands in ``row`` of the register, as an actor."""
    return Actor(
        id=row.staff_id, name=row.name, post=row.post, unit=row.unit, roles=tuple(row.roles)
    )


def _member(row: Any) -> MemberRow:
    return MemberRow(**row._mapping)  # noqa: SLF001  its public name
