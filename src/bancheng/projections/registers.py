"""名册: the rows and queries of units, staff and calendars, for identity and for rules."""

from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from bancheng.domain.people import Role
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.office import calendar, staff, unit
from bancheng.projections.paging import equals


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """单位: a unit of the hall."""

    code: str
    name: str
    closed: bool


class StaffRow(msgspec.Struct, frozen=True, kw_only=True):
    """工作人员: a member of staff as they stand now; one who was dismissed is not ``active``."""

    staff_id: str
    name: str
    post: str
    unit: str
    roles: tuple[Role, ...]
    active: bool


_ROLES = {role.value: role for role in Role}
_CALENDAR_POSITION = select(func.max(calendar.c.position))
_LATEST_CALENDAR = select(calendar.c.calendar).order_by(calendar.c.position.desc()).limit(1)
_CALENDARS = msgspec.json.Decoder(Calendar)
_UNITS = select(unit.c.code, unit.c.name, unit.c.closed).order_by(unit.c.code)
_OPEN_UNITS = select(unit.c.code).where(unit.c.closed.is_(False))
_STAFF = select(
    staff.c.staff_id, staff.c.name, staff.c.post, staff.c.unit, staff.c.roles, staff.c.active
).order_by(staff.c.staff_id)
_ONE = _STAFF.where(equals(staff.c.staff_id))


def calendar_position(connection: Connection) -> int:
    """The position of the latest published calendar; 0 if none was."""
    return connection.scalar(_CALENDAR_POSITION) or 0


def latest_calendar(connection: Connection) -> Calendar | None:
    """The calendar that was published last."""
    text = connection.scalar(_LATEST_CALENDAR)
    return None if text is None else _CALENDARS.decode(text)


def open_units(connection: Connection) -> frozenset[str]:
    """The codes of the units that take work."""
    return frozenset(connection.scalars(_OPEN_UNITS))


def all_units(connection: Connection) -> list[UnitRow]:
    """Every unit, closed ones too, by code."""
    return [UnitRow(**row._mapping) for row in connection.execute(_UNITS)]  # noqa: SLF001


def all_staff(connection: Connection) -> list[StaffRow]:
    """Everybody, those dismissed too, by staff id."""
    return [_staff_row(row) for row in connection.execute(_STAFF)]


def staff_member(connection: Connection, staff_id: str) -> StaffRow | None:
    """The member of staff with that id."""
    found = connection.execute(_ONE, {"staff_id": staff_id}).first()
    return None if found is None else _staff_row(found)


def _staff_row(row: Any) -> StaffRow:
    roles = tuple(_ROLES[code] for code in row.roles)
    return StaffRow(**{**row._mapping, "roles": roles})  # noqa: SLF001  its public name
