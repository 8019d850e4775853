"""From the acceptance to the decision: handed over, examined, paused, extended, decided."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil

from bancheng.domain.case.accept import FillGap
from bancheng.domain.case.deadline import (
    DenyCaseExtension,
    GrantCaseExtension,
    RequestCaseExtension,
)
from bancheng.domain.case.decide import DecideCase, RecallDecision
from bancheng.domain.case.discover import Received
from bancheng.domain.case.dispatch import FinishStep, SignHandOver, TransferCase, part_of
from bancheng.domain.case.procedure import EndProcedure, StartProcedure
from bancheng.domain.case.supervise import TerminateCase, WithdrawCase
from bancheng.domain.case.terms import CaseOutcome
from bancheng.domain.clocks import LimitKind
from bancheng.domain.items import SpecialProcedure
from bancheng.domain.people import Actor, FreeText
from bancheng.simulation.cases.file import CaseFile, Doing
from bancheng.simulation.pace import DAY, Stretch

_REMEDY = "可自收到本决定之日起六十日内申请行政复议,或六个月内提起行政诉讼。"


def run(file: CaseFile, at: datetime) -> Stretch:
    """What the unit does with the case; it may also end before the decision."""
    at = yield from _handed_over(file, at)
    at = yield from _left_early(file, at)
    if not file.over:
        at = yield from gap_closed(file, at)
    if file.over:
        return at
    for procedure in file.item.procedures:
        if file.happens(file.shares.procedure):
            at = yield from _procedure(file, at, procedure)
    if at < file.due_at and file.happens(file.shares.extended):
        at = yield from extended(file, at, file.head)
    return (yield from decided(file, at, is_late=file.happens(file.shares.late)))


def handed_over(
    file: CaseFile, at: datetime, hands: tuple[Actor, Actor], step: str | None = None
) -> Stretch:
    """The first of ``hands`` gives the file to the second by a list, who signs it."""
    giver, taker = hands
    at = file.pace.later(at, hours=3)
    yield from file.does(at, giver, TransferCase(
        case_id=file.id, to_unit=taker.unit, step=step,
        materials=tuple(one.code for one in file.item.materials),
    ))  # fmt: skip
    at = file.pace.later(at, hours=4)
    yield from file.does(at, taker, SignHandOver(case_id=file.id))
    return at


def decided(file: CaseFile, at: datetime, *, is_late: bool) -> Stretch:
    """The steps of the item are done one by one; then the case is decided."""
    end = file.pace.part_way(at, file.due_at, file.chance.uniform(0.05, 0.9))
    if is_late:
        end = file.pace.after(max(at, file.due_at), DAY * file.chance.uniform(0.3, 4))
    yield from _steps_done(file, at, end)
    end = file.pace.later(end, hours=0.3)
    yield from _decision(file, end)
    if file.happens(file.shares.recalled):
        end = yield from _again(file, end)
    return end


def extended(file: CaseFile, at: datetime, approver: Actor) -> Stretch:
    """The officer asks for more time, and ``approver`` grants it or not."""
    at = file.pace.part_way(at, file.due_at, file.chance.uniform(0.4, 0.8))
    reason = FreeText("申请事项情况复杂,需会同有关单位核实。")
    yield from file.does(at, file.officer, RequestCaseExtension(case_id=file.id, reason=reason))
    at = file.pace.later(at, hours=5)
    if file.happens(file.shares.extension_granted):
        ruling = FreeText("情况属实,同意延长,并告知申请人理由。")
        yield from file.does(at, approver, GrantCaseExtension(case_id=file.id, ruling=ruling))
    else:
        ruling = FreeText("理由不充分,请按期办结。")
        yield from file.does(at, approver, DenyCaseExtension(case_id=file.id, ruling=ruling))
    return at


def gap_closed(file: CaseFile, at: datetime) -> Stretch:
    """What was promised comes in time, or the law takes the application for withdrawn."""
    if not file.case.gap:
        return at
    due_at = file.case.running(LimitKind.SUPPLEMENT)[0].due.due_at
    if file.happens(file.shares.gap_filled):
        at = file.pace.part_way(at, due_at, file.chance.uniform(0.1, 0.7))
        materials = tuple(Received(code=code) for code in file.case.gap)
        yield from file.does(at, file.clerk, FillGap(case_id=file.id, materials=materials))
        return at
    at = file.pace.after(due_at, DAY)
    yield from file.looked_at(at)
    return at


def _steps_done(file: CaseFile, at: datetime, end: datetime) -> Doing:
    """One step after the other before ``end``; each in its own time, if the whole is in time."""
    for share, step in zip((0.7, 0.9), _steps_between(file), strict=False):
        done_at = file.pace.part_way(at, end, share)
        due = file.case.clock(LimitKind.STEP, part_of(file.id, step))
        if due is not None and end < file.due_at:
            done_at = min(done_at, file.pace.part_way(at, due.due.due_at, share))
        opinion = FreeText("经审查,申请材料齐全,符合法定条件。")
        command = FinishStep(case_id=file.id, name=step, opinion=opinion)
        yield from file.does(done_at, file.officer, command)


def _steps_between(file: CaseFile) -> Iterable[str]:
    """The steps that are the unit's own: what comes first and last is done at the window."""
    return [step.name for step in file.item.steps[1:-1] if step.name not in file.case.steps_done]


