"""回访指标: how many of those who reported were reached, and what they said of the result.

No source states the formulas of 解决率 and 满意率, so they are ours: of the calls that reached
somebody in the period, each by itself, also where the same ticket was worked on again. Who is
"basically satisfied" counts as satisfied, as with ratings (国办发〔2019〕51号).
"""

from datetime import date

from sqlalchemy import true

from bancheng.domain.complaint.terms import Satisfaction
from bancheng.projections.call_backs.call_backs import REACHED
from bancheng.projections.call_backs.row import CallBackKind, call_back
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import AT_WORK

_SATISFIED = (
    Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED, Satisfaction.BASICALLY_SATISFIED,
)  # fmt: skip
_CALLED = Population(
    call_back, Happened(call_back.c.called_at, "called"),
    call_back.c.kind == CallBackKind.RESULT,
    ledger="call_backs", opens={"kind": CallBackKind.RESULT},
)  # fmt: skip

CALL_BACK_RATES = Report(
    "call_back_rates",
    "回访指标",
    definition="1",
    since=date(2026, 11, 30),
    row_name="CallBackRates",
    scope_name="CallBackRateScope",
    told="一组在期间内对办理结果的回访;差评的联系不计",
    dimensions=(
        Dimension("unit", str, "主办单位编码,空为当场办结的", call_back.c.unit,
                  ("unit", "主办单位"), asked=True, is_unit=True),
    ),
    measures=(
        Measure("calls", "回访数: 期间内的结果回访,未接通的也计", _CALLED, true()),
        Measure("reached", "接通率: 期间内的结果回访中接通的", _CALLED, REACHED, true(),
                opens={"reached": True}),
        Measure("solved", "解决率: 接通的结果回访中,反映人认为已解决的", _CALLED,
                REACHED & call_back.c.solved.is_(True), REACHED,
                opens={"solved": True}, opens_of={"reached": True}),
        Measure("satisfied", "满意率: 接通的结果回访中,反映人基本满意及以上的", _CALLED,
                REACHED & call_back.c.satisfaction.in_(_SATISFIED), REACHED,
                opens={"satisfactions": _SATISFIED}, opens_of={"reached": True}),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=366,
)  # fmt: skip
