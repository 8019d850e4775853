"""群众等待时间 as GraphQL: how long a citizen has waited by the hall's calendar; no pause."""

from datetime import datetime, timedelta

import strawberry

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.working_time import count_working_days, working_between

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


@strawberry.type(description="群众等待时间: 从登记到销号,不因任何原因暂停。")
class CitizenWait:
    """How long the citizen has waited until now, or had waited when the matter was closed."""

    started_at: datetime = strawberry.field(description="起算时间,即登记时间。")
    stopped_at: datetime | None = strawberry.field(description="停止时间,即销号时间;空为计时中。")
    natural_days: int = strawberry.field(description="已过自然日,次日起算。")
    working_days: int = strawberry.field(description="已过工作日,次日起算。")
    working_minutes: int = strawberry.field(description="已过工作分钟,即办公时段内的整分钟。")
    calendar_version: str = strawberry.field(description="日历版本。")


def waited(
    calendar: Calendar, reported_at: datetime, closed_at: datetime | None, now: datetime
) -> CitizenWait:
    """The clock at ``now``. The day of the report is day 0; a day that was begun counts."""
    until = closed_at or now
    first, last = calendar.local(reported_at).date(), calendar.local(until).date()
    return CitizenWait(
        started_at=reported_at,
        stopped_at=closed_at,
        natural_days=max(0, (last - first).days),
        working_days=count_working_days(calendar, first + _DAY, last),
        working_minutes=max(0, working_between(calendar, reported_at, until) // _MINUTE),
        calendar_version=calendar.version,
    )
