"""提速率: how much less time was promised, and taken, than the law gives.

Of the cases that were decided in a period; each weighs with the working days that the law gives it,
so one item of long limits counts for as many days as it saves, and not as one among many. Only what
can be compared is: the item states both limits, in working days, and the case was measured in them.
No source says how the rate is made, so the definition is ours and has a version.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, true

from bancheng.domain.item_types import PowerType
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.cases.cases import IS_CHILD
from bancheng.projections.cases.row import case
from bancheng.projections.items import catalogue
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import AT_WORK


def _in_working_days() -> ColumnElement[bool]:
    units = (catalogue.c.statutory_unit, catalogue.c.promised_unit, case.c.limit_unit)
    return and_(~IS_CHILD, *(unit == LimitUnit.WORKING_DAYS for unit in units))


# The version of the item that the case began under: what is promised later does not speed it up.
_OF_ITS_ITEM = and_(
    catalogue.c.code == case.c.item_code, catalogue.c.version == case.c.item_version
)
_DECIDED = Population(
    case.join(catalogue, _OF_ITS_ITEM), Happened(case.c.decided_at, "decided"), _in_working_days()
)
_GIVEN, _PROMISED = catalogue.c.statutory_amount, catalogue.c.promised_amount

SPEED_RATES = Report(
    "speed_rates",
    "提速率",
    definition="2",
    since=date(2026, 11, 30),
    row_name="SpeedRates",
    scope_name="SpeedScope",
    told="期间内作出决定的办件,承诺与实际用时比法定时限少多少;"
    "只计事项的法定、承诺时限与办件用时均为工作日的;一件事计一件",
    dimensions=(
        Dimension("unit", str, "承办单位编码", case.c.unit, ("unit", "承办单位"),
                  asked=True, is_unit=True),
        Dimension("item_type", PowerType, "事项类型", case.c.item_type,
                  ("item_type", "事项类型"), asked=True),
        Dimension("item_code", str, "事项实施编码", case.c.item_code, asked=True),
    ),
    measures=(
        Measure("decided", "可比的办件数", _DECIDED, true()),
        Measure(
            "promised",
            "承诺提速率: 法定时限与承诺时限之差,占法定时限,均为各件工作日之和",
            _DECIDED, _GIVEN - _PROMISED, _GIVEN, sums=True,
        ),
        Measure(
            "actual",
            "实际提速率: 法定时限与实际用时之差,占法定时限,均为各件工作日之和;超过法定时限的为负",
            _DECIDED, _GIVEN - case.c.used, _GIVEN, sums=True,
        ),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=366,
)  # fmt: skip
