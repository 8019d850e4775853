"""特别程序: hearings, surveys, tests and expert reviews.

While one is done the deadlines of the case stand still, if the applicant was told in writing how
long it takes (行政许可法 45): by a notice that has a number, a day and that time.

Of a hearing only the time is kept here. It begins when one was asked for or set, and ends with the
act by which it was held or waived; that course is in `hearing_right` and `hearing_course`.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from bancheng.domain.case.deadline import WHOLE, DeadlineDue, dues_of
from bancheng.domain.case.guards import all_of, needs_file, needs_none_coming, waits_in
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk, StaffRef
from bancheng.domain.errors import InvalidInput, NotFound, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.items import SpecialProcedure
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Limit, Pause, case_by_case
from bancheng.domain.time_limits.pauses import days_of, paused_days

SURVEYORS_MIN: Final = 2
PAUSED = (*WHOLE, LimitKind.STEP)


class ProcedureNotice(Struct, frozen=True, kw_only=True):
    """特别程序告知书: what the applicant was told in writing of the time that does not count."""

    number: Annotated[str, Meta(min_length=1, max_length=100, description="告知书编号")]
    told_on: Annotated[date, Meta(description="告知日,即特别程序开始之日")]
    working_days: Annotated[
        int, Meta(ge=1, le=20_000, description="告知的所需工作日,不超过事项规定")
    ]


@topic("case.special-procedure-started", step=Step.DEADLINE)
class SpecialProcedureStarted(Event, frozen=True, kw_only=True):
    """特别程序开始: hearing, survey, test or expert review began and must end by ``due``.

    Without ``pause`` its time counts by the item's own rule. ``dues`` are the new due dates of the
    deadlines that stand still; empty if the applicant was not told of the pause. ``officers`` are
    who verifies the substance of a survey (行政许可法 34(3)).
    """

    procedure: str
    name: str
    due: DueDate
    notice: ProcedureNotice | None = None
    officers: tuple[str, ...] = ()
    pause: Pause | None = None
    dues: tuple[DeadlineDue, ...] = ()


def _with_officers(body: dict[str, Any]) -> dict[str, Any]:
    """1 → 2: that others than those sent did it could not be said."""
    return body | {"officers": []}


@topic("case.special-procedure-ended", step=Step.DEADLINE, schema=2, upcasts={1: _with_officers})
class SpecialProcedureEnded(Event, frozen=True, kw_only=True):
    """特别程序结束: it ended with a finding. ``dues`` are the due dates of what goes on by that.

    A deadline whose pause was over by itself is among them: its pause has its end now.
    ``officers`` are who did it in the place of those sent; empty if those did.
    """

    procedure: str
    finding: FreeText
    officers: tuple[str, ...] = ()
    dues: tuple[DeadlineDue, ...] = ()


class StartProcedure(CaseCommand, frozen=True, kw_only=True):
    """特别程序开始: begin a special procedure of the item."""

    procedure: Annotated[str, Meta(max_length=40, description="特别程序编码")]
    notice: Annotated[
        ProcedureNotice | None, Meta(description="书面告知申请人所需时间的告知书;未告知不停止计时")
    ] = None
    officers: Annotated[
        tuple[StaffRef, ...], Meta(max_length=10, description="现场勘查人员工号,两名以上")
    ] = ()

    def staff_named(self) -> tuple[str, ...]:
        return self.officers


class EndProcedure(CaseCommand, frozen=True, kw_only=True):
    """特别程序结束: end the special procedure with what it found."""

    finding: Annotated[FreeText, Meta(description="特别程序的结论")]
    officers: Annotated[
        tuple[StaffRef, ...],
        Meta(max_length=10, description="改由其他人员办理的,实际办理人员工号;未改的不填"),
    ] = ()

    def staff_named(self) -> tuple[str, ...]:
        return self.officers


PROCEDURES: Final = Targets[Case](
    of=lambda command: command.procedure,
    within=lambda case: [one.code for one in case.offered.procedures],
)


may_conduct = all_of(waits_in(CaseStatus.ACCEPTED), needs_file)


def may_start_procedure(case: Case, attempt: Attempt) -> SpecialProcedure:
    may_conduct(case, attempt)
    if case.procedure is not None:
        raise WrongStep("PROCEDURE_OPEN", "本件已有进行中的特别程序", remedy="请先结束该程序")
    procedure = _procedure(case, attempt.target)
    # Else a name would stop the clock, and nobody be heard (行政许可法 45, 47).
    if procedure.is_hearing and case.hearing_to_come is None:
        raise WrongStep(
            "NO_HEARING_TO_COME",
            "本件没有申请或通知的听证,不能以听证停止计时",
            remedy="请在有人申请听证,或已公告并通知听证后开始",
        )
    return procedure


@guarded(may_start_procedure, PROCEDURES)
def start_procedure(case: Case, command: StartProcedure, desk: Desk) -> list[Event]:
    procedure = _procedure(case, command.procedure)
    _, (due, pause) = together(
        lambda: _check_officers(case, procedure, command.officers, desk),
        lambda: _stood_still(case, procedure, command, desk),
    )
    return [
        SpecialProcedureStarted(
            procedure=procedure.code,
            name=procedure.name,
            due=due,
            notice=command.notice,
            officers=command.officers,
            pause=pause,
            dues=() if pause is None else _paused(case, pause, desk),
        )
    ]


def _stood_still(
    case: Case, procedure: SpecialProcedure, command: StartProcedure, desk: Desk
) -> tuple[DueDate, Pause | None]:
    """By when the procedure ends, and the pause that it makes, if its time does not count."""
    told_days = None if command.notice is None else _told_days(command.notice, desk)
    due = _procedure_due(case, procedure, told_days, desk)
    pause = None if procedure.counted else _pause(procedure, command, due, desk)
    if pause is not None and pause.told_at is not None:
        _check_total(case, pause, desk)
    return due, pause


def _may_end(case: Case, attempt: Attempt) -> None:
    procedure = case.offered.procedure(_begun(case))
    if procedure is not None and procedure.is_hearing:
        needs_none_coming(case, attempt)


@guarded(all_of(may_conduct, _may_end))
def end_procedure(case: Case, command: EndProcedure, desk: Desk) -> list[Event]:
    _check_done_by(case, command.officers, desk)
    ended = _ended(case, _begun(case), command.finding, desk)
    return [replace(ended, officers=command.officers)]


def hearing_over(case: Case, finding: str, desk: Desk) -> list[Event]:
    """The end of the special procedure that stops the clock for a hearing, if one is on.

    It comes with the hearing: else the time of the case would stand until somebody thought of it.
    """
    procedure = None if case.procedure is None else case.offered.procedure(case.procedure)
    if procedure is None or not procedure.is_hearing:
        return []
    return [_ended(case, procedure.code, FreeText(finding), desk)]


def _ended(case: Case, procedure: str, finding: FreeText, desk: Desk) -> SpecialProcedureEnded:
    paused = [deadline for deadline in case.running(*PAUSED) if deadline.watch.is_on_pause]
    resumed = (
        (deadline, deadline.watch.resume(desk.now, desk.calendar).due) for deadline in paused
    )
    return SpecialProcedureEnded(
        procedure=procedure, finding=desk.sealed(finding), dues=dues_of(resumed, desk)
    )


def _begun(case: Case) -> str:
    if case.procedure is None:
        raise WrongStep("NO_PROCEDURE", "本件没有进行中的特别程序", remedy="请核对办件")
    return case.procedure


def _procedure(case: Case, code: str) -> SpecialProcedure:
    procedure = case.offered.procedure(code)
    if procedure is None:
        known = "、".join(f"{one.code}({one.name})" for one in case.offered.procedures)
        raise NotFound(
            "PROCEDURE_UNKNOWN",
            f"事项「{case.offered.name}」没有特别程序「{code}」",
            field="procedure",
            remedy=f"可选: {known or '无'}",
        )
    return procedure


def _check_officers(
    case: Case, procedure: SpecialProcedure, officers: tuple[str, ...], desk: Desk
) -> None:
    """Raise ``InvalidInput`` unless they are of the unit, and two for a survey (行政许可法 34).

    Who is recused surveys nothing either, whoever sends them.
    """
    together(
        *(
            partial(_check_officer, case, officer, f"officers[{at}]", desk)
            for at, officer in enumerate(officers)
        ),
        partial(_check_two, procedure, officers),
    )


def _check_officer(case: Case, officer: str, field: str, desk: Desk) -> None:
    member = desk.member_of(desk.actor.unit, officer, field)
    if case.is_recused(member.id):
        raise InvalidInput(
            "OFFICER_RECUSED",
            f"「{member.name}」已被决定在本件回避,不能参加本程序",
            field=field,
            remedy="请另行指派人员(公务员法第七十六条)",
        )


def _check_two(procedure: SpecialProcedure, officers: tuple[str, ...]) -> None:
    if procedure.is_survey and len(set(officers)) < SURVEYORS_MIN:
        raise InvalidInput(
            "SURVEY_NEEDS_TWO",
            f"「{procedure.name}」应当指派两名以上工作人员",
            field="officers",
            remedy="请填写两名不同人员的工号(行政许可法第三十四条第三款)",
        )


def _check_done_by(case: Case, officers: tuple[str, ...], desk: Desk) -> None:
    """Raise ``InvalidInput`` unless who did it may: as at its start, by who is recused now.

    Of a survey two of those sent are left, or others have done it.
    """
    procedure = _procedure(case, _begun(case))
    if officers:
        _check_officers(case, procedure, officers, desk)
        return
    left = {one for one in case.officers if not case.is_recused(one)}
    if procedure.is_survey and len(left) < SURVEYORS_MIN:
        raise InvalidInput(
            "SURVEYORS_RECUSED",
            f"「{procedure.name}」所派人员已被决定回避,余下不足两名",
            field="officers",
            remedy="请由两名以上未回避的人员办理后,填写其工号(行政许可法第三十四条第三款)",
        )


def _told_days(notice: ProcedureNotice, desk: Desk) -> int:
    """The days that the applicant was told of, today: what was told then counts from then."""
    today = desk.calendar.local(desk.now).date()
    if notice.told_on != today:
        raise InvalidInput(
            "NOTICE_NOT_OF_TODAY",
            f"告知日({notice.told_on})应为特别程序开始之日({today})",
            field="notice",
            remedy="早于程序的告知不停止计时,尚未作出的告知也不停止;请核对告知书",
        )
    return notice.working_days


def _check_total(case: Case, pause: Pause, desk: Desk) -> None:
    """Raise ``InvalidInput`` if all pauses of the case are longer than the rule book allows."""
    bound = desk.limit_for("case.pause_total", case.offered)
    if bound is None:
        return
    days = _days_paused([*case.pauses, pause], bound, desk)
    if days > bound.amount:
        raise InvalidInput(
            "PAUSES_TOO_LONG",
            f"特别程序停止计时累计 {days}{bound.unit.label},规则库最多允许 {bound.amount}",
            field="notice",
            remedy=f"请缩短告知的时间({bound.basis})",
        )


def _days_paused(pauses: Sequence[Pause], limit: Limit, desk: Desk) -> int:
    """How many days of ``limit``'s kind the clock stands still by ``pauses``."""
    return sum(
        not limit.unit.is_working or desk.calendar.is_working_day(day)
        for span in paused_days(pauses, limit.start, desk.calendar)
        for day in days_of(span)
    )


