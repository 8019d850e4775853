"""联席会议: who leads, or that nobody can solve it, is settled by units that sit together.

Part of 派发工单. What a meeting sets somebody to do runs as a limit, and outlives the ticket as
whatever was asked of a unit does.
"""

from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.commands import Desk, UnitRef
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import MeetingLevel, MeetingResult, MeetingState, Status
from bancheng.domain.deadlines import key_of
from bancheng.domain.errors import InvalidInput, NotAllowed, NotFound, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Limit, LimitUnit, Verdict

UNITS_MAX: Final = 20
# Before that nobody knows what it is about; after it no unit has anything to do.
_OPEN: Final = (Status.ACCEPTED, Status.ANALYSED, Status.DISPATCHED)
_FOLLOW_UP: Final = LimitKind.FOLLOW_UP


@topic("complaint.meeting-convened", step=Step.DISPATCH)
class MeetingConvened(Event, frozen=True, kw_only=True):
    """召集联席会议: ``units`` are to meet at ``meets_at`` and to answer ``question``."""

    meeting_id: str
    level: MeetingLevel
    units: tuple[str, ...]
    meets_at: datetime
    place: str
    question: FreeText

    @property
    def concerned(self) -> tuple[str, ...]:
        """The units that are to know of the matter."""
        return self.units


@topic("complaint.meeting-cancelled", step=Step.DISPATCH)
class MeetingCancelled(Event, frozen=True, kw_only=True):
    """取消联席会议: it does not take place; ``units`` had been convened."""

    meeting_id: str
    units: tuple[str, ...]
    reason: FreeText


@topic("complaint.meeting-held", step=Step.DISPATCH)
class MeetingHeld(Event, frozen=True, kw_only=True):
    """形成会议纪要: the meeting was held, and ``result`` is what it settled.

    ``lead_unit`` is the unit that it named to lead. ``unit`` has ``follow_up`` to do until
    ``follow_up_due``, if the meeting set anybody anything.
    """

    meeting_id: str
    minutes: FreeText
    result: MeetingResult
    lead_unit: str | None = None
    unit: str | None = None
    follow_up: FreeText | None = None
    follow_up_due: DueDate | None = None

    @property
    def concerned(self) -> tuple[str, ...]:
        """The units that have something to do by it."""
        return tuple(one for one in (self.lead_unit, self.unit) if one is not None)


@topic("complaint.meeting-followed-up", step=Step.SUPERVISE)
class MeetingFollowedUp(Event, frozen=True, kw_only=True):
    """落实会议事项: the unit did what the meeting set it; ``verdict`` is on the time it took."""

    meeting_id: str
    report: FreeText
    verdict: Verdict


class MeetingCommand(TicketCommand, frozen=True, kw_only=True):
    """会议指令: an act on a meeting about a ticket."""

    meeting_id: Annotated[str, Meta(max_length=80, description="会议编号")]


class ConveneMeeting(TicketCommand, frozen=True, kw_only=True):
    """召集联席会议: call units together about a matter that goes from hand to hand."""

    level: Annotated[MeetingLevel, Meta(description="会议层级;上会须先经联席会议提请")]
    units: Annotated[
        tuple[UnitRef, ...], Meta(min_length=1, max_length=UNITS_MAX, description="与会单位编码")
    ]
    meets_at: Annotated[datetime, Meta(description="会议时间")]
    place: Annotated[str, Meta(min_length=1, max_length=100, description="会议地点")]
    question: Annotated[FreeText, Meta(description="议题")]
    to_units: ClassVar[tuple[str, ...]] = ("question", "why")


class CancelMeeting(MeetingCommand, frozen=True, kw_only=True):
    """取消联席会议: say that the meeting does not take place, and why."""

    reason: Annotated[FreeText, Meta(description="取消原因")]
    to_units: ClassVar[tuple[str, ...]] = ("reason", "why")


class RecordMeeting(MeetingCommand, frozen=True, kw_only=True):
    """形成会议纪要: record what the meeting said and settled, and whom it set what to do."""

    minutes: Annotated[FreeText, Meta(description="会议纪要")]
    result: Annotated[MeetingResult, Meta(description="会议结果")]
    lead_unit: (
        Annotated[UnitRef, Meta(description="会议明确的主办单位编码,仅结果为明确主办时填写")] | None
    ) = None
    follow_up: Annotated[FreeText, Meta(description="会后须落实的事项")] | None = None
    follow_up_unit: Annotated[UnitRef, Meta(description="落实单位编码")] | None = None
    follow_up_working_days: (
        Annotated[int, Meta(ge=1, le=365, description="落实期限(工作日)")] | None
    ) = None
    to_units: ClassVar[tuple[str, ...]] = ("minutes", "follow_up", "why")


class FollowUpMeeting(MeetingCommand, frozen=True, kw_only=True):
    """落实会议事项: tell that what the meeting set the unit to do is done."""

    report: Annotated[FreeText, Meta(description="落实情况")]


MEETINGS: Final = Targets[Ticket](
    of=lambda command: command.meeting_id, within=lambda ticket: ticket.meetings
)


def may_convene(ticket: Ticket, attempt: Attempt) -> None:
    """While units may have it to do, and no meeting about it is waited for already.

    ``WrongStep`` ``MEETING_WAITING``.
    """
    ticket.require(attempt.act, *_OPEN)
    if MeetingState.CONVENED in (one.state for one in ticket.meetings.values()):
        raise WrongStep(
            "MEETING_WAITING",
            "本件已有会议待召开",
            remedy="请先形成会议纪要,或取消该会议",
        )


def may_record(ticket: Ticket, attempt: Attempt) -> None:
    """Once, also if the ticket has ended meanwhile: what was said is on record, and so is a no."""
    _meeting(ticket, attempt, MeetingState.CONVENED)


