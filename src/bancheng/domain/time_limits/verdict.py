"""Judge whether something was done in time, and measure by how much."""

from datetime import datetime, timedelta
from typing import NamedTuple

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.counters import (
    DayCounter,
    TimeCounter,
    day_counter,
    duration,
    time_counter,
)
from bancheng.domain.time_limits.intervals import Interval, joined, utc
from bancheng.domain.time_limits.terms import DueDate, StartConvention, Verdict

_MINUTE = timedelta(minutes=1)


class _Measure(NamedTuple):
    """In units of the limit; ``clock`` measures the same in time."""

    used: int
    remaining: int
    overdue: int
    pieces: list[Interval]
    clock: TimeCounter


def judge(due: DueDate, finished_at: datetime, calendar: Calendar) -> Verdict:
    """时限结论: late if ``finished_at`` is not before the decided ``due.due_at``.

    The calendar measures what was used; it cannot change whether it was in time.
    """
    finished_at = utc(finished_at)
    on_time = finished_at < due.due_at
    if due.limit.start is StartConvention.EXACT:
        clock = time_counter(due.limit, due.started_at, calendar, due.pauses)
        used, remaining, overdue, pieces, clock = _in_time(clock, due, finished_at)
    else:
        days = day_counter(due.limit, due.started_at, calendar, due.pauses)
        used, remaining, overdue, pieces, clock = _in_days(days, due, finished_at)
    return Verdict(
        limit_id=due.limit.id,
        unit=due.limit.unit,
        due_at=due.due_at,
        finished_at=finished_at,
        on_time=on_time,
        used=used,
        remaining=remaining if on_time else 0,
        overdue=0 if on_time else max(1, overdue),
        used_minutes=_rounded_up(clock.between(clock.first, finished_at), _MINUTE),
        remaining_minutes=clock.between(finished_at, due.due_at) // _MINUTE,
        overdue_minutes=_rounded_up(clock.between(due.due_at, finished_at), _MINUTE),
        rule_version=due.rule_version,
        calendar_version=calendar.version,
        explanation=joined(pieces),
    )


def _in_time(clock: TimeCounter, due: DueDate, finished_at: datetime) -> _Measure:
    # Times are multiplied instead of dividing the whole into units, which would round.
    n, whole = due.amount, duration(due.limit, due.amount, due.started_at, clock.axis.calendar)
    return _Measure(
        used=_rounded_up(clock.between(clock.first, finished_at) * n, whole),
        remaining=clock.between(finished_at, due.due_at) * n // whole,
        overdue=_rounded_up(clock.between(due.due_at, finished_at) * n, whole),
        pieces=clock.until(finished_at),
        clock=clock,
    )


def _in_days(clock: DayCounter, due: DueDate, finished_at: datetime) -> _Measure:
    last = clock.axis.calendar.local(finished_at).date()
    pieces = clock.until(finished_at)
    return _Measure(
        used=sum(piece.days for piece in pieces),
        remaining=clock.days_between(last, due.due_date),
        overdue=clock.days_between(due.due_date, last),
        pieces=pieces,
        clock=clock.as_time(),
    )


def _rounded_up(time: timedelta, unit: timedelta) -> int:
    return -(-time // unit)
