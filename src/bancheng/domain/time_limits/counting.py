"""Counting along a calendar, with pauses left out: forward to an amount, or up to a point.

Days and times differ only in their axis; the two walks are written once.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

from msgspec.structs import replace

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.intervals import Interval, P, Stretch
from bancheng.domain.time_limits.working_time import (
    add_working,
    count_working_days,
    day_runs,
    nth_working_day,
    working_between,
)

_DAY = timedelta(days=1)
A = TypeVar("A", int, timedelta)


class Axis(Protocol[P, A]):
    """数轴: how amounts are measured, added and explained between positions."""

    def measure(self, since: P, until: P) -> A: ...
    def advance(self, since: P, amount: A) -> P: ...
    def explain(self, since: P, until: P) -> Iterable[Interval]: ...
    def instant(self, position: P) -> datetime: ...


class DayAxis(NamedTuple):
    """日轴: positions are local days, an amount is a number of days."""

    calendar: Calendar
    working: bool

    def measure(self, since: date, until: date) -> int:
        if self.working:
            return count_working_days(self.calendar, since, until - _DAY)
        return max(0, (until - since).days)

    def advance(self, since: date, amount: int) -> date:
        if self.working:
            return nth_working_day(self.calendar, since, amount) + _DAY
        return since + amount * _DAY

    def explain(self, since: date, until: date) -> Iterator[Interval]:
        if self.working:
            yield from day_runs(self.calendar, since, until - _DAY)
        elif since < until:
            begin, end = self.instant(since), self.instant(until)
            days = (until - since).days
            yield Interval(since=begin, until=end, reason="自然日", counted=True, days=days)

    def instant(self, position: date) -> datetime:
        return self.calendar.start_of(position)


class TimeAxis(NamedTuple):
    """时轴: positions are instants, an amount is a duration."""

    calendar: Calendar
    working: bool

    def measure(self, since: datetime, until: datetime) -> timedelta:
        return working_between(self.calendar, since, until) if self.working else until - since

    def advance(self, since: datetime, amount: timedelta) -> datetime:
        return add_working(self.calendar, since, amount) if self.working else since + amount

    def explain(self, since: datetime, until: datetime) -> Iterator[Interval]:
        if self.working:
            yield from _working_pieces(self.calendar, since, until)
        elif since < until:
            time = until - since
            yield Interval(since=since, until=until, reason="自然时间", counted=True, time=time)

    def instant(self, position: datetime) -> datetime:
        return position


def _working_pieces(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Interval]:
    """The first and the last day session by session, the days between as runs."""
    first, last = calendar.local(since).date(), calendar.local(until).date()
    if first == last:
        yield from _day_pieces(calendar, first, since, until)
        return
    yield from _day_pieces(calendar, first, since, calendar.start_of(first + _DAY))
    for run in day_runs(calendar, first + _DAY, last - _DAY):
        time = working_between(calendar, run.since, run.until)
        yield replace(run, days=0, time=time)
    yield from _day_pieces(calendar, last, calendar.start_of(last), until)


def _day_pieces(
    calendar: Calendar, day: date, since: datetime, until: datetime
) -> Iterator[Interval]:
    reason = calendar.reason(day)
    if not calendar.is_working_day(day):
        if since < until:
            yield Interval(since=since, until=until, reason=reason)
        return
    cursor = since
    for session in calendar.sessions(day):
        begin = max(calendar.instant(day, session.start), cursor)
        end = min(calendar.instant(day, session.end), until)
        if begin < end:
            if cursor < begin:
                yield Interval(since=cursor, until=begin, reason="非开放时段")
            yield Interval(since=begin, until=end, reason=reason, counted=True, time=end - begin)
            cursor = end
    if cursor < until:
        yield Interval(since=cursor, until=until, reason="非开放时段")


def walk(
    axis: Axis[P, A], since: P, amount: A, left_out: Iterable[Stretch[P]]
) -> tuple[P, list[Interval]]:
    """数满: the position at which ``amount`` is full, and the intervals up to it."""
    pieces: list[Interval] = []
    for stretch in left_out:
        if stretch.until <= since:
            continue
        begin: P = max(stretch.since, since)
        counted = axis.measure(since, begin)
        # Not >: an amount that is full when a pause begins ends there and not after the pause.
        if counted >= amount:
            break
        amount -= counted
        pieces += [*axis.explain(since, begin), _skipped(axis, begin, stretch.until, stretch)]
        since = stretch.until
    end: P = axis.advance(since, amount)
    return end, [*pieces, *axis.explain(since, end)]


def trace(axis: Axis[P, A], since: P, until: P, left_out: Iterable[Stretch[P]]) -> list[Interval]:
    """数到: the intervals from ``since`` to ``until``; what they count is their sum."""
    if until <= since:
        return []
    pieces: list[Interval] = []
    for stretch in left_out:
        if stretch.until <= since or stretch.since >= until:
            continue
        begin: P = max(stretch.since, since)
        stop: P = min(stretch.until, until)
        pieces += [*axis.explain(since, begin), _skipped(axis, begin, stop, stretch)]
        since = stop
    return [*pieces, *axis.explain(since, until)]


def _skipped(axis: Axis[P, A], since: P, until: P, stretch: Stretch[P]) -> Interval:
    return Interval(
        since=axis.instant(since),
        until=axis.instant(until),
        reason=stretch.reason,
        event=stretch.event,
    )