def may_follow_up(ticket: Ticket, attempt: Attempt) -> None:
    """The unit that has it to do, or took it over; whatever has become of the ticket.

    ``NotAllowed`` ``NOT_OWN_UNIT``.
    """
    _meeting(ticket, attempt, MeetingState.HELD)
    actor = attempt.desk.actor
    if ticket.deadlines[key_of(_FOLLOW_UP, attempt.target)].unit != actor.unit and not actor.may(
        Role.SYSTEM
    ):
        raise NotAllowed(
            "NOT_OWN_UNIT", "该会议事项不由您所在的单位落实", remedy="请由落实单位报告落实情况"
        )


@guarded(may_convene)
def convene(ticket: Ticket, command: ConveneMeeting, desk: Desk) -> list[Event]:
    units, *_ = together(
        lambda: desk.check_units(command.units, "units"),
        lambda: _check_coming(command, desk),
        lambda: _check_level(ticket, command.level),
    )
    return [
        MeetingConvened(
            meeting_id=f"{ticket.number}-M{len(ticket.meetings) + 1:02d}",
            level=command.level,
            units=units,
            meets_at=command.meets_at,
            place=command.place,
            question=desk.sealed(command.question),
        )
    ]


@guarded(may_record, MEETINGS)
def cancel(ticket: Ticket, command: CancelMeeting, desk: Desk) -> list[Event]:
    return [
        MeetingCancelled(
            meeting_id=command.meeting_id,
            units=ticket.meetings[command.meeting_id].units,
            reason=desk.sealed(command.reason),
        )
    ]


@guarded(may_record, MEETINGS)
def record(_: Ticket, command: RecordMeeting, desk: Desk) -> list[Event]:
    lead, follower, *_rest = together(
        lambda: _unit(command.lead_unit, "lead_unit", desk),
        lambda: _unit(command.follow_up_unit, "follow_up_unit", desk),
        partial(_check_lead, command),
        partial(_check_follow_up, command),
    )
    days = command.follow_up_working_days
    return [
        MeetingHeld(
            meeting_id=command.meeting_id,
            minutes=desk.sealed(command.minutes),
            result=command.result,
            lead_unit=lead,
            unit=follower,
            follow_up=command.follow_up and desk.sealed(command.follow_up),
            follow_up_due=None if days is None else desk.due(_set(days), _FOLLOW_UP.purpose),
        )
    ]


@guarded(may_follow_up, MEETINGS)
def follow_up(ticket: Ticket, command: FollowUpMeeting, desk: Desk) -> list[Event]:
    deadline = ticket.deadlines[key_of(_FOLLOW_UP, command.meeting_id)]
    return [
        MeetingFollowedUp(
            meeting_id=command.meeting_id,
            report=desk.sealed(command.report),
            verdict=deadline.judged(desk.now, desk.calendar),
        )
    ]


def _meeting(ticket: Ticket, attempt: Attempt, state: MeetingState) -> None:
    found = ticket.meetings.get(attempt.target)
    if found is None:
        raise NotFound(
            "MEETING_NOT_FOUND",
            f"本件没有会议「{attempt.target}」",
            field="meeting_id",
            remedy="请核对会议编号",
        )
    if found.state is not state:
        raise WrongStep(
            "WRONG_MEETING_STATE",
            f"会议 {attempt.target} 当前为「{found.state.label}」",
            remedy=f"本操作只适用于: {state.label}",
        )


def _set(working_days: int) -> Limit:
    return Limit(
        id="follow_up",
        amount=working_days,
        unit=LimitUnit.WORKING_DAYS,
        label=f"会议确定, {working_days}个工作日",
        basis="会议纪要",
    )


def _unit(code: str | None, field: str, desk: Desk) -> str | None:
    return None if code is None else desk.check_unit(code, field)


def _check_coming(command: ConveneMeeting, desk: Desk) -> None:
    if command.meets_at <= desk.now:
        raise InvalidInput(
            "MEETING_IN_THE_PAST",
            "会议时间须晚于现在",
            field="meets_at",
            remedy="请填写将要召开的时间",
        )


def _check_level(ticket: Ticket, level: MeetingLevel) -> None:
    referred = any(one.result is MeetingResult.REFERRED for one in ticket.meetings.values())
    if level is MeetingLevel.EXECUTIVE and not referred:
        raise InvalidInput(
            "NOT_REFERRED",
            "未经联席会议提请,不能上会",
            field="level",
            remedy="请先召开联席会议,结果为提请上会",
        )


def _check_lead(command: RecordMeeting) -> None:
    names = command.result is MeetingResult.LEAD_NAMED
    if names != (command.lead_unit is not None):
        raise InvalidInput(
            "MEETING_LEAD",
            "结果为明确主办单位的须填主办单位,其他结果不填",
            field="lead_unit",
            remedy="请核对会议结果与主办单位",
        )


def _check_follow_up(command: RecordMeeting) -> None:
    told = (command.follow_up, command.follow_up_unit, command.follow_up_working_days)
    if None in told and set(told) != {None}:
        raise InvalidInput(
            "FOLLOW_UP_INCOMPLETE",
            "须落实的事项、落实单位、落实期限应一并填写",
            field="follow_up",
            remedy="请补全或全部不填",
        )
    # JN 24: what can not be solved now has its measures and a date, and is kept in sight.
    if command.follow_up is None and command.result is not MeetingResult.LEAD_NAMED:
        raise InvalidInput(
            "FOLLOW_UP_MISSING",
            f"会议结果为「{command.result.label}」的,须明确会后落实事项",
            field="follow_up",
            remedy="请填写落实事项、单位与期限",
        )
