"""作出决定: a case is granted or refused, and its deadlines stop."""

from functools import partial
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.case.at_window import flagged, needs_window
from bancheng.domain.case.deadline import (
    DeadlineVerdict,
    asking_over,
    verdicts_of,
)
from bancheng.domain.case.guards import (
    all_of,
    needs_file,
    needs_gap_in_time,
    needs_renewal_in_time,
    needs_unit_of_item,
    waits_in,
)
from bancheng.domain.case.hearing_right import needs_heard
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.items import CaseKind
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.windows import WindowAuthority


@topic("case.case-decided", step=Step.DEADLINE)
class CaseDecided(Event, frozen=True, kw_only=True):
    """作出决定: granted or refused, with the verdicts on the time it took, decided once.

    A refusal carries reason, basis and remedy (行政许可法 38). The result must have reached the
    applicant by ``deliver_due`` (行政许可法 44). After a hearing it rests on ``hearing_records``
    (行政许可法 48).
    """

    outcome: CaseOutcome
    document_no: str
    verdicts: tuple[DeadlineVerdict, ...]
    reason: FreeText | None = None
    basis: str | None = None
    remedy: FreeText | None = None
    deliver_due: DueDate | None = None
    hearing_records: tuple[str, ...] = ()


class DecideCase(CaseCommand, frozen=True, kw_only=True):
    """作出决定: grant, or refuse with reason, basis and remedy."""

    outcome: Annotated[CaseOutcome, Meta(description="办理结论")]
    document_no: Annotated[str, Meta(min_length=1, max_length=100, description="决定文书编号")]
    reason: Annotated[FreeText | None, Meta(description="理由;不予的必填")] = None
    basis: Annotated[str, Meta(max_length=500, description="法律依据;不予的必填")] | None = None
    remedy: Annotated[FreeText | None, Meta(description="告知的救济途径;不予的必填")] = None
    asks_window: ClassVar[bool] = True


# To grant and to refuse are two rights, and a case may be ripe for one of them only.
OUTCOMES: Final = Targets[Case](
    of=lambda command: command.outcome, within=lambda _: tuple(CaseOutcome)
)


def _needs_decider(case: Case, _: Attempt) -> None:
    # What another organ decides can be neither granted nor refused here (行政许可法 43).
    if case.offered.kind.goes_up:
        raise WrongStep(
            "DECIDED_ABOVE",
            f"{case.offered.kind.label}由上级或其他机关决定,本机关只作审查",
            remedy="请审查后上报转报",
        )


def _needs_competence(case: Case, attempt: Attempt) -> None:
    actor = attempt.desk.actor
    if attempt.target == CaseOutcome.REFUSED and not actor.may(Role.UNIT_HEAD):
        raise NotAllowed(
            "REFUSAL_NOT_YOURS", "不予决定须由单位负责人作出", remedy="请送单位负责人审批"
        )
    # What can be decided at once is decided on the spot, at the window (行政许可法 34).
    if actor.may(Role.WINDOW_CLERK) and case.offered.kind is CaseKind.INSTANT:
        return
    if not actor.may(Role.UNIT_OFFICER, Role.UNIT_HEAD):
        raise NotAllowed("NOT_INSTANT", "窗口人员只能当场办结即办件", remedy="请移交审批单位办理")
    needs_unit_of_item(case, attempt)


def needs_nothing_open(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` while something is in hand; a refusal waits for no material."""
    needs_heard(case, attempt)
    _needs_procedures(case)
    if case.hand_over is not None or case.procedure is not None or _in_hand(case, attempt.desk):
        raise WrongStep(
            "CASE_IN_HAND",
            "尚有未签收的移交、未办结的环节或未结束的特别程序",
            remedy="请先办结后再作决定",
        )
    if attempt.target != CaseOutcome.REFUSED and case.gap:
        raise WrongStep(
            "GAP_OPEN", f"容缺材料未补齐: {'、'.join(case.gap)}", remedy="请先收取承诺补交的材料"
        )
    if waiting := [child for child in case.children.values() if not child.is_settled]:
        whom = "、".join(f"{child.unit or '待开'}({child.item})" for child in waiting)
        raise WrongStep(
            "CHILDREN_OPEN", f"并联办理的子件尚未办结: {whom}", remedy="请督促有关单位办结"
        )


def _needs_procedures(case: Case) -> None:
    """Raise ``WrongStep`` while one is to come that every case of the item goes through."""
    lacking = [
        one.name
        for one in case.offered.procedures
        if one.required and not one.is_hearing and one.code not in case.procedures_done
    ]
    if lacking:
        raise WrongStep(
            "PROCEDURE_NOT_DONE",
            f"本事项每件必经的特别程序尚未办理: {'、'.join(lacking)}",
            remedy="请先办理该程序",
        )


def _in_hand(case: Case, desk: Desk) -> bool:
    # What follows in the same unit may come after the decision, as the certificate does; no item
    # says which of its steps do.
    later = {part_of(desk.stream_id, name) for name in case.follow_ups}
    return any(deadline.subject not in later for deadline in case.running(LimitKind.STEP))


may_decide = all_of(
    waits_in(CaseStatus.ACCEPTED),
    _needs_decider,
    needs_file,
    _needs_competence,
    needs_gap_in_time,
    needs_renewal_in_time,
    needs_nothing_open,
    needs_window(WindowAuthority.DECIDE),
)


@guarded(may_decide, OUTCOMES)
def decide(case: Case, command: DecideCase, desk: Desk) -> list[Event]:
    if command.outcome is CaseOutcome.REFUSED:
        _require_grounds(command)
    item = case.offered
    return [
        *asking_over(case),
        CaseDecided(
            outcome=command.outcome,
            document_no=command.document_no,
            # Judged once and kept: a later calendar or rule book changes no verdict.
            verdicts=verdicts_of(case, desk),
            reason=command.reason and desk.sealed(command.reason),
            basis=command.basis,
            remedy=command.remedy and desk.sealed(command.remedy),
            # A child, too: its own organ is bound, though the result goes out with its theme's.
            deliver_due=desk.due_for("case.deliver", item),
            hearing_records=case.hearing_records,
        ),
        *flagged(case, desk, WindowAuthority.DECIDE),
    ]


def _require_grounds(command: DecideCase) -> None:
    named = (("reason", "理由"), ("basis", "法律依据"), ("remedy", "救济途径"))
    together(*(partial(_require_ground, command, field, name) for field, name in named))


def _require_ground(command: DecideCase, field: str, name: str) -> None:
    if not getattr(command, field):
        raise InvalidInput(
            "REFUSAL_UNGROUNDED",
            f"不予决定须写明{name}",
            field=field,
            remedy="请补填(行政许可法第三十八条)",
        )
