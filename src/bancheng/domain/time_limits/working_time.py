"""Arithmetic on a calendar: working days as dates, working time as instants.

Everything is a binary search in a year's index, so a limit of any length costs a step a year.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.intervals import Interval
from bancheng.domain.time_limits.year_index import ZERO, YearIndex

_DAY = timedelta(days=1)


def index_of(calendar: Calendar, year: int) -> YearIndex:
    """年索引: that of ``year``, made once per calendar."""
    # An index needs the calendar's type, so it hangs on the instance instead of being its field.
    indexes: dict[int, YearIndex] = calendar.__dict__.setdefault("_indexes", {})
    if year not in indexes:
        indexes[year] = YearIndex(calendar, year)
    return indexes[year]


def nth_working_day(calendar: Calendar, first: date, n: int) -> date:
    """第 n 个工作日: counted from ``first``, which counts itself if it is worked; n >= 1."""
    year, ordinal = first.year, first.toordinal()
    days = index_of(calendar, year).working_days
    n += bisect_left(days, ordinal)
    while n > len(days):
        n -= len(days)
        year += 1
        days = index_of(calendar, year).working_days
    return date.fromordinal(days[n - 1])


def nth_working_day_back(calendar: Calendar, last: date, n: int) -> date:
    """倒数第 n 个工作日: back from ``last``, which counts itself if it is worked; n >= 1."""
    year = last.year
    days = index_of(calendar, year).working_days
    i = bisect_right(days, last.toordinal()) - n
    while i < 0:
        year -= 1
        days = index_of(calendar, year).working_days
        i += len(days)
    return date.fromordinal(days[i])


def shift_working_days(calendar: Calendar, day: date, n: int) -> date:
    """推移工作日: the n-th working day after ``day``, which is day 0 (before, if n < 0)."""
    if n > 0:
        return nth_working_day(calendar, day + _DAY, n)
    return nth_working_day_back(calendar, day - _DAY, -n) if n < 0 else day


def count_working_days(calendar: Calendar, first: date, last: date) -> int:
    """工作日数: from ``first`` to ``last``, both included; 0 if they are reversed."""
    if last < first:
        return 0
    total = bisect_right(index_of(calendar, last.year).working_days, last.toordinal())
    total -= bisect_left(index_of(calendar, first.year).working_days, first.toordinal())
    years = range(first.year, last.year)
    return total + sum(len(index_of(calendar, year).working_days) for year in years)


def working_between(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """工作时长: the working time from ``since`` to ``until``; negative if they are reversed."""
    if until < since:
        return -working_between(calendar, until, since)
    first, last = calendar.local(since).year, calendar.local(until).year
    total = index_of(calendar, last).worked_before(until)
    total -= index_of(calendar, first).worked_before(since)
    return total + sum((index_of(calendar, year).total for year in range(first, last)), ZERO)


def add_working(calendar: Calendar, since: datetime, amount: timedelta) -> datetime:
    """加工作时长: the instant by which ``amount`` was worked after ``since``.

    An amount that ends exactly at a closing ends there; none at all moves to the next opening.
    """
    year = calendar.local(since).year
    index = index_of(calendar, year)
    target = index.worked_before(since) + amount
    while target > index.total:
        target -= index.total
        year += 1
        index = index_of(calendar, year)
    return index.reached(target) if amount else next_open(calendar, since)


# No rule goes back in working time. It stays because the vectors of comparable libraries do, which
# ours must agree with, and because each direction proves the other.
def subtract_working(calendar: Calendar, until: datetime, amount: timedelta) -> datetime:
    """减工作时长: the instant from which ``amount`` (over zero) was worked before ``until``."""
    year = calendar.local(until).year
    index = index_of(calendar, year)
    target = index.worked_before(until) - amount
    while target < ZERO:
        year -= 1
        index = index_of(calendar, year)
        target += index.total
    return index.reached_backwards(target)


def next_open(calendar: Calendar, instant: datetime) -> datetime:
    """下一开放时刻: ``instant`` if the hall works then, else its next opening on a working day."""
    year = calendar.local(instant).year
    while True:
        index = index_of(calendar, year)
        i = bisect_right(index.ends, instant)
        if i < len(index.ends):
            return max(instant, index.starts[i])
        year += 1


def day_runs(calendar: Calendar, first: date, last: date) -> Iterator[Interval]:
    """日段: the days from ``first`` to ``last``, both included, as runs of one reason."""
    while first <= last:
        index = index_of(calendar, first.year)
        until = min(last, date(first.year, 12, 31))
        i = bisect_right(index.run_firsts, first.toordinal()) - 1
        j = bisect_right(index.run_firsts, until.toordinal())
        yield from _clipped(calendar, index.runs[i:j], first, until)
        first = until + _DAY


def _clipped(
    calendar: Calendar, runs: list[Interval], first: date, last: date
) -> Iterator[Interval]:
    since, until = calendar.start_of(first), calendar.start_of(last + _DAY)
    for run in runs:
        if since <= run.since and run.until <= until:
            yield run
            continue
        begin, end = max(run.since, since), min(run.until, until)
        days = round((end - begin) / _DAY) if run.counted else 0
        yield replace(run, since=begin, until=end, days=days)
