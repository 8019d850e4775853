"""What counts for one limit: from its first day or instant, along its axis, without its pauses."""

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
from bancheng.domain.time_limits.terms import (
    DURATIONS,
    EndOf,
    Limit,
    LimitUnit,
    Pause,
    StartConvention,
)
from bancheng.domain.time_limits.working_time import (
    next_open,
    shift_working_days,
    working_between,
)

_DAY = timedelta(days=1)
_ZERO = timedelta()


class DayCounter(NamedTuple):
    """日计数: counts whole local days from ``first`` on; those of ``left_out`` do not count."""

    axis: DayAxis
    first: date
    left_out: list[Days]

    def full(self, amount: int) -> tuple[date, list[Interval]]:
        """The last day of ``amount`` days, and the intervals up to its end."""
        after, pieces = walk(self.axis, self.first, amount, self.left_out)
        return after - _DAY, pieces

    def days_between(self, after: date, last: date) -> int:
        """Days counted after ``after``, up to ``last`` included."""
        since = max(after + _DAY, self.first)
        return sum(piece.days for piece in trace(self.axis, since, last + _DAY, self.left_out))

    def until(self, instant: datetime) -> list[Interval]:
        """The intervals up to the end of the local day of ``instant``."""
        last = self.axis.calendar.local(instant).date()
        return trace(self.axis, self.first, last + _DAY, self.left_out)

    def as_time(self) -> "TimeCounter":
        """The same in working or natural time, for the minutes of a verdict."""
        calendar = self.axis.calendar
        left_out = [
            Stretch(calendar.start_of(p.since), calendar.start_of(p.until), p.reason, p.event)
            for p in self.left_out
        ]
        axis = TimeAxis(calendar, self.axis.working)
        return TimeCounter(axis, calendar.start_of(self.first), left_out)


class TimeCounter(NamedTuple):
    """时间计数: counts working or natural time from ``first`` on; ``left_out`` does not count."""

    axis: TimeAxis
    first: datetime
    left_out: list[Span]

    def full(self, amount: timedelta) -> tuple[datetime, list[Interval]]:
        """The instant at which ``amount`` is full, and the intervals up to it."""
        return walk(self.axis, self.first, amount, self.left_out)

    def between(self, since: datetime, until: datetime) -> timedelta:
        """The time counted from ``since`` to ``until``."""
        pieces = trace(self.axis, max(since, self.first), until, self.left_out)
        return sum((piece.time for piece in pieces), _ZERO)

    def until(self, instant: datetime) -> list[Interval]:
        """The intervals up to ``instant``."""
        return trace(self.axis, self.first, instant, self.left_out)


def day_counter(
    limit: Limit, started_at: datetime, calendar: Calendar, pauses: Iterable[Pause]
) -> DayCounter:
    """日计数: that of a limit in days that starts the next or the same day."""
    first = calendar.local(started_at).date()
    if limit.start is StartConvention.NEXT_DAY or _is_over(first, limit, started_at, calendar):
        first += _DAY
    left_out = paused_days(pauses, limit.start, calendar)
    return DayCounter(DayAxis(calendar, limit.unit.is_working), first, left_out)


def _is_over(day: date, limit: Limit, started_at: datetime, calendar: Calendar) -> bool:
    """Whether a limit that ends with a session starts when the business of ``day`` is over.

    Counting that day would make a matter late before it began.
    """
    sessions = calendar.sessions(day) if limit.end_of is EndOf.SESSION else ()
    return bool(sessions) and started_at >= calendar.instant(day, sessions[-1].end)


def time_counter(
    limit: Limit, started_at: datetime, calendar: Calendar, pauses: Iterable[Pause]
) -> TimeCounter:
    """时间计数: that of a limit that starts at the instant."""
    return TimeCounter(
        TimeAxis(calendar, limit.unit.is_working), started_at, effective_spans(pauses)
    )


def duration(limit: Limit, amount: int, started_at: datetime, calendar: Calendar) -> timedelta:
    """时长: how much time ``amount`` units of a limit that starts ``EXACT`` are.

    A natural day is then 24 hours. Working days end at the same time of day on the last of them,
    in opening hours; they are returned as the working time that lies between, so that pauses can
    be left out to the minute.
    """
    if limit.unit is not LimitUnit.WORKING_DAYS:
        return amount * DURATIONS[limit.unit]
    # From a closed hall a day begins with the next opening; else one that starts on a holiday
    # would find its time of day on the first working day with no time worked in between.
    local = calendar.local(next_open(calendar, started_at))
    day = shift_working_days(calendar, local.date(), amount)
    last = datetime.combine(day, local.timetz())
    return working_between(calendar, started_at, next_open(calendar, last.astimezone(UTC)))
