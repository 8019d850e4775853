"""窗口设置与派班: what a window is for, and who sits there from when to when."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.commands import Command, Desk, StaffRef
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt
from bancheng.domain.hands import HOLDING
from bancheng.domain.windows import WindowAuthority, WindowKind, WindowTerms

_Code = Annotated[
    str, Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9_-]+$", description="窗口编号")
]


class Duty(Struct, frozen=True, kw_only=True):
    """值守: from when to when somebody sits at a window; without an end, until it is ended."""

    since: datetime
    until: datetime | None


Duties = Mapping[str, Duty]


@topic("office.window-arranged")
class WindowArranged(Event, frozen=True, kw_only=True):
    """窗口设置: of what kind the window is, on which days it is open, what it may do."""

    kind: WindowKind
    open_from: date | None
    open_until: date | None
    authorities: tuple[WindowAuthority, ...]

    @property
    def terms(self) -> WindowTerms:
        """The same, as cases ask of it."""
        return WindowTerms(
            kind=self.kind,
            open_from=self.open_from,
            open_until=self.open_until,
            authorities=self.authorities,
        )


@topic("office.window-staffed")
class WindowStaffed(Event, frozen=True, kw_only=True):
    """窗口派班: somebody sits at the window from ``since`` to ``until``."""

    staff_id: str
    name: str
    since: datetime
    until: datetime | None = None


@topic("office.window-duty-ended")
class WindowDutyEnded(Event, frozen=True, kw_only=True):
    """窗口撤班: they do not sit there any more."""

    staff_id: str


class ArrangeWindow(Command, frozen=True, kw_only=True):
    """窗口设置: say what a window is for; from then on what is beyond that is not done there.

    A window of which nothing was said may do everything, at any time.
    """

    code: _Code
    kind: Annotated[WindowKind, Meta(description="窗口类型")]
    authorities: Annotated[
        tuple[WindowAuthority, ...], Meta(max_length=len(WindowAuthority), description="窗口权限")
    ]
    open_from: Annotated[date, Meta(description="启用首日;不填为即日起")] | None = None
    open_until: Annotated[date, Meta(description="启用末日,如临时窗口;不填为长期")] | None = None


class StaffWindow(Command, frozen=True, kw_only=True):
    """窗口派班: say who sits at a window from when to when; repeat it to say otherwise."""

    code: _Code
    staff_id: Annotated[StaffRef, Meta(description="值守人员工号")]
    since: Annotated[datetime, Meta(tz=True, description="值守起时")]
    until: Annotated[datetime, Meta(tz=True, description="值守止时;不填为长期")] | None = None

    def staff_named(self) -> tuple[str, ...]:
        return (self.staff_id,)


class EndWindowDuty(Command, frozen=True, kw_only=True):
    """窗口撤班: let somebody not sit at the window any more."""

    code: _Code
    staff_id: Annotated[StaffRef, Meta(description="值守人员工号")]


def arranged(terms: WindowTerms | None, command: ArrangeWindow) -> list[Event]:
    """That the window is for that."""
    if None not in (command.open_from, command.open_until) and (
        command.open_until < command.open_from  # type: ignore[operator]
    ):
        raise InvalidInput(
            "OPEN_DAYS_REVERSED",
            "启用末日早于首日",
            field="open_until",
            remedy="请核对启用的起止日期",
        )
    event = WindowArranged(
        kind=command.kind,
        open_from=command.open_from,
        open_until=command.open_until,
        authorities=tuple(one for one in WindowAuthority if one in command.authorities),
    )
    if event.terms == terms:
        raise InvalidInput(
            "ARRANGEMENT_UNCHANGED",
            f"窗口「{command.code}」的设置没有变化",
            field="code",
            remedy="无需重复设置",
        )
    return [event]


def staffed(command: StaffWindow, desk: Desk) -> list[Event]:
    """That somebody sits there."""
    person = desk.member(command.staff_id, "staff_id")
    if not person.may(*HOLDING):
        raise InvalidInput(
            "SEAT_UNFIT",
            f"工号「{person.id}」的岗位不在窗口办理",
            field="staff_id",
            remedy="请填写窗口或承办岗位人员的工号",
        )
    if command.until is not None and command.until <= max(command.since, desk.now):
        raise InvalidInput(
            "DUTY_OVER",
            "值守止时须晚于起时与此刻",
            field="until",
            remedy="请核对起止时间",
        )
    return [
        WindowStaffed(
            staff_id=person.id, name=person.name, since=command.since, until=command.until
        )
    ]


def require_on_duty(duties: Duties, attempt: Attempt) -> None:
    """``WrongStep`` ``NOT_ON_DUTY`` unless they sit there, or are to."""
    found = duties.get(attempt.target)
    if found is None or (found.until is not None and found.until <= attempt.desk.now):
        raise WrongStep("NOT_ON_DUTY", "此人没有在该窗口未到期的派班", remedy="无需撤班")


def after(duties: Duties, event: Event) -> Duties:
    """Who sits there after ``event``."""
    match event:
        case WindowStaffed(staff_id=staff_id, since=since, until=until):
            return {**duties, staff_id: Duty(since=since, until=until)}
        case WindowDutyEnded(staff_id=staff_id):
            return {key: one for key, one in duties.items() if key != staff_id}
    return duties
