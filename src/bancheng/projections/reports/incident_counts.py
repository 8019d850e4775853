"""突发事件统计: how many incidents of each kind, how many reported up in time, how many over."""

from datetime import date

from sqlalchemy import true

from bancheng.domain.incidents.terms import IncidentKind
from bancheng.domain.people import Role
from bancheng.projections.incidents import incident
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import SUPERVISION

_FOUND = Population(incident, Happened(incident.c.found_at, "found"), true(), ledger="incidents")
_ENDED = Population(incident, Happened(incident.c.ended_at, "ended"), true(), ledger="incidents")

INCIDENT_COUNTS = Report(
    "incident_counts",
    "突发事件统计",
    definition="1",
    since=date(2026, 11, 30),
    row_name="IncidentCounts",
    scope_name="IncidentCountsScope",
    told="一组突发事件的件数,未定上报期限的不计入按时与迟报",
    dimensions=(
        Dimension("kind", IncidentKind, "突发事件类别", incident.c.kind, ("kind", "类别"),
                  asked=True),
        Dimension("unit", str, "登记人单位编码", incident.c.unit, ("unit", "单位"), asked=True,
                  is_unit=True),
    ),
    measures=(
        Measure("found", "发现数: 期间内发现的", _FOUND, true()),
        Measure("reported_on_time", "按时上报数: 期间内发现、按时上报的", _FOUND,
                incident.c.report_on_time.is_(True), opens={"report_on_time": True}),
        Measure("reported_late", "迟报数: 期间内发现、逾期上报的", _FOUND,
                incident.c.report_on_time.is_(False), opens={"report_on_time": False}),
        Measure("ended", "结束数: 期间内结束的", _ENDED, true()),
    ),
    seen_by=SUPERVISION | {Role.DUTY_LEADER, Role.GOVERNMENT_HEAD},
    bound_by="unit",
    days_max=366,
)  # fmt: skip
