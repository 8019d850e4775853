"""工作量: acts of the staff on cases, counted by day, unit, window, post or person."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal

from bancheng.domain.case.terms import CaseSource
from bancheng.domain.people import Role
from bancheng.projections.cases.row import case as case_ledger
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.span import Span
from bancheng.projections.reports.work_done import WorkKind, work
from bancheng.projections.sight import SUPERVISION

_DONE = Population(
    work.join(case_ledger, case_ledger.c.case_id == work.c.case_id),
    Happened(work.c.at, "at"),
    work.c.undone.is_(False),
)


def _day_of(span: Span) -> ColumnElement[int]:
    """The place of the act's day among those of ``span``."""
    begins = [span.calendar.start_of(day) for day in span.days[1:]]
    return _by_instant(begins, range(len(span.days)))


def _the_day(place: int, span: Span) -> date:
    return span.days[place]


def _is_beyond_hours(span: Span) -> ColumnElement[bool]:
    """Whether the act was done at the counter beyond office hours."""
    edges = [
        span.calendar.instant(day, minute)
        for day in span.days
        for session in span.calendar.office_hours(day)
        for minute in (session.start, session.end)
    ]
    beyond = _by_instant(edges, [place % 2 == 0 for place in range(len(edges) + 1)])
    return and_(work.c.at_counter, beyond)


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


WORKLOAD = Report(
    "workload",
    "工作量",
    definition="3",
    since=date(2026, 11, 30),
    row_name="WorkloadGroup",
    scope_name="WorkloadScope",
    told="一组的办理次数;系统自动的不计",
    dimensions=(
        Dimension("day", date, "日期", _day_of, ("day", "日期"), read=_the_day),
        Dimension("unit", str, "承办单位编码", case_ledger.c.unit, ("unit", "承办单位"),
                  asked=True, is_unit=True),
        Dimension("window", str, "窗口编号", case_ledger.c.window, ("window", "窗口"), asked=True),
        Dimension("source", CaseSource, "办件来源", case_ledger.c.source, ("source", "办件来源")),
        Dimension("actor_unit", str, "经办人单位编码", work.c.actor_unit,
                  ("actor_unit", "经办单位"), asked=True, is_unit=True),
        Dimension("post", str, "经办人岗位", work.c.post, ("post", "岗位"), asked=True),
        Dimension("actor_id", str, "经办人工号", work.c.actor_id, ("actor", "经办人"), asked=True),
        Dimension("actor_name", str, "经办人姓名", work.c.actor_name, ("actor", "经办人"),
                  beside=True),
    ),
    measures=(
        Measure("submitted", "登记数", _DONE, work.c.kind == WorkKind.SUBMITTED),
        Measure("received", "收件数,含补正与容缺补齐", _DONE, work.c.kind == WorkKind.RECEIVED),
        Measure("accepted", "受理数", _DONE, work.c.kind == WorkKind.ACCEPTED),
        Measure("decided",
                "办结数,含上报、转报,一件事计一件;已撤回的决定与其后终止、作废的办件不计", _DONE,
                and_(work.c.kind == WorkKind.DECIDED, case_ledger.c.theme_id.is_(None))),
        Measure("children_decided", "一件事子件的办结数,不计入办结数", _DONE,
                and_(work.c.kind == WorkKind.DECIDED, case_ledger.c.theme_id.is_not(None))),
        Measure("delivered", "送达数", _DONE, work.c.kind == WorkKind.DELIVERED),
        Measure("extended", "延时服务数: 以上各项中窗口人员在正常办公时段之外当面办理的", _DONE,
                _is_beyond_hours),
    ),
    seen_by=SUPERVISION | {Role.DUTY_LEADER, Role.GOVERNMENT_HEAD, Role.UNIT_HEAD},
    bound_by="actor_unit",
    days_max=62,
)  # fmt: skip
