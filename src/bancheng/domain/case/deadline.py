"""限期解决: the time of a case stands still by law, is extended, and ends with the decision."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.clocks import Clock, LimitKind, purpose_of
from bancheng.domain.commands import Desk, approvers
from bancheng.domain.errors import InvalidInput, NotAllowed, NotFound, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.items import CaseKind, SpecialProcedure
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import (
    DueDate,
    Pause,
    Verdict,
    case_by_case,
    extend,
    judge,
)
from bancheng.domain.time_limits.stopwatch import check_extension

WHOLE = (LimitKind.STATUTORY, LimitKind.PROMISED)
PAUSED = (*WHOLE, LimitKind.STEP)


class ClockDue(Struct, frozen=True, kw_only=True):
    """时限新期: the new due date of one clock."""

    kind: LimitKind
    subject: str
    due: DueDate


class ClockVerdict(Struct, frozen=True, kw_only=True):
    """分项结论: the verdict on one of several clocks."""

    kind: LimitKind
    subject: str
    verdict: Verdict


@topic("case.special-procedure-started", step=Step.DEADLINE)
class SpecialProcedureStarted(Event, frozen=True, kw_only=True):
    """特别程序开始: hearing, survey, test or expert review began and must end by ``due``.

    Without ``pause`` its time counts. A pause that the applicant was not told of stands still
    nothing, so ``dues`` is empty then (行政许可法 45).
    """

    procedure: str
    name: str
    due: DueDate
    pause: Pause | None = None
    dues: tuple[ClockDue, ...] = ()


@topic("case.special-procedure-ended", step=Step.DEADLINE)
class SpecialProcedureEnded(Event, frozen=True, kw_only=True):
    """特别程序结束: with what it found; the clocks go on, unless they had by themselves."""

    procedure: str
    finding: FreeText
    dues: tuple[ClockDue, ...] = ()


@topic("case.case-extension-requested", step=Step.DEADLINE)
class CaseExtensionRequested(Event, frozen=True, kw_only=True):
    """延长办理申请: the unit asked for more time before the limit expired."""

    reason: FreeText


@topic("case.case-extension-granted", step=Step.DEADLINE)
class CaseExtensionGranted(Event, frozen=True, kw_only=True):
    """准予延长: by the approver the law names; the applicant was told why (行政许可法 42)."""

    ruling: FreeText
    dues: tuple[ClockDue, ...]


@topic("case.case-extension-denied", step=Step.DEADLINE)
class CaseExtensionDenied(Event, frozen=True, kw_only=True):
    """不予延长: the due dates stay."""

    ruling: FreeText


@topic("case.case-decided", step=Step.DEADLINE)
class CaseDecided(Event, frozen=True, kw_only=True):
    """作出决定: granted or refused, with the verdicts on the time it took, decided once.

    A refusal carries reason, basis and remedy (行政许可法 38). The result must have reached the
    applicant by ``deliver_due`` (行政许可法 44).
    """

    outcome: CaseOutcome
    document_no: str
    verdicts: tuple[ClockVerdict, ...]
    reason: FreeText | None = None
    basis: str | None = None
    remedy: FreeText | None = None
    deliver_due: DueDate | None = None


@topic("case.decision-recalled", step=Step.DEADLINE)
class DecisionRecalled(Event, frozen=True, kw_only=True):
    """撤回决定: the decision was wrong and had not gone out; the clocks go on where they stood."""

    reason: FreeText
    dues: tuple[ClockDue, ...]


class StartProcedure(CaseCommand, frozen=True, kw_only=True):
    """特别程序开始: begin a special procedure of the item."""

    procedure: Annotated[str, Meta(max_length=40, description="特别程序编码")]
    told: Annotated[bool, Meta(description="是否已书面告知申请人所需时间;未告知不停止计时")]
    working_days: (
        Annotated[int, Meta(ge=1, le=20_000, description="告知的所需工作日,不超过事项规定")] | None
    ) = None


class EndProcedure(CaseCommand, frozen=True, kw_only=True):
    """特别程序结束: end the special procedure with what it found."""

    finding: Annotated[FreeText, Meta(description="特别程序的结论")]


class RequestCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """延长办理申请: ask for more time before the limit expires."""

    reason: Annotated[FreeText, Meta(description="延长理由")]


class GrantCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """准予延长: grant the extension that the law provides for, the applicant being told why."""

    ruling: Annotated[FreeText, Meta(description="批准意见,一并告知申请人")]


class DenyCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """不予延长: decide that the due dates stay."""

    ruling: Annotated[FreeText, Meta(description="不予延长的理由")]


class DecideCase(CaseCommand, frozen=True, kw_only=True):
    """作出决定: grant, or refuse with reason, basis and remedy."""

    outcome: Annotated[CaseOutcome, Meta(description="办理结论")]
    document_no: Annotated[str, Meta(min_length=1, max_length=100, description="决定文书编号")]
    reason: Annotated[FreeText | None, Meta(description="理由;不予的必填")] = None
    basis: Annotated[str, Meta(max_length=500, description="法律依据;不予的必填")] | None = None
    remedy: Annotated[FreeText | None, Meta(description="告知的救济途径;不予的必填")] = None


class RecallDecision(CaseCommand, frozen=True, kw_only=True):
    """撤回决定: take back a wrong decision before its result was made."""

    reason: Annotated[FreeText, Meta(description="撤回理由")]


def start_procedure(case: Case, command: StartProcedure, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    case.require_holder(desk.actor)
    if case.procedure is not None:
        raise WrongStep("PROCEDURE_OPEN", "本件已有进行中的特别程序", remedy="请先结束该程序")
    procedure = _procedure(case, command.procedure)
    days = command.working_days or procedure.working_days
    if days > procedure.working_days:
        raise InvalidInput(
            "PROCEDURE_TOO_LONG",
            f"「{procedure.name}」最多 {procedure.working_days} 个工作日",
            field="working_days",
            remedy="请按事项规定填写",
        )
    limit = replace(
        case_by_case(days), id=procedure.code, label=procedure.name, basis=procedure.basis
    )
    due = desk.due(limit, purpose_of(LimitKind.PROCEDURE))
    pause = None if procedure.counted else _pause(procedure, command, due, desk)
    watched = case.running(*PAUSED) if pause is not None and command.told else []
    return [
        SpecialProcedureStarted(
            procedure=procedure.code,
            name=procedure.name,
            due=due,
            pause=pause,
            dues=_dues(
                ((clock, clock.watch.pause(pause, desk.calendar).due) for clock in watched), desk
            )
            if pause
            else (),
        )
    ]


def end_procedure(case: Case, command: EndProcedure, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    case.require_holder(desk.actor)
    if case.procedure is None:
        raise WrongStep("NO_PROCEDURE", "本件没有进行中的特别程序", remedy="请核对办件")
    paused = [clock for clock in case.running(*PAUSED) if clock.watch.is_on_pause]
    resumed = ((clock, clock.watch.resume(desk.now, desk.calendar).due) for clock in paused)
    return [
        SpecialProcedureEnded(
            procedure=case.procedure,
            finding=desk.sealed(command.finding),
            dues=_dues(resumed, desk),
        )
    ]


def request_extension(case: Case, command: RequestCaseExtension, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    case.require_holder(desk.actor)
    if case.extension_asked is not None:
        raise WrongStep("EXTENSION_PENDING", "本件已有待批的延长申请", remedy="请等待批复")
    rule = desk.rulebook.extension_for(_purpose(case))
    check_extension(rule, _statutory(case).due, at=desk.now, approvers=None)
    return [CaseExtensionRequested(reason=desk.sealed(command.reason))]


def grant_extension(case: Case, command: GrantCaseExtension, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    if case.extension_asked is None:
        raise WrongStep("NO_EXTENSION_REQUEST", "本件没有待批的延长申请", remedy="请核对办件")
    rule = check_extension(
        desk.rulebook.extension_for(_purpose(case)),
        _statutory(case).due,
        at=case.extension_asked,
        approvers=approvers(desk.actor),
    )
    version = desk.rulebook.version
    extended = (
        (clock, extend(clock.due, rule, desk.calendar, rulebook_version=version))
        for clock in case.running(*WHOLE)
        if clock.due.limit.unit is rule.unit
    )
    return [CaseExtensionGranted(ruling=desk.sealed(command.ruling), dues=_dues(extended, desk))]


def deny_extension(case: Case, command: DenyCaseExtension, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    if case.extension_asked is None:
        raise WrongStep("NO_EXTENSION_REQUEST", "本件没有待批的延长申请", remedy="请核对办件")
    return [CaseExtensionDenied(ruling=desk.sealed(command.ruling))]


def decide(case: Case, command: DecideCase, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    _require_competent(case, command, desk)
    _require_complete(case, command)
    if command.outcome is CaseOutcome.REFUSED:
        _require_grounds(command)
    return [
        CaseDecided(
            outcome=command.outcome,
            document_no=command.document_no,
            verdicts=tuple(
                ClockVerdict(
                    kind=clock.kind,
                    subject=clock.subject,
                    verdict=judge(clock.due, desk.now, desk.calendar),
                )
                for clock in case.running(*WHOLE)
            ),
            reason=command.reason and desk.sealed(command.reason),
            basis=command.basis,
            remedy=command.remedy and desk.sealed(command.remedy),
            deliver_due=None if case.theme_id else desk.due_for("case.deliver"),
        )
    ]


def recall(case: Case, command: RecallDecision, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.DECIDED)
    case.require_holder(desk.actor)
    stopped = [clock for clock in case.clocks.values() if clock.kind in WHOLE]
    reopened = ((clock, clock.watch.reopen(desk.now, desk.calendar).due) for clock in stopped)
    return [DecisionRecalled(reason=desk.sealed(command.reason), dues=_dues(reopened, desk))]


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


def _pause(procedure: SpecialProcedure, command: StartProcedure, due: DueDate, desk: Desk) -> Pause:
    return Pause(
        ground=procedure.name,
        started_at=desk.now,
        told_at=desk.now if command.told else None,
        approved_until=due.due_at,
    )


def _dues(found: Iterable[tuple[Clock, DueDate]], desk: Desk) -> tuple[ClockDue, ...]:
    return tuple(
        ClockDue(
            kind=clock.kind, subject=clock.subject, due=desk.warned(due, purpose_of(clock.kind))
        )
        for clock, due in found
    )


def _purpose(case: Case) -> str:
    return "case.decide_joint" if case.offered.is_theme else "case.decide"


def _statutory(case: Case) -> Clock:
    running = case.running(*WHOLE)
    if not running:
        raise WrongStep("LIMIT_NOT_RUNNING", "本件没有计时中的办理时限", remedy="无需延长")
    return running[0]


def _require_competent(case: Case, command: DecideCase, desk: Desk) -> None:
    case.require_holder(desk.actor)
    if command.outcome is CaseOutcome.REFUSED and not desk.actor.may(Role.UNIT_HEAD):
        raise NotAllowed(
            "REFUSAL_NOT_YOURS", "不予决定须由单位负责人作出", remedy="请送单位负责人审批"
        )
    at_window = desk.actor.may(Role.UNIT_OFFICER, Role.UNIT_HEAD)
    if not at_window and case.offered.kind is not CaseKind.INSTANT:
        raise NotAllowed("NOT_INSTANT", "窗口人员只能当场办结即办件", remedy="请移交审批单位办理")


def _require_complete(case: Case, command: DecideCase) -> None:
    if case.hand_over is not None or case.procedure is not None:
        raise WrongStep(
            "CASE_IN_HAND", "尚有未签收的移交或未结束的特别程序", remedy="请先办结后再作决定"
        )
    if command.outcome is CaseOutcome.GRANTED and case.gap:
        raise WrongStep(
            "GAP_OPEN", f"容缺材料未补齐: {'、'.join(case.gap)}", remedy="请先收取承诺补交的材料"
        )
    if waiting := [child for child in case.children.values() if not child.is_settled]:
        whom = "、".join(f"{child.unit or '待开'}({child.item})" for child in waiting)
        raise WrongStep(
            "CHILDREN_OPEN", f"并联办理的子件尚未办结: {whom}", remedy="请督促有关单位办结"
        )


def _require_grounds(command: DecideCase) -> None:
    for field, name in (("reason", "理由"), ("basis", "法律依据"), ("remedy", "救济途径")):
        if not getattr(command, field):
            raise InvalidInput(
                "REFUSAL_UNGROUNDED",
                f"不予决定须写明{name}",
                field=field,
                remedy="请补填(行政许可法第三十八条)",
            )
