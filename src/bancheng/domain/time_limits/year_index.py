"""One year of a calendar, prepared so that arithmetic is a binary search."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.intervals import Interval

ZERO: Final = timedelta()


class YearIndex:
    """年索引: the working days, working spans and day runs of one local year.

    ``worked[i]`` is the working time before span ``i``; its last item is that of the whole year.
    """

    __slots__ = ("ends", "run_firsts", "runs", "starts", "total", "worked", "working_days")

    def __init__(self, calendar: Calendar, year: int) -> None:
        first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        days = [date.fromordinal(ordinal) for ordinal in range(first, after)]
        working = [day for day in days if calendar.is_working_day(day)]
        self.working_days = [day.toordinal() for day in working]
        self._lay_spans(calendar, working)
        self._lay_runs(calendar, days)

    def _lay_spans(self, calendar: Calendar, working: list[date]) -> None:
        self.starts: list[datetime] = []
        self.ends: list[datetime] = []
        self.worked: list[timedelta] = [ZERO]
        # Only working days: hours on a day off (延时服务) serve people and count for no limit.
        for day in working:
            for session in calendar.sessions(day):
                since, until = (
                    calendar.instant(day, session.start),
                    calendar.instant(day, session.end),
                )
                self.starts.append(since)
                self.ends.append(until)
                self.worked.append(self.worked[-1] + (until - since))
        self.total = self.worked[-1]

    def _lay_runs(self, calendar: Calendar, days: list[date]) -> None:
        self.run_firsts: list[int] = []
        self.runs: list[Interval] = []
        for (counted, reason), group in groupby(
            days, key=lambda day: (calendar.is_working_day(day), calendar.reason(day))
        ):
            members = list(group)
            self.run_firsts.append(members[0].toordinal())
            self.runs.append(
                Interval(
                    since=calendar.start_of(members[0]),
                    until=calendar.start_of(members[-1] + timedelta(days=1)),
                    counted=counted,
                    reason=reason,
                    days=len(members) if counted else 0,
                )
            )

    def worked_before(self, instant: datetime) -> timedelta:
        """The working time of this year that lies before ``instant``."""
        i = bisect_right(self.starts, instant) - 1
        if i < 0:
            return ZERO
        return self.worked[i] + (min(instant, self.ends[i]) - self.starts[i])

    def reached(self, worked: timedelta) -> datetime:
        """The first instant by which ``worked`` (over zero) was worked: a closing stays there."""
        i = bisect_left(self.worked, worked) - 1
        return self.starts[i] + (worked - self.worked[i])

    def reached_backwards(self, worked: timedelta) -> datetime:
        """The last instant by which ``worked`` was worked: an opening stays there."""
        i = bisect_right(self.worked, worked) - 1
        return self.starts[i] + (worked - self.worked[i])
