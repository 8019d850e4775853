"""派发工单: the file goes from hand to hand against signed lists, step by step."""

from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.case.guards import all_of, needs_file, needs_file_here, waits_in
from bancheng.domain.case.item_steps import (
    StepBegun,
    next_step,
    running_deadline,
    while_paused,
)
from bancheng.domain.case.state import Case, CaseCommand, HandOver
from bancheng.domain.case.terms import OPEN, CaseStatus
from bancheng.domain.commands import Desk, UnitRef
from bancheng.domain.errors import InvalidInput, NotAllowed, NotFound, WrongStep, together
from bancheng.domain.events import Event, term_of, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Verdict

ItemStepName = Annotated[str, Meta(min_length=1, max_length=200, description="办理环节名称")]
# The file goes from hand to hand from the first day; the steps of the item wait for acceptance.
HANDED_OVER_IN = OPEN
STEPS_DONE_IN = (CaseStatus.ACCEPTED, CaseStatus.DECIDED, CaseStatus.MADE, CaseStatus.NOTIFIED)


@topic("case.case-transferred", step=Step.DISPATCH)
class CaseTransferred(Event, frozen=True, kw_only=True):
    """移交: the file was handed over by a list; it counts once the other side has signed.

    ``item_step`` is the step of the item that the receiver does, until ``due`` if it has a limit.
    A step that is handed on unfinished keeps its due date, unless that has passed.
    """

    list_no: str
    to_unit: str
    from_unit: str | None
    materials: tuple[str, ...]
    item_step: str | None = None
    due: DueDate | None = None


@topic("case.hand-over-signed", step=Step.DISPATCH)
class HandOverSigned(Event, frozen=True, kw_only=True):
    """移交签收: the receiver signed the list.

    ``step_begun`` is the step that waited for the receiver, if no list was written for it.
    """

    list_no: str
    step_begun: StepBegun | None = None


@topic("case.step-finished", step=Step.DISPATCH)
class StepFinished(Event, frozen=True, kw_only=True):
    """环节办结: a step of the item is done, in time or late.

    ``step_begun`` is the step that comes next, if the unit that has the file does it, too.
    """

    name: str
    opinion: FreeText
    verdict: Verdict | None = None
    step_begun: StepBegun | None = None


class TransferCase(CaseCommand, frozen=True, kw_only=True):
    """移交: hand the file over to a unit, for one of the item's steps."""

    to_unit: Annotated[UnitRef, Meta(description="接收单位编码")]
    step: ItemStepName | None = None
    materials: Annotated[
        tuple[Annotated[str, Meta(max_length=40)], ...],
        Meta(max_length=100, description="移交清单所列材料编码"),
    ] = ()


class SignHandOver(CaseCommand, frozen=True, kw_only=True):
    """移交签收: sign the list of what was handed over."""

    asks_successors: ClassVar[bool] = True


class FinishStep(CaseCommand, frozen=True, kw_only=True):
    """环节办结: finish the step that the unit does."""

    name: ItemStepName
    opinion: Annotated[FreeText, Meta(description="办理意见")]
    asks_successors: ClassVar[bool] = True


def _names(case: Case) -> list[str]:
    return [step.name for step in case.offered.steps]


STEPS: Final = Targets[Case](of=lambda command: command.name, within=_names)
# A list need not name a step: a file also goes back, or on for what is no step of its item.
STEPS_OR_NONE: Final = Targets[Case](
    of=lambda command: command.step or "", within=lambda case: ("", *_names(case))
)


may_move_file = all_of(waits_in(*HANDED_OVER_IN), needs_file)


def may_transfer(case: Case, attempt: Attempt) -> None:
    may_move_file(case, attempt)
    if case.hand_over is not None:
        raise WrongStep(
            "HAND_OVER_PENDING",
            f"移交清单 {case.hand_over.list_no} 尚未签收",
            remedy="请由接收单位先签收",
        )
    if attempt.target:
        _needs_step_under_way(case, attempt)
        _require_to_do(case, attempt.target, "step")


