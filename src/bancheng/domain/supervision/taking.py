"""催办、督办、提示函、通报、约谈、问责移送: something is demanded of a unit, on any matter.

Part of 监督检查. By hand any rung may be taken at any time: the ladder says when the hall does it
by itself, and forbids nobody to be sooner. Of a unit that is late already it is a rung of the
ladder like any other, which the hall does not take once more.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.commands import Command, Desk, UnitRef, check_term
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.supervision.events import (
    Climb,
    ClimbingLimit,
    MeasureTaken,
    SupervisionColour,
)
from bancheng.domain.supervision.matter import Matter
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.limit import DueDate, case_by_case
from bancheng.domain.time_limits.plan import next_opening
from bancheng.domain.time_limits.rules import MeasureRule
from bancheng.domain.warnings.matter import MatterCommand, Warned

AnswerDays = Annotated[int, Meta(ge=1, le=60, description="反馈期限(工作日);不填则按规则库")] | None


class TakeMeasure(MatterCommand, frozen=True, kw_only=True):
    """督促指令: demand something of a unit on a ticket or a case."""

    unit: Annotated[UnitRef, Meta(description="被督促单位编码")]
    ground: Annotated[str, Meta(max_length=40, description="督促事由代码,见规则库的督促事由")]
    demand: Annotated[FreeText, Meta(description="督促要求")]
    stands_on: (
        Annotated[str, Meta(max_length=240, description="所据的预警编号或时限标识,没有的不填")]
        | None
    ) = None
    answer_working_days: AnswerDays = None
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("demand", "why")


class UrgeUnit(TakeMeasure, frozen=True, kw_only=True):
    """催办: tell a unit to hurry with what it owes."""


class IssueSupervisionOrder(TakeMeasure, frozen=True, kw_only=True):
    """督办: issue a supervision order that the unit must answer."""

    colour: Annotated[SupervisionColour, Meta(description="督办单颜色")]


class SendAdvisoryLetter(TakeMeasure, frozen=True, kw_only=True):
    """提示函: tell a unit in a letter what is wrong and what is asked of it (S1)."""


class IssueBulletin(TakeMeasure, frozen=True, kw_only=True):
    """通报: name a unit for what it did before all."""


class CallToInterview(TakeMeasure, frozen=True, kw_only=True):
    """约谈: call those who lead a unit to an interview."""


class ReferForAccountability(TakeMeasure, frozen=True, kw_only=True):
    """问责移送: hand what a unit did to those who decide about discipline."""


RUNGS: Final[Mapping[type[Command], Rung]] = {
    UrgeUnit: Rung.URGE,
    IssueSupervisionOrder: Rung.SUPERVISE,
    SendAdvisoryLetter: Rung.ADVISE,
    IssueBulletin: Rung.BULLETIN,
    CallToInterview: Rung.INTERVIEW,
    ReferForAccountability: Rung.HOLD_ACCOUNTABLE,
}


def may_urge(matter: Matter, _: Attempt) -> None:
    """Only while the matter waits for somebody. ``WrongStep`` ``NOTHING_OWED``."""
    if not matter.is_owed:
        raise WrongStep("NOTHING_OWED", "本件现无待单位办理的事项", remedy="无需催办")


def may_demand(matter: Matter, attempt: Attempt) -> None:
    """A supervision order or a letter asks for something that can still be done on the matter."""
    matter.require_supervised(attempt.act)


def _taken(
    matter: Matter, command: TakeMeasure, desk: Desk, colour: SupervisionColour | None = None
) -> list[Event]:
    rung = RUNGS[type(command)]
    rule = desk.rulebook.measure_of(rung)
    unit, ground, shown, answer_due = together(
        lambda: _addressee(matter, command, desk),
        lambda: check_term(desk.rulebook.supervision_grounds, command.ground, "ground", "督促事由"),
        lambda: _shown_by(matter, command, desk),
        lambda: answer_due_of(rule, command.answer_working_days, desk),
    )
    return [
        MeasureTaken(
            measure_id=next_id(matter),
            rung=rung,
            unit=unit,
            ground=ground,
            basis=desk.rulebook.words_of_ground(ground),
            rule_version=desk.rulebook.version,
            demand=desk.sealed(command.demand),
            order_id=matter.order_of(unit, shown and shown.subject),
            stands_on=command.stands_on,
            colour=colour,
            answer_due=answer_due,
            climb=_reached(_climbing(matter, unit, ground, shown, desk), answer_due, desk),
        )
    ]


def _climbing(
    matter: Matter, unit: str, ground: str, shown: Deadline | Warned | None, desk: Desk
) -> list[Deadline]:
    """What of ``unit`` climbs on that ``ground``; only the limit that is ``shown``, if one is."""
    return [
        one
        for one in matter.deadlines.values()
        if one.is_running
        and one.unit in _with_predecessors(unit, desk)
        and any(rung.ground == ground for rung in one.ladder)
        and (shown is None or one.key == _key(shown))
    ]


def _reached(limits: list[Deadline], answer_due: DueDate | None, desk: Desk) -> Climb | None:
    if not limits:
        return None
    reached = tuple(climbing_limit(one) for one in limits)
    return Climb(limits=reached, due_at=None, next_at=next_rung_at(answer_due, desk))


def climbing_limit(deadline: Deadline) -> ClimbingLimit:
    """The limit as an event names it."""
    return ClimbingLimit(kind=deadline.kind, subject=deadline.subject, cycle=deadline.cycle)


def next_rung_at(answer_due: DueDate | None, desk: Desk) -> datetime:
    """When the next rung of the matter may come: tomorrow, or once an answer is due."""
    tomorrow = next_opening(desk.calendar, desk.now)
    return tomorrow if answer_due is None else max(tomorrow, answer_due.due_at)


def next_id(matter: Matter) -> str:
    """The number of the next measure: by all that were ever taken or proposed."""
    return f"{matter.number}-D{len(matter.measures) + 1:02d}"


def involved_unit(matter: Matter, code: str, desk: Desk) -> str:
    """The unit, if it has a part in the matter; else ``InvalidInput`` ``UNIT_NOT_INVOLVED``."""
    unit = desk.check_unit(code, "unit")
    # Who is called to account sees the matter: it is not shown to a unit that has no part in it.
    predecessors = (old for old, successor in desk.successors.items() if successor == unit)
    if not any(matter.involves(one) for one in (unit, *predecessors)):
        raise InvalidInput(
            "UNIT_NOT_INVOLVED",
            f"单位「{unit}」与本件无关: 未登记、承办本件,也不是被反映单位或责任单位",
            field="unit",
            remedy="请核对单位;确有关系的,请先分析原因或增派协办",
        )
    return unit


def _addressee(matter: Matter, command: TakeMeasure, desk: Desk) -> str:
    unit = involved_unit(matter, command.unit, desk)
    if isinstance(command, UrgeUnit) and not matter.owes(unit):
        raise InvalidInput(
            "UNIT_OWES_NOTHING",
            f"本件现无待单位「{unit}」办理的事项",
            field="unit",
            remedy="请催办现在承办的单位;对已办的不满,请发督办单或提示函",
        )
    return unit


def _shown_by(matter: Matter, command: TakeMeasure, desk: Desk) -> Deadline | Warned | None:
    """The warning, or the limit, that the measure stands on; it is the unit's own."""
    if (named := command.stands_on) is None:
        return None
    found = matter.warnings.get(named) or _limit(matter, named)
    if found is None or found.unit not in (None, *_with_predecessors(command.unit, desk)):
        raise InvalidInput(
            "NOT_SHOWN_BY",
            f"本件没有该单位的预警或时限「{named}」",
            field="stands_on",
            remedy="请填写本件预警台账中的预警编号,或限时看板中的时限标识;没有的不填",
        )
    return found


