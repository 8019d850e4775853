"""时段: the days of a question, cut into periods of the calendar, and those they compare with."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.calendar import Calendar

_DAY: Final = timedelta(days=1)
_MONTHS: Final = 12
_SECOND_TEN, _THIRD_TEN = 11, 21
_BEGUN: Final = (1, _SECOND_TEN, _THIRD_TEN)


class Span(NamedTuple):
    """时段: the days of a question, the calendar that says when each begins, and when it is asked.

    What has not come by ``now`` is counted in no period.
    """

    days: Sequence[date]
    calendar: Calendar
    now: datetime

    @property
    def edges(self) -> tuple[datetime, datetime]:
        """When the first day begins and the last has ended."""
        start_of = self.calendar.start_of
        return start_of(self.days[0]), start_of(self.days[-1] + _DAY)


class PeriodKind(Labelled):
    """期间种类: by which periods of the calendar figures are told; weeks begin on Monday."""

    DAY = "day", "日"
    WEEK = "week", "周"
    TEN_DAYS = "ten_days", "旬"
    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    HALF_YEAR = "half_year", "半年"
    YEAR = "year", "年"


class Against(Labelled):
    """比较期间: with which other days figures are compared."""

    PERIOD_BEFORE = "period_before", "上期"
    YEAR_BEFORE = "year_before", "上年同期"


Days = tuple[date, date]


def cut(days: Days, kind: PeriodKind) -> Iterator[Days]:
    """``days`` in periods of ``kind``; the first and the last may be parts of one."""
    first, last = days
    while first <= last:
        following = _ENDS[kind](first)
        yield first, min(following - _DAY, last)
        first = following


def whole(day: date, kind: PeriodKind) -> Days:
    """The days of the period of ``kind`` in which ``day`` is."""
    begin = _BEGINS[kind](day)
    return begin, _ENDS[kind](begin) - _DAY


def compared(days: Days, against: Against) -> Days:
    """The days with which ``days`` are compared.

    Before whole months come as many whole months, before ten days of a month the ten days before;
    before any other days as many days. A year before is the same dates; of a range that begins with
    a month or ten days, the end of a month stays the end of a month.
    """
    first, last = days
    if against is Against.YEAR_BEFORE:
        # Not of a range that begins anywhere: it would have other days than this year.
        is_end = (last + _DAY).day == 1 and first.day in _BEGUN
        return _moved(first, -_MONTHS), _end_of(_moved(last, -_MONTHS), is_end)
    until = first - _DAY
    if first.day == 1 and (last + _DAY).day == 1:
        return _moved(first, -_months_of(first, last)), until
    if days == whole(first, PeriodKind.TEN_DAYS):
        return until.replace(day=_ten_days_begin(until)), until
    return until - (last - first), until


def _months_of(first: date, last: date) -> int:
    return (last.year - first.year) * _MONTHS + last.month - first.month + 1


def _moved(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month if it has no such day."""
    years, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    begin = date(years, month + 1, 1)
    return min(begin + timedelta(days=day.day - 1), _next(begin, 1) - _DAY)


def _end_of(day: date, is_end: bool) -> date:  # noqa: FBT001
    return _next(day, 1) - _DAY if is_end else day


def _next(day: date, months: int) -> date:
    """The first day of the period of so many months that follows that of ``day``."""
    begun = (day.month - 1) // months * months + months
    return date(day.year + begun // _MONTHS, begun % _MONTHS + 1, 1)


def _begin(day: date, months: int) -> date:
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _ten_days_begin(day: date) -> int:
    return max(begin for begin in _BEGUN if begin <= day.day)


def _ten_days_end(day: date) -> date:
    begin = _ten_days_begin(day)
    return _next(day, 1) if begin == _THIRD_TEN else day.replace(day=begin + 10)


_ENDS: Final[dict[PeriodKind, Callable[[date], date]]] = {
    PeriodKind.DAY: lambda day: day + _DAY,
    PeriodKind.WEEK: lambda day: day + timedelta(days=7 - day.weekday()),
    PeriodKind.TEN_DAYS: _ten_days_end,
    PeriodKind.MONTH: lambda day: _next(day, 1),
    PeriodKind.QUARTER: lambda day: _next(day, 3),
    PeriodKind.HALF_YEAR: lambda day: _next(day, 6),
    PeriodKind.YEAR: lambda day: _next(day, 12),
}
_BEGINS: Final[dict[PeriodKind, Callable[[date], date]]] = {
    PeriodKind.DAY: lambda day: day,
    PeriodKind.WEEK: lambda day: day - timedelta(days=day.weekday()),
    PeriodKind.TEN_DAYS: lambda day: day.replace(day=_ten_days_begin(day)),
    PeriodKind.MONTH: lambda day: _begin(day, 1),
    PeriodKind.QUARTER: lambda day: _begin(day, 3),
    PeriodKind.HALF_YEAR: lambda day: _begin(day, 6),
    PeriodKind.YEAR: lambda day: _begin(day, 12),
}
