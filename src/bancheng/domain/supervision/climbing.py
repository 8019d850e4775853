"""升阶: a limit that has run out climbs the ladder by itself, a rung at a time.

Part of 监督检查. What the hall may take by itself it takes; what only 效能监察 takes is proposed,
and signed or declined. The ladder moves no limit of the matter.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Final

from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.people import FreeText, Role
from bancheng.domain.supervision.answering import MEASURES, MeasureCommand, found_measure
from bancheng.domain.supervision.events import (
    Climb,
    MeasureDeclined,
    MeasureProposed,
    MeasureTaken,
)
from bancheng.domain.supervision.matter import Matter
from bancheng.domain.supervision.taking import (
    AnswerDays,
    answer_due_of,
    climbing_limit,
    next_id,
    next_rung_at,
)
from bancheng.domain.time_limits.levels import PlannedRung
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.plan import owed_rungs
from bancheng.domain.warnings.raising import DeadlineCommand, running_deadline

# Not with hyphens, for such a number would be masked as if it were of a telephone.
_DEMAND: Final = "{limit}({due:%Y年%m月%d日}止)已逾期,请抓紧办理,并说明逾期原因"


class ClimbLadder(DeadlineCommand, frozen=True, kw_only=True):
    """升阶: take, or propose, the next rung that a limit which has run out calls for."""

    asks_successors: ClassVar[bool] = True


class SignMeasure(MeasureCommand, frozen=True, kw_only=True):
    """签发督促: take what the ladder proposed."""

    demand: Annotated[FreeText, Meta(description="督促要求")]
    answer_working_days: AnswerDays = None
    to_units: ClassVar[tuple[str, ...]] = ("demand", "why")


class DeclineMeasure(MeasureCommand, frozen=True, kw_only=True):
    """不予督促: leave what the ladder proposed, for a reason."""

    reason: Annotated[FreeText, Meta(description="不予督促的理由")]
    to_units: ClassVar[tuple[str, ...]] = ("reason", "why")


def _key(command: DeadlineCommand) -> str:
    return key_of(command.kind, command.subject)


DEADLINES: Final = Targets[Matter](_key, lambda matter: matter.deadlines)


def may_climb(matter: Matter, attempt: Attempt) -> None:
    """A limit of a unit runs, is over, and its next rung is due. ``WrongStep`` ``RUNG_NOT_DUE``.

    One rung a matter and working day: who did not look for a week does not call for three at once.
    """
    deadline, now = running_deadline(matter, attempt.target), attempt.desk.now
    too_soon = deadline.rung_from is not None and now < deadline.rung_from
    if deadline.unit is None or not _owed(deadline, now) or too_soon:
        raise WrongStep(
            "RUNG_NOT_DUE",
            f"时限「{deadline.due.limit.label}」尚未到新的督促阶梯,或本件今日已升阶",
            remedy="无需升阶",
        )


def _owed(deadline: Deadline, now: datetime) -> list[PlannedRung]:
    return owed_rungs(deadline.ladder, deadline.climbed, now)


def may_sign(matter: Matter, attempt: Attempt) -> None:
    """A person signs, and what waits for a signature. ``WrongStep`` ``NOT_PROPOSED``."""
    measure = found_measure(matter, attempt)
    if attempt.desk.actor.may(Role.SYSTEM):
        raise NotAllowed("SIGNED_BY_NOBODY", "督促须由人签发", remedy="请由效能监察员签发")
    if measure.proposed is None:
        raise WrongStep("NOT_PROPOSED", "本督促不在待签发状态", remedy="请核对督促编号")


@guarded(may_climb, DEADLINES)
def climb(matter: Matter, command: ClimbLadder, desk: Desk) -> list[Event]:
    deadline = matter.deadlines[_key(command)]
    owed, due = _owed(deadline, desk.now)[0], deadline.due
    assert deadline.unit is not None, "the guard refuses it"
    unit = desk.stands_in_for(deadline.unit)
    rule, asked = desk.rulebook.measure_of(owed.rung), None
    if not owed.proposed:
        asked = answer_due_of(rule, None, desk)
    proposed = MeasureProposed(
        measure_id=next_id(matter),
        rung=owed.rung,
        unit=unit,
        ground=owed.ground,
        basis=f"{desk.rulebook.words_of_ground(owed.ground)};{owed.basis}",
        rule_version=due.rule_version,
        stands_on=f"{deadline.key}/{deadline.run}",
        order_id=matter.order_of(unit, deadline.subject),
        climb=_climb(deadline, owed, asked, desk),
    )
    if owed.proposed:
        return [proposed]
    label = f"{deadline.kind.label}时限"
    demand = FreeText(_DEMAND.format(limit=label, due=due.due_date))
    return [_taken(proposed, demand, asked, desk, proposed.climb)]


def _taken(
    proposed: MeasureProposed,
    demand: FreeText,
    answer_due: DueDate | None,
    desk: Desk,
    climb: Climb,
) -> MeasureTaken:
    return MeasureTaken(
        measure_id=proposed.measure_id,
        rung=proposed.rung,
        unit=proposed.unit,
        ground=proposed.ground,
        basis=proposed.basis,
        rule_version=proposed.rule_version,
        demand=desk.sealed(demand),
        order_id=proposed.order_id,
        stands_on=proposed.stands_on,
        answer_due=answer_due,
        climb=climb,
    )


def _climb(deadline: Deadline, owed: PlannedRung, answer_due: DueDate | None, desk: Desk) -> Climb:
    return Climb(
        limits=(climbing_limit(deadline),), due_at=owed.at, next_at=next_rung_at(answer_due, desk)
    )


@guarded(may_sign, MEASURES)
def sign_measure(matter: Matter, command: SignMeasure, desk: Desk) -> list[Event]:
    measure = matter.measures[command.measure_id]
    proposed = measure.proposed
    assert proposed is not None, "the guard refuses it"
    rule = desk.rulebook.measure_of(proposed.rung)
    due = answer_due_of(rule, command.answer_working_days, desk)
    climb = replace(proposed.climb, next_at=next_rung_at(due, desk))
    return [_taken(replace(proposed, unit=measure.unit), command.demand, due, desk, climb)]


@guarded(may_sign, MEASURES)
def decline_measure(_: Matter, command: DeclineMeasure, desk: Desk) -> list[Event]:
    return [MeasureDeclined(measure_id=command.measure_id, reason=desk.sealed(command.reason))]
