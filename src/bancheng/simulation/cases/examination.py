"""From the acceptance to the decision: handed over, examined, paused, extended, decided."""

from datetime import datetime
from math import ceil

from bancheng.domain.case.accept import FillGap
from bancheng.domain.case.deadline import (
    DenyCaseExtension,
    GrantCaseExtension,
    RequestCaseExtension,
)
from bancheng.domain.case.decide import DecideCase
from bancheng.domain.case.discover import Received
from bancheng.domain.case.dispatch import FinishStep, SignHandOver, TransferCase
from bancheng.domain.case.forward import ForwardCase
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.procedure import EndProcedure, ProcedureNotice, StartProcedure
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.case.supervise import TerminateCase
from bancheng.domain.case.terms import CaseOutcome, NotifyWay
from bancheng.domain.case.verify import MakeResult
from bancheng.domain.items import SpecialProcedure
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, FreeText
from bancheng.simulation.cases.file import CaseFile, Doing
from bancheng.simulation.cases.hearing import heard
from bancheng.simulation.pace import DAY, Stretch

Names = tuple[str, ...]
_ORGAN_ABOVE = "上一级主管部门"
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
            course = heard if procedure.is_hearing else _procedure
            at = yield from course(file, at, procedure)
    # Nobody may grant more time once it has run out.
    if file.is_extendable and at < file.due_at and file.happens(file.shares.extended):
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
    """What comes before the decision is done step by step; then the case is decided."""
    end = file.pace.part_way(at, file.due_at, file.chance.uniform(0.05, 0.9))
    if is_late:
        end = file.pace.after(max(at, file.due_at), DAY * file.chance.uniform(0.3, 4))
    first, between, deciding = _places(file)
    yield from done(file, at, file.officer, first)
    for step in between:
        at = file.pace.part_way(at, _until(file, (step,), end), 0.8)
        yield from done(file, at, file.officer, (step,))
    # A case that is in time as a whole also keeps the time of each step; a late one keeps neither.
    if not is_late:
        end = file.pace.part_way(at, _until(file, deciding, end), 0.9)
    if file.item.kind.goes_up:
        yield from done(file, end, file.officer, deciding)
        yield from _sent_up(file, end)
        return end
    yield from _decision(file, end)
    yield from done(file, end, file.officer, deciding)
    if file.happens(file.shares.recalled):
        end = yield from _again(file, end)
    return end


def done(file: CaseFile, at: datetime, by: Actor, steps: Names) -> Doing:
    """Those of ``steps`` that are not done yet are."""
    opinion = FreeText("经审查,申请材料齐全,符合法定条件。")
    for step in steps:
        if step not in file.case.steps_done:
            yield from file.does(at, by, FinishStep(case_id=file.id, name=step, opinion=opinion))


def made(file: CaseFile, at: datetime, command: MakeResult) -> Doing:
    """The unit makes the result, and with it does what is left of the steps."""
    yield from file.does(at, file.officer, command)
    yield from done(file, at, file.officer, tuple(step.name for step in file.item.steps))


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
    """What was promised comes in time or not."""
    if not file.case.gap:
        return at
    due_at = file.case.running(LimitKind.SUPPLEMENT)[0].due.due_at
    if file.happens(file.shares.gap_filled):
        at = file.pace.part_way(at, due_at, file.chance.uniform(0.1, 0.7))
        yield from _filled(file, at)
        return at
    at = file.pace.after(due_at, DAY)
    yield from file.looked_at(at)
    # Where law takes it for withdrawn, the sweep has ended it by now; elsewhere it comes late.
    if not file.over:
        yield from _filled(file, at)
    return at


def _filled(file: CaseFile, at: datetime) -> Doing:
    materials = tuple(Received(code=code) for code in file.case.gap)
    yield from file.does(at, file.clerk, FillGap(case_id=file.id, materials=materials))


def _places(file: CaseFile) -> tuple[Names, Names, Names]:
    """The steps that open the file, those of the examination, and the decision itself."""
    names = tuple(step.name for step in file.item.steps)
    return names[:1], names[1:-2], names[1:-1][-1:]


