"""被反映者: whom a ticket is about: a unit, a window and the unit it belongs to, a person.

What somebody reports must not get to them (信访工作条例 30; 济南12345条例 16, 32). A window is
staffed by its unit, so that is accused with it, also beside another unit that was named: an
integrated window takes in what other units decide, and a reporter may mean both.
"""

from typing import Any, Final, Protocol

from msgspec import Struct

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.errors import together


class Accused(Struct, frozen=True, kw_only=True):
    """被反映者: ``window_unit`` is the unit to which the window belonged when it was named."""

    unit: str | None = None
    window: str | None = None
    window_unit: str | None = None
    staff: str | None = None


NOBODY: Final = Accused()


def without_window_unit(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 of what names a window: to whom it belonged then was not written down."""
    return body | {"accused_window_unit": None}


class Telling(Protocol):
    """What a command says of whom a ticket is about."""

    @property
    def accused_unit(self) -> str | None: ...
    @property
    def accused_window(self) -> str | None: ...
    @property
    def accused_staff(self) -> str | None: ...


def told_in(command: Telling) -> Accused:
    """Whom ``command`` names."""
    return Accused(
        unit=command.accused_unit, window=command.accused_window, staff=command.accused_staff
    )


def known_of(ticket: Ticket) -> Accused:
    """Whom ``ticket`` is about."""
    return Accused(
        unit=ticket.accused,
        window=ticket.accused_window,
        window_unit=ticket.accused_window_unit,
        staff=ticket.accused_staff,
    )


def named(told: Accused, desk: Desk, *, already: Accused = NOBODY) -> Accused:
    """Whom a ticket is about once ``told`` is, where ``already`` was known.

    The unit is that which is told, else the one known, else that of the person, else that of the
    window. ``InvalidInput`` if there is no such unit or person, or if the person is neither of that
    unit nor of that of the window.
    """
    window, window_unit = already.window, already.window_unit
    if told.window is not None:
        window, window_unit = told.window, desk.window_units.get(told.window)
    member = desk.staff.get(told.staff or "")
    unit, _ = together(
        lambda: told.unit and desk.check_unit(told.unit, "accused_unit"),
        lambda: member or (told.staff and desk.member_of("", told.staff, "accused_staff")),
    )
    unit = unit or already.unit
    if member is not None and window_unit != member.unit:
        unit = desk.member_of(unit or member.unit, member.id, "accused_staff").unit
    unit = unit or (member and member.unit) or window_unit
    staff = told.staff or already.staff
    return Accused(unit=unit, window=window, window_unit=window_unit, staff=staff)


def accused_units(
    ticket: Ticket, *, window_unit: str | None, person_unit: str | None
) -> frozenset[str]:
    """The units that ``ticket`` is about: the one told, that of the window, that of the person.

    ``window_unit`` is as `window_unit_of` says; of the person also the unit counts to which they
    have gone since.
    """
    return frozenset(one for one in (ticket.accused, window_unit, person_unit) if one)


def window_unit_of(ticket: Ticket, registered: str | None) -> str | None:
    """The unit of the accused window when it was named; if that was not kept, as ``registered``."""
    return ticket.accused_window_unit or registered


def is_accused(ticket: Ticket, unit: str, desk: Desk) -> bool:
    """Whether ``unit`` is an accused one, or took over from it, and its reporter did not agree."""
    if ticket.agrees_to_contact:
        return False
    person = desk.staff.get(ticket.accused_staff or "")
    told = accused_units(
        ticket,
        window_unit=window_unit_of(ticket, desk.window_units.get(ticket.accused_window or "")),
        person_unit=person.unit if person else None,
    )
    # Whoever took this matter over from it has it still, also if the unit is open again.
    accused = {desk.stands_in_for(one) for unit_ in told for one in ticket.successors_of(unit_)}
    return desk.stands_in_for(unit) in accused
