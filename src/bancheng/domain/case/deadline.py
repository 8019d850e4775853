"""限期解决: more time is asked for before the limit expires, and given by whom the law names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.case.guards import all_of, needs_file, needs_unit_of_item, waits_in
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import Deadline
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.items import decide_purpose
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.granting import approvers_among
from bancheng.domain.time_limits.limit import DueDate, Verdict, extend
from bancheng.domain.time_limits.rules import ExtensionRule
from bancheng.domain.time_limits.stopwatch import check_approver, check_asker, check_extension

WHOLE = (LimitKind.STATUTORY, LimitKind.PROMISED)


class DeadlineDue(Struct, frozen=True, kw_only=True):
    """时限新期: the new due date of one deadline."""

    kind: LimitKind
    subject: str
    due: DueDate


class DeadlineVerdict(Struct, frozen=True, kw_only=True):
    """分项结论: the verdict on one of several deadlines."""

    kind: LimitKind
    subject: str
    verdict: Verdict


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


@topic("case.case-extension-lapsed", step=Step.DEADLINE)
class CaseExtensionLapsed(Event, frozen=True, kw_only=True):
    """延长申请终结: the case was decided or ended before anybody ruled on the asked extension."""


class RequestCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """延长办理申请: ask for more time before the limit expires."""

    reason: Annotated[FreeText, Meta(description="延长理由")]


class GrantCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """准予延长: grant the extension that the law provides for, the applicant being told why."""

    ruling: Annotated[FreeText, Meta(description="批准意见,一并告知申请人")]


class DenyCaseExtension(CaseCommand, frozen=True, kw_only=True):
    """不予延长: decide that the due dates stay."""

    ruling: Annotated[FreeText, Meta(description="不予延长的理由")]


def _needs_extendable(case: Case, attempt: Attempt) -> None:
    if case.extension_asked is not None:
        raise WrongStep("EXTENSION_PENDING", "本件已有待批的延长申请", remedy="请等待批复")
    rule = _rule_for(case, attempt.desk)
    check_extension(rule, _statutory(case).due, at=attempt.desk.now, approvers=None)


@guarded(all_of(waits_in(CaseStatus.ACCEPTED), needs_file, _needs_extendable))
def request_extension(_: Case, command: RequestCaseExtension, desk: Desk) -> list[Event]:
    return [CaseExtensionRequested(reason=desk.sealed(command.reason))]


may_rule = all_of(waits_in(CaseStatus.ACCEPTED), needs_unit_of_item)


def _needs_another(case: Case, attempt: Attempt) -> None:
    check_asker(case.extension_askers, attempt.desk.actor.id)


@guarded(all_of(may_rule, lambda case, attempt: _granted_by(case, attempt.desk), _needs_another))
def grant_extension(case: Case, command: GrantCaseExtension, desk: Desk) -> list[Event]:
    rule, statutory = _granted_by(case, desk), _statutory(case)
    version = desk.rulebook.version
    # The law gives the organ more time (行政许可法 42). What the hall promised stands: whoever was
    # told five days was not told fifteen.
    due = extend(statutory.due, rule, desk.calendar, rulebook_version=version)
    dues = dues_of([(statutory, due)], desk)
    return [CaseExtensionGranted(ruling=desk.sealed(command.ruling), dues=dues)]


def _may_deny(case: Case, attempt: Attempt) -> None:
    _asked_at(case)
    rule = _rule_for(case, attempt.desk)
    # A later rule book may extend nothing any more; what was asked before is answered all the same.
    if rule is not None:
        check_approver(rule, approvers_among(attempt.desk.actor.roles))


@guarded(all_of(may_rule, _may_deny))
def deny_extension(_: Case, command: DenyCaseExtension, desk: Desk) -> list[Event]:
    return [CaseExtensionDenied(ruling=desk.sealed(command.ruling))]


def asking_over(case: Case) -> list[Event]:
    """What becomes of an extension that was asked for when the case needs no more time."""
    return [] if case.extension_asked is None else [CaseExtensionLapsed()]


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


def verdicts_of(case: Case, desk: Desk) -> tuple[DeadlineVerdict, ...]:
    """The verdicts on the time that the whole case took until now, one a limit that still runs."""
    return tuple(
        DeadlineVerdict(
            kind=deadline.kind,
            subject=deadline.subject,
            verdict=deadline.judged(desk.now, desk.calendar),
        )
        for deadline in case.running(*WHOLE)
    )


def _asked_at(case: Case) -> datetime:
    if case.extension_asked is None:
        raise WrongStep("NO_EXTENSION_REQUEST", "本件没有待批的延长申请", remedy="请核对办件")
    return case.extension_asked


def _granted_by(case: Case, desk: Desk) -> ExtensionRule:
    _asked_at(case)
    # As of the grant: to have asked in time stops nothing (行政许可法 42).
    return check_extension(
        _rule_for(case, desk),
        _statutory(case).due,
        at=desk.now,
        approvers=approvers_among(desk.actor.roles),
    )


def _rule_for(case: Case, desk: Desk) -> ExtensionRule | None:
    item = case.offered
    purpose = decide_purpose(item)
    if not item.extendable:
        return None
    # 法律、法规另有规定的,依照其规定(行政许可法 42): what the item's own law says goes before.
    own = item.extension
    if own is None:
        return desk.rulebook.extension_for(purpose, item_type=item.type)
    return ExtensionRule(
        purpose=purpose,
        times_max=own.times_max,
        amount=own.amount,
        unit=_statutory(case).due.limit.unit,
        approver_role=own.approver,
        basis=own.basis,
    )


def _statutory(case: Case) -> Deadline:
    """The deadline by law; ``WrongStep`` if none runs. A promise to the public is not extended."""
    running = case.running(LimitKind.STATUTORY)
    if not running:
        raise WrongStep(
            "DEADLINE_NOT_RUNNING",
            "本件没有计时中的法定办理时限,承诺时限不能延长",
            remedy="请按承诺办结",
        )
    return running[0]
