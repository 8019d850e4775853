"""预警: warnings of limits, and due dates decided anew under another calendar. For every matter."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import (
    Change,
    Deadline,
    DeadlineState,
    Ended,
    Moves,
    Redecided,
    Started,
    key_of,
)
from bancheng.domain.errors import NotAllowed, NotFound, WrongStep
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.thresholds import Rung
from bancheng.domain.time_limits.warning import passed_warnings, plan_ladder, rung_at
from bancheng.domain.time_limits.working_time import next_open

# How long after its instant a warning may come and still count as on time: sweeps take a moment.
LATE_AFTER = timedelta(minutes=5)
_WHAT_MATTERS = ("due_at", "provisional", "warnings")


@topic("warning.raised", step=Step.SUPERVISE)
class WarningRaised(Event, frozen=True, kw_only=True):
    """发牌: a limit reached a level of warning; once a level, limit and cycle.

    ``planned_at`` is when the level was reached, ``late`` that the warning came long after it.
    ``late_step`` is the step that is slow, ``post`` who answers for it. ``notify_at`` is when the
    receiver is told: at once, or when the hall next opens. ``rung`` is what the ladder of the rule
    book calls for by now.
    """

    warning_id: str
    kind: LimitKind
    subject: str
    cycle: int
    level: WarningLevel
    planned_at: datetime
    late: bool
    unit: str | None
    post: str
    late_step: Step
    due_at: datetime
    ground: str
    rule_version: str
    notify_at: datetime
    feedback_due: DueDate | None = None
    rung: Rung | None = None


@topic("warning.answered", step=Step.SUPERVISE)
class WarningAnswered(Event, frozen=True, kw_only=True):
    """预警反馈: the unit told what it does about it."""

    warning_id: str
    answer: FreeText


@topic("warning.appealed", step=Step.SUPERVISE)
class WarningAppealed(Event, frozen=True, kw_only=True):
    """预警申诉: the unit objects to the warning."""

    warning_id: str
    ground: FreeText


@topic("warning.appeal-rejected", step=Step.SUPERVISE)
class WarningAppealRejected(Event, frozen=True, kw_only=True):
    """申诉驳回: the warning stands."""

    warning_id: str
    ruling: FreeText


@topic("warning.revoked", step=Step.SUPERVISE)
class WarningRevoked(Event, frozen=True, kw_only=True):
    """撤牌: the warning was given wrongly; it stays in the trail and counts no more."""

    warning_id: str
    ruling: FreeText


@topic("deadline.replanned", step=Step.SUPERVISE)
class DueDateReplanned(Event, frozen=True, kw_only=True):
    """重新定期: a running limit was decided anew under another calendar, in place of ``before``."""

    kind: LimitKind
    subject: str
    before: DueDate
    due: DueDate


def raise_warning(
    deadlines: Mapping[str, Deadline],
    kind: LimitKind,
    subject: str,
    level: WarningLevel,
    desk: Desk,
) -> list[Event]:
    """The warning of ``level``, if the deadline runs, has reached it and has not had it yet."""
    deadline = _running(deadlines, kind, subject)
    passed = passed_warnings(deadline.due.warnings, deadline.raised, desk.now, grace=LATE_AFTER)
    found = next((one for one in passed if one.level is level), None)
    if found is None:
        raise WrongStep(
            "WARNING_NOT_DUE",
            f"时限「{deadline.due.limit.label}」尚未到「{level.label}」,或本轮已发过",
            remedy="无需发牌",
        )
    planned = next(one for one in deadline.due.warnings if one.level is level)
    return [
        WarningRaised(
            warning_id=f"{deadline.key}/{deadline.cycle}/{level}",
            kind=kind,
            subject=subject,
            cycle=deadline.cycle,
            level=level,
            planned_at=found.at,
            late=found.late,
            unit=deadline.unit,
            post=kind.post_of(deadline.unit),
            late_step=kind.step,
            due_at=deadline.due.due_at,
            ground=f"{deadline.due.limit.basis};{planned.basis}",
            rule_version=deadline.due.rule_version,
            notify_at=next_open(desk.calendar, desk.now),
            feedback_due=_feedback_due(deadline, level, desk),
            rung=rung_at(plan_ladder(deadline.due, desk.rulebook.ladder, desk.calendar), desk.now),
        )
    ]


def replanned(
    deadlines: Mapping[str, Deadline], kind: LimitKind, subject: str, desk: Desk
) -> DueDateReplanned:
    """The running limit decided anew under the calendar of the desk, if that changes anything.

    The rule of the day on which it was decided first stays; only the calendar is a new one.
    """
    deadline = _running(deadlines, kind, subject)
    before = deadline.due
    due = desk.warned(deadline.watch.replan(desk.calendar).due, kind.purpose)
    if all(getattr(due, part) == getattr(before, part) for part in _WHAT_MATTERS):
        raise WrongStep("DUE_DATE_UNCHANGED", "新日历不影响本时限", remedy="无需重新定期")
    return DueDateReplanned(kind=kind, subject=subject, before=before, due=due)


class Warned(Struct, frozen=True, kw_only=True):
    """预警: what decisions need to know of one that was raised."""

    unit: str | None
    answered: bool = False
    appealed: bool = False
    appeal_open: bool = False


def fold(warnings: Mapping[str, Warned], event: Event) -> Mapping[str, Warned]:
    """The warnings that stand after ``event``. A revoked one stands no more."""
    match event:
        case WarningRaised(warning_id=id_, unit=unit):
            return {**warnings, id_: Warned(unit=unit)}
        case WarningAnswered(warning_id=id_):
            return {**warnings, id_: replace(warnings[id_], answered=True)}
        case WarningAppealed(warning_id=id_):
            return {**warnings, id_: replace(warnings[id_], appealed=True, appeal_open=True)}
        case WarningAppealRejected(warning_id=id_):
            return {**warnings, id_: replace(warnings[id_], appeal_open=False)}
        case WarningRevoked(warning_id=id_):
            return {other: warned for other, warned in warnings.items() if other != id_}
    return warnings


def standing(warnings: Mapping[str, Warned], warning_id: str) -> Warned:
    """The warning, or ``NotFound`` if there is none or it was revoked."""
    if warning_id not in warnings:
        raise NotFound(
            "WARNING_NOT_FOUND",
            f"本件没有预警「{warning_id}」,或已撤销",
            field="warning_id",
            remedy="请核对预警编号",
        )
    return warnings[warning_id]


def require_unit(warning: Warned, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless the warning was given to the actor's unit.

    One without a unit is the hall's own, and its handlers answer for it.
    """
    is_own = actor.may(Role.HANDLER) if warning.unit is None else warning.unit == actor.unit
    if not is_own:
        raise NotAllowed("NOT_OWN_UNIT", "该预警不是发给您所在单位的", remedy="请由被预警单位办理")


