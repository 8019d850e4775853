"""按时办结率: of the limits that came to their end or ran out in a period, how many were kept.

Each limit counts once, in the period of the earlier of its end and its expiry: so what is overdue
and undecided counts from the day on which it became late, and no figure of a closed period moves
when it is decided. What was released in time (withdrawn, diverted, handed on) was neither kept nor
broken: it stands outside the rate, and is shown beside it.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, literal

from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.projections.deadlines.board import OURS, counts, is_late, limit
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.span import Span
from bancheng.projections.sight import AT_WORK

_IN_TIME = (limit.c.state == DeadlineState.MET) & limit.c.expired_at.is_(None)
_OUTSIDE = (limit.c.state == DeadlineState.RELEASED) & limit.c.expired_at.is_(None)


def _counts(span: Span) -> ColumnElement[bool]:
    return counts(literal(span.now, limit.c.due_at.type))


def _has_come(span: Span) -> ColumnElement[bool]:
    """Whether the limit has ended, or has run out by now; what still runs counts nowhere yet."""
    return and_(limit.c.kind.in_(OURS), _counts(span) | _OUTSIDE)


def _late(span: Span) -> ColumnElement[bool]:
    return is_late(literal(span.now, limit.c.due_at.type))


def _still_owed(span: Span) -> ColumnElement[bool]:
    return _late(span) & (limit.c.state == DeadlineState.RUNNING)


_COME = Population(
    limit, Happened(limit.c.counted_at, "counted"), _has_come,
    ledger="deadlines", opens={"kinds": OURS},
)  # fmt: skip

ON_TIME_RATES = Report(
    "on_time_rates",
    "按时办结率",
    definition="2",
    since=date(2026, 11, 30),
    row_name="OnTimeRates",
    scope_name="OnTimeScope",
    told="一组时限在期间内的按时情况;每项时限只计一次,计入其结束与届满中较早的一日",
    dimensions=(
        Dimension("unit", str, "责任单位编码,空为大厅", limit.c.unit, ("unit", "责任单位"),
                  asked=True, is_unit=True),
        Dimension("kind", LimitKind, "时限种类", limit.c.kind, ("kind", "时限种类"), asked=True,
                  filter="kinds"),
    ),
    measures=(
        Measure("on_time", "按时率: 按时结束的,占按时结束与届满未结的", _COME, _IN_TIME, ~_OUTSIDE,
                opens={"states": (DeadlineState.MET,), "late": False}, opens_of={"counts": True}),
        Measure("late", "届满未结的,其后办结、转出的也计", _COME, _late, opens={"late": True}),
        Measure("still_owed", "届满未结的中,此刻仍未办结的", _COME, _still_owed,
                opens={"late": True, "states": (DeadlineState.RUNNING,)}),
        Measure("outside", "期内解除的(撤回、分流、合并、转出),不计入按时率", _COME, _OUTSIDE,
                opens={"late": False, "states": (DeadlineState.RELEASED,)}),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=366,
)  # fmt: skip
