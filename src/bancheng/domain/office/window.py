"""窗口: the windows of a hall, one stream each, and the unit that each belongs to."""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk, UnitRef
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, Targets, guarded, nothing
from bancheng.domain.office import window_terms
from bancheng.domain.office.window_terms import (
    ArrangeWindow,
    Duties,
    EndWindowDuty,
    StaffWindow,
    WindowArranged,
    WindowDutyEnded,
)
from bancheng.domain.succession import TakeOver, nothing_to_take_over
from bancheng.domain.windows import WindowTerms

WindowCode = Annotated[
    str, Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9_-]+$", description="窗口编号")
]


@topic("office.window-registered")
class WindowRegistered(Event, frozen=True, kw_only=True):
    """窗口登记: a window was opened, or changed its name or its unit."""

    code: str
    name: str
    unit: str


@topic("office.window-closed")
class WindowClosed(Event, frozen=True, kw_only=True):
    """窗口停用: nothing is done at the window any more; what was done there stays."""


class RegisterWindow(Command, frozen=True, kw_only=True):
    """窗口登记: enter a window, or its new name or unit, into the register.

    From the first one on the hall keeps a register: what is said to be done at a window that is not
    in it is refused.
    """

    code: WindowCode
    name: Annotated[str, Meta(min_length=1, max_length=100, description="窗口名称")]
    unit: Annotated[UnitRef, Meta(description="所属单位编码")]


class CloseWindow(Command, frozen=True, kw_only=True):
    """窗口停用: let nothing be done at the window any more."""

    code: WindowCode


class TakeOverWindow(TakeOver, frozen=True, kw_only=True):
    """窗口承接: let the window of a closed unit belong to its successor."""

    code: WindowCode


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """窗口: the write state; ``registered`` is how it stands now, none if it is closed.

    ``terms`` are what was said that it is for, ``duties`` who sits there, by staff id.
    """

    registered: WindowRegistered | None = None
    terms: WindowTerms | None = None
    duties: Duties = {}


def evolve(window: Window, recorded: Recorded) -> Window:
    """The state after ``recorded``."""
    match recorded.event:
        case WindowRegistered() as event:
            return replace(window, registered=event)
        case WindowClosed():
            return Window()
        case WindowArranged(terms=terms):
            return replace(window, terms=terms)
    return replace(window, duties=window_terms.after(window.duties, recorded.event))


def may_close_window(window: Window, _: Attempt) -> None:
    """A window of the register closes once. ``WrongStep`` ``WINDOW_NOT_OPEN``."""
    if window.registered is None:
        raise WrongStep(
            "WINDOW_NOT_OPEN", "该窗口不存在或已停用", field="code", remedy="请核对窗口编号"
        )


def may_take_over_window(window: Window, attempt: Attempt) -> None:
    """What still belongs to the unit. ``WrongStep`` ``NOTHING_TO_TAKE_OVER``."""
    if window.registered is None or window.registered.unit != attempt.target:
        raise nothing_to_take_over()


def _unit_of(window: Window) -> list[str]:
    return [] if window.registered is None else [window.registered.unit]


def may_end_duty(window: Window, attempt: Attempt) -> None:
    """Of who sits at a window that is open. ``WrongStep`` ``NOT_ON_DUTY``."""
    may_close_window(window, attempt)
    window_terms.require_on_duty(window.duties, attempt)


@guarded(nothing)
def register_window(window: Window, command: RegisterWindow, desk: Desk) -> list[Event]:
    unit = desk.check_unit(command.unit, "unit")
    event = WindowRegistered(code=command.code, name=command.name, unit=unit)
    if event == window.registered:
        raise InvalidInput(
            "WINDOW_UNCHANGED",
            f"窗口「{command.code}」的登记内容没有变化",
            field="code",
            remedy="无需重复登记",
        )
    return [event]


@guarded(may_close_window)
def close_window(_: Window, __: CloseWindow, ___: Desk) -> list[Event]:
    return [WindowClosed()]


@guarded(may_take_over_window, Targets(of=lambda command: command.unit, within=_unit_of))
def take_over_window(window: Window, command: TakeOverWindow, desk: Desk) -> list[Event]:
    assert window.registered is not None, "a window that is closed is of no unit"
    return [replace(window.registered, unit=desk.check_unit(command.successor, "successor"))]


@guarded(may_close_window)
def arrange_window(window: Window, command: ArrangeWindow, _: Desk) -> list[Event]:
    return window_terms.arranged(window.terms, command)


@guarded(may_close_window)
def staff_window(_: Window, command: StaffWindow, desk: Desk) -> list[Event]:
    return window_terms.staffed(command, desk)


@guarded(
    may_end_duty, Targets(of=lambda command: command.staff_id, within=lambda window: window.duties)
)
def end_duty(_: Window, command: EndWindowDuty, __: Desk) -> list[Event]:
    return [WindowDutyEnded(staff_id=command.staff_id)]
