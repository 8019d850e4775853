"""环节计时: when the own time of a step of the item begins.

It begins once the file is with the unit of the step and every earlier step is finished: when the
case is accepted, when the step before is finished, or when the unit signs for the file. A step that
a list is written for begins with that list. The step of a closed unit is that of its successor, or
of the unit of the item if nobody took over.
"""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.case.state import Case
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import Deadline
from bancheng.domain.items import ItemStep, ServiceItem
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.stopwatch import Stopwatch


class StepBegun(Struct, frozen=True, kw_only=True):
    """环节起算: the time of a step began at ``unit``, which has the file, and ends with ``due``."""

    name: str
    unit: str
    due: DueDate


def part_of(case_id: str, name: str) -> str:
    """The subject of the deadline of a step, or of a special procedure: unique within the hall."""
    return f"{case_id}/{name}"


def first_step(
    item: ServiceItem, file_at: str | None, desk: Desk, *, since: datetime
) -> StepBegun | None:
    """The first step, if it has a limit and the file is with its unit at acceptance, ``since``."""
    step = next(iter(item.steps), None)
    return None if step is None else _begun(item, step, file_at, desk, since)


def next_step(
    case: Case, file_at: str | None, desk: Desk, *, finished: str | None = None
) -> StepBegun | None:
    """The first step that is not done once ``finished`` is, if its time begins now at ``file_at``.

    ``None`` if it has no limit, belongs to another unit, or its time runs already.
    """
    done = case.steps_done | {finished}
    step = next((step for step in case.offered.steps if step.name not in done), None)
    if step is None or running_deadline(case, step.name, desk) is not None:
        return None
    begun = _begun(case.offered, step, file_at, desk, desk.now)
    return begun and replace(begun, due=while_paused(case, begun.due, desk))


def while_paused(case: Case, due: DueDate, desk: Desk) -> DueDate:
    """``due`` of a step that begins now: it stands still too while a special procedure does."""
    if case.pause is None or case.pause.told_at is None:
        return due
    if case.pause.approved_until is not None and case.pause.approved_until <= desk.now:
        return due  # the time that was told is over, so nothing stands still any more
    # From its own start: what passed of the pause before is no part of its time.
    pause = replace(case.pause, started_at=desk.now)
    paused = Stopwatch(due=due).pause(pause, desk.calendar).due
    return desk.warned(paused, LimitKind.STEP.purpose)


def running_deadline(case: Case, name: str, desk: Desk) -> Deadline | None:
    """The deadline of the step, as long as it runs."""
    deadline = case.deadline(LimitKind.STEP, part_of(desk.stream_id, name))
    return deadline if deadline is not None and deadline.is_running else None


def _begun(
    item: ServiceItem, step: ItemStep, file_at: str | None, desk: Desk, since: datetime
) -> StepBegun | None:
    unit = _unit_of(item, step, desk)
    if step.limit is None or unit != file_at:
        return None
    due = desk.due(step.limit, LimitKind.STEP.purpose, since=since)
    return StepBegun(name=step.name, unit=unit, due=due)


def _unit_of(item: ServiceItem, step: ItemStep, desk: Desk) -> str:
    """Who does the step now: else the limit of one whose unit was closed would never begin."""
    named = step.unit or item.unit
    unit = desk.successors.get(named, named)
    # Without a successor nobody stands in for that unit, but who answers for the item has to see
    # to the step all the same.
    return unit if unit in desk.units else desk.successors.get(item.unit, item.unit)
