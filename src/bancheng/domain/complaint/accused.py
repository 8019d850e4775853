"""被反映者: whom a ticket is about: a unit, a window and the unit it belongs to, a person.

What somebody reports must not get to them (信访工作条例 30; 济南12345条例 16, 32). A window is
staffed by its unit, so that is accused with it, also beside another unit that was named: an
integrated window takes in what other units decide, and a reporter may mean both.
"""

from collections.abc import Collection
from typing import Any, Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role


class AccusedPart(Labelled):
    """被反映项: what a ticket says of whom it is about."""

    UNIT = "accused_unit", "被反映单位"
    WINDOW = "accused_window", "被反映窗口"
    STAFF = "accused_staff", "被反映人员"


class Accused(Struct, frozen=True, kw_only=True):
    """被反映者: ``window_unit`` is the unit to which the window belonged when it was named."""

    unit: str | None = None
    window: str | None = None
    window_unit: str | None = None
    staff: str | None = None

    def part(self, one: AccusedPart) -> str | None:
        """What is named in that part."""
        named_in = {
            AccusedPart.UNIT: self.unit,
            AccusedPart.WINDOW: self.window,
            AccusedPart.STAFF: self.staff,
        }
        return named_in[one]


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


def without(known: Accused, clears: Collection[AccusedPart]) -> Accused:
    """``known`` without the parts that ``clears`` names."""
    window_stays = AccusedPart.WINDOW not in clears
    return Accused(
        unit=None if AccusedPart.UNIT in clears else known.unit,
        window=known.window if window_stays else None,
        window_unit=known.window_unit if window_stays else None,
        staff=None if AccusedPart.STAFF in clears else known.staff,
    )


def named(
    told: Accused, desk: Desk, *, before: Accused = NOBODY, clears: Collection[AccusedPart] = ()
) -> Accused:
    """Whom a ticket is about once ``told`` is, where ``before`` was known but for what ``clears``.

    The unit is that which is told, else the one known, else that of the person, else that of the
    window. ``InvalidInput`` if there is no such unit or person, if the person is neither of that
    unit nor of that of the window, or was and is not any more (``ACCUSED_STAFF_STAYS``).
    """
    known = without(before, clears)
    window, window_unit = known.window, known.window_unit
    if told.window is not None:
        window, window_unit = told.window, desk.window_units.get(told.window)
    member = desk.staff.get(told.staff or "")
    unit, _ = together(
        lambda: told.unit and desk.check_unit(told.unit, "accused_unit"),
        lambda: told.staff and desk.member(told.staff, "accused_staff"),
    )
    unit = unit or known.unit
    if member is not None and window_unit != member.unit:
        unit = desk.member_of(unit or member.unit, member.id, "accused_staff").unit
    unit = unit or (member and member.unit) or window_unit
    after = Accused(
        unit=unit, window=window, window_unit=window_unit, staff=told.staff or known.staff
    )
    if member is None and after.staff is not None:
        _check_still_of(after, before, desk)
    return after


def _check_still_of(after: Accused, before: Accused, desk: Desk) -> None:
    """Whoever was named before is still of one of the units, if one of these is another now."""
    units = {after.unit, after.window_unit} - {None}
    if {before.unit, before.window_unit} - {None} <= units:
        return
    person = desk.staff.get(after.staff or "")
    if person is None or person.unit not in units:
        raise InvalidInput(
            "ACCUSED_STAFF_STAYS",
            f"仍登记为被反映人员的工号「{after.staff}」不是更正后的被反映单位人员",
            field="accused_staff",
            remedy="请一并更正被反映人员;没有指明人员的,请在 clears 中列明清除",
        )


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


def is_pressed(ticket: Ticket, desk: Desk) -> bool:
    """Whether who acts is of a unit that the matter is about, and would rather have it over.

    A reporter who lets that unit call them agrees to no more. Where the hall itself is accused
    somebody of it has to write down what they say: its handlers.
    """
    actor = desk.actor
    about_them = is_accused(replace(ticket, agrees_to_contact=False), actor.unit, desk)
    return about_them and not actor.may(Role.HANDLER)
