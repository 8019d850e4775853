"""监督检查: a case ends early, is looked at again, is archived, or contradicts a rule.

Whatever ends a case early keeps the verdicts on the time it took until then: a limit that had run
out stays late.
"""

from datetime import date
from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.case.deadline import DeadlineVerdict, asking_over, verdicts_of
from bancheng.domain.case.guards import (
    all_of,
    needs_file,
    needs_gap_in_time,
    needs_notice_in_time,
    needs_own_item,
    needs_renewal_in_time,
    waits_in,
)
from bancheng.domain.case.review import needs_another_than_decider, needs_grant
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import OPEN, CaseOutcome, CaseStatus
from bancheng.domain.commands import Desk, UnitRef
from bancheng.domain.deadlines import Deadline
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.logic_checks import CheckRule

# Once it is decided there is no application any more that could be taken back.
BEFORE_ACCEPTANCE = (
    CaseStatus.SUBMITTED, CaseStatus.PRE_REJECTED, CaseStatus.PRE_REVIEWED, CaseStatus.RECEIVED,
    CaseStatus.SUPPLEMENTING,
)  # fmt: skip
UNDECIDED = (*BEFORE_ACCEPTANCE, CaseStatus.ACCEPTED)

# What is voided never was a case of the hall, and has no file.
ARCHIVABLE = (
    CaseStatus.DELIVERED, CaseStatus.FORWARDED, CaseStatus.REFUSED, CaseStatus.WITHDRAWN,
    CaseStatus.TERMINATED,
)  # fmt: skip


@topic("case.case-withdrawn", step=Step.SUPERVISE)
class CaseWithdrawn(Event, frozen=True, kw_only=True):
    """撤回申请: the applicant took the application back, by a request that they signed."""

    request_no: str
    signed_on: date
    reason: FreeText
    verdicts: tuple[DeadlineVerdict, ...] = ()


@topic("case.case-deemed-withdrawn", step=Step.SUPERVISE)
class CaseDeemedWithdrawn(Event, frozen=True, kw_only=True):
    """视为撤回: what was promised at acceptance did not come until ``due``.

    Only where local law says so, as 安阳市条例 24 does: the effect of ``due`` names it.
    """

    due: DueDate
    missing: tuple[str, ...]
    verdicts: tuple[DeadlineVerdict, ...] = ()


@topic("case.case-terminated", step=Step.SUPERVISE)
class CaseTerminated(Event, frozen=True, kw_only=True):
    """异常终止: the case can not be finished; in writing, as a refusal is (行政许可法 38)."""

    reason: FreeText
    basis: str
    remedy: FreeText
    verdicts: tuple[DeadlineVerdict, ...] = ()


@topic("case.case-voided", step=Step.SUPERVISE)
class CaseVoided(Event, frozen=True, kw_only=True):
    """作废: the case should never have been opened; it stays in the ledger with the reason.

    Before a decision the hall says so, after it the organ that decided.
    The applicant is told why in writing, with ``basis`` and ``remedy``, as of a termination
    (行政许可法 38).
    """

    reason: FreeText
    basis: str
    remedy: FreeText
    verdicts: tuple[DeadlineVerdict, ...] = ()


@topic("case.approval-reviewed", step=Step.SUPERVISE)
class ApprovalReviewed(Event, frozen=True, kw_only=True):
    """批后复审: a grant was looked at again after its issue, by another than who decided it.

    One that does not stand leads to a ticket about the unit.
    """

    passed: bool
    conclusion: FreeText


@topic("case.case-archived", step=Step.SUPERVISE)
class CaseArchived(Event, frozen=True, kw_only=True):
    """归档: the file went into the archive."""

    archive_no: str


@topic("case.check-failed", step=Step.SUPERVISE)
class CheckFailed(Event, frozen=True, kw_only=True):
    """校验异常: the course of the case contradicts a rule; ``finding_id`` names it once.

    ``unit`` is that of whoever did what was found; None if another system told of it.
    """

    finding_id: str
    rule: CheckRule
    rule_version: str
    basis: str
    detail: str
    unit: str | None = None


