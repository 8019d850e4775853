"""Plan when a deadline warns: thresholds become instants, once, when the due date is decided.

A pause, an extension or a new calendar brings a new due date and with it a new plan; the old plan
is then void. Which level holds is always derived from plan and time, never stored apart.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.counters import DayCounter, TimeCounter, day_counter, time_counter
from bancheng.domain.time_limits.counting import DayAxis, TimeAxis
from bancheng.domain.time_limits.levels import PlannedRung, PlannedWarning, Rung, WarningLevel
from bancheng.domain.time_limits.terms import DURATIONS, DueDate, LimitUnit, StartConvention
from bancheng.domain.time_limits.thresholds import (
    LadderStep,
    Threshold,
    Timing,
)
from bancheng.domain.time_limits.working_time import add_working, shift_working_days

_DAY = timedelta(days=1)


def plan_warnings(
    due: DueDate, thresholds: Iterable[Threshold], calendar: Calendar
) -> tuple[PlannedWarning, ...]:
    """预警计划: the instants at which ``due`` reaches its levels, in order.

    Thresholds are walked along the time that counts for the limit, so none falls into a pause. One
    that would lie before the start is left out: nobody is warned of a matter that has just begun.
    """
    planned = [
        PlannedWarning(level=threshold.level, at=at, basis=threshold.basis)
        for threshold in thresholds
        if (at := moment_of(threshold, due, calendar)) is not None
    ]
    return tuple(sorted(planned, key=lambda warning: (warning.at, warning.level.severity)))


def plan_ladder(
    due: DueDate, ladder: Iterable[LadderStep], calendar: Calendar
) -> tuple[PlannedRung, ...]:
    """阶梯计划: the instants at which the rungs of the ladder are called for, in order."""
    planned = [
        PlannedRung(
            rung=step.rung, at=at, basis=step.basis, ground=step.ground, proposed=step.proposed
        )
        for step in ladder
        if (at := moment_of(step, due, calendar)) is not None
    ]
    return tuple(sorted(planned, key=lambda rung: rung.at))


def rung_at(plan: Iterable[PlannedRung], now: datetime) -> Rung | None:
    """当前阶梯: the highest rung whose instant has come."""
    return max(
        (rung.rung for rung in plan if rung.at <= now), key=lambda one: one.height, default=None
    )


def owed_warnings(
    plan: Iterable[PlannedWarning], raised: Collection[WarningLevel], now: datetime
) -> list[PlannedWarning]:
    """应发预警: those of ``plan`` whose instant has come by ``now`` and whose level is not raised.

    Nothing is skipped: after a missed day each level still comes, in the order of the plan.
    ``raised`` are the levels given in this cycle of the deadline.
    """
    return [one for one in plan if one.at <= now and one.level not in raised]


def owed_rungs(
    plan: Iterable[PlannedRung], climbed: Collection[Rung], now: datetime
) -> list[PlannedRung]:
    """应升阶梯: what of ``plan`` the hall has to take or propose by ``now``, the lowest first.

    ``climbed`` are the rungs that were taken or proposed in this cycle of the deadline.
    """
    return [one for one in rungs_left(plan, climbed) if one.at <= now]


def rungs_left(plan: Iterable[PlannedRung], climbed: Collection[Rung]) -> list[PlannedRung]:
    """未升阶梯: those of ``plan`` above the highest that was ``climbed``: nobody is sent down."""
    top = max((one.height for one in climbed), default=-1)
    return [one for one in plan if one.rung.height > top]


def held_until(earlier: datetime | None, until: datetime) -> datetime:
    """升阶间隔: from when on a matter may climb that might from ``earlier`` on."""
    return until if earlier is None else max(earlier, until)


def moment_of(timing: Timing, due: DueDate, calendar: Calendar) -> datetime | None:
    """时点: when ``timing`` comes for ``due``; None if it would lie before the start.

    Days are dates: ``before = 1`` is the opening of the hall on the day before the due date, not
    midnight. Hours and shares are walked to the minute through the time that counts.
    """
    if timing.after is not None:
        return _after(timing.after, timing.unit, due, calendar)
    if timing.share is not None:
        counter = _time_counter(due, calendar, working=due.limit.unit.is_working)
        at = counter.full(timing.share * counter.between(counter.first, due.due_at))[0]
    else:
        assert timing.before is not None
        assert timing.unit is not None
        at_or_none = _before(timing.before, timing.unit, due, calendar)
        if at_or_none is None:
            return None
        at = at_or_none
    return at if at > due.started_at else None


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """次日上班: the opening of the hall on the next working day after ``at``."""
    return _opening(calendar, shift_working_days(calendar, calendar.local(at).date(), 1))


def _after(amount: int, unit: LimitUnit | None, due: DueDate, calendar: Calendar) -> datetime:
    if unit is None:
        return due.due_at
    if unit.is_days:
        working = unit.is_working
        day = due.due_date
        day = shift_working_days(calendar, day, amount) if working else day + amount * _DAY
        return _opening(calendar, day)
    span = amount * DURATIONS[unit]
    return add_working(calendar, due.due_at, span) if unit.is_working else due.due_at + span


def _before(amount: int, unit: LimitUnit, due: DueDate, calendar: Calendar) -> datetime | None:
    if unit.is_days:
        return _days_before(amount, due, calendar, working=unit.is_working)
    counter = _time_counter(due, calendar, working=unit.is_working)
    left = counter.between(counter.first, due.due_at) - amount * DURATIONS[unit]
    return counter.full(left)[0] if left > timedelta() else None


def _days_before(
    amount: int, due: DueDate, calendar: Calendar, *, working: bool
) -> datetime | None:
    if amount == 0:
        return _opening(calendar, due.due_date)
    counter = _day_counter(due, calendar)._replace(axis=DayAxis(calendar, working))
    left = counter.days_between(counter.first - _DAY, due.due_date) - amount
    return _opening(calendar, counter.full(left)[0]) if left > 0 else None


def _opening(calendar: Calendar, day: date) -> datetime:
    """The opening of the hall on ``day``; on a day without hours that of an ordinary one."""
    # A limit in natural days may end on a closed day; its warning still comes that morning.
    sessions = calendar.sessions(day) or next(filter(None, calendar.hours))
    return calendar.instant(day, sessions[0].start)


def _day_counter(due: DueDate, calendar: Calendar) -> DayCounter:
    return day_counter(due.limit, due.started_at, calendar, due.pauses)


def _time_counter(due: DueDate, calendar: Calendar, *, working: bool) -> TimeCounter:
    axis = TimeAxis(calendar, working)
    if due.limit.start is StartConvention.EXACT:
        return time_counter(due.limit, due.started_at, calendar, due.pauses)._replace(axis=axis)
    return _day_counter(due, calendar).as_time()._replace(axis=axis)