def _key(shown: Deadline | Warned) -> str | None:
    """Of which limit it tells; a card for conduct of none."""
    if shown.kind is None or shown.subject is None:
        return None
    return key_of(shown.kind, shown.subject)


def _limit(matter: Matter, limit_key: str) -> Deadline | None:
    """The limit that the board shows under that key, also by an earlier run of it."""
    key, _, run = limit_key.rpartition("/")
    found = matter.deadlines.get(key)
    is_a_run = found is not None and run in map(str, range(1, found.run + 1))
    return found if is_a_run else None


def _with_predecessors(unit: str, desk: Desk) -> tuple[str, ...]:
    return (unit, *(old for old, successor in desk.successors.items() if successor == unit))


def answer_due_of(rule: MeasureRule, stated: int | None, desk: Desk) -> DueDate | None:
    """By when it is answered, if at all: in the ``stated`` working days, else by the rule book."""
    purpose = LimitKind.FEEDBACK.purpose
    days = stated or rule.answer_working_days
    if days is not None:
        return desk.due(case_by_case(days), purpose)
    if not rule.answered:
        return None
    due = desk.due_for("feedback")
    if due is None:
        raise InvalidInput(
            "LIMIT_UNDEFINED",
            "规则库没有规定督办反馈时限",
            field="answer_working_days",
            remedy="请填写反馈期限(工作日)",
        )
    return due


@guarded(may_urge)
def urge(matter: Matter, command: UrgeUnit, desk: Desk) -> list[Event]:
    return _taken(matter, command, desk)


@guarded(may_demand)
def issue_order(matter: Matter, command: IssueSupervisionOrder, desk: Desk) -> list[Event]:
    return _taken(matter, command, desk, command.colour)


@guarded(may_demand)
def send_letter(matter: Matter, command: SendAdvisoryLetter, desk: Desk) -> list[Event]:
    return _taken(matter, command, desk)


# From here on: what a unit did is held against it whatever has become of the matter.
@guarded(nothing)
def issue_bulletin(matter: Matter, command: IssueBulletin, desk: Desk) -> list[Event]:
    return _taken(matter, command, desk)


@guarded(nothing)
def call_to_interview(matter: Matter, command: CallToInterview, desk: Desk) -> list[Event]:
    return _taken(matter, command, desk)


@guarded(nothing)
def refer(matter: Matter, command: ReferForAccountability, desk: Desk) -> list[Event]:
    return _taken(matter, command, desk)