class WithdrawCase(CaseCommand, frozen=True, kw_only=True):
    """撤回申请: take the application back as the applicant asks in writing."""

    request_no: Annotated[str, Meta(min_length=1, max_length=100, description="撤回申请书编号")]
    signed_on: Annotated[date, Meta(description="申请人签署撤回申请书的日期")]
    reason: Annotated[FreeText, Meta(description="撤回原因")]


class DeemWithdrawn(CaseCommand, frozen=True, kw_only=True):
    """视为撤回: record that what was promised did not come in time."""


class TerminateCase(CaseCommand, frozen=True, kw_only=True):
    """异常终止: end a case that can not be finished."""

    reason: Annotated[FreeText, Meta(description="终止原因")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]
    remedy: Annotated[FreeText, Meta(description="告知的救济途径")]


class VoidCase(CaseCommand, frozen=True, kw_only=True):
    """作废: end a case that should never have been opened."""

    reason: Annotated[FreeText, Meta(description="作废原因")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]
    remedy: Annotated[FreeText, Meta(description="告知的救济途径")]


class ReviewApproval(CaseCommand, frozen=True, kw_only=True):
    """批后复审: look at a grant again after its issue."""

    passed: Annotated[bool, Meta(description="是否维持")]
    conclusion: Annotated[FreeText, Meta(description="复审结论")]


class ArchiveCase(CaseCommand, frozen=True, kw_only=True):
    """归档: put the file into the archive."""

    archive_no: Annotated[str, Meta(min_length=1, max_length=100, description="档号")]


class RecordFinding(CaseCommand, frozen=True, kw_only=True):
    """校验异常: record what a logic check found."""

    finding_id: Annotated[str, Meta(max_length=200, description="异常编号")]
    rule: Annotated[CheckRule, Meta(description="校验规则")]
    basis: Annotated[str, Meta(max_length=500, description="依据")]
    detail: Annotated[str, Meta(max_length=1000, description="情况")]
    unit: Annotated[UnitRef, Meta(description="行为人所在单位编码")] | None = None


@guarded(all_of(waits_in(*UNDECIDED), needs_file, needs_renewal_in_time))
def withdraw(case: Case, command: WithdrawCase, desk: Desk) -> list[Event]:
    _check_signed(case, command.signed_on, desk)
    withdrawn = CaseWithdrawn(
        request_no=command.request_no,
        signed_on=command.signed_on,
        reason=desk.sealed(command.reason),
        verdicts=verdicts_of(case, desk),
    )
    return [*asking_over(case), withdrawn]


def _check_signed(case: Case, signed_on: date, desk: Desk) -> None:
    applied_on = case.applied_at and desk.calendar.local(case.applied_at).date()
    if signed_on > desk.calendar.local(desk.now).date() or (applied_on and signed_on < applied_on):
        raise InvalidInput(
            "SIGNED_ON_IMPOSSIBLE",
            "撤回申请书的签署日期不得早于申请之日,也不得晚于今日",
            field="signed_on",
            remedy="请核对申请人签署的日期",
        )


may_deem_withdrawn = all_of(
    waits_in(CaseStatus.ACCEPTED), lambda case, attempt: _overdue_gap(case, attempt.desk)
)


@guarded(may_deem_withdrawn)
def deem_withdrawn(case: Case, _: DeemWithdrawn, desk: Desk) -> list[Event]:
    due, verdicts = _overdue_gap(case, desk).due, verdicts_of(case, desk)
    withdrawn = CaseDeemedWithdrawn(due=due, missing=case.gap, verdicts=verdicts)
    return [*asking_over(case), withdrawn]


def _overdue_gap(case: Case, desk: Desk) -> Deadline:
    promised = case.lapsed(LimitKind.SUPPLEMENT, desk)
    if promised is None:
        raise WrongStep("GAP_STILL_DUE", "容缺材料的补齐期限未满", remedy="请等待申请人补齐")
    if promised.due.effect is None:
        raise WrongStep(
            "NO_SUCH_EFFECT",
            "规则库没有规定容缺材料逾期未补即视为撤回",
            remedy="请催促申请人补齐,或依法作出决定",
        )
    return promised


