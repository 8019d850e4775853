"""调阅统计: how often each member of staff opened sealed data, day by day, and beyond the book."""

from datetime import date

from sqlalchemy import true

from bancheng.projections.disclosures import BEYOND, disclosure
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import OVERSEERS

_OPENED = Population(
    disclosure, Happened(disclosure.c.opened_at, "opened"), true(), ledger="disclosures"
)

DISCLOSURE_COUNTS = Report(
    "disclosure_counts",
    "调阅统计",
    definition="1",
    since=date(2026, 11, 30),
    row_name="DisclosureCounts",
    scope_name="DisclosureCountsScope",
    told="一组的调阅次数",
    dimensions=(
        Dimension("day", date, "日期", disclosure.c.day, ("day", "日期"), descending=True),
        Dimension("staff_id", str, "调阅人工号", disclosure.c.staff_id, ("staff", "调阅人"),
                  asked=True),
        Dimension("staff_name", str, "调阅人姓名", disclosure.c.staff_name, ("staff", "调阅人"),
                  beside=True),
        Dimension("unit", str, "调阅人单位编码", disclosure.c.staff_unit, ("unit", "单位"),
                  asked=True, is_unit=True, filter="staff_unit"),
        Dimension("purpose", str, "调阅用途代码", disclosure.c.purpose, ("purpose", "用途"),
                  asked=True),
    ),
    measures=(
        Measure("disclosures", "调阅次数", _OPENED, true()),
        Measure("beyond", "其中当日超过规则库次数的人员的调阅次数", _OPENED, BEYOND,
                opens={"beyond": True}),
    ),
    seen_by=OVERSEERS,
    bound_by="unit",
    days_max=366,
)  # fmt: skip
