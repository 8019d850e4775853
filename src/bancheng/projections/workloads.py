"""工作量: counted by whatever the reader asks for, by the days and hours of the hall's calendar.

Rows keep instants. What is a day, and which hours are the office's, is asked of the calendar at the
time of the question, so that a count is right in any zone and after any new notice.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, select

from bancheng.domain.case.terms import CaseSource
from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.case_table import case as case_ledger
from bancheng.projections.windows import Period
from bancheng.projections.workload import WorkKind, work

DAYS_MAX: Final = 62
GROUPS_MAX: Final = 2000
_DAY: Final = timedelta(days=1)


class WorkloadBy(Labelled):
    """统计口径: by what work is counted."""

    DAY = "day", "日期"
    UNIT = "unit", "承办单位"
    WINDOW = "window", "窗口"
    SOURCE = "source", "办件来源"
    ACTOR_UNIT = "actor_unit", "经办单位"
    POST = "post", "岗位"
    ACTOR = "actor", "经办人"


class WorkloadScope(Period, frozen=True, kw_only=True):
    """统计范围: a period, and perhaps one unit, window, post or person."""

    unit: str | None = None
    window: str | None = None
    actor_unit: str | None = None
    post: str | None = None
    actor_id: str | None = None


class WorkloadRow(msgspec.Struct, frozen=True, kw_only=True):
    """工作量: how often each thing was done.

    ``extended`` of them were done at the counter beyond office hours (延时服务); what comes in
    online does so at any hour, and keeps nobody's window open.

    What was not asked for is empty; so is a window or source that a case has not.
    """

    day: date | None = None
    unit: str | None = None
    window: str | None = None
    source: CaseSource | None = None
    actor_unit: str | None = None
    post: str | None = None
    actor_id: str | None = None
    actor_name: str | None = None
    submitted: int
    received: int
    accepted: int
    decided: int
    delivered: int
    extended: int


_COLUMNS: dict[WorkloadBy, dict[str, ColumnElement[Any]]] = {
    WorkloadBy.UNIT: {"unit": case_ledger.c.unit},
    WorkloadBy.WINDOW: {"window": case_ledger.c.window},
    WorkloadBy.SOURCE: {"source": case_ledger.c.source},
    WorkloadBy.ACTOR_UNIT: {"actor_unit": work.c.actor_unit},
    WorkloadBy.POST: {"post": work.c.post},
    WorkloadBy.ACTOR: {"actor_id": work.c.actor_id, "actor_name": work.c.actor_name},
}
_ASKED = {name: column for by in _COLUMNS.values() for name, column in by.items()}


def workload(
    connection: Connection, scope: WorkloadScope, by: Sequence[WorkloadBy], calendar: Calendar
) -> list[WorkloadRow]:
    """The counts, one row for each group that has any, in the order of the groups."""
    days = scope.days(DAYS_MAX)
    found = connection.execute(_statement(scope, by, days, calendar)).mappings().all()
    if len(found) > GROUPS_MAX:
        raise InvalidInput(
            "WORKLOAD_TOO_LARGE",
            f"统计结果超过 {GROUPS_MAX} 行",
            field="by",
            remedy="请减少统计口径或缩小范围",
        )
    return [_read(dict(row), days) for row in found]


def _read(row: dict[str, Any], days: Sequence[date]) -> WorkloadRow:
    place = row.pop("day", None)
    return WorkloadRow(**row, day=None if place is None else days[place])


def _statement(
    scope: WorkloadScope, by: Sequence[WorkloadBy], days: Sequence[date], calendar: Calendar
) -> Select[*tuple[Any, ...]]:
    done = _done(scope, by, days, calendar).subquery()
    names = [name for name in done.c.keys() if name not in ("kind", "extended")]  # noqa: SIM118
    groups = [done.c[name] for name in names]
    counts = [func.count().filter(done.c.kind == kind).label(kind.value) for kind in WorkKind]
    extended = func.count().filter(done.c.extended).label("extended")
    return (
        select(*groups, *counts, extended)
        .group_by(*groups)
        .order_by(*(group.asc().nulls_first() for group in groups))
        .limit(GROUPS_MAX + 1)
    )


def _done(
    scope: WorkloadScope, by: Sequence[WorkloadBy], days: Sequence[date], calendar: Calendar
) -> Select[*tuple[Any, ...]]:
    """Each act in scope with what it is counted by. Grouped outside: one expression, one value."""
    since, until = calendar.start_of(days[0]), calendar.start_of(days[-1] + _DAY)
    chosen = {name: getattr(scope, name) for name in _ASKED if hasattr(scope, name)}
    conditions = [_ASKED[name] == value for name, value in chosen.items() if value is not None]
    day = [_day_of(days, calendar).label("day")] if WorkloadBy.DAY in by else []
    asked = {name: column for one in WorkloadBy if one in by
             for name, column in _COLUMNS.get(one, {}).items()}  # fmt: skip
    return (
        select(
            *day,
            *(column.label(name) for name, column in asked.items()),
            work.c.kind.label("kind"),
            and_(work.c.at_counter, _is_beyond_hours(days, calendar)).label("extended"),
        )
        .select_from(work.join(case_ledger, case_ledger.c.case_id == work.c.case_id))
        .where(work.c.at >= since, work.c.at < until, work.c.undone.is_(False), *conditions)
    )


def _day_of(days: Sequence[date], calendar: Calendar) -> ColumnElement[int]:
    """The place of the act's day among ``days``."""
    begins = [calendar.start_of(day) for day in days[1:]]
    return _by_instant(begins, range(len(days)))


def _is_beyond_hours(days: Sequence[date], calendar: Calendar) -> ColumnElement[bool]:
    """Whether the act was done beyond office hours."""
    edges = [
        calendar.instant(day, minute)
        for day in days
        for session in calendar.office_hours(day)
        for minute in (session.start, session.end)
    ]
    return _by_instant(edges, [place % 2 == 0 for place in range(len(edges) + 1)])


def _by_instant(edges: Sequence[datetime], values: Sequence[Any]) -> ColumnElement[Any]:
    """The value for as many of ``edges`` as had passed when the act was done.

    A tree of comparisons, not a ladder: two months of office hours have some two hundred edges,
    and each act would be compared with half of them.
    """
    if not edges:
        return literal(values[0])
    middle = len(edges) // 2
    earlier = _by_instant(edges[:middle], values[: middle + 1])
    later = _by_instant(edges[middle + 1 :], values[middle + 1 :])
    return case((work.c.at < edges[middle], earlier), else_=later)