def _handed_over(file: CaseFile, at: datetime) -> Stretch:
    first = next(iter(_steps_between(file)), None)
    return (yield from handed_over(file, at, (file.clerk, file.officer), first))


def _left_early(file: CaseFile, at: datetime) -> Stretch:
    if file.happens(file.shares.withdrawn):
        at = file.pace.later(at, hours=10)
        reason = FreeText("申请人因个人原因申请撤回。")
        yield from file.does(at, file.clerk, WithdrawCase(case_id=file.id, reason=reason))
    elif file.happens(file.shares.terminated):
        at = file.pace.later(at, hours=20)
        reason = FreeText("申请人主体资格已终止,办理无法继续。")
        yield from file.does(at, file.head, TerminateCase(case_id=file.id, reason=reason))
    return at


def _procedure(file: CaseFile, at: datetime, procedure: SpecialProcedure) -> Stretch:
    at = file.pace.later(at, hours=4)
    days = procedure.working_days * file.chance.uniform(0.3, 0.9)
    if procedure.counted:
        days = min(days, file.pace.days_between(at, file.due_at) * 0.5)
    yield from file.does(at, file.officer, StartProcedure(
        case_id=file.id, procedure=procedure.code, told=file.happens(file.shares.procedure_told),
        working_days=max(1, ceil(days)),
    ))  # fmt: skip
    at = file.pace.after(at, DAY * (days + 2 * file.happens(file.shares.procedure_overrun)))
    finding = FreeText(f"{procedure.name}已完成,符合要求。")
    yield from file.does(at, file.officer, EndProcedure(case_id=file.id, finding=finding))
    return at


def _decision(file: CaseFile, at: datetime) -> Doing:
    number = f"{file.case.number}-{len(file.case.clocks)}"
    if file.happens(file.shares.refused):
        yield from file.does(at, file.head, DecideCase(
            case_id=file.id, outcome=CaseOutcome.REFUSED, document_no=f"不予{number}",
            reason=FreeText("经现场核实,场所条件不符合规定标准。"),
            basis=file.item.legal_basis[:500], remedy=FreeText(_REMEDY),
        ))  # fmt: skip
        return
    yield from file.does(at, file.officer, DecideCase(
        case_id=file.id, outcome=CaseOutcome.GRANTED, document_no=f"准予{number}"))  # fmt: skip


def _again(file: CaseFile, at: datetime) -> Stretch:
    at = file.pace.later(at, hours=3)
    reason = FreeText("决定文书引用条款有误,尚未送达,撤回重作。")
    yield from file.does(at, file.head, RecallDecision(case_id=file.id, reason=reason))
    at = file.pace.later(at, hours=3)
    yield from _decision(file, at)
    return at
