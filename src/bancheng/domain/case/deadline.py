"""限期解决: more time is asked for before the limit expires, and given by whom the law names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk, approvers
from bancheng.domain.deadlines import Deadline
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, extend
from bancheng.domain.time_limits.stopwatch import check_approver, check_extension

WHOLE = (LimitKind.STATUTORY, LimitKind.PROMISED)


class DeadlineDue(Struct, frozen=True, kw_only=True):
    """时限新期: the new due date of one deadline."""

    kind: LimitKind
    subject: str
    due: DueDate


@topic("case.case-extension-requested", step=Step.DEADLINE)
class CaseExtensionRequested(Event, frozen=True, kw_only=True):
    """延长办理申请: the unit asked for more time before the limit expired."""

    reason: FreeText


@topic("case.case-extension-granted", step=Step.DEADLINE)
class CaseExtensionGranted(Event, frozen=True, kw_only=True):
    """准予延长: by the approver the law names; the applicant was told why (行政许可法 42)."""

    ruling: FreeText
    dues: tuple[DeadlineDue, ...]


@topic("case.case-extension-denied", step=Step.DEADLINE)
class CaseExtensionDenied(Event, frozen=True, kw_only=True):
    """不予延长: the due dates stay."""

    ruling: FreeText


class RequestCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """延长办理申请: ask for more time before the limit expires."""

    reason: Annotated[FreeText, Meta(description="延长理由")]


class GrantCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """准予延长: grant the extension that the law provides for, the applicant being told why."""

    ruling: Annotated[FreeText, Meta(description="批准意见,一并告知申请人")]


class DenyCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """不予延长: decide that the due dates stay."""

    ruling: Annotated[FreeText, Meta(description="不予延长的理由")]


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
    case.require_unit(desk.actor)
    asked_at = _asked_at(case)
    rule = check_extension(
        desk.rulebook.extension_for(_purpose(case)),
        _statutory(case).due,
        at=asked_at,
        approvers=approvers(desk.actor),
    )
    version = desk.rulebook.version
    extended = (
        (deadline, extend(deadline.due, rule, desk.calendar, rulebook_version=version))
        for deadline in case.running(*WHOLE)
        if deadline.due.limit.unit is rule.unit and asked_at < deadline.due.due_at
    )
    return [CaseExtensionGranted(ruling=desk.sealed(command.ruling), dues=dues_of(extended, desk))]


def deny_extension(case: Case, command: DenyCaseExtension, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    case.require_unit(desk.actor)
    _asked_at(case)
    rule = desk.rulebook.extension_for(_purpose(case))
    if rule is not None:
        check_approver(rule, approvers(desk.actor))
    return [CaseExtensionDenied(ruling=desk.sealed(command.ruling))]


def dues_of(found: Iterable[tuple[Deadline, DueDate]], desk: Desk) -> tuple[DeadlineDue, ...]:
    """The new due dates of deadlines, with the warnings that the rule book plans for them."""
    return tuple(
        DeadlineDue(
            kind=deadline.kind,
            subject=deadline.subject,
            due=desk.warned(due, deadline.kind.purpose),
        )
        for deadline, due in found
    )


def _asked_at(case: Case) -> datetime:
    if case.extension_asked is None:
        raise WrongStep("NO_EXTENSION_REQUEST", "本件没有待批的延长申请", remedy="请核对办件")
    return case.extension_asked


def _purpose(case: Case) -> str:
    return "case.decide_joint" if case.offered.is_theme else "case.decide"


def _statutory(case: Case) -> Deadline:
    running = case.running(*WHOLE)
    if not running:
        raise WrongStep("DEADLINE_NOT_RUNNING", "本件没有计时中的办理时限", remedy="无需延长")
    return running[0]