def _procedure_due(
    case: Case, procedure: SpecialProcedure, told_days: int | None, desk: Desk
) -> DueDate:
    days = told_days or procedure.working_days
    limit = replace(
        case_by_case(days), id=procedure.code, label=procedure.name, basis=procedure.basis
    )
    # Done again it stops the clock for no longer in all than the item says.
    before = [one for one in case.pauses if one.ground == procedure.name]
    used = 0 if told_days is None else _days_paused(before, limit, desk)
    if days > procedure.working_days - used:
        raise InvalidInput(
            "PROCEDURE_TOO_LONG",
            f"「{procedure.name}」累计最多 {procedure.working_days} 个工作日,此前已用 {used}",
            field="notice",
            remedy="请按事项规定填写;不告知时间的,不停止计时",
        )
    return desk.due(limit, LimitKind.PROCEDURE.purpose)


def _paused(case: Case, pause: Pause, desk: Desk) -> tuple[DeadlineDue, ...]:
    if pause.told_at is None:
        return ()
    # What is late already stays late: a pause would only begin its warnings anew.
    in_time = [deadline for deadline in case.running(*PAUSED) if desk.now < deadline.due.due_at]
    paused = ((deadline, deadline.watch.pause(pause, desk.calendar).due) for deadline in in_time)
    return dues_of(paused, desk)


def _pause(procedure: SpecialProcedure, command: StartProcedure, due: DueDate, desk: Desk) -> Pause:
    # One that nobody was told of is kept, too: it says why the time ran on.
    return Pause(
        ground=procedure.name,
        started_at=desk.now,
        told_at=None if command.notice is None else desk.now,
        approved_until=due.due_at,
    )
