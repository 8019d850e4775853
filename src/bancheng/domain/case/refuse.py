"""否定报备: the window has no veto. It proposes a refusal, which somebody else decides."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.case.guards import (
    all_of,
    needs_file,
    needs_notice_in_time,
    needs_unit_of_item,
    waits_in,
)
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus, RefusalGround
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step

# While the applicant is waited for, nothing but the waiting itself can be a ground.
REFUSABLE = (CaseStatus.RECEIVED, CaseStatus.SUPPLEMENTING)


@topic("case.refusal-reported", step=Step.ANALYSE)
class RefusalReported(Event, frozen=True, kw_only=True):
    """否定报备: the window proposes to refuse; it may not decide that itself (窗口无否决权)."""

    ground: RefusalGround
    reason: FreeText
    basis: str


@topic("case.refusal-denied", step=Step.ANALYSE)
class RefusalDenied(Event, frozen=True, kw_only=True):
    """不同意否定: the case goes on."""

    ruling: FreeText


@topic("case.acceptance-refused", step=Step.ANALYSE)
class AcceptanceRefused(Event, frozen=True, kw_only=True):
    """办件不予受理: refused in writing, with reason, basis and remedy."""

    ground: RefusalGround
    reason: FreeText
    basis: str
    remedy: FreeText


class ReportRefusal(CaseCommand, frozen=True, kw_only=True):
    """否定报备: propose that the case be refused."""

    ground: Annotated[RefusalGround, Meta(description="不予受理事由")]
    reason: Annotated[FreeText, Meta(description="基本事实与理由")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]


class DenyRefusal(CaseCommand, frozen=True, kw_only=True):
    """不同意否定: let the case go on."""

    ruling: Annotated[FreeText, Meta(description="意见")]


class RefuseAcceptance(CaseCommand, frozen=True, kw_only=True):
    """办件不予受理: refuse the case that the window proposed to refuse."""

    ground: Annotated[RefusalGround, Meta(description="不予受理事由")]
    reason: Annotated[FreeText, Meta(description="理由")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]
    remedy: Annotated[FreeText, Meta(description="告知的救济途径")]


def _needs_no_report(case: Case, _: Attempt) -> None:
    if case.refusal_reporter is not None:
        raise WrongStep("REFUSAL_PENDING", "本件已有待批的否定报备", remedy="请等待批复")


@guarded(all_of(waits_in(*REFUSABLE), needs_file, needs_notice_in_time, _needs_no_report))
def report_refusal(case: Case, command: ReportRefusal, desk: Desk) -> list[Event]:
    _check_ground(case, command.ground)
    return [
        RefusalReported(
            ground=command.ground, reason=desk.sealed(command.reason), basis=command.basis
        )
    ]


def _needs_report_of_another(case: Case, attempt: Attempt) -> None:
    if case.refusal_reporter is None:
        raise WrongStep(
            "REFUSAL_NOT_REPORTED",
            "窗口无否决权: 本件没有否定报备",
            remedy="请先由窗口登记否定报备",
        )
    if case.refusal_reporter == attempt.desk.actor.id:
        raise NotAllowed(
            "REFUSAL_DECIDER_IS_REPORTER",
            "窗口无否决权: 否定报备人不得批复自己的报备",
            remedy="请由带班领导或承办单位负责人中的另一人批复",
        )


may_deny_refusal = all_of(waits_in(*REFUSABLE), needs_unit_of_item, _needs_report_of_another)


@guarded(may_deny_refusal)
def deny_refusal(_: Case, command: DenyRefusal, desk: Desk) -> list[Event]:
    return [RefusalDenied(ruling=desk.sealed(command.ruling))]


# To deny may come late: by law the case goes on then, anyway. To refuse would contradict that.
@guarded(all_of(may_deny_refusal, needs_notice_in_time))
def refuse_acceptance(case: Case, command: RefuseAcceptance, desk: Desk) -> list[Event]:
    _check_ground(case, command.ground)
    return [
        AcceptanceRefused(
            ground=command.ground,
            reason=desk.sealed(command.reason),
            basis=command.basis,
            remedy=desk.sealed(command.remedy),
        )
    ]


def _check_ground(case: Case, ground: RefusalGround) -> None:
    is_unsupplemented = ground is RefusalGround.NOT_SUPPLEMENTED
    if is_unsupplemented and not case.notices:
        raise InvalidInput(
            "SUPPLEMENT_NEVER_TOLD",
            "从未告知补正,不能以未补正为由不予受理",
            field="ground",
            remedy="请先一次性告知补正",
        )
    if case.status is CaseStatus.SUPPLEMENTING and not is_unsupplemented:
        raise InvalidInput(
            "SUPPLEMENT_AWAITED",
            f"已告知申请人补正,不能以「{ground.label}」为由不予受理",
            field="ground",
            remedy=f"等待补正期间只能以「{RefusalGround.NOT_SUPPLEMENTED.label}」为由",
        )
