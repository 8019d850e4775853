"""发牌与重新定期: a running deadline gives a warning, or is decided anew under another calendar.

Part of 监督检查. The acts are the same for tickets and cases; mostly the sweep does them.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Final

from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import InvalidInput, NotFound, WrongStep
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.hands import HOLDING, WHOLE, Holders
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.levels import PlannedRung, PlannedWarning, WarningLevel
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.plan import owed_warnings, plan_ladder, plan_warnings, rung_at
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.rules import ANSWERS
from bancheng.domain.time_limits.working_time import next_open
from bancheng.domain.warnings.events import DueDateReplanned, WarningRaised
from bancheng.domain.warnings.matter import Limited, Matter, MatterCommand

# How long after its instant a warning may come and still count as on time: sweeps take a moment.
LATE_AFTER: Final = timedelta(minutes=5)


class DeadlineCommand(MatterCommand, frozen=True, kw_only=True):
    """时限指令: an act on a running deadline."""

    kind: Annotated[LimitKind, Meta(description="时限种类")]
    subject: Annotated[
        str,
        Meta(
            max_length=200,
            description="时限所属: 办不成事工单、办件、派单、督办单、预警或评价的标识",
        ),
    ]


class RaiseWarning(DeadlineCommand, frozen=True, kw_only=True):
    """发牌: give the warning of a level that a deadline has reached."""

    level: Annotated[WarningLevel, Meta(description="预警级别")]


class ReplanDueDate(DeadlineCommand, frozen=True, kw_only=True):
    """重新定期: decide a running deadline anew under the calendar now in force."""


def _key(command: DeadlineCommand) -> str:
    return key_of(command.kind, command.subject)


DEADLINES = Targets[Matter](_key, lambda matter: matter.deadlines)


def running_deadline(matter: Limited, key: str) -> Deadline:
    """The deadline of that key; ``NotFound`` or ``WrongStep`` unless there is one that runs."""
    deadline = matter.deadlines.get(key)
    if deadline is None:
        subject, _, kind = key.rpartition("/")
        raise NotFound(
            "DEADLINE_NOT_FOUND",
            f"本件没有「{subject}」的{LimitKind(kind).label}时限",
            field="subject",
            remedy="请核对时限",
        )
    if not deadline.is_running:
        raise WrongStep(
            "DEADLINE_NOT_RUNNING",
            f"该{deadline.kind.label}时限已停止({deadline.state.label})",
            remedy="无需处理",
        )
    return deadline


def _owed(deadline: Deadline, desk: Desk) -> dict[WarningLevel, PlannedWarning]:
    owed = owed_warnings(deadline.due.warnings, deadline.raised, desk.now)
    return {warning.level: warning for warning in owed}


def may_raise(matter: Matter, attempt: Attempt) -> None:
    """The deadline runs and has reached a level of which no warning was given in this cycle."""
    deadline = running_deadline(matter, attempt.target)
    if not _owed(deadline, attempt.desk):
        raise WrongStep(
            "WARNING_NOT_DUE",
            f"时限「{deadline.due.limit.label}」尚未到新的预警级别,或本轮均已发过",
            remedy="无需发牌",
        )


@guarded(may_raise, DEADLINES)
def raise_warning(matter: Matter, command: RaiseWarning, desk: Desk) -> list[Event]:
    deadline = matter.deadlines[_key(command)]
    owed = _owed(deadline, desk)
    if command.level not in owed:
        raise InvalidInput(
            "LEVEL_NOT_DUE",
            f"时限「{deadline.due.limit.label}」尚未到「{command.level.label}」,或本轮已发过",
            field="level",
            remedy=f"现应发: {'、'.join(level.label for level in owed)}",
        )
    return [_warning(deadline, owed[command.level], matter.holders, desk)]


def _warning(
    deadline: Deadline, owed: PlannedWarning, holders: Holders, desk: Desk
) -> WarningRaised:
    due, kind, level = deadline.due, deadline.kind, owed.level
    plan = plan_ladder(due, desk.rulebook.ladder_for(kind.purpose), desk.calendar)
    return WarningRaised(
        warning_id=f"{deadline.key}/{deadline.cycle}/{level}",
        kind=kind,
        subject=deadline.subject,
        cycle=deadline.cycle,
        level=level,
        planned_at=owed.at,
        late=desk.now - owed.at > LATE_AFTER,
        unit=deadline.unit,
        post=kind.post_of(deadline.unit),
        late_step=kind.step,
        due_at=due.due_at,
        ground=f"{due.limit.basis};{owed.basis}",
        rule_version=due.rule_version,
        # Raised at once, told in opening hours: a level may be reached at midnight.
        notify_at=next_open(desk.calendar, desk.now),
        feedback_due=_feedback_due(kind, level, desk),
        rung=rung_at(plan, desk.now),
        ladder=_ladder(deadline, owed, plan),
        held_by=_held_by(deadline, holders),
    )


def _held_by(deadline: Deadline, holders: Holders) -> str | None:
    """Who has in hand what the limit is about; of what a unit owes, if they are of that unit."""
    unit = deadline.unit
    if not set(HOLDING) & set(deadline.kind.answered_by(unit)):
        return None
    found = None if unit is None else holders.get(deadline.subject)
    found = holders.get(WHOLE) if found is None else found
    return found.staff_id if found and unit in (None, found.unit) else None


def _ladder(
    deadline: Deadline, owed: PlannedWarning, plan: Iterable[PlannedRung]
) -> tuple[PlannedRung, ...]:
    """The rungs that the hall takes or proposes from here on: the limit of a unit has run out."""
    has_run_out, climbs = owed.at >= deadline.due.due_at, deadline.kind.purpose not in ANSWERS
    if deadline.unit is None or deadline.ladder or not (has_run_out and climbs):
        return ()
    return tuple(rung for rung in plan if rung.ground)


def _feedback_due(kind: LimitKind, level: WarningLevel, desk: Desk) -> DueDate | None:
    # A warning that only reminds asks for no answer, and one about a missing answer neither:
    # else warnings would breed warnings.
    about_an_answer = kind.purpose in ANSWERS
    return desk.due_for("card_feedback") if level.is_card and not about_an_answer else None


def replanned(deadline: Deadline, calendar: Calendar, rulebook: RuleBook) -> DueDate | None:
    """The due date of a running deadline under ``calendar``; none if it changes nothing about it.

    The rule of the day on which it was first decided stays; when it gives warning follows the
    ``rulebook`` in force, as after a pause.
    """
    due = deadline.watch.replan(calendar).due
    # What had run out before an import told of it warns nobody, by no calendar.
    if deadline.due.warnings:
        thresholds = rulebook.thresholds_for(deadline.kind.purpose)
        due = replace(due, warnings=plan_warnings(due, thresholds, calendar))
    # The whole dates are not compared: the version of the calendar differs with every notice,
    # also with one that touches no day of this limit.
    before, after = ((one.due_at, one.provisional, one.warnings) for one in (deadline.due, due))
    return None if before == after else due


def may_replan(matter: Matter, attempt: Attempt) -> None:
    """The deadline runs, and the calendar of the desk changes something about it."""
    deadline, desk = running_deadline(matter, attempt.target), attempt.desk
    if replanned(deadline, desk.calendar, desk.rulebook) is None:
        raise WrongStep("DUE_DATE_UNCHANGED", "新日历不影响本时限", remedy="无需重新定期")


@guarded(may_replan, DEADLINES)
def replan_due_date(matter: Matter, command: ReplanDueDate, desk: Desk) -> list[Event]:
    deadline = matter.deadlines[_key(command)]
    due = replanned(deadline, desk.calendar, desk.rulebook)
    assert due is not None  # the guard refuses it
    return [
        DueDateReplanned(kind=deadline.kind, subject=deadline.subject, before=deadline.due, due=due)
    ]
