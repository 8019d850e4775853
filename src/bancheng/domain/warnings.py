"""预警: warnings of limits, and due dates decided anew under another calendar. For every matter."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.clocks import Clock, LimitKind, key_of
from bancheng.domain.commands import Desk
from bancheng.domain.errors import NotAllowed, NotFound, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import DueDate, decide_due
from bancheng.domain.time_limits.warning import passed_warnings
from bancheng.domain.time_limits.working_time import next_open

# How long after its instant a warning may come and still count as on time: sweeps take a moment.
LATE_AFTER = timedelta(minutes=5)
_WHAT_MATTERS = ("due_at", "provisional", "warnings")
_STEPS = {
    LimitKind.ACCEPT: Step.DISCOVER,
    LimitKind.SIGN_IN: Step.DISPATCH,
    LimitKind.RESOLVE: Step.DEADLINE,
    LimitKind.FEEDBACK: Step.SUPERVISE,
}


@topic("warning.raised", step=Step.SUPERVISE)
class WarningRaised(Event, frozen=True, kw_only=True):
    """发牌: a limit reached a level of warning; once a level, limit and cycle.

    ``planned_at`` is when the level was reached, ``late`` that the warning came long after it.
    ``late_step`` is the step that is slow, ``post`` who answers for it. ``notify_at`` is when the
    receiver is told: at once, or when the hall next opens.
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
    clocks: Mapping[str, Clock], kind: LimitKind, subject: str, level: WarningLevel, desk: Desk
) -> list[Event]:
    """The warning of ``level``, if the clock runs, has reached it and has not had it yet."""
    clock = _running(clocks, kind, subject)
    passed = passed_warnings(clock.due.warnings, clock.raised, desk.now, grace=LATE_AFTER)
    found = next((one for one in passed if one.level is level), None)
    if found is None:
        raise WrongStep(
            "WARNING_NOT_DUE",
            f"时限「{clock.due.limit.label}」尚未到「{level.label}」,或本轮已发过",
            remedy="无需发牌",
        )
    planned = next(one for one in clock.due.warnings if one.level is level)
    return [
        WarningRaised(
            warning_id=f"{clock.key}/{clock.cycle}/{level}",
            kind=kind,
            subject=subject,
            cycle=clock.cycle,
            level=level,
            planned_at=found.at,
            late=found.late,
            unit=clock.unit,
            post="工单处理岗" if clock.unit is None else "单位承办岗",
            late_step=_STEPS[kind],
            due_at=clock.due.due_at,
            ground=f"{clock.due.limit.basis};{planned.basis}",
            rule_version=clock.due.rule_version,
            notify_at=next_open(desk.calendar, desk.now),
            feedback_due=_feedback_due(clock, level, desk),
        )
    ]


def replanned(
    clocks: Mapping[str, Clock], kind: LimitKind, subject: str, desk: Desk
) -> DueDateReplanned:
    """The running limit decided anew under the calendar of the desk, if that changes anything.

    The rule of the day on which it was decided first stays; only the calendar is a new one.
    """
    before = _running(clocks, kind, subject).due
    due = decide_due(
        before.limit,
        before.started_at,
        desk.calendar,
        rulebook_version=before.rule_version,
        extension=before.extension,
    )
    due = desk.warned(due, kind.value)
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


def _feedback_due(clock: Clock, level: WarningLevel, desk: Desk) -> DueDate | None:
    # A warning that only reminds asks for no answer, and one about a missing answer neither:
    # else warnings would breed warnings.
    is_card = level.severity >= WarningLevel.YELLOW.severity
    return desk.due_for("feedback") if is_card and clock.kind is not LimitKind.FEEDBACK else None


def _running(clocks: Mapping[str, Clock], kind: LimitKind, subject: str) -> Clock:
    clock = clocks.get(key_of(kind, subject))
    if clock is None:
        raise NotFound(
            "LIMIT_NOT_FOUND",
            f"本件没有「{subject}」的{kind.label}时限",
            field="subject",
            remedy="请核对时限",
        )
    if not clock.is_running:
        raise WrongStep(
            "LIMIT_NOT_RUNNING", f"该{kind.label}时限已停止({clock.state.label})", remedy="无需处理"
        )
    return clock


def with_raised(clocks: Mapping[str, Clock], event: WarningRaised) -> dict[str, Clock]:
    """``clocks`` after the warning: its level was given in this cycle."""
    key = key_of(event.kind, event.subject)
    clock = clocks[key]
    return {**clocks, key: replace(clock, raised=(*clock.raised, event.level))}
