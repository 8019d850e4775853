"""A clock for one limit: from its start, along its axis, without its pauses."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.counting import DayAxis, TimeAxis, trace, walk
from bancheng.domain.time_limits.intervals import Interval, Stretch
from bancheng.domain.time_limits.pauses import (
    Days,
    Span,
    effective_spans,
    paused_days,
)
from bancheng.domain.time_limits.terms import DURATIONS, Limit, LimitUnit, Pause, StartConvention
from bancheng.domain.time_limits.working_time import (
    next_open,
    shift_working_days,
    working_between,
)

_DAY = timedelta(days=1)
_ZERO = timedelta()


class DayClock(NamedTuple):
    """日钟: counts whole local days."""

    axis: DayAxis
    first: date
    left: list[Days]

    def full(self, amount: int) -> tuple[date, list[Interval]]:
        """The last day of ``amount`` days, and the intervals up to its end."""
        after, pieces = walk(self.axis, self.first, amount, self.left)
        return after - _DAY, pieces

    def days_between(self, after: date, last: date) -> int:
        """Days counted after ``after``, up to ``last`` included."""
        since = max(after + _DAY, self.first)
        return sum(piece.days for piece in trace(self.axis, since, last + _DAY, self.left))

    def until(self, instant: datetime) -> list[Interval]:
        """The intervals up to the end of the local day of ``instant``."""
        last = self.axis.calendar.local(instant).date()
        return trace(self.axis, self.first, last + _DAY, self.left)

    def as_time(self) -> "TimeClock":
        """The same clock in working or natural time, for minutes."""
        calendar = self.axis.calendar
        left = [
            Stretch(calendar.start_of(p.since), calendar.start_of(p.until), p.reason, p.event)
            for p in self.left
        ]
        axis = TimeAxis(calendar, self.axis.working)
        return TimeClock(axis, calendar.start_of(self.first), left)


class TimeClock(NamedTuple):
    """时钟: counts working or natural time to the instant."""

    axis: TimeAxis
    first: datetime
    left: list[Span]

    def full(self, amount: timedelta) -> tuple[datetime, list[Interval]]:
        """The instant at which ``amount`` is full, and the intervals up to it."""
        return walk(self.axis, self.first, amount, self.left)

    def between(self, since: datetime, until: datetime) -> timedelta:
        """The time counted from ``since`` to ``until``."""
        pieces = trace(self.axis, max(since, self.first), until, self.left)
        return sum((piece.time for piece in pieces), _ZERO)

    def until(self, instant: datetime) -> list[Interval]:
        """The intervals up to ``instant``."""
        return trace(self.axis, self.first, instant, self.left)


def day_clock(
    limit: Limit, started_at: datetime, calendar: Calendar, pauses: Iterable[Pause]
) -> DayClock:
    """The clock of a limit in days that starts the next or the same day."""
    first = calendar.local(started_at).date()
    if limit.start is StartConvention.NEXT_DAY:
        first += _DAY
    left = paused_days(effective_spans(pauses), limit.start, calendar)
    return DayClock(DayAxis(calendar, limit.unit.is_working), first, left)


def time_clock(
    limit: Limit, started_at: datetime, calendar: Calendar, pauses: Iterable[Pause]
) -> TimeClock:
    """The clock of a limit that starts at the instant."""
    return TimeClock(TimeAxis(calendar, limit.unit.is_working), started_at, effective_spans(pauses))


def duration(limit: Limit, amount: int, started_at: datetime, calendar: Calendar) -> timedelta:
    """时长: how much time ``amount`` units of a limit that starts ``EXACT`` are.

    Days are taken to the same clock time of the last day (in opening hours, if working days) and
    turned into the time that lies between, so that pauses can be left out to the minute.
    """
    if not limit.unit.is_days:
        return amount * DURATIONS[limit.unit]
    local = calendar.local(started_at)
    if limit.unit is LimitUnit.NATURAL_DAYS:
        return _at_clock(local, local.date() + amount * _DAY) - started_at
    last = _at_clock(local, shift_working_days(calendar, local.date(), amount))
    return working_between(calendar, started_at, next_open(calendar, last))


def _at_clock(local: datetime, day: date) -> datetime:
    # Python subtracts two times of one zone by the wall clock; only UTC gives elapsed time.
    return datetime.combine(day, local.timetz()).astimezone(UTC)
