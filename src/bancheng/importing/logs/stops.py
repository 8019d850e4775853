"""停表: what a log tells of time that did not count, and the deadline that follows from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.working_time import count_working_days, shift_working_days


class StopCounts(Labelled):
    """停表计法: what is added to the deadline for the time that a case stood in a state.

    ``TIME``: that time itself. Days are those from the day after it began to the day it ended.
    """

    TIME = "time", "按实际时间"
    NATURAL_DAYS = "natural_days", "按自然日"
    WORKING_DAYS = "working_days", "按工作日"


class Stop(NamedTuple):
    """停表时段: from ``began`` until ``ended``; ``None``: the clock still stands."""

    counts: StopCounts
    began: datetime
    ended: datetime | None


def extended(deadline: datetime, stops: Sequence[Stop], calendar: Calendar) -> datetime:
    """``deadline`` moved by each of ``stops`` that began before it and has ended."""
    for stop in stops:
        if stop.ended is not None and stop.began <= deadline:
            deadline = _moved(deadline, stop.counts, stop.began, stop.ended, calendar)
    return deadline


def _moved(
    deadline: datetime, counts: StopCounts, began: datetime, ended: datetime, calendar: Calendar
) -> datetime:
    if counts is StopCounts.TIME:
        return deadline + (ended - began)
    local = calendar.local(deadline)
    first, last = calendar.local(began).date(), calendar.local(ended).date()
    if counts is StopCounts.NATURAL_DAYS:
        day = local.date() + (last - first)
    else:
        days = count_working_days(calendar, first + timedelta(days=1), last)
        day = shift_working_days(calendar, local.date(), days)
    moved = datetime.combine(day, local.time(), tzinfo=local.tzinfo)
    return moved.astimezone(deadline.tzinfo)
