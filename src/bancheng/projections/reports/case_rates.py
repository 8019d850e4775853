"""办件指标: how many cases came, were there and were finished, and how well.

Of cases that count: a theme counts once, with its children inside it. What is no case yet or any
more in the period counts in none; a decision that was taken back was none.
"""

from datetime import date

from sqlalchemy import and_, true

from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.cases.cases import (
    IS_CHILD,
    IS_EARLY,
    IS_ONLINE,
    IS_PROMISED,
    WAS_FORWARDED,
    is_open_at,
)
from bancheng.projections.cases.row import case
from bancheng.projections.reports.declared import (
    Averaged,
    Dimension,
    Happened,
    Measure,
    OpenAtStart,
    Population,
    Quotient,
    Total,
)
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import AT_WORK


def _cases(within: Happened | OpenAtStart) -> Population:
    return Population(case, within, ~IS_CHILD, ledger="cases", opens={"is_child": False})


_COME = _cases(Happened(case.c.submitted_at, "submitted"))
_THERE = _cases(OpenAtStart(is_open_at, "open_at"))
_ACCEPTED = _cases(Happened(case.c.accepted_at, "accepted"))
_DECIDED = _cases(Happened(case.c.decided_at, "decided"))
_CLOSED = _cases(Happened(case.c.closed_at, "closed"))
_IN_WORKING_DAYS = and_(
    case.c.kind == CaseKind.PROMISED,
    case.c.limit_unit == LimitUnit.WORKING_DAYS,
    case.c.used.is_not(None),
)

CASE_RATES = Report(
    "case_rates",
    "办件指标",
    definition="1",
    since=date(2026, 11, 30),
    row_name="CaseRates",
    scope_name="CaseRateScope",
    told="一组办件在期间内的数量与各率;一件事计一件,子件不另计",
    dimensions=(
        Dimension("unit", str, "承办单位编码", case.c.unit, ("unit", "承办单位"),
                  asked=True, is_unit=True),
        Dimension("item_code", str, "事项实施编码", case.c.item_code, ("item", "事项"), asked=True),
        Dimension("item_name", str, "事项名称", case.c.item_name, ("item", "事项"), beside=True),
        Dimension("item_type", PowerType, "事项类型", case.c.item_type,
                  ("item_type", "事项类型"), asked=True),
        Dimension("window", str, "窗口编号", case.c.window, ("window", "窗口"), asked=True),
    ),
    measures=(
        Measure("submitted", "新增数: 期间内提交的", _COME, true()),
        Measure("carried", "结转数: 期初已提交,其时尚未办结也未结束的", _THERE, true()),
        Total("handled", "总量: 新增数与结转数之和", ("submitted", "carried")),
        Measure("accepted", "受理数: 期间内受理的", _ACCEPTED, true()),
        Measure("decided", "决定数: 期间内作出决定的;已撤回的决定不计", _DECIDED, true()),
        Measure("forwarded", "上报转报数: 期间内上报、转报的", _CLOSED, WAS_FORWARDED,
                opens={"forwarded": True}),
        Total("finished", "办结数: 决定数与上报转报数之和", ("decided", "forwarded")),
        Quotient("finishing", "办结率: 期间内办结数与受理数之比,可超过百分之百",
                 "finished", "accepted"),
        Measure("early", "提前办结率: 期间内决定的承诺件中,早于承诺到期日决定的", _DECIDED,
                IS_EARLY, IS_PROMISED,
                opens={"early": True}, opens_of={"promised": True}),
        Measure("late", "超期办结率: 期间内决定的办件中,任一次结论逾期的", _DECIDED,
                case.c.on_time.is_(False), true(), opens={"on_time": False}),
        Measure("instant", "即办件占比: 期间内决定的办件中的即办件", _DECIDED,
                case.c.kind == CaseKind.INSTANT, true(), opens={"kind": CaseKind.INSTANT}),
        Measure("online", "网办率: 期间内提交的办件中网上提交的(网上大厅、微信、移动应用、省网办)",
                _COME, IS_ONLINE, true(), opens={"online": True}),
        Averaged("working_days", "平均办结用时: 期间内决定的承诺件所用工作日", _DECIDED,
                 _IN_WORKING_DAYS, case.c.used,
                 opens={"kind": CaseKind.PROMISED, "limit_unit": LimitUnit.WORKING_DAYS}),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=366,
)  # fmt: skip