def _needs_step_under_way(case: Case, attempt: Attempt) -> None:
    if case.status not in STEPS_DONE_IN:
        raise WrongStep(
            "NOT_ACCEPTED",
            f"本件尚未受理,不能{term_of(attempt.act)}办理环节",
            field="step",
            remedy="受理前移交请不填环节",
        )


@guarded(may_transfer, STEPS_OR_NONE)
def transfer(case: Case, command: TransferCase, desk: Desk) -> list[Event]:
    unit, _ = together(
        lambda: _receiver(case, command.to_unit, desk),
        lambda: case.each_once(command.materials, "materials"),
    )
    return [
        CaseTransferred(
            list_no=f"{case.number}-Y{case.hand_overs + 1:02d}",
            to_unit=unit,
            from_unit=case.holder,
            materials=command.materials,
            item_step=command.step,
            due=None if not command.step else _step_due(case, command.step, desk),
        )
    ]


def _receiver(case: Case, code: str, desk: Desk) -> str:
    unit = desk.check_unit(code, "to_unit")
    if unit == case.holder:
        raise InvalidInput(
            "HOLDER_UNCHANGED", "材料已在该单位", field="to_unit", remedy="请核对接收单位"
        )
    return unit


def may_sign_hand_over(case: Case, attempt: Attempt) -> None:
    case.require(attempt.act, *HANDED_OVER_IN)
    handed, actor = _handed_over(case), attempt.desk.actor
    # Whoever moved to the receiving unit meanwhile would sign for their own list.
    if actor.unit != handed.unit or actor.id in handed.by:
        raise NotAllowed(
            "NOT_RECEIVER",
            f"移交清单 {handed.list_no} 应由接收单位的另一人签收",
            remedy="请由接收单位签收",
        )


@guarded(may_sign_hand_over)
def sign_hand_over(case: Case, _: SignHandOver, desk: Desk) -> list[Event]:
    handed = _handed_over(case)
    is_begun = case.status in STEPS_DONE_IN
    begun = next_step(case, handed.unit, desk) if is_begun else None
    return [HandOverSigned(list_no=handed.list_no, step_begun=begun)]


def _handed_over(case: Case) -> HandOver:
    if case.hand_over is None:
        raise WrongStep("NO_HAND_OVER", "本件没有待签收的移交清单", remedy="请核对办件")
    return case.hand_over


may_work_on_file = all_of(waits_in(*STEPS_DONE_IN), needs_file_here)


def may_finish_step(case: Case, attempt: Attempt) -> None:
    may_work_on_file(case, attempt)
    _require_to_do(case, attempt.target, "name")


@guarded(may_finish_step, STEPS)
def finish_step(case: Case, command: FinishStep, desk: Desk) -> list[Event]:
    running = running_deadline(case, command.name, desk)
    verdict = None if running is None else running.judged(desk.now, desk.calendar)
    return [
        StepFinished(
            name=command.name,
            opinion=desk.sealed(command.opinion),
            verdict=verdict,
            step_begun=next_step(case, case.worked_on_at(desk.actor), desk, finished=command.name),
        )
    ]


def _step_due(case: Case, name: str, desk: Desk) -> DueDate | None:
    running = running_deadline(case, name, desk)
    # Else to hand a step on would buy time. Once it is late it stays so for who had it, and who
    # takes it over was not late by that.
    if running is not None and not running.has_expired(desk.now):
        return running.due
    limit = next(step.limit for step in case.offered.steps if step.name == name)
    if limit is None:
        return None
    return while_paused(case, desk.due(limit, LimitKind.STEP.purpose), desk)


def _require_to_do(case: Case, name: str, field: str) -> None:
    """Raise ``NotFound`` if the item has no step ``name``, ``WrongStep`` if it is done."""
    if name not in _names(case):
        raise NotFound(
            "STEP_UNKNOWN",
            f"事项「{case.offered.name}」没有环节「{name}」",
            field=field,
            remedy=f"可选: {'、'.join(_names(case)) or '无'}",
        )
    if name in case.steps_done:
        raise WrongStep("STEP_DONE", f"环节「{name}」已办结", field=field, remedy="请核对环节")