def may_terminate(case: Case, attempt: Attempt) -> None:
    """Only what was accepted can end so, and nothing that law has ended or granted by itself.

    Before the acceptance there are the notice and the refusal, with their own forms (行政许可法
    32); a decision is recalled first. A child ends with its theme unless it is decided: nobody
    undoes what was granted because the rest of it is wanted no more.
    """
    if attempt.desk.actor.may(Role.SYSTEM):
        case.require(attempt.act, *UNDECIDED)
    else:
        _of_the_unit(case, attempt)


_of_the_unit = all_of(
    waits_in(CaseStatus.ACCEPTED), needs_own_item, needs_gap_in_time, needs_renewal_in_time
)


@guarded(may_terminate)
def terminate(case: Case, command: TerminateCase, desk: Desk) -> list[Event]:
    terminated = CaseTerminated(
        reason=desk.sealed(command.reason),
        basis=command.basis,
        remedy=desk.sealed(command.remedy),
        verdicts=verdicts_of(case, desk),
    )
    return [*asking_over(case), terminated]


def _needs_no_grant_by_law(case: Case, _: Attempt) -> None:
    # Nobody undoes by a word what law has granted (行政许可法 50).
    if case.outcome is CaseOutcome.GRANTED and case.deciders is None:
        raise WrongStep(
            "DEEMED_RENEWED",
            "本件已视为准予延续,不能作废",
            remedy="请制证送达;不符合条件的,依法另行撤销",
        )


def _needs_right_to_void(case: Case, attempt: Attempt) -> None:
    # What an organ has decided is undone by the organ or not at all (行政许可法 8, 69).
    decided = case.outcome is not None
    if decided:
        needs_own_item(case, attempt)
    role = Role.UNIT_HEAD if decided else Role.DUTY_LEADER
    if not attempt.desk.actor.may(role):
        raise NotAllowed(
            "VOID_NOT_YOURS",
            f"{'已作决定' if decided else '未作决定'}的办件,须由{role.label}作废",
            remedy="请送有权作废的人办理",
        )


may_void = all_of(
    waits_in(*OPEN),
    _needs_no_grant_by_law,
    _needs_right_to_void,
    needs_notice_in_time,
    needs_gap_in_time,
    needs_renewal_in_time,
)


@guarded(may_void)
def void(case: Case, command: VoidCase, desk: Desk) -> list[Event]:
    voided = CaseVoided(
        reason=desk.sealed(command.reason),
        basis=command.basis,
        remedy=desk.sealed(command.remedy),
        verdicts=verdicts_of(case, desk),
    )
    return [*asking_over(case), voided]


may_review = all_of(
    waits_in(CaseStatus.DELIVERED, CaseStatus.ARCHIVED),
    needs_grant,
    needs_own_item,
    needs_another_than_decider,
)


@guarded(may_review)
def review_approval(_: Case, command: ReviewApproval, desk: Desk) -> list[Event]:
    return [ApprovalReviewed(passed=command.passed, conclusion=desk.sealed(command.conclusion))]


@guarded(waits_in(*ARCHIVABLE))
def archive(_: Case, command: ArchiveCase, __: Desk) -> list[Event]:
    return [CaseArchived(archive_no=command.archive_no)]


FINDINGS: Final = Targets[Case](
    of=lambda command: command.finding_id, within=lambda case: case.findings
)


def may_record_finding(case: Case, attempt: Attempt) -> None:
    # Every sweep finds again what the course of the case contradicts; it is recorded once.
    if attempt.target in case.findings:
        raise WrongStep("FINDING_KNOWN", "该异常已记录", remedy="无需重复记录")


@guarded(may_record_finding, FINDINGS)
def record_finding(_: Case, command: RecordFinding, desk: Desk) -> list[Event]:
    return [
        CheckFailed(
            finding_id=command.finding_id,
            rule=command.rule,
            rule_version=desk.rulebook.version,
            basis=command.basis,
            detail=command.detail,
            unit=command.unit,
        )
    ]
