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
from bancheng.domain.case.notice import is_awaited, told_and_missing
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus, RefusalGround
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.item_types import PowerType
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step

# While the applicant is waited for, nothing but the waiting itself can be a ground.
WAITING = (CaseStatus.PRE_REJECTED, CaseStatus.SUPPLEMENTING)
REFUSABLE = (CaseStatus.SUBMITTED, CaseStatus.PRE_REVIEWED, CaseStatus.RECEIVED, *WAITING)
RightOrgan = (
    Annotated[str, Meta(max_length=100, description="应向其申请的行政机关;不属本机关职权的必填")]
    | None
)


@topic("case.refusal-reported", step=Step.ANALYSE)
class RefusalReported(Event, frozen=True, kw_only=True):
    """否定报备: the window proposes to refuse; it may not decide that itself (窗口无否决权).

    ``right_organ`` is where the applicant has to go, if not here (行政许可法 32(2)).
    """

    ground: RefusalGround
    reason: FreeText
    basis: str
    right_organ: str | None = None


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
    right_organ: str | None = None


class ReportRefusal(CaseCommand, frozen=True, kw_only=True):
    """否定报备: propose that the case be refused."""

    ground: Annotated[RefusalGround, Meta(description="不予受理事由")]
    reason: Annotated[FreeText, Meta(description="基本事实与理由")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]
    right_organ: RightOrgan = None


class DenyRefusal(CaseCommand, frozen=True, kw_only=True):
    """不同意否定: let the case go on."""

    ruling: Annotated[FreeText, Meta(description="意见")]


class RefuseAcceptance(CaseCommand, frozen=True, kw_only=True):
    """办件不予受理: refuse the case that the window proposed to refuse."""

    ground: Annotated[RefusalGround, Meta(description="不予受理事由")]
    reason: Annotated[FreeText, Meta(description="理由")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]
    remedy: Annotated[FreeText, Meta(description="告知的救济途径")]
    right_organ: RightOrgan = None


def _needs_no_report(case: Case, _: Attempt) -> None:
    if case.refusal_reporters is not None:
        raise WrongStep("REFUSAL_PENDING", "本件已有待批的否定报备", remedy="请等待批复")


def _needs_wait_over(case: Case, attempt: Attempt) -> None:
    if case.status in WAITING and is_awaited(case, attempt.desk):
        raise WrongStep(
            "SUPPLEMENT_STILL_DUE",
            "已告知申请人补正,补正期限未满",
            remedy="请等待申请人补正;期满仍未补正的再按否定报备程序处理",
        )


may_report_refusal = all_of(
    waits_in(*REFUSABLE), needs_file, needs_notice_in_time, _needs_wait_over, _needs_no_report
)


@guarded(may_report_refusal)
def report_refusal(case: Case, command: ReportRefusal, desk: Desk) -> list[Event]:
    _check_ground(case, command, desk)
    return [
        RefusalReported(
            ground=command.ground,
            reason=desk.sealed(command.reason),
            basis=command.basis,
            right_organ=command.right_organ,
        )
    ]


def _needs_report_of_another(case: Case, attempt: Attempt) -> None:
    if case.refusal_reporters is None:
        raise WrongStep(
            "REFUSAL_NOT_REPORTED",
            "窗口无否决权: 本件没有否定报备",
            remedy="请先由窗口登记否定报备",
        )
    if attempt.desk.actor.id in case.refusal_reporters:
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
@guarded(all_of(may_deny_refusal, needs_notice_in_time, _needs_wait_over))
def refuse_acceptance(case: Case, command: RefuseAcceptance, desk: Desk) -> list[Event]:
    _check_ground(case, command, desk)
    return [
        AcceptanceRefused(
            ground=command.ground,
            reason=desk.sealed(command.reason),
            basis=command.basis,
            remedy=desk.sealed(command.remedy),
            right_organ=command.right_organ,
        )
    ]


def _check_ground(case: Case, command: ReportRefusal | RefuseAcceptance, desk: Desk) -> None:
    together(
        lambda: _check_founded(case, command.ground, desk), lambda: _check_right_organ(command)
    )


def _check_founded(case: Case, ground: RefusalGround, desk: Desk) -> None:
    if ground is RefusalGround.NOT_SUPPLEMENTED:
        _check_unsupplemented(case, desk)
    elif case.status in WAITING:
        raise InvalidInput(
            "SUPPLEMENT_AWAITED",
            f"已告知申请人补正,不能以「{ground.label}」为由不予受理",
            field="ground",
            remedy=f"等待补正期间只能以「{RefusalGround.NOT_SUPPLEMENTED.label}」为由",
        )
    # Whether the conditions are met is decided after the acceptance, never instead of it.
    if ground is RefusalGround.NOT_ELIGIBLE and case.offered.type is PowerType.LICENCE:
        raise InvalidInput(
            "ELIGIBILITY_NOT_A_GROUND",
            f"「{ground.label}」不是不予受理行政许可申请的理由(行政许可法第三十二条第一款第五项)",
            field="ground",
            remedy="材料齐全、符合法定形式的请受理,审查后再作决定;材料不全的请一次性告知",
        )


def _check_right_organ(command: ReportRefusal | RefuseAcceptance) -> None:
    if command.ground is RefusalGround.NOT_OURS and command.right_organ is None:
        raise InvalidInput(
            "RIGHT_ORGAN_MISSING",
            "依法不属于本机关职权的,须告知申请人应向哪个行政机关申请",
            field="right_organ",
            remedy="请填写有权办理的行政机关(行政许可法第三十二条第一款第二项)",
        )


def _check_unsupplemented(case: Case, desk: Desk) -> None:
    if not case.notices:
        raise InvalidInput(
            "SUPPLEMENT_NEVER_TOLD",
            "从未告知补正,不能以未补正为由不予受理",
            field="ground",
            remedy="请先一次性告知补正",
        )
    if not _is_owed(case):
        raise InvalidInput(
            "GROUND_UNFOUNDED",
            "告知补正的材料已全部收到,不能以未补正为由不予受理",
            field="ground",
            remedy="请受理(行政许可法第三十二条第一款第五项)",
        )
    if is_awaited(case, desk):  # some of it came, and the rest may still come in time
        raise InvalidInput(
            "GROUND_TOO_EARLY",
            "补正期限未满,不能以未补正为由不予受理",
            field="ground",
            remedy="请等待补正期限届满",
        )


def _is_owed(case: Case) -> bool:
    """Whether something that was told did not come."""
    # What was changed online and not received yet nobody has ticked; the window says what lacks.
    is_unseen = case.receipts == 0
    return case.status in WAITING or is_unseen or bool(case.awaited or told_and_missing(case))
