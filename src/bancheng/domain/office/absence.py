"""去向留言: who is away, on what, until when, and to whom of the unit one turns meanwhile (AB岗).

It is told on the stream of the person. It gives nobody a right: who is named acts by their own,
or in the place of who is away if that was registered (`bancheng.domain.office.stand_ins`).
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.commands import Command, Desk, StaffRef
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt
from bancheng.domain.labelled import Labelled
from bancheng.domain.office.streams import registered_as
from bancheng.domain.people import Role


class Whereabouts(Labelled):
    """去向: on what somebody is away."""

    FIELD_WORK = "field_work", "外出核查、下乡"
    MEETING = "meeting", "开会"
    TRAINING = "training", "培训"
    BUSINESS_TRIP = "business_trip", "出差"
    LEAVE = "leave", "请假、休假"


class Absence(Struct, frozen=True, kw_only=True):
    """离岗: until when somebody said they are away."""

    until: datetime


@topic("office.absence-noted")
class AbsenceNoted(Event, frozen=True, kw_only=True):
    """去向留言: somebody is away from ``since`` to ``until``; ``stand_in`` is there instead."""

    whereabouts: Whereabouts
    since: datetime
    until: datetime
    stand_in: str | None = None


@topic("office.absence-ended")
class AbsenceEnded(Event, frozen=True, kw_only=True):
    """返岗: they are back before that, or do not go."""


class NoteAbsence(Command, frozen=True, kw_only=True):
    """去向留言: say where one is and who is there instead; repeat it to say otherwise."""

    staff_id: Annotated[StaffRef, Meta(description="离岗人员工号")]
    whereabouts: Annotated[Whereabouts, Meta(description="去向")]
    since: Annotated[datetime, Meta(tz=True, description="离岗起时")]
    until: Annotated[datetime, Meta(tz=True, description="离岗止时")]
    stand_in: Annotated[StaffRef | None, Meta(description="替岗人员工号(B岗),须为本单位人员")] = (
        None
    )

    def staff_named(self) -> tuple[str, ...]:
        return (self.staff_id, *(one for one in (self.stand_in,) if one))


class EndAbsence(Command, frozen=True, kw_only=True):
    """返岗: say that one is back."""

    staff_id: Annotated[StaffRef, Meta(description="返岗人员工号")]


def require_own_or_led(unit: str, attempt: Attempt) -> None:
    """``NotAllowed`` ``ABSENCE_OF_OTHERS`` but for the person, and the head of their unit."""
    actor = attempt.desk.actor
    leads = actor.may(Role.UNIT_HEAD, Role.DUTY_LEADER) and actor.unit == unit
    if not leads and registered_as(attempt.desk.stream_id) != actor.id:
        raise NotAllowed(
            "ABSENCE_OF_OTHERS", "只能登记本人的去向", remedy="他人的去向由其本人或单位负责人登记"
        )


def noted(unit: str, command: NoteAbsence, desk: Desk) -> list[Event]:
    """That somebody of ``unit`` is away."""
    stand_in, _ = together(
        lambda: _stand_in(unit, command, desk),
        lambda: _check_times(command, desk),
    )
    return [
        AbsenceNoted(
            whereabouts=command.whereabouts,
            since=command.since,
            until=command.until,
            stand_in=stand_in,
        )
    ]


def _stand_in(unit: str, command: NoteAbsence, desk: Desk) -> str | None:
    if command.stand_in is None:
        return None
    if command.stand_in == command.staff_id:
        raise InvalidInput(
            "STANDS_IN_FOR_ONESELF",
            "替岗人员不能是离岗人员本人",
            field="stand_in",
            remedy="请填写另一人的工号",
        )
    return desk.member_of(unit, command.stand_in, "stand_in").id


def _check_times(command: NoteAbsence, desk: Desk) -> None:
    if command.until <= max(command.since, desk.now):
        raise InvalidInput(
            "ABSENCE_OVER",
            "离岗止时须晚于起时与此刻",
            field="until",
            remedy="请核对起止时间",
        )


def require_away(absence: Absence | None, desk: Desk) -> None:
    """``WrongStep`` ``NOT_AWAY`` unless somebody is away or about to be."""
    if absence is None or absence.until <= desk.now:
        raise WrongStep("NOT_AWAY", "此人没有未到期的去向留言", remedy="无需登记返岗")


def after(absence: Absence | None, event: Event) -> Absence | None:
    """The absence after ``event``."""
    match event:
        case AbsenceNoted(until=until):
            return Absence(until=until)
        case AbsenceEnded():
            return None
    return absence