def _feedback_due(deadline: Deadline, level: WarningLevel, desk: Desk) -> DueDate | None:
    # A warning that only reminds asks for no answer, and one about a missing answer neither:
    # else warnings would breed warnings.
    is_card = level.severity >= WarningLevel.YELLOW.severity
    return desk.due_for("feedback") if is_card and deadline.kind is not LimitKind.FEEDBACK else None


def _running(deadlines: Mapping[str, Deadline], kind: LimitKind, subject: str) -> Deadline:
    deadline = deadlines.get(key_of(kind, subject))
    if deadline is None:
        raise NotFound(
            "LIMIT_NOT_FOUND",
            f"本件没有「{subject}」的{kind.label}时限",
            field="subject",
            remedy="请核对时限",
        )
    if not deadline.is_running:
        raise WrongStep(
            "LIMIT_NOT_RUNNING",
            f"该{kind.label}时限已停止({deadline.state.label})",
            remedy="无需处理",
        )
    return deadline


def with_raised(deadlines: Mapping[str, Deadline], event: WarningRaised) -> dict[str, Deadline]:
    """``deadlines`` after the warning: its level was given in this cycle."""
    key = key_of(event.kind, event.subject)
    deadline = deadlines[key]
    return {**deadlines, key: replace(deadline, raised=(*deadline.raised, event.level))}


def _warned(event: WarningRaised, _: Recorded) -> Sequence[Change]:
    if event.feedback_due is None:
        return ()
    due, unit = event.feedback_due, event.unit
    return (Started(kind=LimitKind.FEEDBACK, subject=event.warning_id, unit=unit, due=due),)


def _warning_answered(event: WarningAnswered, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=LimitKind.FEEDBACK, subject=event.warning_id),)


def _warning_revoked(event: WarningRevoked, _: Recorded) -> Sequence[Change]:
    return (
        Ended(kind=LimitKind.FEEDBACK, subject=event.warning_id, state=DeadlineState.CANCELLED),
    )


def _replanned(event: DueDateReplanned, _: Recorded) -> Sequence[Change]:
    return (Redecided(kind=event.kind, subject=event.subject, due=event.due),)


MOVES: Mapping[type, Moves] = {
    WarningRaised: _warned,
    WarningAnswered: _warning_answered,
    WarningRevoked: _warning_revoked,
    DueDateReplanned: _replanned,
}
