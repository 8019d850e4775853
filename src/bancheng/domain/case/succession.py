"""办件承接: a case of a closed unit, its file and its limits go to the successor."""

from typing import Annotated, ClassVar

from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.case.dispatch import STEPS_DONE_IN
from bancheng.domain.case.item_steps import next_step, part_of
from bancheng.domain.case.state import Case
from bancheng.domain.commands import Desk
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matter_state import with_duties_passed_on
from bancheng.domain.succession import TakeOver, limits_passed_on, nothing_to_take_over
from bancheng.domain.warnings.events import DutiesPassedOn, LimitPassedOn


class TakeOverCase(TakeOver, frozen=True, kw_only=True):
    """办件承接: let a successor take over what a closed unit has of a case."""

    case_id: Annotated[str, Meta(max_length=80, description="办件标识")]
    about_field: ClassVar[str] = "case_id"


def may_take_over(case: Case, attempt: Attempt) -> None:
    """As long as the case, its file or a limit is the unit's.

    ``WrongStep`` ``NOTHING_TO_TAKE_OVER``. A case that is over is only taken over for what is still
    owed on it: a rating to be made good, an approval to be looked at again.
    """
    unit = attempt.target
    is_its = not case.status.is_closed and unit in _units(case)
    if not is_its and not limits_passed_on(case.deadlines.values(), unit, attempt.desk):
        raise nothing_to_take_over()


def _units(case: Case) -> list[str]:
    handed = None if case.hand_over is None else case.hand_over.unit
    own = None if case.item is None else case.item.unit
    return sorted({unit for unit in (own, case.holder, handed) if unit is not None})


@guarded(may_take_over, Targets(of=lambda command: command.unit, within=_units))
def take_over(case: Case, command: TakeOverCase, desk: Desk) -> list[Event]:
    limits = limits_passed_on(case.deadlines.values(), command.unit, desk)
    successor = desk.check_unit(command.successor, "successor")
    passed = DutiesPassedOn(unit=command.unit, successor=successor, limits=limits)
    return [replace(passed, limits=(*limits, *_begun(with_successor(case, passed), desk)))]


def _begun(case: Case, desk: Desk) -> tuple[LimitPassedOn, ...]:
    """The step that waited for the closed unit, if the successor has had the file all along."""
    begun = next_step(case, case.file_at, desk) if case.status in STEPS_DONE_IN else None
    if begun is None:
        return ()
    subject = part_of(desk.stream_id, begun.name)
    return (LimitPassedOn(kind=LimitKind.STEP, subject=subject, due=begun.due),)


def with_successor(case: Case, event: DutiesPassedOn) -> Case:
    """``case`` with the successor wherever the closed unit stood for what is still to be done."""

    def now(unit: str | None) -> str | None:
        return event.successor if unit == event.unit else unit

    item, handed = case.offered, case.hand_over
    steps = tuple(replace(step, unit=now(step.unit)) for step in item.steps)
    return replace(
        with_duties_passed_on(case, event),
        item=replace(item, unit=now(item.unit), steps=steps),
        holder=now(case.holder),
        file_at=now(case.file_at),
        hand_over=handed and replace(handed, unit=now(handed.unit)),
    )