def _until(file: CaseFile, steps: Names, end: datetime) -> datetime:
    """By when ``steps`` are done: before ``end`` and, if the whole is in time, in their own."""
    found = (file.case.deadline(LimitKind.STEP, part_of(file.id, step)) for step in steps)
    dues = [deadline.due.due_at for deadline in found if deadline is not None]
    return end if end >= file.due_at else min([end, *dues])


def _handed_over(file: CaseFile, at: datetime) -> Stretch:
    first, between, _ = _places(file)
    yield from done(file, at, file.clerk, first)
    to_do = next(iter(between), None)
    return (yield from handed_over(file, at, (file.clerk, file.officer), to_do))


def _left_early(file: CaseFile, at: datetime) -> Stretch:
    if file.happens(file.shares.withdrawn):
        at = file.pace.later(at, hours=10)
        reason = FreeText("申请人因个人原因申请撤回。")
        yield from file.looked_at(at)
        if not file.case.status.is_closed:  # deemed withdrawn meanwhile, for one
            yield from file.withdrawn(at, file.officer, reason)
    elif file.happens(file.shares.terminated):
        at = file.pace.later(at, hours=20)
        reason = FreeText("申请人主体资格已终止,办理无法继续。")
        yield from file.looked_at(at)
        if not file.case.status.is_closed:
            yield from file.does(at, file.head, TerminateCase(
                case_id=file.id, reason=reason, basis=file.item.legal_basis[:500],
                remedy=FreeText(_REMEDY)))  # fmt: skip
    return at


def _procedure(file: CaseFile, at: datetime, procedure: SpecialProcedure) -> Stretch:
    at = file.pace.later(at, hours=4)
    days = procedure.working_days * file.chance.uniform(0.3, 0.9)
    if procedure.counted:
        # The case's time runs on meanwhile, and the decision needs some of it too.
        days = min(days, file.pace.days_between(at, file.due_at) * 0.5)
    notice = ProcedureNotice(
        number=f"{file.case.number}-T{len(file.case.pauses) + 1:02d}",
        told_on=file.pace.day_of(at), working_days=max(1, ceil(days)),
    )  # fmt: skip
    yield from file.does(at, file.officer, StartProcedure(
        case_id=file.id, procedure=procedure.code,
        notice=notice if file.happens(file.shares.procedure_told) else None,
        officers=(file.officer.id, file.head.id) if procedure.is_survey else (),
    ))  # fmt: skip
    at = file.pace.after(at, DAY * (days + 2 * file.happens(file.shares.procedure_overrun)))
    finding = FreeText(f"{procedure.name}已完成,符合要求。")
    yield from file.does(at, file.officer, EndProcedure(case_id=file.id, finding=finding))
    return at


def _decision(file: CaseFile, at: datetime) -> Doing:
    number = f"{file.case.number}-{len(file.case.deadlines)}"
    if file.happens(file.shares.refused):
        yield from file.does(at, file.head, DecideCase(
            case_id=file.id, outcome=CaseOutcome.REFUSED, document_no=f"不予{number}",
            reason=FreeText("经现场核实,场所条件不符合规定标准。"),
            basis=file.item.legal_basis[:500], remedy=FreeText(_REMEDY),
        ))  # fmt: skip
        return
    yield from file.does(at, file.officer, DecideCase(
        case_id=file.id, outcome=CaseOutcome.GRANTED, document_no=f"准予{number}"))  # fmt: skip


def _sent_up(file: CaseFile, at: datetime) -> Doing:
    yield from file.does(at, file.officer, ForwardCase(
        case_id=file.id, document_no=f"报{file.case.number}", organ=_ORGAN_ABOVE,
        told=NotifyWay.SMS))  # fmt: skip


def _again(file: CaseFile, at: datetime) -> Stretch:
    at = file.pace.later(at, hours=3)
    reason = FreeText("决定文书引用条款有误,尚未送达,撤回重作。")
    yield from file.does(at, file.head, RecallDecision(case_id=file.id, reason=reason))
    at = file.pace.later(at, hours=3)
    yield from _decision(file, at)
    return at
