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
    """In whole units of the limit; ``counter`` measures the same in minutes."""

    used: int
    remaining: int
    overdue: int
    pieces: list[Interval]
    counter: TimeCounter


def judge(due: DueDate, finished_at: datetime, calendar: Calendar) -> Verdict:
    """时限结论: late if ``finished_at`` is not before the decided ``due.due_at``.

    The calendar measures what was used; it cannot change whether it was in time.
    """
    finished_at = utc(finished_at)
    on_time = finished_at < due.due_at
    if due.limit.start is StartConvention.EXACT:
        counter = time_counter(due.limit, due.started_at, calendar, due.pauses)
        used, remaining, overdue, pieces, counter = _in_time(counter, due, finished_at)
    else:
        days = day_counter(due.limit, due.started_at, calendar, due.pauses)
        used, remaining, overdue, pieces, counter = _in_days(days, due, finished_at)
    return Verdict(
        limit_id=due.limit.id,
        unit=due.limit.unit,
        due_at=due.due_at,
        finished_at=finished_at,
        on_time=on_time,
        used=used,
        remaining=remaining if on_time else 0,
        overdue=0 if on_time else max(1, overdue),
        used_minutes=_rounded_up(counter.between(counter.first, finished_at), _MINUTE),
        remaining_minutes=counter.between(finished_at, due.due_at) // _MINUTE,
        overdue_minutes=_rounded_up(counter.between(due.due_at, finished_at), _MINUTE),
        rule_version=due.rule_version,
        calendar_version=calendar.version,
        explanation=joined(pieces),
    )


def _in_time(counter: TimeCounter, due: DueDate, finished_at: datetime) -> _Measure:
    # Times are multiplied instead of dividing the whole into units, which would round.
    n, whole = due.amount, duration(due.limit, due.amount, due.started_at, counter.axis.calendar)
    return _Measure(
        used=_rounded_up(counter.between(counter.first, finished_at) * n, whole),
        remaining=counter.between(finished_at, due.due_at) * n // whole,
        overdue=_rounded_up(counter.between(due.due_at, finished_at) * n, whole),
        pieces=counter.until(finished_at),
        counter=counter,
    )


def _in_days(counter: DayCounter, due: DueDate, finished_at: datetime) -> _Measure:
    last = counter.axis.calendar.local(finished_at).date()
    pieces = counter.until(finished_at)
    return _Measure(
        used=sum(piece.days for piece in pieces),
        remaining=counter.days_between(last, due.due_date),
        overdue=counter.days_between(due.due_date, last),
        pieces=pieces,
        counter=counter.as_time(),
    )


def _rounded_up(time: timedelta, unit: timedelta) -> int:
    # In whole numbers: a quotient of floats could round 5 units up to 6.
    return -(-time // unit)
